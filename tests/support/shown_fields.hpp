// Which instructions tell everything in the text that disassembly shows.
#pragma once

#include "p4jit/isa/table.hpp"

namespace p4jit::test {

/// Does the text show every field, in the form assemble() reads? Not aq and rl,
/// CSR names, hints' operands.
inline bool shows_all(const isa::Row& row) {
    using isa::Kind;
    for (const auto& use : row) {
        const auto& f = isa::field(use.id);
        if (f.kind == Kind::flag || f.kind == Kind::csr || f.kind == Kind::order || f.kind == Kind::list ||
            row.syntax.find(f.token) == row.syntax.npos)
            return false;
    }
    return true;
}

} // namespace p4jit::test
