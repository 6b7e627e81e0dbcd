#include "p4jit/elf/attributes.hpp"

namespace p4jit::elf {

ByteView find_build_id(ByteView notes) {
    constexpr std::uint32_t gnu_build_id = 3;
    Cursor at(notes);
    while (!at.done()) {
        const auto name_size = at.u32(), size = at.u32(), type = at.u32();
        const auto owner = as_text(at.take(name_size));
        at.skip((4 - name_size % 4) % 4);
        const auto description = at.take(size);
        if (at.ok() && type == gnu_build_id && owner == std::string_view("GNU", 4)) return description;
        at.skip((4 - size % 4) % 4);
    }
    return {};
}

std::string_view find_architecture(ByteView attributes) {
    constexpr std::uint64_t tag_file = 1, tag_arch = 5;
    Cursor at(attributes);
    if (at.u8() != 'A') return {};
    const auto length = at.u32(); // of the vendor's section, this field included
    if (length < 4 || at.left() < length - 4) return {};
    if (at.c_string() != "riscv") return {};
    if (at.uleb128() != tag_file) return {};
    at.skip(4); // length of this list
    while (!at.done()) {
        const auto tag = at.uleb128();
        // Odd tags have text, even ones a number.
        if (tag % 2 == 0) {
            at.uleb128();
            continue;
        }
        const auto text = at.c_string();
        if (tag == tag_arch) return text;
    }
    return {};
}

} // namespace p4jit::elf
