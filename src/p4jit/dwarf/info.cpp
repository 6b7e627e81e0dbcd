#include "p4jit/dwarf/info.hpp"

#include <algorithm>

namespace p4jit::dwarf {

namespace {

// GCC needs three: a clone, what it is a clone of, and that one's declaration.
constexpr int most_origins = 8;

} // namespace

bool Value::is_block() const {
    return form == DW_FORM_exprloc || form == DW_FORM_block || form == DW_FORM_block1 || form == DW_FORM_block2 ||
           form == DW_FORM_block4;
}

Entry Info::entry(std::uint32_t offset) const {
    const auto after = std::upper_bound(units_.begin(), units_.end(), offset,
                                        [](std::uint32_t wanted, const Unit& unit) { return wanted < unit.begin; });
    if (after == units_.begin() || offset >= (after - 1)->end || offset < (after - 1)->root)
        sections_.corrupt(fmt::format("a reference to {:#x}, where nothing is,", offset));
    return entry(*(after - 1), offset);
}

Entry Info::entry(const Unit& unit, std::uint32_t offset) const {
    sections_.effort().spend(1);
    // A unit may end without the marks that close its last lists of children.
    if (offset >= unit.end) return {&unit, offset, nullptr, offset};
    Cursor at(stream_.first(unit.end), offset);
    const auto code = at.uleb128();
    if (!at.ok()) sections_.corrupt(fmt::format("an entry at {:#x} is cut off", offset));
    const auto* abbreviation = code == 0 ? nullptr : unit.abbreviations->find(code);
    if (code != 0 && abbreviation == nullptr)
        sections_.corrupt(fmt::format("the entry at {:#x} has abbreviation {}, which is not there,", offset, code));
    return {&unit, offset, abbreviation, static_cast<std::uint32_t>(at.at())};
}

std::uint32_t Info::behind(const Entry& entry) const {
    if (entry.abbreviation == nullptr) return entry.values;
    const auto end = entry.unit->end;
    if (entry.abbreviation->size != variable_size) {
        const auto size = static_cast<std::uint32_t>(entry.abbreviation->size);
        return size > end - entry.values ? end : entry.values + size;
    }
    Cursor at(stream_.first(end), entry.values);
    for (const auto& spec : entry.unit->abbreviations->attributes(*entry.abbreviation))
        read(at, spec.form, spec.implicit);
    if (!at.ok()) sections_.corrupt(fmt::format("the entry at {:#x} is cut off", entry.offset));
    return static_cast<std::uint32_t>(at.at());
}

std::uint32_t Info::next_sibling(const Entry& entry) const {
    const auto first_child = behind(entry);
    if (!entry.abbreviation->has_children) return first_child;
    if (const auto sibling = reference(entry, DW_AT_sibling); sibling && *sibling > first_child) return *sibling;
    auto at = first_child;
    for (unsigned depth = 1; depth > 0 && at < entry.unit->end;) {
        const auto next = this->entry(*entry.unit, at);
        if (next.abbreviation == nullptr)
            --depth;
        else if (next.abbreviation->has_children)
            ++depth;
        at = behind(next);
    }
    return at;
}

Value Info::read(Cursor& at, Form form, std::int64_t implicit) const {
    sections_.effort().spend(1);
    while (form == DW_FORM_indirect && at.ok()) form = static_cast<Form>(at.uleb128());
    const auto number = [&](std::uint64_t value) { return Value{form, value, {}}; };
    switch (form) {
    case DW_FORM_flag_present: return number(1);
    case DW_FORM_implicit_const: return number(static_cast<std::uint64_t>(implicit));
    case DW_FORM_sdata: return number(static_cast<std::uint64_t>(at.sleb128()));
    case DW_FORM_string: return {form, 0, as_bytes(at.c_string())};
    case DW_FORM_block1: return {form, 0, at.take(at.u8())};
    case DW_FORM_block2: return {form, 0, at.take(at.u16())};
    case DW_FORM_block4: return {form, 0, at.take(at.u32())};
    case DW_FORM_block:
    case DW_FORM_exprloc: return {form, 0, at.take(at.uleb128())};
    case DW_FORM_data16: return {form, 0, at.take(16)};
    case DW_FORM_strx3:
    case DW_FORM_addrx3: {
        const auto low = at.u16();
        return number(low | static_cast<std::uint64_t>(at.u8()) << 16);
    }
    default: break;
    }
    switch (size_of(form)) {
    case 1: return number(at.u8());
    case 2: return number(at.u16());
    case 4: return number(at.u32());
    case 8: return number(at.u64());
    case variable_size: return number(at.uleb128());
    default: sections_.corrupt(fmt::format("a value of the unknown form {:#x}", +form));
    }
}

std::optional<Value> Info::find(const Entry& entry, Attribute attribute) const {
    if (entry.abbreviation == nullptr) return std::nullopt;
    const auto specs = entry.unit->abbreviations->attributes(*entry.abbreviation);
    const auto wanted = std::find_if(specs.begin(), specs.end(),
                                     [&](const AttributeSpec& spec) { return spec.attribute == attribute; });
    sections_.effort().spend(1 + specs.size() / 8);
    if (wanted == specs.end()) return std::nullopt;
    Cursor at(stream_.first(entry.unit->end), entry.values);
    for (auto spec = specs.begin(); spec != wanted; ++spec) read(at, spec->form, spec->implicit);
    const auto value = read(at, wanted->form, wanted->implicit);
    if (!at.ok()) sections_.corrupt(fmt::format("the entry at {:#x} is cut off", entry.offset));
    return value;
}

bool Info::flag(const Entry& entry, Attribute attribute) const {
    const auto value = find(entry, attribute);
    return value && value->number != 0;
}

std::optional<std::uint64_t> Info::constant(const Entry& entry, Attribute attribute) const {
    const auto value = find(entry, attribute);
    if (!value) return std::nullopt;
    switch (value->form) {
    case DW_FORM_data1:
    case DW_FORM_data2:
    case DW_FORM_data4:
    case DW_FORM_data8:
    case DW_FORM_sdata:
    case DW_FORM_udata:
    case DW_FORM_implicit_const: return value->number;
    default: return std::nullopt;
    }
}

std::string_view Info::text(const Entry& entry, Attribute attribute) const {
    const auto value = find(entry, attribute);
    return value ? text_of(*entry.unit, *value) : std::string_view();
}

std::string_view Info::text_of(const Unit& unit, const Value& value) const {
    switch (value.form) {
    case DW_FORM_string: sections_.effort().spend(value.bytes.size()); return as_text(value.bytes);
    case DW_FORM_strp: return string_at(sections_.str, value.number);
    case DW_FORM_line_strp: return string_at(sections_.line_str, value.number);
    case DW_FORM_strx:
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4: {
        const auto index = std::min<std::uint64_t>(value.number, 0xFFFF'FFFF);
        Cursor at(sections_.str_offsets, unit.str_offsets_base + 4 * index);
        const auto offset = at.u32();
        if (!at.ok()) sections_.corrupt(fmt::format("string number {}, which is not there,", value.number));
        return string_at(sections_.str, offset);
    }
    default: return {}; // in another file (dwz), or no text
    }
}

std::string_view Info::string_at(ByteView section, std::uint64_t offset) const {
    Cursor at(section, offset);
    const auto text = at.c_string();
    if (!at.ok()) sections_.corrupt(fmt::format("a text at {:#x}, where none is,", offset));
    sections_.effort().spend(text.size());
    return text;
}

std::optional<std::uint32_t> Info::reference(const Entry& entry, Attribute attribute) const {
    const auto value = find(entry, attribute);
    if (!value) return std::nullopt;
    switch (value->form) {
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
    case DW_FORM_ref_udata:
        if (value->number >= entry.unit->end - entry.unit->begin)
            sections_.corrupt(fmt::format("a reference out of the unit at {:#x}", entry.unit->begin));
        return entry.unit->begin + static_cast<std::uint32_t>(value->number);
    case DW_FORM_ref_addr: return static_cast<std::uint32_t>(value->number);
    case DW_FORM_ref_sig8: {
        const auto type = type_units_.find(value->number);
        if (type == type_units_.end()) return std::nullopt;
        return type->second;
    }
    default: return std::nullopt; // in another file (dwz)
    }
}

std::uint32_t Info::address_of(const Unit& unit, const Value& value) const {
    if (value.form == DW_FORM_addr) return static_cast<std::uint32_t>(value.number);
    return indexed_address(unit, value.number);
}

std::optional<std::uint32_t> Info::address(const Entry& entry, Attribute attribute) const {
    const auto value = find(entry, attribute);
    if (!value || value->is_block()) return std::nullopt;
    return address_of(*entry.unit, *value);
}

std::uint32_t Info::indexed_address(const Unit& unit, std::uint64_t index) const {
    Cursor at(sections_.addr, unit.addr_base + 4 * std::min<std::uint64_t>(index, 0xFFFF'FFFF));
    const auto address = at.u32();
    if (!at.ok()) sections_.corrupt(fmt::format("address number {}, which is not there,", index));
    return address;
}

std::optional<std::uint32_t> Info::high_pc(const Entry& entry, std::uint32_t low_pc) const {
    if (const auto size = constant(entry, DW_AT_high_pc)) return low_pc + static_cast<std::uint32_t>(*size);
    return address(entry, DW_AT_high_pc);
}

std::optional<Entry> Info::origin(const Entry& entry) const {
    for (const auto attribute : {DW_AT_abstract_origin, DW_AT_specification})
        if (const auto target = reference(entry, attribute)) {
            const auto found = this->entry(*target);
            if (found.abbreviation == nullptr) sections_.corrupt("a reference to the end of a list");
            return found;
        }
    return std::nullopt;
}

std::optional<Entry> Info::owner(const Entry& entry, Attribute attribute) const {
    auto at = entry;
    for (int hops = 0; hops <= most_origins; ++hops) {
        if (has(at, attribute)) return at;
        const auto next = origin(at);
        if (!next) return std::nullopt;
        at = *next;
    }
    sections_.corrupt(fmt::format("the entry at {:#x} completes itself", entry.offset));
}

} // namespace p4jit::dwarf
