#include "p4jit/jit/failure.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/jit/locate.hpp"
#include "p4jit/machine/hart.hpp"

#include <fmt/format.h>

namespace p4jit::jit {

using wire::v2::FaultReport;
using wire::v2::Outcome;

namespace {

bool is_stack_overflow(const FaultReport& report) {
    constexpr std::uint32_t guard = 64 * 1024;
    const bool sp_is_out = report.x[2] < report.stack_low && report.stack_low - report.x[2] <= guard;
    const bool access_is_out = report.value < report.stack_low && report.stack_low - report.value <= guard;
    const auto cause = static_cast<machine::Cause>(report.cause);
    return access_is_out && (sp_is_out || report.x[2] - report.stack_low < guard / 16) &&
           (cause == machine::Cause::store_access || cause == machine::Cause::load_access);
}

std::vector<Fault::Level> backtrace(Locator& locator, const FaultReport& report) {
    std::vector<Fault::Level> levels;
    for (const auto pc : unwind(report, [&](std::uint32_t at) { return locator.locate(at).code; })) {
        // A return address is behind the call, maybe of another line.
        const auto location = locator.locate(levels.empty() ? pc : pc - 1);
        if (location.is_thunk) break;
        levels.push_back({pc, location.function, location.file, location.line, location.text});
    }
    return levels;
}

std::shared_ptr<Fault> fault_of(Locator& locator, const FaultReport& report) {
    auto fault = std::make_shared<Fault>();
    fault->cause = machine::name(static_cast<machine::Cause>(report.cause));
    fault->number = report.cause;
    fault->pc = report.pc;
    fault->address = report.value;
    fault->registers = report.x;
    fault->stack_low = report.stack_low;
    fault->stack_high = report.stack_high;
    fault->stack = report.stack;
    fault->backtrace = backtrace(locator, report);
    const auto cause = static_cast<machine::Cause>(report.cause);
    if (cause == machine::Cause::illegal_instruction) {
        fault->address = report.pc;
        fault->place = fmt::format("instruction {:#x}", report.value);
    } else if (is_stack_overflow(report)) {
        fault->cause = "stack overflow";
        fault->place = fmt::format("the stack has {} bytes", report.stack_high - report.stack_low);
    } else if (fault->cause != std::string("breakpoint") && cause != machine::Cause::ecall_m) {
        fault->place = locator.describe(report.value, report);
    }
    return fault;
}

std::string registers_in_short(const Fault& fault) {
    const auto& x = fault.registers;
    return fmt::format("  a0={:08x} a1={:08x} a2={:08x} a3={:08x} sp={:08x} ra={:08x}\n", x[10], x[11], x[12], x[13],
                       x[2], x[1]);
}

[[noreturn]] void throw_fault(Locator& locator, const std::string& function, const FaultReport& report) {
    const auto fault = fault_of(locator, report);
    throw DeviceFault(
        fmt::format("{}\n{}{}  {}() crashed; the device is fine, and your other modules and buffers are intact.",
                    fault->headline(), fault->backtrace_text(), registers_in_short(*fault), function),
        fault);
}

std::string seconds(std::chrono::nanoseconds duration) {
    return fmt::format("{:.3g} s", std::chrono::duration<double>(duration).count());
}

/// " at loop.c:9": where a function was stopped, in the kernel's own code if
/// that is known.
std::string place_of(Locator& locator, const std::optional<FaultReport>& report) {
    if (!report) return {};
    for (const auto& level : backtrace(locator, *report))
        if (level.line != 0)
            return fmt::format(" at {}:{}", std::filesystem::path(level.file).filename().string(), level.line);
    return {};
}

} // namespace

void throw_failure(DeviceState& device, const std::string& function, const session::Called& called,
                   std::chrono::nanoseconds took, std::optional<std::chrono::nanoseconds> timeout) {
    const auto& answer = called.answers.at(0);
    Locator locator(device);
    if (answer.outcome == Outcome::FAULTED && answer.fault) throw_fault(locator, function, *answer.fault);
    if (answer.outcome == Outcome::STUCK)
        throw DeviceError(fmt::format("{}() cannot be run or stopped: a function that disabled interrupts keeps the "
                                      "core that runs kernels. Reset the board, then reconnect(){}",
                                      function, device.is_virtual() ? ", which starts this virtual one anew" : ""));
    const auto place = place_of(locator, answer.fault);
    if (called.cut_short == ErrorKind::Interrupted)
        throw Interrupted(fmt::format("stopped {}() after {}{}; the device is fine", function, seconds(took), place));
    throw Timeout(fmt::format("no result after {}: stopped {}(){}; the device is fine", seconds(timeout.value_or(took)),
                              function, place));
}

} // namespace p4jit::jit
