#include "p4jit/machine/tohost.hpp"

namespace p4jit::machine {

ToHost::ToHost(Machine& machine, std::uint32_t tohost, std::uint32_t fromhost, std::FILE* out)
    : machine_(machine), tohost_(tohost), fromhost_(fromhost), out_(out) {
    machine.memory().watch_stores(tohost, 8, [this] { look(); });
}

void ToHost::look() {
    const auto value = double_word(tohost_);
    if (value == 0) return;
    const auto device = value >> 56, command = value >> 48 & 0xFF;
    if (device == 1 && command == 1) {
        if ((value & 0xFF) == 0) return; // only the high half is there yet
        std::fputc(static_cast<int>(value & 0xFF), out_);
        set_double_word(tohost_, 0);
        if (fromhost_ != 0) set_double_word(fromhost_, value & ~std::uint64_t{0xFF});
    } else if (value & 1) {
        exit_status_ = static_cast<int>(value >> 1 & 0x7FFF'FFFF);
        machine_.stop();
    } else if (value >> 32 == 0) {
        // A program on RV32 stores the low half first; a complete block address
        // is a word, so there is nothing to wait for.
        system_call(static_cast<std::uint32_t>(value));
    }
}

void ToHost::system_call(std::uint32_t block) {
    constexpr std::uint64_t write = 64, exit = 93, not_implemented = ~std::uint64_t{37}; // -ENOSYS
    const auto number = double_word(block);
    std::uint64_t result = not_implemented;
    if (number == exit) {
        exit_status_ = static_cast<int>(double_word(block + 8) & 0xFF);
        machine_.stop();
    } else if (number == write) {
        const auto size = static_cast<std::uint32_t>(double_word(block + 24));
        const auto bytes = machine_.memory().view(static_cast<std::uint32_t>(double_word(block + 16)), size);
        result = std::fwrite(bytes.data(), 1, bytes.size(), out_);
    }
    set_double_word(block, result);
    set_double_word(tohost_, 0);
    if (fromhost_ != 0) set_double_word(fromhost_, 1);
}

std::uint64_t ToHost::double_word(std::uint32_t address) {
    const auto bytes = machine_.memory().view(address, 8);
    return bytes.size() == 8 ? load_le<std::uint64_t>(bytes.data()) : 0;
}

// Not as a store: it would be looked at again.
void ToHost::set_double_word(std::uint32_t address, std::uint64_t value) {
    if (const auto bytes = machine_.memory().view(address, 8); bytes.size() == 8) store_le(bytes.data(), value);
}

} // namespace p4jit::machine
