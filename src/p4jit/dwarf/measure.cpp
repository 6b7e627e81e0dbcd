// Sizes and alignments of all types of a table (psABI, "C/C++ type details"),
// and the check that no type holds itself by value.
#include "p4jit/dwarf/type_reader.hpp"

#include <algorithm>
#include <bit>

namespace p4jit::dwarf {

namespace {

// Nested records and arrays; C++ library types (tuples) reach about 100.
constexpr unsigned deepest_value = 512;
constexpr std::uint64_t memory_size = std::uint64_t{1} << 32;
constexpr std::uint32_t pointer_size = 4;

class Measurer {
public:
    explicit Measurer(TypeTable& table) : table_(table), states_(table.nodes.size(), State::unseen) {}

    std::string_view run() {
        for (std::uint32_t index = 0; index < table_.nodes.size(); ++index) measure(index, 0);
        return problem_;
    }

private:
    enum class State : std::uint8_t { unseen, open, done };

    void measure(std::uint32_t index, unsigned depth) {
        if (states_[index] == State::done || !problem_.empty()) return;
        if (states_[index] == State::open) problem_ = "a type that contains itself";
        if (depth > deepest_value) problem_ = "a type of more than 512 layers";
        if (!problem_.empty()) return;
        states_[index] = State::open;
        measure_node(table_.nodes[index], depth + 1);
        states_[index] = State::done;
        if (table_.nodes[index].size > memory_size) problem_ = "a type larger than memory";
    }

    /// The node, measured.
    const TypeNode& measured(std::uint32_t index, unsigned depth) {
        measure(index, depth);
        return table_.nodes[index];
    }

    void measure_node(TypeNode& node, unsigned depth) {
        switch (node.kind) {
        case TypeKind::typedef_:
        case TypeKind::const_:
        case TypeKind::volatile_:
        case TypeKind::restrict_:
        case TypeKind::atomic: {
            const auto& target = measured(node.target, depth);
            node.size = target.size;
            if (node.alignment == 0) node.alignment = target.alignment;
            node.is_passed_by_reference = target.is_passed_by_reference;
            break;
        }
        case TypeKind::enumeration:
            if (node.size == 0) node.size = measured(node.target, depth).size;
            break;
        case TypeKind::pointer:
        case TypeKind::reference:
        case TypeKind::rvalue_reference: node.size = pointer_size; break;
        case TypeKind::member_pointer:
            // To a function: its address and an adjustment of this.
            node.size = pointer_size;
            if (table_.nodes[node.target].kind == TypeKind::function) node.size *= 2;
            if (node.alignment == 0) node.alignment = pointer_size;
            break;
        case TypeKind::array: measure_array(node, depth); break;
        case TypeKind::structure:
        case TypeKind::union_:
        case TypeKind::class_: measure_record(node, depth); break;
        default: break;
        }
        if (node.alignment == 0) node.alignment = natural_alignment(node);
    }

    void measure_array(TypeNode& node, unsigned depth) {
        const auto& element = measured(node.target, depth);
        const auto count = node.count.value_or(0);
        if (count != 0 && element.size > memory_size / count)
            problem_ = "an array larger than memory";
        else
            node.size = count * element.size;
        if (node.is_vector && std::has_single_bit(node.size)) node.alignment = static_cast<std::uint32_t>(node.size);
        if (node.alignment == 0) node.alignment = element.alignment;
    }

    void measure_record(TypeNode& node, unsigned depth) {
        std::uint32_t alignment = 1;
        for (const auto& member : node.members) {
            const auto& type = measured(member.type, depth);
            if (type.is_passed_by_reference && !node.told_passed_by_reference) node.is_passed_by_reference = true;
            auto own = std::max({type.alignment, member.alignment, 1u});
            // A member at an odd place: the record is packed.
            while (member.bit_size == 0 && member.offset % own != 0) own /= 2;
            alignment = std::max(alignment, own);
        }
        while (node.size % alignment != 0) alignment /= 2;
        if (node.alignment == 0) node.alignment = alignment;
    }

    static std::uint32_t natural_alignment(const TypeNode& node) {
        auto size = node.size;
        if (node.kind == TypeKind::complex) size /= 2;
        return size <= 16 && std::has_single_bit(size) ? static_cast<std::uint32_t>(size) : 1;
    }

    TypeTable& table_;
    std::vector<State> states_;
    std::string_view problem_;
};

} // namespace

std::string_view measure(TypeTable& table) { return Measurer(table).run(); }

} // namespace p4jit::dwarf
