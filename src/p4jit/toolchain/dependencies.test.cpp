#include "p4jit/toolchain/dependencies.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

using namespace p4jit;
using namespace p4jit::toolchain;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

void write(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    write_file(file, as_bytes(text));
}

/// A moment later than all files written so far, and before those to come.
std::int64_t later() {
    std::this_thread::sleep_for(15ms);
    return file_clock_now();
}

} // namespace

TEST_CASE("rules are read as GCC and clang write them") {
    CHECK(parse_rule("x: a\\ b\\#$$x/m:n.c a\\ b\\#$$x/h\\ ü.h \\\n /usr/include/stdint.h \\\n  /usr/x.h\n") ==
          std::vector<std::string>{"a b#$x/m:n.c", "a b#$x/h ü.h", "/usr/include/stdint.h", "/usr/x.h"});
    CHECK(parse_rule("x: k.c\n\nh.h:\n") == std::vector<std::string>{"k.c"});
    CHECK(parse_rule("x: k.c") == std::vector<std::string>{"k.c"});
    CHECK(parse_rule("").empty());
    CHECK(parse_rule("x: \\").size() == 1);
    CHECK(parse_rule("no rule").empty());
}

TEST_CASE("the hash follows the contents, not the dates") {
    const TemporaryFolder folder;
    const auto header = folder.path() / "a.h";
    write(header, "int a;");
    const auto dependencies = Dependencies::of({header}, {}, later());
    REQUIRE(dependencies);
    const auto before = dependencies->hash_now();
    REQUIRE(before);
    write(header, "int b;");
    CHECK(dependencies->hash_now() != before);
    write(header, "int a;");
    CHECK(dependencies->hash_now() == before);
    fs::remove(header);
    CHECK_FALSE(dependencies->hash_now());
}

TEST_CASE("a change that keeps size and date is seen") {
    const TemporaryFolder folder;
    const auto header = folder.path() / "a.h";
    write(header, "int a;");
    const auto date = fs::last_write_time(header);
    const auto dependencies = Dependencies::of({header}, {}, later());
    REQUIRE(dependencies);
    const auto before = dependencies->hash_now();
    {
        std::fstream file(header, std::ios::in | std::ios::out);
        file << "int b;";
    }
    fs::last_write_time(header, date);
    CHECK(dependencies->hash_now() != before);
}

TEST_CASE("a header that would be found first, had it been there, counts when it appears") {
    const TemporaryFolder folder;
    const auto include = folder.path() / "include";
    write(folder.path() / "src/a.h", "");
    write(include / "sys/b.h", "");
    const auto dependencies = Dependencies::of({folder.path() / "src/a.h", include / "sys/b.h", "/usr/include/math.h"},
                                               {folder.path() / "src", include}, later());
    REQUIRE(dependencies);
    REQUIRE(dependencies->hash_now());
    for (const char* shadow : {"include/a.h", "src/sys/b.h", "src/math.h", "include/math.h", "include/sys/a.h"}) {
        CAPTURE(shadow);
        write(folder.path() / shadow, "");
        CHECK_FALSE(dependencies->hash_now());
        fs::remove(folder.path() / shadow);
        CHECK(dependencies->hash_now());
    }
    write(folder.path() / "src/other.h", "");
    CHECK(dependencies->hash_now());
}

TEST_CASE("a file that changed after the compile began gives no list") {
    const TemporaryFolder folder;
    const auto started = later();
    write(folder.path() / "a.h", "");
    CHECK_FALSE(Dependencies::of({folder.path() / "a.h"}, {}, started));
    CHECK(Dependencies::of({folder.path() / "a.h"}, {}, later()));
    CHECK_FALSE(Dependencies::of({folder.path() / "missing.h"}, {}, later()));
}

TEST_CASE("what no list can tell gives none") {
    for (const char* text : {"char t[] = __TIME__;", "__DATE__", "__TIMESTAMP__", ".incbin \"x\"", "#embed \"x\""}) {
        CHECK(hides_inputs(text, false));
        CHECK(hides_inputs(text, true));
    }
    CHECK(hides_inputs("#if __has_include(<x.h>)", false));
    CHECK_FALSE(hides_inputs("#if __has_include(<x.h>)", true));
    CHECK(hides_inputs(".include \"macros.s\"", false));
    CHECK_FALSE(hides_inputs("#include <stdint.h>\nint f(void);", false));

    const TemporaryFolder folder;
    write(folder.path() / "a.h", "const char* built = __TIME__;");
    CHECK_FALSE(Dependencies::of({folder.path() / "a.h"}, {}, later()));
}

TEST_CASE("a list survives its bytes, and damaged bytes are none") {
    const TemporaryFolder folder;
    write(folder.path() / "a.h", "int a;");
    const auto dependencies = Dependencies::of({folder.path() / "a.h"}, {folder.path(), folder.path() / "x"}, later());
    REQUIRE(dependencies);
    const auto bytes = dependencies->to_bytes();
    const auto again = Dependencies::from_bytes(bytes);
    REQUIRE(again);
    CHECK(again->to_bytes() == bytes);
    CHECK(again->hash_now() == dependencies->hash_now());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        CHECK_FALSE(Dependencies::from_bytes(ByteView(bytes).first(size)));
    auto longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(Dependencies::from_bytes(longer));
    auto huge = bytes;
    huge[3] = 0xFF; // four thousand million files
    CHECK_FALSE(Dependencies::from_bytes(huge));
}
