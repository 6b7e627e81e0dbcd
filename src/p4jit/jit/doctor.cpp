#include "p4jit/jit/doctor.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/toolchain/find.hpp"
#include "p4jit/transport/ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace p4jit {

namespace {

Finding look_for_compiler(const InterruptCheck& interrupted, const isa::ChipRevision& revision) {
    const auto environment = toolchain::Environment::current();
    try {
        const auto cache = toolchain::Cache::of_user(environment);
        const auto found = toolchain::find(environment, cache, Deadline::never(interrupted));
        Finding finding{"compiler", fmt::format("{} {}", found.compiler.filename().string(), found.version), found.why,
                        true, found.looked};
        const auto& target = found.target(revision);
        finding.more.push_back(fmt::format("for revision {}: -march={}, esp.* instructions {}", revision.text(),
                                           target.march,
                                           target.knows_pie ? "known to its assembler" : "through our macros"));
        if (!found.has_c_headers)
            finding.more.push_back("it has no C library headers: apt install picolibc-riscv64-unknown-elf");
        if (!cache.why_off().empty()) finding.more.push_back("objects are not kept: " + cache.why_off());
        return finding;
    } catch (const Error& error) {
        Finding finding{"compiler", "none", "", false, {}};
        for (const auto line : lines(error.what())) finding.more.emplace_back(line);
        return finding;
    }
}

/// What P4JIT_PORT names is used, whatever else there is.
std::optional<Finding> board_that_was_named() {
    const char* named = std::getenv("P4JIT_PORT");
    if (named == nullptr || *named == '\0') return std::nullopt;
    const std::string port = named;
    if (port == "virtual") return Finding{"board", port, "named by P4JIT_PORT", true, {}};
    const bool is_there = port.starts_with("socket://") || std::filesystem::exists(port);
    return Finding{"board",
                   port,
                   is_there ? "named by P4JIT_PORT" : "named by P4JIT_PORT, is not there",
                   is_there,
                   {"P4JIT_PORT is used whatever else is plugged in: correct it, or remove it"}};
}

Finding look_for_board() {
    if (auto named = board_that_was_named()) return std::move(*named);
    for (const auto kind : {transport::PortKind::ours, transport::PortKind::tinyusb})
        for (const auto& port : transport::ports())
            if (kind_of(port) == kind) return {"board", port.path, transport::describe(port), true, {}};
    Finding none{"board", "none on USB", "using the virtual ESP32-P4", true, {}};
    for (const auto& port : transport::ports())
        if (kind_of(port) == transport::PortKind::jtag)
            none.more.push_back(transport::describe(port) +
                                ": the chip's own console; the firmware answers on the chip's other USB connector");
    return none;
}

Finding look_at_virtual_board(const isa::ChipRevision& revision) {
    try {
        board::VirtualBoard virtual_board({.revision = revision, .console = [](std::string_view) {}});
        const machine::MachineOptions chip;
        return {"virtual",
                fmt::format("ESP32-P4 rev {}.{}", revision.major, revision.minor),
                fmt::format("{} MHz, comes up after {} instructions", chip.cpu_hz / 1'000'000,
                            virtual_board.machine().retired()),
                true,
                {}};
    } catch (const Error& error) {
        return {"virtual", "does not come up", error.what(), false, {}};
    }
}

std::string hex(ByteView bytes, std::size_t count) {
    std::string text;
    for (const auto byte : bytes.first(std::min(count, bytes.size()))) text += fmt::format("{:02x}", byte);
    return text;
}

Finding look_at_firmware() {
    const auto& firmware = board::built_in_firmware();
    const auto usable = std::ranges::count_if(firmware.symbols(), [](const elf::Symbol& symbol) {
        return !symbol.local() && symbol.function() && symbol.placed();
    });
    return {"firmware",
            fmt::format("p4jit-virtual {}", version()),
            fmt::format("build {}, {} functions for your kernels", hex(firmware.build_id(), 4), usable),
            true,
            {}};
}

} // namespace

std::vector<Finding> doctor(const InterruptCheck& interrupted, const isa::ChipRevision& revision) {
    return {look_for_compiler(interrupted, revision), look_for_board(), look_at_virtual_board(revision),
            look_at_firmware()};
}

std::vector<DeviceInfo> devices() {
    std::vector<DeviceInfo> list;
    for (const auto& port : transport::ports()) {
        const auto kind = kind_of(port);
        list.push_back({port.path, transport::describe(port),
                        kind == transport::PortKind::ours || kind == transport::PortKind::tinyusb});
    }
    list.push_back({"virtual", "the virtual ESP32-P4 in this program", true});
    return list;
}

std::string version() { return P4JIT_VERSION; }

} // namespace p4jit
