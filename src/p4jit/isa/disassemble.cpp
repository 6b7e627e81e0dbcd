#include "p4jit/isa/disassemble.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/isa/registers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::isa {

namespace {

/// A condition of an alias: this operand equals that one, or a number.
struct Condition {
    std::int32_t Operands::* operand = nullptr;
    std::int32_t Operands::* other = nullptr;
    std::int32_t value = 0;

    constexpr bool holds(const Operands& operands) const {
        return operands.*operand == (other != nullptr ? operands.*other : value);
    }
};

struct Alias {
    Op op{};
    std::string_view mnemonic, syntax;
    std::array<Condition, 3> conditions{};
};

consteval std::int32_t Operands::* operand_named(std::string_view name) {
    for (const auto& field : fields)
        if (field.token == name) return field.operand;
    return nullptr;
}

consteval std::int32_t parse_number(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const int base = text.starts_with("0x") ? 16 : 10;
    if (base == 16) text.remove_prefix(2);
    std::int32_t value = 0;
    for (char c : text) {
        const int digit = c >= 'A' ? c - 'A' + 10 : c - '0';
        if (digit < 0 || digit >= base) throw "neither a number nor a field";
        value = value * base + digit;
    }
    return negative ? -value : value;
}

consteval Alias parse_alias(Op op, std::string_view mnemonic, std::string_view conditions, std::string_view syntax) {
    Alias alias{op, mnemonic, syntax, {}};
    for (auto& condition : alias.conditions) {
        if (conditions.empty()) break;
        const auto text = conditions.substr(0, conditions.find(' '));
        conditions.remove_prefix(std::min(text.size() + 1, conditions.size()));
        const auto equals = text.find('=');
        condition.operand = operand_named(text.substr(0, equals));
        if (condition.operand == nullptr) throw "spec/isa/fields.def does not have this field";
        condition.other = operand_named(text.substr(equals + 1));
        if (condition.other == nullptr) condition.value = parse_number(text.substr(equals + 1));
    }
    return alias;
}

constexpr std::array aliases = {
#define ALIAS(op, mnemonic, conditions, syntax) parse_alias(Op::op, mnemonic, conditions, syntax),
#include "spec/isa/aliases.def"
};

const Alias* alias_of(const Instruction& instruction) {
    for (const auto& alias : aliases) {
        if (alias.op != instruction.op) continue;
        const auto holds = [&](const Condition& c) { return c.operand == nullptr || c.holds(instruction.operands); };
        if (std::ranges::all_of(alias.conditions, holds)) return &alias;
    }
    return nullptr;
}

std::string order_set(std::int32_t set) {
    std::string text;
    for (unsigned i = 0; i < 4; ++i)
        if (bit(static_cast<std::uint32_t>(set), 3 - i)) text += "iorw"[i];
    return text.empty() ? "0" : text;
}

std::string target(std::uint32_t address, const DisassembleOptions& options) {
    auto text = fmt::format("{:#x}", address);
    const auto symbol = options.symbol_at ? options.symbol_at(address) : std::string();
    if (options.for_assembler) return symbol.empty() ? text : symbol;
    return symbol.empty() ? text : fmt::format("{} <{}>", text, symbol);
}

/// Writes one instruction's operands in the order and with the punctuation of
/// its syntax.
class OperandPrinter {
public:
    OperandPrinter(const Instruction& instruction, std::uint32_t address, const DisassembleOptions& options)
        : instruction_(instruction), address_(address), options_(options) {}

    std::string print(std::string_view syntax) const {
        std::string text;
        while (!syntax.empty()) {
            // A token is everything up to punctuation; longest first is not
            // needed because tokens are never prefixes across punctuation.
            const auto end = std::min(syntax.find_first_of(",()"), syntax.size());
            auto token = syntax.substr(0, end);
            while (token.starts_with(' ')) token.remove_prefix(1);
            if (is_default(token)) {
                text.pop_back(); // not shown, nor the comma before it
            } else {
                text += operand(token);
            }
            syntax.remove_prefix(end);
            if (!syntax.empty()) {
                text += syntax[0];
                syntax.remove_prefix(1);
            }
        }
        return text;
    }

private:
    const Instruction& instruction_;
    std::uint32_t address_;
    const DisassembleOptions& options_;

    /// Is this an operand that may be left out, and has the value it then has?
    bool is_default(std::string_view token) const {
        if (token == "rm" || token == "vrm") return instruction_.operands.rm == 7;
        return token == "sat" && instruction_.operands.sat == 1;
    }

    std::string operand(std::string_view token) const {
        const auto found = std::ranges::find(fields, token, &Field::token);
        if (found == fields.end()) return std::string(token); // a register written as it is: "sp"
        const auto value = instruction_.operands.*(found->operand);
        const auto number = static_cast<std::uint32_t>(value);
        switch (found->kind) {
        case Kind::x:
        case Kind::xc:
        case Kind::xp: return std::string(x_name(number));
        case Kind::q: return fmt::format("q{}", number);
        case Kind::f:
        case Kind::fc: return std::string(f_name(number));
        case Kind::simm: return is_upper() ? fmt::format("{:#x}", number >> 12) : fmt::format("{}", value);
        case Kind::uimm: return fmt::format("{}", value);
        case Kind::shamt: return fmt::format("{:#x}", number);
        case Kind::end:
        case Kind::pcrel: return target(address_ + number, options_);
        case Kind::csr:
            return csr_name(number) && !options_.for_assembler ? std::string(*csr_name(number)) : fmt::format("{:#x}", number);
        case Kind::rm: return std::string(rounding_mode_name(number));
        case Kind::order: return order_set(value);
        case Kind::sat: return number == 0 ? "trunc" : "sat";
        case Kind::vrm: return std::string(vector_rounding_name(number));
        case Kind::flag: break;
        }
        return fmt::format("{}", value);
    }

    /// lui's immediate is drawn from bit 12 up and written without its zeros.
    bool is_upper() const {
        const auto* use = instruction_.row().find(&Operands::imm);
        return use != nullptr && use->low_bit() == 12;
    }
};

std::string_view ordering_suffix(const Operands& operands) {
    constexpr std::array<std::string_view, 4> suffixes = {"", ".rl", ".aq", ".aqrl"};
    return suffixes[static_cast<unsigned>(operands.aq << 1 | operands.rl)];
}

} // namespace

std::string disassemble(const Instruction& instruction, std::uint32_t address, const DisassembleOptions& options) {
    auto shown = instruction;
    if (options.aliases && instruction.row().compressed()) shown.op = instruction.base();
    const auto* alias = options.aliases ? alias_of(shown) : nullptr;
    const auto& row = shown.row();

    std::string text(alias != nullptr ? alias->mnemonic : row.mnemonic);
    text += ordering_suffix(shown.operands);
    const auto operands = OperandPrinter(shown, address, options).print(alias != nullptr ? alias->syntax : row.syntax);
    if (!operands.empty()) text += ' ' + operands;
    return text;
}

std::string disassemble(const Decoder& decoder, std::uint32_t word, std::uint32_t address,
                        const DisassembleOptions& options) {
    if (const auto instruction = decoder.decode(word)) return disassemble(*instruction, address, options);
    if (length_of(static_cast<std::uint16_t>(word)) == 2) return fmt::format(".half {:#06x}", word & 0xFFFF);
    return fmt::format(".word {:#010x}", word);
}

} // namespace p4jit::isa
