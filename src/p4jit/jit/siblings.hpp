// The sources beside the one that is loaded: what it needs of them.
//
// A file is compiled when the loaded source misses a name that the file's text
// has, and linked when it turns out to define it. Others in the folder may be
// of another program, or broken, without harm.
#pragma once

#include "p4jit/jit/state.hpp"

#include <deque>

namespace p4jit::jit {

/// Has the text the word, as a whole?
bool mentions(std::string_view text, std::string_view word);

class Siblings {
public:
    /// Of a file: .c, .cpp, .cc, .cxx and .S files in its folder, by name.
    Siblings(DeviceState& device, const std::filesystem::path& entry, const LoadOptions& options)
        : device_(device), entry_(entry), options_(options) {}

    /// The object that defines the symbol, or nothing. Throws LinkError if two
    /// of the files do.
    std::optional<elf::Object> provide(std::string_view symbol);
    /// The same where nobody else had the symbol: asks files that do not even
    /// mention it, since macros can make names.
    std::optional<elf::Object> provide_at_last(std::string_view symbol);

    /// Why a missing symbol is missing, if one of the files may be to blame.
    std::string blame(std::string_view symbol) const;

    /// The files that provided something, in that order.
    const std::vector<toolchain::Source>& used() const { return used_; }
    /// What the compiler said of those.
    const std::string& warnings() const { return warnings_; }

private:
    struct File {
        toolchain::Source source;
        std::string text;
        bool is_tried = false, is_used = false;
        std::optional<elf::Object> object;
        std::string warnings, error;
    };

    void discover();
    bool may_define(const File& file, std::string_view symbol) const;
    void compile(const std::vector<File*>& files);
    std::optional<elf::Object> take(std::string_view symbol, const std::vector<File*>& candidates);

    DeviceState& device_;
    std::filesystem::path entry_;
    const LoadOptions& options_;
    bool is_discovered_ = false;
    std::deque<File> files_;
    std::vector<toolchain::Source> used_;
    std::string warnings_;
};

} // namespace p4jit::jit
