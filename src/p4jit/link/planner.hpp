// The steps of place(), one after the other; see plan.cpp for their order.
#pragma once

#include "p4jit/link/plan.hpp"
#include "p4jit/link/symbols.hpp"

#include <set>
#include <unordered_map>

namespace p4jit::link {

class Planner {
public:
    explicit Planner(const Input& input) : input_(input) {}

    void take_objects();
    /// Follows references from what is to be kept; takes in archive members and
    /// external symbols on the way.
    void follow_references();
    void make_chunks();
    void add_common_symbols();
    void add_got_and_veneers();
    void lay_out();
    void find_targets();
    void list_initializers();
    /// Throws LinkError if any step had a problem.
    void check() const;

    Plan take() { return std::move(plan_); }

private:
    using SectionKey = std::pair<std::uint32_t, std::uint32_t>; ///< object, section

    /// What a reference goes to.
    struct Resolved {
        enum class Kind { section, common, absolute, missing_weak, missing } kind;
        Definition definition{};
        std::uint32_t value = 0;
    };

    struct Reference {
        std::uint32_t object, section;
        elf::Relocation relocation;
    };

    std::uint32_t add_object(const elf::Object& object);
    void keep_roots();
    void follow_sections();
    void keep_section(std::uint32_t object, std::uint32_t section);
    void follow(std::uint32_t object, const elf::Relocation& relocation, std::uint32_t section);
    Resolved resolve(std::uint32_t object, std::uint32_t symbol);
    Resolved resolve_defined(std::uint32_t object, const elf::Symbol& symbol) const;
    Resolved resolve_undefined(const elf::Symbol& symbol);
    using Provider = std::function<std::optional<elf::Object>(std::string_view)>;
    bool pull(const Provider& provider, std::string_view name);
    bool pull_from_archives(std::string_view name);
    bool pull_from(const std::vector<elf::Archive>& archives, std::string_view name);
    void note_missing(std::string_view name, const Place& place);
    std::string describe(const Place& place) const;
    Target target_of(std::uint32_t object, std::uint32_t symbol);
    std::uint64_t lay_out_part(Part part, std::uint64_t offset);
    std::uint32_t add_chunk(Part part, std::uint32_t alignment, std::uint32_t size);

    const Input& input_;
    Plan plan_;
    SymbolTable symbols_;
    std::set<SectionKey> kept_;
    std::vector<SectionKey> to_follow_;
    std::vector<Reference> missing_weak_;
    std::map<SectionKey, std::uint32_t> chunk_of_section_;
    std::map<std::string_view, std::uint32_t> chunk_of_common_;
    std::set<std::string_view> kept_commons_;
    std::unordered_map<std::string, std::optional<std::uint32_t>> external_;
    std::optional<std::vector<elf::Archive>> libraries_;
    std::array<std::set<std::string, std::less<>>, 2> asked_;              ///< of provide, of provide_at_last
    std::map<std::string, std::vector<std::string>, std::less<>> missing_; ///< places by name
    std::vector<std::string> problems_;
    std::uint32_t got_chunk_ = 0, veneer_chunk_ = 0; ///< valid if the maps in plan_ are not empty
};

/// The part of the image an allocated section belongs to; nothing for sections
/// that no running code needs.
std::optional<Part> part_of(const elf::Section& section);

/// Bytes of a veneer: auipc and jalr.
constexpr std::uint32_t veneer_size = 8;

} // namespace p4jit::link
