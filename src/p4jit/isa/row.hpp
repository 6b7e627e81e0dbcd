// One instruction row, read from its drawing at compile time.
//
// spec/isa/README.md tells what a drawing looks like. parse_row() turns it into
// match, mask and the slices of each field; a drawing that does not add up to
// 16 or 32 bits, or names an unknown field, does not compile.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace p4jit::isa {

/// Every instruction's name: Op::addi, Op::c_lwsp, Op::esp_vadd_s8, …
enum class Op : std::uint16_t {
#define INSN(id, ...) id,
#define CINSN(id, ...) id,
#define PIE(id, ...) id,
#define PIE2(id, ...) id,
#include "spec/isa/all.def"
    count
};
constexpr std::size_t op_count = static_cast<std::size_t>(Op::count);

/// How many of them are no vector instructions; those come first.
constexpr std::size_t scalar_op_count = 0
#define INSN(...) +1
#define CINSN(...) +1
#include "spec/isa/all.def"
    ;
constexpr bool is_pie(Op op) { return static_cast<std::size_t>(op) >= scalar_op_count; }

/// Every field that drawings may use.
enum class FieldId : std::uint8_t {
#define FIELD(id, ...) id,
#include "spec/isa/fields.def"
#undef FIELD
    count
};

/// How a field's bits become a value; spec/isa/fields.def explains each.
enum class Kind : std::uint8_t { x, f, xc, fc, simm, uimm, shamt, pcrel, csr, rm, order, flag, q, xp, end, sat, vrm };

/// What the fields of one instruction hold. Register operands are numbers
/// 0..31, immediates are the value as the manual means it: sign-extended, with
/// the low zero bits in place (lui's imm is a multiple of 4096).
struct Operands {
    std::int32_t rd = 0, rs1 = 0, rs2 = 0, rs3 = 0;
    std::int32_t imm = 0;
    std::int32_t rm = 7; ///< rounding mode; 7: as frm says
    std::int32_t csr = 0;
    std::int32_t aq = 0, rl = 0;
    std::int32_t fm = 0, pred = 15, succ = 15;
    std::int32_t qu = 0, qv = 0, qw = 0, qx = 0, qy = 0, qz = 0;
    std::int32_t sel2 = 0, sel4 = 0, sel8 = 0, sel16 = 0, upd4 = 0;
    std::int32_t sat = 1; ///< saturate, which PIE 2.1 always does unless its row implies otherwise
    std::int32_t loop = 0, count = 0;

    bool operator==(const Operands&) const = default;
};

struct Field {
    std::string_view token;
    unsigned width; ///< 0: always drawn with slices
    Kind kind;
    std::int32_t Operands::* operand;
};

inline constexpr std::array fields = {
#define FIELD(id, token, width, kind, operand) Field{token, width, Kind::kind, &Operands::operand},
#include "spec/isa/fields.def"
#undef FIELD
};

constexpr const Field& field(FieldId id) { return fields[static_cast<std::size_t>(id)]; }

/// The field holds rd and rs1 at once.
constexpr bool is_destination_and_source(FieldId id) { return id == FieldId::rd_rs1 || id == FieldId::rdc_rs1c; }

/// Bits hi..lo of the field's value stand at bit `at` of the instruction and up.
struct Slice {
    std::uint8_t at, hi, lo;
};

struct FieldUse {
    FieldId id{};
    std::uint8_t slice_count = 0;
    std::array<Slice, 8> slices{};
    std::uint8_t forbidden_count = 0;
    std::array<std::uint8_t, 2> forbidden{}; ///< values the field may not have

    constexpr unsigned high_bit() const {
        unsigned high = 0;
        for (unsigned i = 0; i < slice_count; ++i) high = slices[i].hi > high ? slices[i].hi : high;
        return high;
    }
    constexpr unsigned low_bit() const {
        unsigned low = 31;
        for (unsigned i = 0; i < slice_count; ++i) low = slices[i].lo < low ? slices[i].lo : low;
        return low;
    }
    constexpr bool forbids(std::uint32_t value) const {
        for (unsigned i = 0; i < forbidden_count; ++i)
            if (forbidden[i] == value) return true;
        return false;
    }
};

/// A value that a compressed instruction implies: rs1 = 2.
struct Implied {
    std::int32_t Operands::* operand = nullptr;
    std::int32_t value = 0;
};

struct Row {
    Op op{};
    std::string_view mnemonic; ///< "c.lwsp"
    std::string_view syntax;   ///< "rd, uimm(sp)"
    std::uint8_t length = 0;   ///< in bytes: 2 or 4
    std::uint32_t match = 0, mask = 0;
    std::uint8_t field_count = 0;
    std::array<FieldUse, 9> uses{};
    Op base{};                        ///< whose meaning it has: what a compressed one expands to, 2.1's of PIE 2.2
    std::array<Implied, 2> implied{}; ///< operands the drawing does not show

