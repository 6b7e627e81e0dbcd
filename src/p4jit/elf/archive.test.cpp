#include "p4jit/elf/archive.hpp"

#include "p4jit/base/error.hpp"
#include "tests/support/cross_compiler.hpp"

#include <doctest/doctest.h>
#include <random>

using namespace p4jit;
using namespace p4jit::elf;

namespace {

/// An archive of two objects, one with a name too long for its header.
const Bytes& sample(const std::string& options = "rcsD") {
    static std::map<std::string, Bytes> known;
    auto& bytes = known[options];
    if (!bytes.empty()) return bytes;
    const test::TempFolder folder;
    write_file(folder.path() / "add.o", test::compile(test::gcc, "int add(int a, int b) { return a + b; }"));
    write_file(folder.path() / "a_name_of_many_letters.o",
               test::compile(test::gcc, "int mul(int a, int b) { return a * b; } static int hidden; int big = 1;"));
    test::run(fmt::format("cd {} && riscv64-unknown-elf-ar {} lib.a add.o a_name_of_many_letters.o",
                          folder.path().string(), options));
    return bytes = read_file(folder.path() / "lib.a");
}

std::string message(const Bytes& file) {
    try {
        const auto archive = Archive::parse(file, "lib.a");
        for (const auto& member : archive.members()) archive.object(member);
        archive.find("add");
    } catch (const BadObject& error) {
        return error.what();
    }
    return "no error";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

TEST_CASE("an archive finds the member that defines a symbol") {
    const auto archive = Archive::parse(sample(), "lib.a");
    REQUIRE(archive.members().size() == 2);
    CHECK(archive.members()[0].name == "add.o");
    CHECK(archive.members()[1].name == "a_name_of_many_letters.o");
    CHECK(archive.symbol_count() == 3);
    CHECK(archive.find("mul") == &archive.members()[1]);
    CHECK(archive.find("big") == &archive.members()[1]);
    CHECK(archive.find("hidden") == nullptr);

    const auto object = archive.object(*archive.find("mul"));
    CHECK(object.name() == "lib.a(a_name_of_many_letters.o)");
    CHECK(object.symbol("mul")->function());
}

TEST_CASE("a member outlives the archive it came from") {
    auto archive = std::make_unique<Archive>(Archive::parse(sample(), "lib.a"));
    const auto object = archive->object(archive->members()[0]);
    archive.reset();
    CHECK(object.symbol("add")->name == "add");
}

TEST_CASE("archives without an index, thin ones and other files are told with the cure") {
    CHECK(message(sample("rcSD")) == "lib.a: it has no symbol index; run riscv64-unknown-elf-ranlib lib.a");
    CHECK(contains(message(sample("rcsDT")), "thin archive"));
    CHECK(contains(message({'x'}), "not an ar archive"));
    CHECK(Archive::parse(Bytes{'!', '<', 'a', 'r', 'c', 'h', '>', '\n'}, "lib.a").find("add") == nullptr);
}

TEST_CASE("BSD's long names stand before the contents") {
    std::string text = "!<arch>\n";
    text += fmt::format("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", "#1/12", 0, 0, 0, 644, 15);
    text += std::string("long_name.o\0abc\n", 16);
    const auto archive = Archive::parse(Bytes(text.begin(), text.end()), "lib.a");
    REQUIRE(archive.members().size() == 1);
    CHECK(archive.members()[0].name == "long_name.o");
    CHECK(as_text(archive.members()[0].contents) == "abc");
}

TEST_CASE("an archive that lies about sizes or names is refused") {
    const auto patched = [](const std::string& from, const std::string& to) {
        auto text = std::string(as_text(sample()));
        text.replace(text.find(from), to.size(), to);
        return message(Bytes(text.begin(), text.end()));
    };
    CHECK(contains(patched("`\n", "??"), "there is no member header at 8"));
    CHECK(contains(patched("add.o/", "/9999 "), "there is no long name /9999"));
    CHECK(contains(patched("add.o/  ", "#1/99999"), "a member's name is cut off"));
    auto file = sample();
    store_le<std::uint32_t>(&file[68], 0xFFFF'FFFF);
    CHECK(contains(message(file), "the symbol index is cut off"));
    file = sample();
    file[75] ^= 1;
    CHECK(contains(message(file), "the symbol index has no member for add"));
}

TEST_CASE("a member's name is text and never a path, whatever it says") {
    auto text = std::string(as_text(sample()));
    const std::string name = "../../.sh/";
    text.replace(text.find("add.o/"), name.size(), name);
    const auto archive = Archive::parse(Bytes(text.begin(), text.end()), "hostile.a");
    CHECK(archive.members().at(0).name == "../../.sh");
    CHECK(archive.find("add") == &archive.members()[0]);
}

TEST_CASE("an archive cut off or with random wrong bytes is refused or read, never more") {
    for (std::size_t length = 0; length < sample().size(); ++length)
        message(Bytes(sample().begin(), sample().begin() + length));
    constexpr unsigned seed = 7;
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    int refused = 0;
    for (int round = 0; round < 5000; ++round) {
        auto file = sample();
        for (auto flips = 1 + random() % 4; flips > 0; --flips)
            file[random() % file.size()] = static_cast<std::uint8_t>(random());
        refused += message(file) != "no error";
    }
    CHECK(refused > 500);
}
