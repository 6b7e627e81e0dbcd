#include "p4jit/isa/intrinsics.hpp"

#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace p4jit;
using namespace p4jit::isa;

TEST_CASE("every vector instruction has a sentence") {
    for (const auto& row : rows())
        if (is_pie(row.op)) CHECK_MESSAGE(!meaning_in_words(row.mnemonic).empty(), row.mnemonic);
}

TEST_CASE("kernel/p4jit/pie_instructions.h is what the rows say") {
    const std::string path = P4JIT_SOURCE_DIR "/kernel/p4jit/pie_instructions.h";
    if (std::getenv("P4JIT_UPDATE_DOCS")) return write_file(path, as_bytes(instruction_header()));
    CHECK_MESSAGE(read_text(path) == instruction_header(), "stale: run the test with P4JIT_UPDATE_DOCS=1");
}