    constexpr bool compressed() const { return length == 2; }
    constexpr const FieldUse* begin() const { return uses.data(); }
    constexpr const FieldUse* end() const { return uses.data() + field_count; }
    constexpr const FieldUse* find(std::int32_t Operands::* operand) const {
        for (const auto& use : *this)
            if (field(use.id).operand == operand) return &use;
        return nullptr;
    }
};

/// Reads a drawing; see spec/isa/README.md. Only called at compile time, where
/// `throw` means the row does not compile.
class RowParser {
public:
    consteval RowParser(std::string_view drawing) : text_(drawing) {}

    consteval Row parse(Op op, std::string_view mnemonic, std::string_view syntax, Op base, std::string_view implied) {
        row_.op = op;
        row_.mnemonic = mnemonic;
        row_.syntax = syntax;
        row_.base = base;
        const unsigned width = total_width();
        if (width != 16 && width != 32) throw "the drawing is not 16 or 32 bits wide";
        row_.length = static_cast<std::uint8_t>(width / 8);
        at_ = width;
        for (auto piece = next_piece(); !piece.empty(); piece = next_piece()) place(piece);
        parse_implied(implied);
        return row_;
    }

private:
    std::string_view text_;
    Row row_{};
    unsigned at_ = 0; ///< the lowest bit placed so far

    static constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

    consteval std::string_view next_piece() {
        while (text_.starts_with(' ')) text_.remove_prefix(1);
        const auto piece = text_.substr(0, text_.find(' '));
        text_.remove_prefix(piece.size());
        return piece;
    }

    static consteval unsigned number(std::string_view& text) {
        if (text.empty() || !is_digit(text[0])) throw "a number is expected";
        unsigned value = 0;
        for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) value = value * 10 + unsigned(text[0] - '0');
        return value;
    }

    static consteval bool is_literal(std::string_view piece) { return piece[0] == '0' || piece[0] == '1'; }

    static consteval std::string_view name_of(std::string_view piece) {
        return piece.substr(0, piece.find_first_of("[!"));
    }

    static consteval FieldId id_of(std::string_view name) {
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (fields[i].token == name) return static_cast<FieldId>(i);
        throw "spec/isa/fields.def does not have this field";
    }

    /// Calls visit(hi, lo) for each slice of a field piece, from the left.
    static consteval void for_each_slice(std::string_view piece, auto visit) {
        const auto open = piece.find('[');
        if (open == piece.npos) {
            const unsigned width = field(id_of(name_of(piece))).width;
            if (width == 0) throw "this field must be drawn with the bits it shows, as in imm[11:0]";
            visit(width - 1, 0u);
            return;
        }
        auto list = piece.substr(open + 1, piece.find(']') - open - 1);
        for (;;) {
            const unsigned hi = number(list);
            unsigned lo = hi;
            if (list.starts_with(':')) {
                list.remove_prefix(1);
                lo = number(list);
            }
            visit(hi, lo);
            if (list.empty()) return;
            if (list[0] != '|') throw "slices are separated by |";
            list.remove_prefix(1);
        }
    }

    consteval unsigned total_width() {
        const auto whole = text_;
        unsigned width = 0;
        for (auto piece = next_piece(); !piece.empty(); piece = next_piece()) {
            if (is_literal(piece))
                width += unsigned(piece.size());
            else
                for_each_slice(piece, [&](unsigned hi, unsigned lo) { width += hi - lo + 1; });
        }
        text_ = whole;
        return width;
    }

    consteval void place(std::string_view piece) {
        if (is_literal(piece)) {
            for (char c : piece) {
                --at_;
                row_.mask |= 1u << at_;
                row_.match |= unsigned(c - '0') << at_;
            }
            return;
        }
        const auto id = id_of(name_of(piece));
        auto& use = use_of(id);
        for_each_slice(piece, [&](unsigned hi, unsigned lo) {
            at_ -= hi - lo + 1;
            use.slices[use.slice_count++] = {std::uint8_t(at_), std::uint8_t(hi), std::uint8_t(lo)};
        });
        if (const auto bang = piece.find("!="); bang != piece.npos) {
            auto list = piece.substr(bang + 2);
            for (;;) {
                use.forbidden[use.forbidden_count++] = std::uint8_t(number(list));
                if (list.empty()) break;
                list.remove_prefix(1);
            }
        }
    }

    consteval FieldUse& use_of(FieldId id) {
        for (unsigned i = 0; i < row_.field_count; ++i)
            if (row_.uses[i].id == id) return row_.uses[i];
        auto& use = row_.uses[row_.field_count++];
        use.id = id;
        if (field(id).token.starts_with("nz")) use.forbidden_count = 1; // value 0
        return use;
    }

    consteval void parse_implied(std::string_view text) {
        for (auto& implied : row_.implied) {
            while (text.starts_with(' ')) text.remove_prefix(1);
            if (text.empty()) return;
            const auto equals = text.find('=');
            implied.operand = field(id_of(text.substr(0, equals))).operand;
            text.remove_prefix(equals + 1);
            const bool negative = text.starts_with('-');
            if (negative) text.remove_prefix(1);
            implied.value = int(number(text)) * (negative ? -1 : 1);
        }
    }
};

} // namespace p4jit::isa
