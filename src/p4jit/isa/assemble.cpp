#include "p4jit/isa/assemble.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/encode.hpp"
#include "p4jit/isa/registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace p4jit::isa {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::vector<std::string_view> operands_in(std::string_view text) {
    std::vector<std::string_view> operands;
    if (trim(text).empty()) return operands;
    for (const auto piece : split(text, ',')) operands.push_back(trim(piece));
    return operands;
}

/// The tokens of a syntax: "imm(rs1)" is one operand of two fields.
struct Slot {
    std::string_view token, base; ///< base: what stands in brackets, if anything
};

std::vector<Slot> slots_of(const Row& row) {
    std::vector<Slot> slots;
    for (const auto piece : operands_in(row.syntax)) {
        const auto open = piece.find('(');
        if (open == piece.npos)
            slots.push_back({piece, {}});
        else
            slots.push_back({piece.substr(0, open), piece.substr(open + 1, piece.size() - open - 2)});
    }
    return slots;
}

std::optional<std::int32_t> index_of(std::string_view name, auto name_of, unsigned count) {
    for (unsigned i = 0; i < count; ++i)
        if (name == name_of(i)) return static_cast<std::int32_t>(i);
    return std::nullopt;
}

std::optional<std::int32_t> parse_value(Kind kind, std::string_view text, std::uint32_t address) {
    const auto name = lower(text);
    const auto number_of = [](std::optional<unsigned> n) {
        return n ? std::optional(static_cast<std::int32_t>(*n)) : std::nullopt;
    };
    switch (kind) {
    case Kind::x:
    case Kind::sreg:
    case Kind::xc:
    case Kind::xp: return number_of(x_number(name));
    case Kind::f:
    case Kind::fc: return index_of(name, f_name, 32);
    case Kind::q: return index_of(name, [](unsigned i) { return fmt::format("q{}", i); }, 8);
    case Kind::rm:
        if (const auto mode = index_of(name, rounding_mode_name, 8)) return mode;
        break;
    case Kind::vrm:
        if (const auto mode = index_of(name, vector_rounding_name, 8)) return mode;
        break;
    case Kind::sat:
        if (name == "sat" || name == "trunc") return name == "sat";
        break;
    default: break;
    }
    long long value = 0;
    if (!parse_integer(name, value)) return std::nullopt;
    if (value < INT32_MIN || value > UINT32_MAX) return std::nullopt;
    if (kind == Kind::pcrel || kind == Kind::end) value -= address;
    return static_cast<std::int32_t>(value);
}

/// lui's immediate is drawn from bit 12 up and written without its zeros.
bool is_upper(const FieldUse& use) { return field(use.id).kind == Kind::simm && use.low_bit() == 12; }

std::optional<std::int32_t> without_zeros(std::optional<std::int32_t> value) {
    if (!value || *value < 0 || *value > 0xF'FFFF) return std::nullopt;
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(*value) << 12);
}

bool optional(std::string_view token) { return token == "sat" || token == "vrm" || token == "rm"; }

class Assembler {
public:
    Assembler(const Row& row, std::string_view text, std::uint32_t address)
        : row_(row), text_(text), address_(address) {}

    std::uint32_t word(std::string_view operand_text) {
        const auto given = operands_in(operand_text);
        std::size_t next = 0;
        for (const auto& slot : slots_of(row_)) {
            const bool here = next < given.size() && (!optional(slot.token) || fits(slot.token, given[next]));
            if (!here && optional(slot.token)) continue;
            if (!here) fail(fmt::format("the operand {} is missing", shown(slot.token)));
            take(slot, given[next++]);
        }
        if (next < given.size()) fail(fmt::format("'{}' is one operand too many", given[next]));
        const auto word = encode(row_.op, operands_);
        if (!word) fail("the operands do not fit together");
        return *word;
    }

private:
    const Row& row_;
    std::string_view text_;
    std::uint32_t address_;
    Operands operands_;

    [[noreturn]] void fail(const std::string& why) const {
        throw UsageError(
            fmt::format("{}: {}.\n  Its operands are: {} {}", trim(text_), why, row_.mnemonic, row_.syntax));
    }
    static std::string_view shown(std::string_view token) { return token.ends_with('p') ? token.substr(0, 3) : token; }

