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

/// The standard instructions that every revision has.
inline constexpr ExtensionSet rv32imafc{Extension::I, Extension::Zicsr, Extension::M,
                                        Extension::A, Extension::F,     Extension::C};
/// What every chip executes, what revisions below 3.0 do, and 3.0 and up.
inline constexpr ExtensionSet chip_common = rv32imafc | ExtensionSet{Extension::Xesploop};
inline constexpr ExtensionSet chip_v1 = chip_common | ExtensionSet{Extension::Xespv2p1};
inline constexpr ExtensionSet chip_v3 =
    chip_common | ExtensionSet{Extension::Zcb, Extension::Zba, Extension::Zbb, Extension::Zbs, Extension::Xespv2p2};

/// Every row; rows()[n] is that of Op(n).
std::span<const Row, op_count> rows();

inline const Row& row(Op op) { return rows()[static_cast<std::size_t>(op)]; }

Extension extension_of(Op op);
std::string_view name(Extension extension);

} // namespace p4jit::isa
