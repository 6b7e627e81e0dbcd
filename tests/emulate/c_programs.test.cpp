// Programs that know nothing of the virtual chip but its addresses: C with
// picolibc.
#include "emulated.hpp"

#include <cmath>
#include <ctime>
#include <sstream>

using namespace p4jit;
using namespace p4jit::test;

TEST_CASE("printf, malloc and the mathematics work, and the exit status is main's") {
    const Workshop shop;
    const auto ran = shop.emulate(shop.c_program("stdio"));
    CHECK(ran.status == 7);
    CHECK(ran.out == fmt::format("-42 text 0xbeef 0.333\n{:.6f} {:.6f} {:.6f}\n0.500000000000 {:.12f}\n",
                                 std::sqrt(2.0f), std::sin(2.0f), std::log(10.0f), std::exp(1.0)));
}

TEST_CASE("files of the host are written, sought in, read, appended to and removed") {
    const Workshop shop;
    CHECK(shop.emulate(shop.c_program("files") + " data.bin").status == 0);
    CHECK_FALSE(std::filesystem::exists(shop.path("data.bin")));
}

TEST_CASE("what stands behind the program's name is its command line, behind -- with options") {
    const Workshop shop;
    const auto program = shop.c_program("arguments");
    CHECK(shop.emulate(program).status == 0);
    CHECK(shop.emulate(program + " one --statistics two").out == fmt::format("[{}]\n[one]\n[two]\n", program));
    const auto ran = shop.emulate(program + " --max-instructions 100000 -- one --three -4");
    CHECK(ran.status == 3);
    CHECK(ran.out == fmt::format("[{}]\n[one]\n[--three]\n[-4]\n", program));
    CHECK(shop.emulate(program + " --three").status != 0);
}

TEST_CASE("the program reads the command's standard input to its end") {
    const Workshop shop;
    CHECK(shop.emulate(shop.c_program("input"), "1 20\n300").out == "321\n");
}

TEST_CASE("the calendar is the host's, the clock is the chip's") {
    const Workshop shop;
    const auto program = shop.c_program("clocks");
    const auto before = std::time(nullptr);
    const auto ran = shop.emulate(program);
    REQUIRE(ran.status == 0);
    long long now = 0;
    unsigned long cycles = 0;
    long ticks = 0;
    std::istringstream(ran.out) >> now >> cycles >> ticks;
    CHECK(now >= before);
    CHECK(now <= std::time(nullptr));
    CHECK(cycles > 4'000'000);
    CHECK(ticks > 0);
    // Nothing depends on the host's speed.
    CHECK(shop.emulate(program).out.substr(ran.out.find(' ')) == ran.out.substr(ran.out.find(' ')));
}
