// The other opinion: what a stock linker makes of the objects of a plan when it
// is told to put every section where the plan puts it.
//
// It gets copies of the objects in which each section of the image has a name
// of its own, so that a script can place it, and no strings are merged, which
// ours never does.
#pragma once

#include "p4jit/link/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace p4jit::test {

enum class Linker { binutils, llvm };

/// The bytes of each chunk of the plan, by index; empty for .bss and for what
/// the linker made itself.
struct ForeignImage {
    std::vector<Bytes> chunks;
    std::map<std::uint32_t, std::uint32_t> got; ///< words of its GOT, by address
};

/// Links `files`, the bytes of the plan's objects in their order, to `address`.
/// `symbols` are those of the outside. Throws with the linker's own words.
ForeignImage link_with(Linker linker, const link::Plan& plan, const std::vector<ByteView>& files, std::uint32_t address,
                       const std::map<std::string, std::uint32_t>& symbols);

} // namespace p4jit::test
