// An ar archive: libgcc.a, libm.a, libc.a.
//
// GNU's form (long names in "//", symbol index in "/" or "/SYM64/") and BSD's
// long names, which llvm-ar writes on macOS. Thin archives are refused.
#pragma once

#include "p4jit/elf/object.hpp"

#include <unordered_map>

namespace p4jit::elf {

/// A value, like Object: copies share the bytes.
class Archive {
public:
    struct Member {
        std::string_view name;
        ByteView contents;
    };

    /// Throws BadObject; `name` is for messages. Members are not looked into.
    static Archive parse(Bytes file, std::string name);

    const std::string& name() const { return state_->name; }
    /// In file order; without the symbol index and the table of long names.
    const std::vector<Member>& members() const { return state_->members; }
    /// The first member that defines the symbol, by the archive's index, or
    /// nullptr. Throws BadObject if there are members but no index.
    const Member* find(std::string_view symbol) const;
    /// How many symbols the index names.
    std::size_t symbol_count() const { return state_->index.size(); }

    /// The member taken apart; its name is "libm.a(s_sin.o)". Throws BadObject.
    Object object(const Member& member) const;

private:
    friend class ArchiveParser;
    struct State {
        Bytes file;
        std::string name;
        std::vector<Member> members;
        std::unordered_map<std::string_view, std::uint32_t> index;
        bool has_index = false;
    };
    explicit Archive(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    std::shared_ptr<const State> state_;
};

} // namespace p4jit::elf
