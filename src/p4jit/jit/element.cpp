#include "p4jit/jit/element.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace p4jit {

using dwarf::TypeKind;

ElementType ElementType::complex(ScalarType part) {
    ElementType type;
    type.kind_ = Kind::complex;
    type.scalar_ = part;
    type.size_ = 2u * part.size;
    return type;
}

ElementType ElementType::address() {
    ElementType type;
    type.kind_ = Kind::address;
    type.scalar_ = ScalarType::of<std::uint32_t>();
    type.size_ = 4;
    return type;
}

ElementType ElementType::opaque(std::size_t size) {
    ElementType type;
    type.kind_ = Kind::opaque;
    type.size_ = size;
    return type;
}

ElementType ElementType::record(std::string name, std::size_t size, std::vector<Field> fields, bool is_union) {
    ElementType type;
    type.kind_ = Kind::record;
    type.name_ = std::move(name);
    type.size_ = size;
    type.fields_ = std::move(fields);
    type.is_union_ = is_union;
    return type;
}

std::size_t Field::size() const {
    auto size = type.size();
    for (const auto count : counts) size *= count;
    return size;
}

std::string Field::spelling() const {
    auto text = type.spelling();
    for (const auto count : counts) text += fmt::format("[{}]", count);
    return text;
}

namespace {

// Debug information may be hostile: a record of records of records.
constexpr std::size_t most_fields = 10'000;

dwarf::Type unqualified(dwarf::Type type) {
    while (type.kind() == TypeKind::const_ || type.kind() == TypeKind::volatile_ || type.kind() == TypeKind::atomic)
        type = type.target();
    return type;
}

/// A field, and the C++ base classes that it comes from, outermost first.
struct Inherited {
    Field field;
    std::vector<std::string> bases;
};

/// What a derived class hides, and what two bases have both, is told as C++ does:
/// "Base::x".
std::vector<Field> distinct(std::vector<Inherited> found) {
    for (bool changed = true; changed;) {
        changed = false;
        std::map<std::string, int> times;
        for (const auto& [field, bases] : found) ++times[field.name];
        for (auto& [field, bases] : found) {
            if (bases.empty() || times[field.name] < 2) continue;
            field.name = fmt::format("{}::{}", bases.back(), field.name);
            bases.pop_back();
            changed = true;
        }
    }
    std::vector<Field> fields;
    for (auto& inherited : found) fields.push_back(std::move(inherited.field));
    return fields;
}

/// Collects the fields of records, those of bases and anonymous members among
/// them.
class FieldReader {
public:
    ElementType read(const dwarf::Type& type) {
        const auto resolved = type.resolved();
        if (const auto scalar = ScalarType::of(resolved)) return *scalar;
        switch (resolved.kind()) {
        case TypeKind::pointer:
        case TypeKind::reference:
        case TypeKind::rvalue_reference: return ElementType::address();
        case TypeKind::complex: return complex(resolved);
        case TypeKind::structure:
        case TypeKind::class_:
        case TypeKind::union_:
            if (resolved.is_incomplete()) return {};
            return record(resolved, unqualified(type).spelling());
        case TypeKind::void_:
        case TypeKind::function: return {};
        default: return resolved.size() == 0 ? ElementType() : ElementType::opaque(resolved.size());
        }
    }

private:
    static ElementType complex(const dwarf::Type& type) {
        if (type.size() != 8 && type.size() != 16) return ElementType::opaque(type.size());
        return ElementType::complex({ScalarKind::floating, static_cast<std::uint8_t>(type.size() / 2)});
    }

    ElementType record(const dwarf::Type& type, std::string name) {
        std::vector<Inherited> fields;
        add(type, 0, {}, fields);
        return ElementType::record(std::move(name), type.size(), distinct(std::move(fields)),
                                   type.kind() == TypeKind::union_);
    }

    void add(const dwarf::Type& record, std::size_t at, const std::vector<std::string>& bases,
             std::vector<Inherited>& fields) {
        for (const auto& member : record.members()) {
            if (++count_ > most_fields) return;
            const auto inner = member.type.resolved();
            if (member.bit_size != 0) {
                add_bits(member, at, bases, fields);
            } else if (member.is_base) {
                auto deeper = bases;
                deeper.emplace_back(inner.name());
                add(inner, at + member.offset, deeper, fields);
            } else if (member.name.empty() && inner.is_record()) {
                add(inner, at + member.offset, bases, fields);
            } else {
                fields.push_back({plain(member, at), bases});
            }
        }
    }

    Field plain(const dwarf::Member& member, std::size_t at) {
        Field field{member.name, at + member.offset, {}, {}};
        auto type = member.type;
        while (type.resolved().kind() == TypeKind::array && !type.resolved().is_vector()) {
            field.counts.push_back(type.resolved().count().value_or(0));
            type = type.resolved().target();
        }
        field.type = read(type);
        return field;
    }

