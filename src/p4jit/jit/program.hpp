// What a module is made from, up to a plan of its image: objects of sources,
// objects and archives of the caller's, what they offer, and which of it is kept.
#pragma once

#include "p4jit/jit/siblings.hpp"
#include "p4jit/jit/wanted.hpp"

#include <algorithm>

namespace p4jit::jit {

class Program {
public:
    /// Reads and compiles the sources. Throws SourceNotFound, CompileError,
    /// BadObject, LinkError for code of the other chip family, UsageError.
    Program(DeviceState& device, std::span<const Source> sources, const LoadOptions& options);

    /// "fir.c", "fir.c and window.S", "fir.c and 3 more".
    const std::string& name() const { return name_; }
    /// The compiler's and the linter's.
    const std::string& warnings() const { return warnings_; }
    bool from_cache() const { return from_cache_; }

    /// Chooses what to keep, and links it with what it needs. Throws
    /// FunctionNotFound, LinkError.
    link::Plan link();

    /// What the objects offer; of those of the sources beside the one that is
    /// loaded only what was asked for. After link().
    const std::vector<dwarf::Interface>& interfaces() const { return interfaces_; }
    /// Of the sources that are in no file.
    const Texts& texts() const { return texts_; }
    /// Were these asked for by name, or is everything wanted?
    bool is_wanted(const std::string& symbol) const {
        return keep_.empty() || std::ranges::find(keep_, symbol) != keep_.end();
    }
    /// Was it asked for in other words than its name? nullptr if not.
    const Wanted* wanted(const std::string& symbol) const {
        const auto found = std::ranges::find(wanted_, symbol, &Wanted::symbol);
        return found == wanted_.end() ? nullptr : &*found;
    }

private:
    void read(const Source& source);
    void add_text(const std::filesystem::path& name, std::string text);
    void compile();
    void add_object(elf::Object object);
    void add_warnings(const std::string& words);
    void keep(const std::string& function);
    bool keep_if_defined(const std::string& function, dwarf::Interface& interface);
    void describe_if_declared(const std::string& function, dwarf::Interface& interface);
    bool keep_from_elsewhere(const std::string& function);
    bool keep_overload(const std::string& function);
    bool keep_by_asking(const std::string& function);
    bool ask(std::size_t source, const std::string& function);
    std::vector<toolchain::Source> asked_sources() const;
    std::optional<elf::Object> compile_asked(std::size_t source);
    void find_wanted_again();
    [[noreturn]] void no_such_function(const std::string& function) const;
    std::optional<elf::Object> from_archives(std::string_view symbol) const;
    link::Input input();
    void optimize_as_a_whole();

    DeviceState& device_;
    const LoadOptions& options_;
    std::string name_, warnings_;
    Texts texts_;
    bool from_cache_ = true;
    std::vector<toolchain::Source> sources_;
    std::vector<elf::Object> objects_;
    std::vector<elf::Archive> archives_;       ///< the caller's
    std::vector<dwarf::Interface> interfaces_; ///< by object
    std::optional<Siblings> siblings_;
    std::vector<std::string> keep_; ///< symbols; empty: all
    std::vector<Wanted> wanted_;
    std::vector<std::vector<Wanted>> asked_; ///< of each source
    std::size_t first_compiled_ = 0;         ///< object of the first source
    std::string refusal_;                    ///< what the compiler said when it was asked
};

} // namespace p4jit::jit
