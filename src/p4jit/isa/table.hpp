// All instruction rows, in the order of spec/isa/all.def.
#pragma once

#include "p4jit/isa/row.hpp"

#include <initializer_list>
#include <span>

namespace p4jit::isa {

/// The instruction sets that spec/isa/all.def lists.
enum class Extension : std::uint8_t {
#define EXTENSION(id, name) id,
#include "spec/isa/all.def"
    count
};

/// A set of extensions.
class ExtensionSet {
public:
    constexpr ExtensionSet() = default;
    constexpr ExtensionSet(std::initializer_list<Extension> list) {
        for (auto extension : list) bits_ |= bit(extension);
    }
    constexpr bool has(Extension extension) const { return bits_ & bit(extension); }
    constexpr ExtensionSet operator|(ExtensionSet other) const {
        other.bits_ |= bits_;
        return other;
    }

private:
    static constexpr std::uint32_t bit(Extension extension) { return 1u << static_cast<unsigned>(extension); }
    std::uint32_t bits_ = 0;
};

/// What chip revisions below 3.0 execute, and what 3.0 and up add.
inline constexpr ExtensionSet chip_v1{Extension::I, Extension::Zicsr, Extension::M,
                                      Extension::A, Extension::F,     Extension::C};
inline constexpr ExtensionSet chip_v3 =
    chip_v1 | ExtensionSet{Extension::Zcb, Extension::Zba, Extension::Zbb, Extension::Zbs};

/// Every row; rows()[n] is that of Op(n).
std::span<const Row, op_count> rows();

inline const Row& row(Op op) { return rows()[static_cast<std::size_t>(op)]; }

Extension extension_of(Op op);
std::string_view name(Extension extension);

} // namespace p4jit::isa
