// The virtual ESP32-P4 as a device on a line: the chip booted with our
// firmware, behind the interface that a serial port has.
//
// Nothing runs in the background. The chip is stepped by whoever reads from the
// line, until it has something to say; so a call costs no thread switch, and
// the same conversation gives the same cycles every time.
#pragma once

#include "p4jit/elf/object.hpp"
#include "p4jit/machine/machine.hpp"
#include "p4jit/transport/pipe.hpp"

#include <functional>

namespace p4jit::board {

struct BoardOptions {
    machine::ChipRevision revision;
    /// A firmware image to boot instead of the built-in one.
    std::optional<elf::Object> firmware;
    /// Takes the console: what firmware and kernels print. Called while the
    /// chip runs, with whole lines where possible. Empty: stdout.
    std::function<void(std::string_view)> console;
};

/// The firmware image that comes with this library; its symbols are what
/// kernels may call.
const elf::Object& built_in_firmware();

class VirtualBoard : public transport::Pipe {
public:
    /// Boots. Throws BadObject if the image is damaged or does not come up.
    explicit VirtualBoard(const BoardOptions& options = {});

    void write(ByteView bytes, const Deadline& deadline) override;
    /// Steps the chip until it sends something. Returns 0 at once, before the
    /// deadline, when every hart waits and nothing more can come. Throws
    /// ConnectionLost if the firmware has crashed beyond its own help.
    std::size_t read(MutableBytes into, const Deadline& deadline) override;
    std::string name() const override { return "virtual ESP32-P4"; }

    /// Steps the chip by about so many instructions; false if it only waits.
    bool step(std::uint64_t instructions);

    const elf::Object& firmware() const { return firmware_; }
    machine::Machine& machine() { return machine_; }

private:
    void print(char c);
    void flush_console();

    elf::Object firmware_;
    std::function<void(std::string_view)> console_;
    std::string line_;
    machine::Machine machine_;
};

} // namespace p4jit::board
