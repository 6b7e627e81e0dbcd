#include "p4jit/toolchain/config.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace p4jit;
using namespace p4jit::toolchain;

namespace {

Config config_of(const std::string& text) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() / "p4jit");
    write_file(folder.path() / "p4jit/config.json", as_bytes(text));
    return read_config(Environment{{"XDG_CONFIG_HOME", folder.path().string()}});
}

std::string complaint(const std::string& text) {
    try {
        config_of(text);
    } catch (const UsageError& error) {
        const std::string message = error.what();
        return message.substr(message.find("config.json"));
    }
    return {};
}

} // namespace

TEST_CASE("the toolchain is read from the config file") {
    CHECK(config_of(R"({"toolchain": "/opt/riscv"})").toolchain == "/opt/riscv");
    CHECK(config_of("{}").toolchain.empty());
}

TEST_CASE("no file and no home are no errors") {
    CHECK(read_config(Environment{{"HOME", "/nonexistent"}}).file == "/nonexistent/.config/p4jit/config.json");
    CHECK(read_config(Environment{}).file.empty());
}

TEST_CASE("a config file with a mistake is refused with its place") {
    CHECK(complaint("{\n\"toolchain\": x\n}") == "config.json: line 2 is not JSON");
    CHECK(complaint("") == "config.json: line 1 is not JSON");
    CHECK(complaint("[]") == "config.json: it must be a JSON object, like {\"toolchain\": \"clang-19\"}");
    CHECK(complaint(R"({"toolchain": 3})") == "config.json: \"toolchain\" must be a text");
    CHECK(complaint(R"({"toolchian": "x"})") ==
          "config.json: the key \"toolchian\" means nothing; known is \"toolchain\"");
}

TEST_CASE("a temporary folder is private, and gone with its contents") {
    std::filesystem::path path;
    {
        const TemporaryFolder folder;
        path = folder.path();
        struct stat status{};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0700);
        std::filesystem::create_directories(path / "a/b");
        write_file(path / "a/b/c", {});
    }
    CHECK_FALSE(std::filesystem::exists(path));
}
