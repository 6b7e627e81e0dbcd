#include "p4jit/dwarf/line_program.hpp"

namespace p4jit::dwarf {

namespace {

class LineMachine {
public:
    LineMachine(const DebugSections& sections, LineHeader header, std::vector<LineRow>& rows,
                std::vector<std::string>& files)
        : sections_(sections), header_(std::move(header)), rows_(rows), files_(files), at_(header_.program) {
        reset();
    }

    void run() {
        while (!at_.done()) {
            sections_.effort().spend(1);
            const auto opcode = at_.u8();
            if (opcode >= header_.opcode_base)
                special(opcode);
            else if (opcode == 0)
                extended();
            else
                standard(opcode);
        }
        if (!at_.ok()) sections_.corrupt("a line program that is cut off,");
        // Rows whose run of code was never closed mean nothing.
        rows_.resize(closed_rows());
    }

private:
    void reset() {
        address_ = 0;
        file_ = 1;
        line_ = 1;
        is_statement_ = header_.default_is_statement;
        first_row_ = rows_.size();
    }

    std::size_t closed_rows() const { return first_row_; }

    void emit(bool is_end) { rows_.push_back({address_, file_index(), line_, is_statement_, is_end}); }

    void end_sequence() {
        emit(true);
        // Code that the linker left out stays at address 0.
        if (!sections_.addresses().place(rows_[first_row_].address)) rows_.resize(first_row_);
        reset();
    }

    void advance(std::uint64_t operations) {
        address_ += static_cast<std::uint32_t>(operations * header_.minimum_instruction_length);
    }

    void special(std::uint8_t opcode) {
        const unsigned adjusted = opcode - header_.opcode_base;
        advance(adjusted / header_.line_range);
        line_ += static_cast<std::uint32_t>(header_.line_base + static_cast<int>(adjusted % header_.line_range));
        emit(false);
    }

    void standard(std::uint8_t opcode) {
        switch (opcode) {
        case DW_LNS_copy: return emit(false);
        case DW_LNS_advance_pc: return advance(at_.uleb128());
        case DW_LNS_advance_line: line_ += static_cast<std::uint32_t>(at_.sleb128()); return;
        case DW_LNS_set_file: file_ = at_.uleb128(); return;
        case DW_LNS_negate_stmt: is_statement_ = !is_statement_; return;
        case DW_LNS_const_add_pc: return advance((255u - header_.opcode_base) / header_.line_range);
        // The assembler uses this one where the linker may still shorten code,
        // since its operand can be relocated; not scaled, unlike the others.
        case DW_LNS_fixed_advance_pc: address_ += at_.u16(); return;
        default: // columns, blocks, prologues, and what we do not know
            for (auto count = header_.operand_counts[opcode - 1u]; count > 0; --count) at_.uleb128();
        }
    }

    void extended() {
        const auto length = at_.uleb128();
        const auto operands = at_.take(length);
        Cursor at(operands);
        switch (at.u8()) {
        case DW_LNE_end_sequence: return end_sequence();
        case DW_LNE_set_address: address_ = at.u32(); return;
        case DW_LNE_define_file: {
            const auto name = at.c_string();
            header_.files.push_back({name, at.uleb128()});
            return;
        }
        default: return; // discriminators and the like
        }
    }

    /// The current file's number in files_, which gets its path when a row
    /// first names it.
    std::uint32_t file_index() {
        const auto [known, is_new] = numbers_.try_emplace(file_, static_cast<std::uint32_t>(files_.size()));
        if (is_new) {
            files_.push_back(header_.path(file_));
            sections_.effort().spend(files_.back().size());
        }
        return known->second;
    }

    const DebugSections& sections_;
    LineHeader header_;
    std::vector<LineRow>& rows_;
    std::vector<std::string>& files_;
    Cursor at_;
    std::uint32_t address_ = 0, line_ = 1;
    std::uint64_t file_ = 1;
    bool is_statement_ = true;
    std::size_t first_row_ = 0;
    std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
};

} // namespace

void run_line_program(const DebugSections& sections, const LineHeader& header, std::vector<LineRow>& rows,
                      std::vector<std::string>& files) {
    LineMachine(sections, header, rows, files).run();
}

} // namespace p4jit::dwarf
