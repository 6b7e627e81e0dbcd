// Images for addresses that the caller chose, made with or without a device:
// link first, place later, by hand. Device::load() does all of it at once.
//
//   p4jit::Builder builder;
//   auto probe = builder.build(sources, "add", {.address = 0x48000000, .arguments = 0x48001000});
//   … allocate probe.size() bytes and build again for where they are, write
//   data() there, then device.attach(build) gives the function
#pragma once

#include "p4jit/jit/binary.hpp"
#include "p4jit/jit/device.hpp"

namespace p4jit {

namespace jit {
struct BuildState;
}

/// Where an image will be.
struct BuildTarget {
    std::uint32_t address = 0;
    /// The address of a block of arguments, of 128 bytes. With it the image begins
    /// with code that takes them from there, calls the function, and stores its
    /// result there: `int call_remote(void)`. Without it there is none.
    std::optional<std::uint32_t> arguments;
};

/// Where an argument or the result is in the block.
struct BlockSlot {
    std::uint32_t offset, size;
};

/// A linked image that is on no device yet. A handle, cheap to copy.
class Build {
public:
    /// The image at its address: it begins at the first multiple of its alignment
    /// from there on.
    const Binary& binary() const;
    /// The bytes from BuildTarget::address on, .bss as zeros.
    Bytes data() const;
    std::uint32_t address() const;
    std::uint32_t alignment() const; ///< of addresses that need no padding before the image
    /// The function; of an image with a block of arguments, what calls it.
    std::uint32_t entry_address() const;
    const std::string& entry_name() const;
    /// Code that runs the static constructors, as int f(void), once data() is there;
    /// nothing if there are none.
    std::optional<std::uint32_t> constructors() const;

    /// Of the function; nothing if it is written in assembly, or the image has no
    /// block of arguments.
    const dwarf::Signature* signature() const;
    /// In the order of the parameters, and the result's.
    std::vector<BlockSlot> slots() const;
    BlockSlot result_slot() const;
    std::uint32_t block_size() const; ///< bytes that a call uses, 128 at least
    /// The compiler's and the linter's.
    const std::string& warnings() const;

private:
    friend class Builder;
    friend class Device;
    explicit Build(std::shared_ptr<const jit::BuildState> state) : state_(std::move(state)) {}
    jit::Shared<const jit::BuildState> state_;
};

class Builder {
public:
    /// For no device in particular: of the options only firmware_elf, revision,
    /// toolchain, lint, interrupted and log count. Throws BadObject for a damaged
    /// ELF file.
    explicit Builder(DeviceOptions options = {});
    /// For the chip and the firmware of this device.
    explicit Builder(const Device& device);

    /// Compiles and links one function with what it needs. Throws what
    /// Device::load() throws, besides what devices have to do with, and
    /// UsageError for an address that is no multiple of 4.
    Build build(std::span<const Source> sources, const std::string& function, const BuildTarget& target,
                LoadOptions options = {}) const;

private:
    jit::Shared<jit::DeviceState> state_;
};

} // namespace p4jit
