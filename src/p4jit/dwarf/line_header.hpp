// The header of a line number program (DWARF 5, section 6.2.4), with the files
// it knows. DWARF 2 to 5.
#pragma once

#include "p4jit/dwarf/info.hpp"

namespace p4jit::dwarf {

struct LineHeader {
    std::uint16_t version = 0;
    std::uint8_t minimum_instruction_length = 1;
    bool default_is_statement = true;
    std::int8_t line_base = 0;
    std::uint8_t line_range = 1, opcode_base = 1;
    std::vector<std::uint8_t> operand_counts; ///< of the standard opcodes, from 1 on
    ByteView program;

    struct File {
        std::string_view name;
        std::uint64_t directory;
    };
    std::string_view comp_dir;
    std::vector<std::string_view> directories;
    std::vector<File> files;

    /// The header at `offset` in .debug_line. Throws BadObject.
    static LineHeader read(const DebugSections& sections, std::uint32_t offset, std::string_view comp_dir);

    /// The path of a file by the number that programs and DW_AT_decl_file use:
    /// absolute if the compiler knew its folder; empty for a number that is
    /// not there.
    std::string path(std::uint64_t file) const;
};

/// The files of every unit's line program; read once each.
class SourceFiles {
public:
    explicit SourceFiles(const Info& info) : info_(info) {}
    /// DW_AT_decl_file of the entry as a path; empty if it has none.
    std::string declared_in(const Entry& entry);

private:
    const Info& info_;
    std::unordered_map<std::uint32_t, LineHeader> headers_; ///< by offset in .debug_line
};

} // namespace p4jit::dwarf
