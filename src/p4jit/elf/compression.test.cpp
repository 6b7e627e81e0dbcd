#include "p4jit/elf/compression.hpp"

#include "p4jit/base/error.hpp"
#include "tests/support/cross_compiler.hpp"

#include <algorithm>
#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::elf;

namespace {

const std::string source = R"(
#include <stdint.h>
struct Point { float x, y; } origin;
enum Color { red, green } color;
float sum(const struct Point* p, int n) { float s = 0; while (n--) s += p[n].x + p[n].y; return s; }
int64_t table[3][4];
)";

const Section& abbreviations(const Object& object) { return *object.section(".debug_abbrev"); }

/// What the error says when the compression header's field is `value`.
std::string message_with(std::size_t field, std::uint32_t value) {
    auto file = test::compile(test::gcc + " -g -gz", source);
    const auto object = Object::parse(file, "f.o");
    const auto contents = abbreviations(object).contents;
    const auto at = std::search(file.begin(), file.end(), contents.begin(), contents.end());
    store_le(&*at + field, value);
    const auto changed = Object::parse(file, "f.o");
    try {
        decompress(changed, abbreviations(changed));
    } catch (const BadObject& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

TEST_CASE("a decompressed section is what it was") {
    const auto plain = Object::parse(test::compile(test::gcc + " -g -gz=none", source), "f.o");
    const auto packed = Object::parse(test::compile(test::gcc + " -g -gz", source), "f.o");
    REQUIRE((abbreviations(packed).flags & section_flag::compressed) != 0);
    const auto bytes = decompress(packed, abbreviations(packed));
    CHECK(bytes.size() > abbreviations(packed).size);
    CHECK(as_text(bytes) == as_text(abbreviations(plain).contents));
}

TEST_CASE("sizes and methods that cannot be are refused with the cure") {
    CHECK(message_with(0, 2).ends_with("is compressed by method 2, not by zlib; compile it with -gz=none"));
    CHECK(message_with(4, 0xFFFF'FFFF).find("claims to be 4294967295 bytes") != std::string::npos);
    CHECK(message_with(4, 17).find("cannot be decompressed") != std::string::npos);
    CHECK(message_with(12, 0x12345678).find("cannot be decompressed") != std::string::npos);
}
