#include "p4jit/toolchain/config.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace p4jit::toolchain {

Config read_config(const Environment& environment) {
    Config config;
    const auto folder = environment.xdg("XDG_CONFIG_HOME", ".config");
    if (folder.empty()) return config;
    config.file = folder / "config.json";
    std::error_code failed;
    if (!std::filesystem::exists(config.file, failed)) return config;

    const auto wrong = [&](const std::string& what) {
        return UsageError(fmt::format("{}: {}", config.file.string(), what));
    };
    const auto text = read_text(config.file);
    nlohmann::json json;
    try {
        json = nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        const auto before = std::string_view(text).substr(0, error.byte);
        throw wrong(fmt::format("line {} is not JSON", split(before, '\n').size()));
    }
    if (!json.is_object()) throw wrong("it must be a JSON object, like {\"toolchain\": \"clang-19\"}");
    for (const auto& [key, value] : json.items()) {
        if (key != "toolchain") throw wrong(fmt::format("the key \"{}\" means nothing; known is \"toolchain\"", key));
        if (!value.is_string()) throw wrong("\"toolchain\" must be a text");
        config.toolchain = value.get<std::string>();
    }
    return config;
}

} // namespace p4jit::toolchain
