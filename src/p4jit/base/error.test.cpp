#include "p4jit/base/error.hpp"

#include <doctest/doctest.h>

using namespace p4jit;

TEST_CASE("a hostile name cannot cut a message short, nor speak to the terminal") {
    using namespace std::string_literals;
    const BadObject error("lib.a(\0x\x1B[2J.o): no object\n\tgrün"s);
    CHECK(error.what() == "lib.a(?x?[2J.o): no object\n\tgrün"s);
}