    bool fits(std::string_view token, std::string_view text) const {
        const auto found = std::ranges::find(fields, token, &Field::token);
        return parse_value(found->kind, text, address_).has_value();
    }

    void take(const Slot& slot, std::string_view text) {
        if (slot.base.empty()) return set(slot.token, text);
        const auto open = text.find('(');
        if (open == text.npos || !text.ends_with(')'))
            fail(fmt::format("'{}' is not of the form offset(register)", text));
        set(slot.base, trim(text.substr(open + 1, text.size() - open - 2)));
        if (!slot.token.empty()) set(slot.token, open == 0 ? "0" : trim(text.substr(0, open)));
    }

    void set(std::string_view token, std::string_view text) {
        const auto found = std::ranges::find(fields, token, &Field::token);
        if (found == fields.end()) return; // a register the syntax names itself
        const auto use = std::ranges::find_if(
            row_, [&](const FieldUse& u) { return u.id == static_cast<FieldId>(found - fields.begin()); });
        auto value = parse_value(found->kind, text, address_);
        if (is_upper(*use)) value = without_zeros(value);
        if (!value || !field_accepts(*use, *value))
            fail(fmt::format("operand {} is '{}'; it must be {}", shown(token), text, allowed(*use)));
        operands_.*found->operand = *value;
        if (is_destination_and_source(use->id)) operands_.rs1 = *value;
    }
};

} // namespace

const Row* find_row(std::string_view mnemonic, ExtensionSet extensions) {
    auto name = lower(mnemonic);
    if (name == "esp.vsl.32" && extensions.has(Extension::Xespv2p2)) name = "esp.vsl.u32";
    for (const auto& row : rows())
        if (row.mnemonic == name && extensions.has(extension_of(row.op))) return &row;
    return nullptr;
}

std::string allowed(const FieldUse& use) {
    const auto low = use.low_bit(), width = use.high_bit() + 1;
    const auto step = 1ll << low, count = 1ll << (width - low);
    const auto range = [&](long long from) {
        const auto to = from + (count - 1) * step;
        return step == 1 ? fmt::format("{} to {}", from, to) : fmt::format("{} to {} in steps of {}", from, to, step);
    };
    switch (field(use.id).kind) {
    case Kind::x: return "a register x0-x31";
    case Kind::xc: return "a register x8-x15";
    case Kind::xp: return "a register x8-x15 or x24-x31";
    case Kind::f: return "a register f0-f31";
    case Kind::fc: return "a register f8-f15";
    case Kind::sreg: return "a register s0-s7";
    case Kind::q: return "a vector register q0-q7";
    case Kind::simm:
        if (is_upper(use)) return width == 32 ? "0 to 0xfffff" : "1 to 0x1f or 0xfffe0 to 0xfffff";
        return range(-(count / 2) * step);
    case Kind::pcrel: return "a target " + range(-(count / 2) * step) + " from here";
    case Kind::end: return "a target " + range(0) + " from here";
    case Kind::sat: return "sat or trunc";
    case Kind::rm: return "rne, rtz, rdn, rup, rmm or dyn";
    case Kind::vrm: return "rdn, rup, raz, rtz, rhaz, rhtz, rne or dyn";
    default: return range(0);
    }
}

std::uint32_t assemble(std::string_view text, ExtensionSet extensions, std::uint32_t address) {
    const auto trimmed = trim(text);
    for (const auto c : trimmed)
        if (c != '\t' && (c < ' ' || c > '~')) // it would spoil the message
            throw UsageError(
                fmt::format("an instruction has no character {:#04x}: write it in plain ASCII, on one line",
                            static_cast<unsigned char>(c)));
    const auto end = std::min(trimmed.find_first_of(" \t"), trimmed.size());
    const auto* row = find_row(trimmed.substr(0, end), extensions);
    if (row == nullptr) throw UsageError(fmt::format("'{}' is no instruction of this chip", trimmed.substr(0, end)));
    return Assembler(*row, trimmed, address).word(trimmed.substr(end));
}

} // namespace p4jit::isa
