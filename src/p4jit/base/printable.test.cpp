#include "p4jit/base/printable.hpp"

#include <doctest/doctest.h>

using namespace p4jit;

TEST_CASE("text stays as it is, whatever its language") {
    for (const char* text : {"", "plain", "two\nlines\tand a tab", "grün, 緑, 🟢 …"}) CHECK(printable(text) == text);
}

TEST_CASE("what a terminal obeys is escaped") {
    CHECK(printable("\x1b]0;title\x07") == "\\x1b]0;title\\x07");
    CHECK(printable("a\rb\x7f") == "a\\x0db\\x7f");
    CHECK(printable(std::string_view("\0", 1)) == "\\x00");
    CHECK(printable("\xc2\x9b"
                    "31m") == "\\xc2\\x9b31m"); // CSI in one character
}

TEST_CASE("bytes that are no UTF-8 are escaped") {
    CHECK(printable("\x9b"
                    "31m") == "\\x9b31m");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                   // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // past U+10FFFF
    CHECK(printable("end\xe7\xb7") == "end\\xe7\\xb7");
}

TEST_CASE("a name is one line, and not longer than it may be") {
    CHECK(printable_name("a\nb") == "a\\x0ab");
    CHECK(printable_name(std::string(100, 'x'), 10) == "xxxxxxxxxx…");
    CHECK(printable_name("緑緑緑", 4) == "緑…");
}

TEST_CASE("what kernels print to a terminal keeps its colours and loses all else") {
    TerminalFilter filter;
    CHECK(filter("\x1b[31;1mred\x1b[0m\r\n") == "\x1b[31;1mred\x1b[0m\r\n");
    CHECK(filter("\x1b[2J\x1b]52;c;aGk=\x07") == "\\x1b[2J\\x1b]52;c;aGk=\\x07");
    CHECK(filter("\x9b"
                 "1m") == "\\x9b1m");
}

TEST_CASE("characters and colours may be cut anywhere") {
    const std::string text = "grün \x1b[38;5;208m緑\x1b[0m 🟢!";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        TerminalFilter filter;
        const auto before = filter(text.substr(0, cut));
        CHECK(before + filter(text.substr(cut)) == text);
    }
    TerminalFilter byte_by_byte;
    std::string all;
    for (const char c : text) all += byte_by_byte(std::string_view(&c, 1));
    CHECK(all == text);
}

TEST_CASE("a colour that never ends is none") {
    TerminalFilter filter;
    CHECK(filter("\x1b[" + std::string(40, '1')) == "\\x1b[" + std::string(40, '1'));
}
