// docs/instructions.md is printed from the rows of spec/isa.
//
// To bring the page up to date: P4JIT_UPDATE_DOCS=1 ctest -R instructions_page
#include "p4jit/base/file.hpp"
#include "p4jit/isa/table.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

using namespace p4jit;
using namespace p4jit::isa;

namespace {

const std::string path = P4JIT_SOURCE_DIR "/docs/instructions.md";

/// The operands with the register classes' short names: rs1 for rs1p.
std::string operands_of(const Row& row) {
    std::string text(row.syntax);
    for (const char* field : {"rdp", "rs1p", "rs2p"})
        if (const auto at = text.find(field); at != text.npos) text.erase(at + std::string(field).size() - 1, 1);
    return text;
}

/// The word with fixed bits as 0 and 1, operand bits as '-'.
std::string bits_of(const Row& row) {
    std::string text;
    for (int at = row.length * 8 - 1; at >= 0; --at) {
        text += row.mask >> at & 1 ? static_cast<char>('0' + (row.match >> at & 1)) : '-';
        if (at % 8 == 0 && at != 0) text += ' ';
    }
    return text;
}

std::string page() {
    std::string text = "# Instructions\n\nPrinted from the rows of [spec/isa](../spec/isa/README.md). "
                       "Chip revisions below 3.0 have PIE 2.1 (`xespv2p1`), those from 3.0 up PIE 2.2 (`xespv2p2`) and "
                       "`zcb`, `zba`, `zbb`, `zbs`. How the vector instructions work: [pie.md](pie.md).\n";
    auto extension = Extension::count;
    for (const auto& row : rows()) {
        if (extension_of(row.op) != extension) {
            extension = extension_of(row.op);
            text += fmt::format("\n## {}\n\n| instruction | operands | bits |\n|---|---|---|\n", name(extension));
        }
        text += fmt::format("| `{}` | {} | `{}` |\n", row.mnemonic, operands_of(row), bits_of(row));
    }
    return text;
}

} // namespace

TEST_CASE("docs/instructions.md shows every row") {
    if (std::getenv("P4JIT_UPDATE_DOCS")) return write_file(path, as_bytes(page()));
    CHECK_MESSAGE(read_text(path) == page(), "docs/instructions.md is stale: run the test with P4JIT_UPDATE_DOCS=1");
}

TEST_CASE("there are 354 vector instructions of PIE 2.1 and 355 of 2.2") {
    unsigned v1 = 0, v2 = 0;
    for (const auto& row : rows()) {
        v1 += extension_of(row.op) == Extension::Xespv2p1;
        v2 += extension_of(row.op) == Extension::Xespv2p2;
    }
    CHECK(v1 == 354);
    CHECK(v2 == 355);
}
