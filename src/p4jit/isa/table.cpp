#include "p4jit/isa/table.hpp"

namespace p4jit::isa {

namespace {

constexpr std::array<Row, op_count> all_rows = {
#define INSN(id, mnemonic, drawing, syntax) RowParser(drawing).parse(Op::id, mnemonic, syntax, Op::id, ""),
#define CINSN(id, mnemonic, drawing, syntax, base, implied)                                                            \
    RowParser(drawing).parse(Op::id, mnemonic, syntax, Op::base, implied),
#define PIE(id, mnemonic, drawing, syntax, implied) RowParser(drawing).parse(Op::id, mnemonic, syntax, Op::id, implied),
#define PIE2(id, mnemonic, drawing, syntax, base) RowParser(drawing).parse(Op::id, mnemonic, syntax, Op::base, ""),
#include "spec/isa/all.def"
};

// The first instruction of each extension: EXTENSION takes the number that the
// row behind it will have, and gives it back.
enum Numbering {
#define EXTENSION(id, name) first_of_##id, before_##id = first_of_##id - 1,
#define INSN(id, ...) number_of_##id,
#define CINSN(id, ...) number_of_##id,
#define PIE(id, ...) number_of_##id,
#define PIE2(id, ...) number_of_##id,
#include "spec/isa/all.def"
};

constexpr std::array first_ops = {
#define EXTENSION(id, name) first_of_##id,
#include "spec/isa/all.def"
};

constexpr std::array<std::string_view, static_cast<std::size_t>(Extension::count)> extension_names = {
#define EXTENSION(id, name) name,
#include "spec/isa/all.def"
};

} // namespace

std::span<const Row, op_count> rows() { return all_rows; }

Extension extension_of(Op op) {
    unsigned extension = 0;
    while (extension + 1 < first_ops.size() && first_ops[extension + 1] <= static_cast<int>(op)) ++extension;
    return static_cast<Extension>(extension);
}

std::string_view name(Extension extension) { return extension_names[static_cast<std::size_t>(extension)]; }

} // namespace p4jit::isa