    /// Bit fields that share bytes are one unsigned number of those bytes, or an
    /// array of bytes if there is no such number.
    static void add_bits(const dwarf::Member& member, std::size_t at, const std::vector<std::string>& bases,
                         std::vector<Inherited>& fields) {
        const std::size_t first = at + member.bit_offset / 8;
        const std::size_t end = at + (member.bit_offset + member.bit_size + 7) / 8;
        const auto name = fmt::format("{}:{}", member.name, member.bit_size);
        auto* last = fields.empty() ? nullptr : &fields.back().field;
        if (last == nullptr || last->name.find(':') == last->name.npos || last->offset + last->size() <= first) {
            fields.push_back({bytes_for_bits(name, first, end - first), bases});
            return;
        }
        const auto size = std::max(end, last->offset + last->size()) - last->offset;
        *last = bytes_for_bits(last->name + "," + name, last->offset, size);
    }

    static Field bytes_for_bits(std::string name, std::size_t offset, std::size_t size) {
        if (size == 1 || size == 2 || size == 4 || size == 8)
            return {std::move(name), offset, ScalarType{ScalarKind::unsigned_integer, static_cast<std::uint8_t>(size)}};
        return {std::move(name), offset, ScalarType::of<std::uint8_t>(), {size}};
    }

    std::size_t count_ = 0;
};

const Field* field_named(const ElementType& type, const std::string& name) {
    const auto& fields = type.fields();
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

std::string difference_of(const Field& wanted, const Field& given, std::string_view noun) {
    if (wanted.offset != given.offset)
        return fmt::format("field '{}' is at offset {}, {} has it at {}", wanted.name, wanted.offset, noun,
                           given.offset);
    if (wanted.counts != given.counts || wanted.type.kind() != given.type.kind())
        if (wanted.counts != given.counts || !wanted.type.difference(given.type).empty())
            return fmt::format("field '{}' is {}, {} has {}", wanted.name, wanted.spelling(), noun, given.spelling());
    const auto inner = wanted.type.difference(given.type, noun);
    if (inner.empty()) return {};
    if (wanted.type.kind() == ElementType::Kind::record && given.type.kind() == ElementType::Kind::record)
        return fmt::format("in field '{}', {}", wanted.name, inner);
    return fmt::format("field '{}' is {}, {} has {}", wanted.name, wanted.spelling(), noun, given.spelling());
}

} // namespace

ElementType ElementType::of(const dwarf::Type& type) { return FieldReader().read(type); }

std::string ElementType::spelling() const {
    switch (kind_) {
    case Kind::unknown: return "void";
    case Kind::number: return scalar_.spelling();
    case Kind::complex: return scalar_.spelling() + " complex";
    case Kind::address: return "an address";
    case Kind::record: return name_.empty() ? fmt::format("a record of {} bytes", size_) : name_;
    case Kind::opaque: return fmt::format("{} bytes", size_);
    }
    return "?";
}

std::string ElementType::difference(const ElementType& given, std::string_view noun) const {
    if (kind_ == Kind::unknown) return {};
    const bool is_raw = given.kind_ == Kind::opaque || kind_ == Kind::opaque;
    if (is_raw && (kind_ == Kind::record || kind_ == Kind::opaque || kind_ == Kind::complex)) {
        if (size_ == given.size_) return {};
        return fmt::format("{} has {} bytes, an element of {} has {}", spelling(), size_, noun, given.size_);
    }
    // An address is a number without arithmetic.
    if (kind_ == Kind::address && given.kind_ == Kind::number && given.scalar_ == scalar_) return {};
    if (kind_ != given.kind_ || (kind_ != Kind::record && scalar_ != given.scalar_))
        return fmt::format("it is {}, {} has {}", spelling(), noun, given.spelling());
    return kind_ == Kind::record ? difference_of_fields(given, noun) : std::string();
}

std::string ElementType::difference_of_fields(const ElementType& given, std::string_view noun) const {
    for (const auto& field : fields_) {
        const auto* same = field_named(given, field.name);
        if (same == nullptr && !is_union_) return fmt::format("{} has no field '{}'", noun, field.name);
        if (same == nullptr) continue;
        if (auto difference = difference_of(field, *same, noun); !difference.empty()) return difference;
    }
    for (const auto& field : given.fields_)
        if (field_named(*this, field.name) == nullptr)
            return fmt::format("{} has a field '{}', {} has none", noun, field.name, spelling());
    if (size_ != given.size_)
        return fmt::format("{} has {} bytes, an element of {} has {}", spelling(), size_, noun, given.size_);
    return {};
}

} // namespace p4jit
