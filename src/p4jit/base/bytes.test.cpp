#include "p4jit/base/bytes.hpp"

#include <doctest/doctest.h>

using namespace p4jit;

TEST_CASE("a cursor that ran past the end stays not ok and reads zeros") {
    const Bytes bytes{1, 2, 3};
    Cursor cursor(bytes);
    CHECK(cursor.u16() == 0x0201);
    CHECK(cursor.u16() == 0);
    CHECK_FALSE(cursor.ok());
    CHECK(cursor.u8() == 0);
    CHECK(cursor.left() == 0);
}

TEST_CASE("a cursor may start or seek at the very end, not behind it") {
    const Bytes bytes{1};
    CHECK(Cursor(bytes, 1).ok());
    CHECK_FALSE(Cursor(bytes, 2).ok());
    Cursor cursor(bytes);
    cursor.seek(2);
    CHECK_FALSE(cursor.ok());
}

TEST_CASE("c_string needs its NUL") {
    const Bytes bytes{'h', 'i', 0, 'x'};
    Cursor cursor(bytes);
    CHECK(cursor.c_string() == "hi");
    CHECK(cursor.c_string().empty());
    CHECK_FALSE(cursor.ok());
    CHECK(Cursor(bytes, 100).c_string().empty());
    CHECK(Cursor(ByteView(), 44).c_string().empty());
}

TEST_CASE("LEB128 examples of DWARF 5, figures 22 and 23") {
    const Bytes unsigned_bytes{2, 127, 0x80, 1, 0x81, 1, 0xB9, 0x64};
    Cursor u(unsigned_bytes);
    for (std::uint64_t expected : {2u, 127u, 128u, 129u, 12857u}) CHECK(u.uleb128() == expected);

    const Bytes signed_bytes{2, 0x7E, 0xFF, 0, 0x81, 0x7F, 0x80, 1, 0x80, 0x7F, 0x81, 1, 0xFF, 0x7E};
    Cursor s(signed_bytes);
    for (std::int64_t expected : {2, -2, 127, -127, 128, -128, 129, -129}) CHECK(s.sleb128() == expected);
}

TEST_CASE("an endless LEB128 ends with the bytes") {
    const Bytes bytes(100, 0x80);
    Cursor cursor(bytes);
    cursor.uleb128();
    CHECK_FALSE(cursor.ok());
}
