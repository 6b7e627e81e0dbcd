// readelf's picture of .debug_info as a tree, and C spelled from it: a second
// opinion on signatures that shares no code with the reader under test.
#pragma once

#include "tests/objects/readelf.hpp"

#include <map>

namespace p4jit::test {

struct Die {
    std::uint32_t offset = 0;
    std::string tag; ///< without DW_TAG_
    Die* parent = nullptr;
    std::vector<Die*> children;
    std::map<std::string, std::string> attributes; ///< without DW_AT_; readelf's text

    std::string get(const std::string& attribute) const {
        const auto found = attributes.find(attribute);
        return found == attributes.end() ? "" : found->second;
    }
    bool has(const std::string& attribute) const { return attributes.contains(attribute); }
};

class DieTree {
public:
    /// From the output of readelf -W --debug-dump=info for one object.
    explicit DieTree(std::string_view output);

    const std::map<std::uint32_t, Die>& dies() const { return dies_; }

    /// The entry, or one it completes, that has the attribute.
    const Die* owner(const Die& die, const std::string& attribute) const;
    std::string get(const Die& die, const std::string& attribute) const;
    const Die* reference(const Die& die, const std::string& attribute) const;
    /// The end of the chain of abstract origins.
    const Die& root(const Die& die) const;

    std::string qualified_name(const Die& die) const;
    /// "float scale(const float *x, int n)"
    std::string signature(const Die& function) const;
    std::string declaration(const Die* type, const std::string& declarator) const;
    bool assembler() const { return assembler_; }

private:
    std::string specifier(const Die& type) const;
    std::string parameters(const Die& function, bool with_names) const;
    std::string array_bounds(const Die& type) const;

    std::map<std::uint32_t, Die> dies_;
    bool cxx_ = false, assembler_ = false;
};

} // namespace p4jit::test
