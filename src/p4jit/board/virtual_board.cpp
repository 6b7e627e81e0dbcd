#include "p4jit/board/virtual_board.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/board/image.hpp"

#include <fmt/format.h>

#include <cstdio>

// firmware_image.S puts the image between these.
extern "C" const std::uint8_t p4jit_firmware_image[], p4jit_firmware_image_end[];

namespace p4jit::board {

namespace {

/// About a millisecond of host time: how long Ctrl-C may have to wait.
constexpr std::uint64_t slice = 500'000;

/// Far more than the firmware takes to come up and wait for the link.
constexpr std::uint64_t boot_instructions = 50'000'000;

void print_to_stdout(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

} // namespace

const elf::Object& built_in_firmware() {
    static const auto image = [] {
        const auto size = static_cast<std::size_t>(p4jit_firmware_image_end - p4jit_firmware_image);
        return elf::Object::parse(ByteView(p4jit_firmware_image, size), "the built-in firmware", nullptr);
    }();
    return image;
}

VirtualBoard::VirtualBoard(const BoardOptions& options)
    : firmware_(options.firmware ? *options.firmware : built_in_firmware()),
      console_(options.console ? options.console : print_to_stdout),
      machine_({.revision = options.revision}) {
    machine_.on_console([this](char c) { print(c); });
    load_image(machine_, firmware_);
    if (machine_.run(boot_instructions) != machine::Outcome::idle)
        throw BadObject(fmt::format("{} does not come up on the virtual ESP32-P4: after {} instructions hart 0 is at "
                                    "{:#010x}; is it p4jit-virtual.elf, built for this chip revision?",
                                    firmware_.name(), machine_.retired(), machine_.hart(0).pc));
}

void VirtualBoard::write(ByteView bytes, const Deadline&) { machine_.link().host_sends(bytes); }

bool VirtualBoard::step(std::uint64_t instructions) {
    const auto outcome = machine_.run(instructions);
    flush_console();
    if (outcome == machine::Outcome::lockup) {
        const auto& hart = machine_.lockup_hart();
        throw ConnectionLost(fmt::format(
            "the virtual board crashed: {} at pc {:#010x}, value {:#010x} (hart {}), and mtvec {:#010x} leads "
            "to no handler; reconnect() starts it again",
            machine::name(hart.trap.cause), hart.pc, hart.trap.tval, hart.id, hart.mtvec));
    }
    return outcome != machine::Outcome::idle;
}

std::size_t VirtualBoard::read(MutableBytes into, const Deadline& deadline) {
    for (;;) {
        if (const auto count = machine_.link().host_receives(into); count != 0) return count;
        if (!step(slice) && machine_.link().waiting_for_host() == 0) return 0;
        deadline.check();
        if (machine_.link().waiting_for_host() == 0 && deadline.expired()) return 0;
    }
}

void VirtualBoard::print(char c) {
    line_ += c;
    if (c == '\n') flush_console();
}

void VirtualBoard::flush_console() {
    if (line_.empty()) return;
    console_(line_);
    line_.clear();
}

} // namespace p4jit::board
