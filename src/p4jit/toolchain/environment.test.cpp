#include "p4jit/toolchain/environment.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace p4jit::toolchain;

TEST_CASE("the current environment is a copy") {
    auto environment = Environment::current();
    CHECK(environment.get("PATH") == std::getenv("PATH"));
    environment.set("P4JIT_TEST_VARIABLE", "1");
    CHECK(std::getenv("P4JIT_TEST_VARIABLE") == nullptr);
}

TEST_CASE("programs are found on PATH in its order; folders and data files are none") {
    const Environment environment{{"PATH", "/nonexistent::/etc:/bin:/usr/bin"}};
    CHECK(environment.find_program("sh") == "/bin/sh");
    CHECK(environment.find_program("passwd") != "/etc/passwd");
    CHECK(environment.find_program("ssl").empty());
    CHECK(Environment{}.find_program("sh").empty());
}

TEST_CASE("no program is taken from a folder that depends on where we are") {
    const auto here = std::filesystem::current_path();
    std::filesystem::current_path("/bin");
    for (const char* path : {".", "./", "", "../bin:./"}) CHECK(Environment{{"PATH", path}}.find_program("sh").empty());
    CHECK(Environment{{"PATH", ".:/bin"}}.path() == std::vector<std::filesystem::path>{"/bin"});
    std::filesystem::current_path(here);
}

TEST_CASE("base directories follow their variables, else the home folder") {
    CHECK(Environment{{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}}.xdg("XDG_CACHE_HOME", ".cache") == "/c/p4jit");
    CHECK(Environment{{"HOME", "/h"}}.xdg("XDG_CACHE_HOME", ".cache") == "/h/.cache/p4jit");
    CHECK(Environment{{"XDG_CACHE_HOME", "relative"}, {"HOME", "/h"}}.xdg("XDG_CACHE_HOME", ".cache") ==
          "/h/.cache/p4jit");
    CHECK(Environment{}.xdg("XDG_CACHE_HOME", ".cache").empty());
    CHECK(Environment{{"HOME", "h"}}.xdg("XDG_CACHE_HOME", ".cache").empty());
}

TEST_CASE("entries are NAME=value") {
    CHECK(Environment{{"A", "1"}, {"B", "x=y"}}.entries() == std::vector<std::string>{"A=1", "B=x=y"});
}
