#include "p4jit/toolchain/environment.hpp"

#include "p4jit/base/text.hpp"

#include <unistd.h>

extern char** environ; // NOLINT: POSIX

namespace p4jit::toolchain {

namespace fs = std::filesystem;

Environment Environment::current() {
    Environment environment;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals != text.npos)
            environment.set(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
    }
    return environment;
}

std::string Environment::get(const std::string& name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::string() : found->second;
}

std::vector<std::string> Environment::entries() const {
    std::vector<std::string> entries;
    for (const auto& [name, value] : variables_) entries.push_back(name + "=" + value);
    return entries;
}

std::vector<fs::path> Environment::path() const {
    std::vector<fs::path> folders;
    const auto text = get("PATH");
    for (const auto folder : split(text, ':'))
        if (fs::path(folder).is_absolute()) folders.emplace_back(folder);
    return folders;
}

fs::path Environment::find_program(const std::string& name) const {
    for (const auto& folder : path())
        if (is_program(folder / name)) return folder / name;
    return {};
}

fs::path Environment::xdg(const std::string& variable, const std::string& fallback) const {
    // The specification: a relative path is to be ignored.
    const fs::path folder = get(variable);
    if (folder.is_absolute()) return folder / "p4jit";
    return home().empty() ? fs::path() : home() / fallback / "p4jit";
}

bool is_program(const fs::path& file) {
    std::error_code failed;
    return fs::is_regular_file(file, failed) && ::access(file.c_str(), X_OK) == 0;
}

} // namespace p4jit::toolchain
