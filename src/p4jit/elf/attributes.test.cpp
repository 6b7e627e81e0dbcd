#include "p4jit/elf/attributes.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::elf;

namespace {

Bytes bytes(std::string_view text) { return Bytes(text.begin(), text.end()); }

const Bytes note = bytes({"\4\0\0\0\3\0\0\0\3\0\0\0GNU\0\1\2\3\0", 20});

} // namespace

TEST_CASE("a build ID is found after other notes") {
    auto notes = bytes({"\3\0\0\0\1\0\0\0\1\0\0\0ab\0\0x\0\0\0", 20});
    notes.insert(notes.end(), note.begin(), note.end());
    CHECK(as_text(find_build_id(notes)) == "\1\2\3");
    CHECK(find_build_id({}).empty());
}

TEST_CASE("a note that is cut off is no build ID") {
    for (std::size_t length = 0; length < 19; ++length) CHECK(find_build_id(ByteView(note).first(length)).empty());
    auto huge = note;
    store_le<std::uint32_t>(huge.data(), 0xFFFF'FFFF);
    CHECK(find_build_id(huge).empty());
}

TEST_CASE("the architecture is found among other attributes") {
    const auto attributes = bytes({"A\x1C\0\0\0riscv\0\1\x12\0\0\0\4\x10\5rv32imafc\0", 29});
    CHECK(find_architecture(attributes) == "rv32imafc");
    for (std::size_t length = 0; length < attributes.size(); ++length)
        CHECK(find_architecture(ByteView(attributes).first(length)).empty());
}
