#include "block.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/decode.hpp"
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/isa/encode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace p4jit::test {

using isa::Extension;
using isa::Kind;
using isa::Op;
using isa::Operands;
using isa::Row;

namespace {

/// Not to be drawn alone: they leave the block, wait, or (SC without its LR)
/// have a result that the manual leaves open.
constexpr bool only_in_sequences(Op op) {
    return op == Op::mret || op == Op::wfi || op == Op::jalr || op == Op::c_jr || op == Op::c_jalr || op == Op::sc_w;
}

bool has_offset(const Row& row) {
    const auto* use = row.find(&Operands::imm);
    return use != nullptr && isa::field(use->id).kind == Kind::pcrel;
}

/// Does the row name its base register in brackets: imm(rs1), (rs1)?
bool touches_memory(const Row& row) { return row.syntax.find('(') != row.syntax.npos; }

bool is_reserved(std::int32_t x) {
    return x == reserved::scratch0 || x == reserved::scratch32 || x == reserved::scratch64 || x == reserved::nowhere ||
           x == reserved::jump;
}

unsigned access_size(Op base) {
    switch (base) {
    case Op::lb:
    case Op::lbu:
    case Op::sb: return 1;
    case Op::lh:
    case Op::lhu:
    case Op::sh: return 2;
    default: return 4;
    }
}

unsigned size_of(std::uint32_t word) { return isa::length_of(static_cast<std::uint16_t>(word)); }

} // namespace

BlockGenerator::BlockGenerator(std::uint64_t seed, isa::ExtensionSet extensions)
    : random_(seed), extensions_(extensions) {
    for (const auto& row : isa::rows())
        if (extensions.has(isa::extension_of(row.op)) && !only_in_sequences(row.op)) rows_.push_back(&row);
}

std::uint32_t BlockGenerator::random_integer() {
    constexpr std::array<std::uint32_t, 8> special = {0, 1, ~0u, 0x8000'0000, 0x7FFF'FFFF, 0xFFFF, 0x8000, 0xFFFF'8000};
    const auto value = static_cast<std::uint32_t>(random_());
    switch (below(4)) {
    case 0: return special[value % special.size()];
    case 1: return value >> (value & 31);
    default: return value;
    }
}

std::uint32_t BlockGenerator::random_float() {
    constexpr std::array<std::uint32_t, 16> special = {
        0x0000'0000, 0x8000'0000, 0x7F80'0000, 0xFF80'0000, 0x7FC0'0000, 0x7F80'0001, 0xFFFF'FFFF, 0x0080'0000,
        0x007F'FFFF, 0x8000'0001, 0x7F7F'FFFF, 0x3F80'0000, 0xBF80'0000, 0x4F00'0000, 0xCF00'0000, 0x4B7F'FFFF};
    const auto value = static_cast<std::uint32_t>(random_());
    switch (below(4)) {
    case 0: return special[value % special.size()];
    case 1: return (value & 0x807F'FFFF) | (120 + value % 16) << 23; // around one: sums cancel
    case 2: return value & 0x8000'0FFF;                              // subnormal
    default: return value;
    }
}

Block BlockGenerator::next() {
    Block block;
    for (auto& x : block.start.x) x = random_integer();
    for (auto& f : block.start.f) f = random_float();
    const auto mode = static_cast<std::uint32_t>(below(16) == 0 ? below(8) : below(5));
    block.start.fcsr = mode << 5 | static_cast<std::uint32_t>(below(32));
    const auto count = 8 + below(32);
    targets_.clear();
    for (std::int32_t i = 0; i < count; ++i) {
        targets_.push_back(block.words.size());
        add_random(block);
    }
    targets_.push_back(block.words.size());
    aim_branches(block);
    return block;
}

void BlockGenerator::append(Block& block, Op op, const Operands& operands) {
    const auto word = isa::encode(op, operands);
    if (!word) throw std::logic_error("test bug: operands do not fit " + std::string(isa::row(op).mnemonic));
    block.words.push_back(*word);
}

void BlockGenerator::add_random(Block& block) {
    switch (below(64)) {
    case 0: return add_indirect_jump(block);
    case 1: return add_reservation(block);
    case 2: return add_code_change(block);
    default: add_plain(block, *rows_[static_cast<std::size_t>(below(rows_.size()))]);
    }
}

/// Random values for all fields of a row; those that do not fit are drawn again.
Operands BlockGenerator::random_operands(const Row& row) {
    for (;;) {
        const auto word = (static_cast<std::uint32_t>(random_()) & ~row.mask) | row.match;
        const auto operands = isa::operands_of(row, row.compressed() ? word & 0xFFFF : word);
        if (isa::encode(row.op, operands)) return operands;
    }
}

/// Makes the address lie in the scratch memory, or now and then nowhere; false
/// if this row's base register cannot do that.
bool BlockGenerator::aim_at_memory(const Row& row, Operands& operands) {
    const auto* base = row.find(&Operands::rs1);
    if (base != nullptr) { // sp is fixed in c.lwsp and the like
        constexpr std::array<std::int32_t, 2> any_register = {reserved::scratch32, reserved::scratch64};
        operands.rs1 = any_register[static_cast<std::size_t>(below(2))];
        const bool three_bits = isa::field(base->id).kind == Kind::xc;
        // QEMU reports an AMO without memory as a load fault, the manual as a
        // store fault (unprivileged, section 8.4).
        const bool is_amo = isa::extension_of(row.op) == Extension::A;
        if (!three_bits && !is_amo && below(32) == 0) {
            // Aligned: QEMU splits misaligned accesses before it looks for memory.
            operands.rs1 = reserved::nowhere;
            operands.imm &= -static_cast<std::int32_t>(access_size(row.base));
            return true;
        }
    }
    const auto offset = operands.rs1 == reserved::scratch32 ? 32 : operands.rs1 == reserved::scratch64 ? 64 : 0;
    const auto at = offset + operands.imm;
    const auto size = static_cast<std::int32_t>(access_size(row.base));
    return at >= 0 && at + size <= static_cast<std::int32_t>(4 * scratch_words);
}

void BlockGenerator::add_plain(Block& block, const Row& row) {
    constexpr std::array<std::int32_t, 3> csrs = {0x001, 0x002, 0x003};
    for (unsigned tries = 0; tries < 200; ++tries) {
        auto operands = random_operands(row);
        const auto* destination = isa::row(row.base).find(&Operands::rd);
        const bool writes_x = destination != nullptr && isa::field(destination->id).kind == Kind::x;
        if (writes_x && is_reserved(operands.rd)) continue;
        operands.csr = csrs[static_cast<std::size_t>(below(csrs.size()))];
        // Immediates of memory accesses are drawn small: most would be far off.
        if (touches_memory(row) && row.find(&Operands::imm) != nullptr && row.length == 4)
            operands.imm = below(256) - 64;
        if (touches_memory(row) && !aim_at_memory(row, operands)) continue;
        if (has_offset(row)) operands.imm = 0; // aimed later
        if (isa::encode(row.op, operands)) return append(block, row.op, operands);
    }
}

/// auipc and jalr over one instruction; the link goes anywhere.
void BlockGenerator::add_indirect_jump(Block& block) {
    std::int32_t link = below(32);
    if (is_reserved(link)) link = 0;
    const std::int32_t odd = below(2); // bit 0 of the target is dropped
    append(block, Op::auipc, {.rd = reserved::jump, .imm = 0});
    append(block, Op::jalr, {.rd = link, .rs1 = reserved::jump, .imm = 12 + odd});
    append(block, Op::addi, {.rd = 5, .rs1 = 5, .imm = 1}); // skipped
}

/// LR, perhaps something between, SC to the same or another word.
void BlockGenerator::add_reservation(Block& block) {
    append(block, Op::lr_w, {.rd = 10 + below(8), .rs1 = reserved::scratch32});
    if (below(2)) append(block, Op::addi, {.rd = 11, .rs1 = 10, .imm = below(100)});
    const auto base = below(4) ? reserved::scratch32 : reserved::scratch64;
    append(block, Op::sc_w, {.rd = 12 + below(4), .rs1 = base, .rs2 = below(32)});
}

/// Overwrites an instruction further on with another and runs it.
void BlockGenerator::add_code_change(Block& block) {
    const auto written = *isa::encode(Op::addi, {.rd = 6, .rs1 = 6, .imm = below(2048)});
    append(block, Op::auipc, {.rd = reserved::jump, .imm = 0});
    const auto upper = static_cast<std::int32_t>((written + 0x800) & ~0xFFFu);
    append(block, Op::lui, {.rd = 7, .imm = upper});
    append(block, Op::addi, {.rd = 7, .rs1 = 7, .imm = sign_extend(written, 12)});
    append(block, Op::sw, {.rs1 = reserved::jump, .rs2 = 7, .imm = 20});
    append(block, Op::fence_i, {});
    append(block, Op::addi, {.rd = 6, .rs1 = 6, .imm = 0}); // becomes `written`
}

/// Branches and jumps go to a later instruction, or to the end.
void BlockGenerator::aim_branches(Block& block) {
    const isa::Decoder decoder(extensions_);
    std::vector<std::int32_t> places;
    std::int32_t at = 0;
    for (const auto word : block.words) {
        places.push_back(at);
        at += static_cast<std::int32_t>(size_of(word));
    }
    places.push_back(at);
    for (std::size_t i = 0; i < block.words.size(); ++i) {
        const auto instruction = decoder.decode(block.words[i]);
        if (!instruction || !has_offset(instruction->row())) continue;
        auto operands = instruction->operands;
        const auto later = std::ranges::upper_bound(targets_, i);
        auto choice = below(static_cast<std::size_t>(targets_.end() - later));
        std::optional<std::uint32_t> aimed;
        while (!aimed) { // nearer, if it is too far for a compressed branch
            operands.imm = places[later[choice--]] - places[i];
            aimed = isa::encode(instruction->op, operands);
        }
        block.words[i] = *aimed;
    }
}

namespace {

/// Writes code to an image, in order.
class Emitter {
public:
    explicit Emitter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

    std::uint32_t here() const { return image_base + static_cast<std::uint32_t>(bytes_.size()); }
    void align() {
        while (bytes_.size() % 4 != 0) bytes_.push_back(0);
    }
    void word(std::uint32_t value, unsigned size = 4) {
        for (unsigned i = 0; i < size; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    }
    void operator()(Op op, const Operands& operands) { word(isa::encode(op, operands).value(), isa::row(op).length); }
    void load_address(std::int32_t rd, std::uint32_t address) {
        (*this)(Op::lui, {.rd = rd, .imm = static_cast<std::int32_t>((address + 0x800) & ~0xFFFu)});
        (*this)(Op::addi, {.rd = rd, .rs1 = rd, .imm = sign_extend(address, 12)});
    }
    void jump(std::uint32_t address, std::int32_t link = 0) {
        (*this)(Op::jal, {.rd = link, .imm = static_cast<std::int32_t>(address - here())});
    }

private:
    std::vector<std::uint8_t>& bytes_;
};

// Registers of the code around the blocks, and CSRs.
constexpr std::int32_t t4 = 29, t5 = 30, t6 = 31, a0 = 10, a1 = 11;
constexpr std::int32_t csr_fcsr = 3, csr_mstatus = 0x300, csr_mtvec = 0x305, csr_mscratch = 0x340, csr_mepc = 0x341,
                       csr_mcause = 0x342, csr_mtval = 0x343;

/// Variables of the program, at the start of its data.
struct Variables {
    std::uint32_t log_at, saved_t5, mcause, mepc, mtval, next_block, scratch;
};

class ImageBuilder {
public:
    Image build(const std::vector<Block>& blocks) {
        bytes_.reserve(blocks.size() * 512 + 4096);
        layout();
        emit_start();
        emit_restore();
        emit_save();
        emit_trap_handler();
        std::vector<std::uint32_t> entries;
        for (const auto& block : blocks) entries.push_back(emit_block(block));
        const auto end = emit_end(blocks.size());
        patch_first(entries.front());
        for (std::size_t i = 0; i < entries.size(); ++i) patch_next(i, i + 1 < entries.size() ? entries[i + 1] : end);
        return {std::move(bytes_), log_, blocks.size() * log_words * 4};
    }

private:
    std::vector<std::uint8_t> bytes_;
    Emitter emit_{bytes_};
    std::uint32_t variables_ = 0, log_ = 0, restore_ = 0, save_ = 0, save_after_trap_ = 0;
    std::size_t first_block_at_ = 0, handler_at_ = 0;
    std::vector<std::size_t> next_at_;

    void layout() {
        variables_ = image_base + 0x0100'0000; // behind any code
        log_ = variables_ + 0x1000;
    }
    static std::int32_t offset(std::size_t member) { return static_cast<std::int32_t>(member); }

    void emit_start() {
        emit_.load_address(t6, 0); // patched: the trap handler
        handler_at_ = bytes_.size() - 8;
        emit_(Op::csrrw, {.rd = 0, .rs1 = t6, .csr = csr_mtvec});
        emit_.load_address(t6, 0x6000); // mstatus.FS
        emit_(Op::csrrs, {.rd = 0, .rs1 = t6, .csr = csr_mstatus});
        emit_.load_address(t6, variables_);
        emit_.load_address(t5, log_);
        emit_(Op::sw, {.rs1 = t6, .rs2 = t5, .imm = offset(offsetof(Variables, log_at))});
        first_block_at_ = bytes_.size();
        emit_.jump(emit_.here());
    }

    /// t6: a block's start state. Loads everything but t5 and t6, returns to t5.
    void emit_restore() {
        restore_ = emit_.here();
        emit_(Op::lw, {.rd = t4, .rs1 = t6, .imm = 256});
        emit_(Op::csrrw, {.rd = 0, .rs1 = t4, .csr = csr_fcsr});
        for (std::int32_t i = 0; i < 32; ++i) emit_(Op::flw, {.rd = i, .rs1 = t6, .imm = 128 + 4 * i});
        for (std::int32_t i = 1; i < 30; ++i) emit_(Op::lw, {.rd = i, .rs1 = t6, .imm = 4 * i});
        emit_(Op::jalr, {.rd = 0, .rs1 = t5, .imm = 0});
    }

    /// Appends the state to the log and goes to the next block. The block's t6
    /// is in mscratch.
    void emit_save() {
        save_ = emit_.here();
        emit_.load_address(t6, variables_);
        emit_(Op::sw, {.rs1 = t6, .rs2 = t5, .imm = offset(offsetof(Variables, saved_t5))});
        save_after_trap_ = emit_.here();
        emit_(Op::lw, {.rd = t5, .rs1 = t6, .imm = offset(offsetof(Variables, log_at))});
        for (std::int32_t i = 0; i < 30; ++i) emit_(Op::sw, {.rs1 = t5, .rs2 = i, .imm = 4 * i});
        emit_(Op::lw, {.rd = t4, .rs1 = t6, .imm = offset(offsetof(Variables, saved_t5))});
        emit_(Op::sw, {.rs1 = t5, .rs2 = t4, .imm = 120});
        emit_(Op::csrrs, {.rd = t4, .rs1 = 0, .csr = csr_mscratch});
        emit_(Op::sw, {.rs1 = t5, .rs2 = t4, .imm = 124});
        for (std::int32_t i = 0; i < 32; ++i) emit_(Op::fsw, {.rs1 = t5, .rs2 = i, .imm = 128 + 4 * i});
        emit_(Op::csrrs, {.rd = t4, .rs1 = 0, .csr = csr_fcsr});
        emit_(Op::sw, {.rs1 = t5, .rs2 = t4, .imm = 256});
        const auto copy = [this](std::size_t from, std::int32_t to) {
            emit_(Op::lw, {.rd = t4, .rs1 = t6, .imm = offset(from)});
            emit_(Op::sw, {.rs1 = t5, .rs2 = t4, .imm = to});
            emit_(Op::sw, {.rs1 = t6, .rs2 = 0, .imm = offset(from)});
        };
        copy(offsetof(Variables, mcause), 260);
        copy(offsetof(Variables, mepc), 264);
        copy(offsetof(Variables, mtval), 268);
        for (std::uint32_t i = 0; i < scratch_words; ++i)
            copy(offsetof(Variables, scratch) + 4 * i, static_cast<std::int32_t>(272 + 4 * i));
        emit_(Op::addi, {.rd = t5, .rs1 = t5, .imm = 4 * log_words});
        emit_(Op::sw, {.rs1 = t6, .rs2 = t5, .imm = offset(offsetof(Variables, log_at))});
        emit_(Op::lw, {.rd = t5, .rs1 = t6, .imm = offset(offsetof(Variables, next_block))});
        emit_(Op::jalr, {.rd = 0, .rs1 = t5, .imm = 0});
    }

    void emit_trap_handler() {
        emit_.align();
        const auto handler = emit_.here();
        emit_(Op::csrrw, {.rd = 0, .rs1 = t6, .csr = csr_mscratch});
        emit_.load_address(t6, variables_);
        emit_(Op::sw, {.rs1 = t6, .rs2 = t5, .imm = offset(offsetof(Variables, saved_t5))});
        const auto note = [this](std::int32_t csr, std::size_t to, std::int32_t add) {
            emit_(Op::csrrs, {.rd = t5, .rs1 = 0, .csr = csr});
            emit_(Op::addi, {.rd = t5, .rs1 = t5, .imm = add});
            emit_(Op::sw, {.rs1 = t6, .rs2 = t5, .imm = offset(to)});
        };
        note(csr_mcause, offsetof(Variables, mcause), 1); // so that cause 0 shows
        note(csr_mepc, offsetof(Variables, mepc), 0);
        note(csr_mtval, offsetof(Variables, mtval), 0);
        emit_.jump(save_after_trap_);
        rewrite(handler_at_, [&] { emit_.load_address(t6, handler); });
    }

    std::uint32_t emit_block(const Block& block) {
        emit_.align();
        const auto state = emit_.here();
        auto x = block.start.x;
        const auto scratch = variables_ + static_cast<std::uint32_t>(offsetof(Variables, scratch));
        x[reserved::scratch0] = scratch;
        x[reserved::scratch32] = scratch + 32;
        x[reserved::scratch64] = scratch + 64;
        x[reserved::nowhere] = x[reserved::jump] = nowhere;
        for (const auto value : x) emit_.word(value);
        for (const auto value : block.start.f) emit_.word(value);
        emit_.word(block.start.fcsr);

        const auto entry = emit_.here();
        emit_.load_address(t6, variables_);
        next_at_.push_back(bytes_.size());
        emit_.load_address(t5, 0); // patched: the next block
        emit_(Op::sw, {.rs1 = t6, .rs2 = t5, .imm = offset(offsetof(Variables, next_block))});
        emit_.load_address(t6, state);
        emit_.load_address(t5, restore_);
        emit_(Op::jalr, {.rd = t5, .rs1 = t5, .imm = 0});
        emit_(Op::lw, {.rd = t5, .rs1 = t6, .imm = 120});
        emit_(Op::lw, {.rd = t6, .rs1 = t6, .imm = 124});
        for (const auto word : block.words) emit_.word(word, size_of(word));
        emit_(Op::csrrw, {.rd = 0, .rs1 = t6, .csr = csr_mscratch});
        emit_.load_address(t6, save_);
        emit_(Op::jalr, {.rd = 0, .rs1 = t6, .imm = 0});
        return entry;
    }

    /// SYS_OPEN ":tt", SYS_WRITE of the log, SYS_EXIT.
    std::uint32_t emit_end(std::size_t blocks) {
        emit_.align();
        const auto name = emit_.here();
        emit_.word(0x0074'743A); // ":tt"
        const auto open_arguments = emit_.here();
        for (const std::uint32_t word : {name, 4u, 3u}) emit_.word(word);
        const auto write_arguments = emit_.here();
        for (const std::uint32_t word : {0u, log_, static_cast<std::uint32_t>(4 * log_words * blocks)})
            emit_.word(word);
        const auto end = emit_.here();
        semihost(0x01, open_arguments);
        emit_.load_address(a1, write_arguments);
        emit_(Op::sw, {.rs1 = a1, .rs2 = a0, .imm = 0});
        semihost(0x05, write_arguments);
        semihost(0x18, 0x20026);
        emit_.jump(emit_.here());
        return end;
    }

    void semihost(std::int32_t operation, std::uint32_t argument) {
        while (bytes_.size() % 16 != 0) emit_(Op::addi, {}); // all three words in one page
        emit_(Op::addi, {.rd = a0, .rs1 = 0, .imm = operation});
        emit_.load_address(a1, argument);
        emit_(Op::addi, {});
        emit_(Op::slli, {.rd = 0, .rs1 = 0, .imm = 0x1F});
        emit_(Op::ebreak, {});
        emit_(Op::srai, {.rd = 0, .rs1 = 0, .imm = 7});
    }

    void patch_first(std::uint32_t entry) {
        rewrite(first_block_at_, [&] { emit_.jump(entry); });
    }
    void patch_next(std::size_t block, std::uint32_t entry) {
        rewrite(next_at_[block], [&] { emit_.load_address(t5, entry); });
    }
    /// Emits again at an earlier place.
    template <typename Emit>
    void rewrite(std::size_t place, Emit emit) {
        const std::vector<std::uint8_t> tail(bytes_.begin() + static_cast<std::ptrdiff_t>(place), bytes_.end());
        bytes_.resize(place);
        emit();
        bytes_.insert(bytes_.end(), tail.begin() + static_cast<std::ptrdiff_t>(bytes_.size() - place), tail.end());
    }
};

} // namespace

Image make_image(const std::vector<Block>& blocks) { return ImageBuilder().build(blocks); }

std::string to_text(const Block& block) {
    std::string text;
    const isa::Decoder decoder(isa::chip_v3);
    for (unsigned i = 0; i < 32; ++i) text += fmt::format("x{} {:08x}\n", i, block.start.x[i]);
    for (unsigned i = 0; i < 32; ++i) text += fmt::format("f{} {:08x}\n", i, block.start.f[i]);
    text += fmt::format("fcsr {:08x}\n", block.start.fcsr);
    for (const auto word : block.words)
        text += fmt::format("word {:08x} {}\n", word, isa::disassemble(decoder, word, 0, {.aliases = false}));
    return text;
}

Block from_text(const std::string& text) {
    Block block;
    for (const auto line : lines(text)) {
        const auto pieces = split(line, ' ');
        long long value = 0;
        if (pieces.size() < 2 || pieces[0].starts_with('#')) continue;
        if (!parse_integer("0x" + std::string(pieces[1]), value))
            throw std::runtime_error("bad line: " + std::string(line));
        const auto number = static_cast<std::uint32_t>(value);
        long long index = 0;
        if (pieces[0] == "word")
            block.words.push_back(number);
        else if (pieces[0] == "fcsr")
            block.start.fcsr = number;
        else if (parse_integer(pieces[0].substr(1), index) && index >= 0 && index < 32)
            (pieces[0][0] == 'x' ? block.start.x : block.start.f)[static_cast<std::size_t>(index)] = number;
    }
    return block;
}

} // namespace p4jit::test
