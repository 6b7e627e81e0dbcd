// The environment variables that a toolchain is looked for and run with, as a
// value: tests make their own, and nothing here changes the process's.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace p4jit::toolchain {

class Environment {
public:
    Environment() = default;
    Environment(std::initializer_list<std::pair<const std::string, std::string>> variables) : variables_(variables) {}

    /// This process's variables as they are now.
    static Environment current();

    /// Empty if unset: an empty variable means what an unset one does.
    std::string get(const std::string& name) const;
    void set(const std::string& name, std::string value) { variables_[name] = std::move(value); }
    void unset(const std::string& name) { variables_.erase(name); }

    /// "NAME=value", as a process wants them.
    std::vector<std::string> entries() const;

    /// $HOME; empty if there is none, or if it is relative: what is there would
    /// depend on where we happen to be.
    std::filesystem::path home() const {
        const std::filesystem::path folder = get("HOME");
        return folder.is_absolute() ? folder : std::filesystem::path();
    }
    /// The folders of $PATH, in order; but not relative ones, such as ".": whoever
    /// can write where we happen to be would decide what runs.
    std::vector<std::filesystem::path> path() const;
    /// `name` in the first folder of $PATH that has it as a program; empty if none.
    std::filesystem::path find_program(const std::string& name) const;
    /// A folder of the XDG base directory specification: $variable/p4jit, else
    /// ~/fallback/p4jit; empty without a home.
    std::filesystem::path xdg(const std::string& variable, const std::string& fallback) const;

private:
    std::map<std::string, std::string> variables_;
};

/// Is it a file that may be run?
bool is_program(const std::filesystem::path& file);

} // namespace p4jit::toolchain
