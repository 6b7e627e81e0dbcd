// Which definition every name stands for, among the objects of one link.
#pragma once

#include "p4jit/elf/object.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace p4jit::link {

struct Definition {
    std::uint32_t object, symbol;
};

/// Global definitions, in the order of the objects. Strong ones win over weak
/// and common ones; of common ones the largest.
class SymbolTable {
public:
    /// Takes in the next object, whose COMDAT groups count only if their
    /// signature is new. Says what is defined twice through `problems`.
    void add(const elf::Object& object, std::vector<std::string>& problems);

    std::optional<Definition> find(std::string_view name) const;

    /// The section is of a COMDAT group that an earlier object has already.
    bool is_discarded(std::uint32_t object, std::uint32_t section) const;

private:
    enum class Strength { weak, common, strong };
    struct Entry {
        Definition definition;
        Strength strength;
        std::uint32_t size; ///< of a common symbol
        const std::string* object_name;
    };

    void define(const elf::Object& object, const elf::Symbol& symbol, std::vector<std::string>& problems);

    std::unordered_map<std::string_view, Entry> entries_;
    std::unordered_set<std::string> groups_;
    std::unordered_set<std::uint64_t> discarded_;
    std::uint32_t objects_ = 0;
};

} // namespace p4jit::link
