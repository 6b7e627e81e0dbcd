// Our disassembler against GNU objdump, text for text.
//
// objdump runs with -M no-aliases; the only differences smoothed over are
// white space, the way addresses are written, and names behind them.
#include "p4jit/isa/disassemble.hpp"
#include "p4jit/isa/encode.hpp"
#include "p4jit/isa/registers.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

using namespace p4jit;
using namespace p4jit::isa;
namespace fs = std::filesystem;

namespace {

/// One line of objdump -d: "  10:	fe010113          	addi	sp,sp,-32".
struct Line {
    std::uint32_t address = 0, word = 0;
    std::string text;
};

std::string without(std::string text, std::string_view what) {
    if (const auto at = text.find(what); at != text.npos) text.erase(at);
    return text;
}

/// Reads a line, or returns false if it is not an instruction.
bool parse(std::string_view line, Line& parsed) {
    const auto pieces = split(line, '\t');
    if (pieces.size() < 3 || !pieces[0].ends_with(':')) return false;
    long long value = 0;
    const auto hex = [&value](std::string_view digits) {
        return parse_integer("0x" + std::string(trim(digits)), value);
    };
    if (!hex(pieces[0].substr(0, pieces[0].size() - 1))) return false;
    parsed.address = static_cast<std::uint32_t>(value);
    if (!hex(pieces[1])) return false;
    parsed.word = static_cast<std::uint32_t>(value);
    parsed.text = pieces[2];
    if (pieces.size() > 3) parsed.text += " " + std::string(pieces[3]);
    parsed.text = trim(without(without(parsed.text, " <"), "# "));
    return true;
}

template <typename Visit>
void for_each_line(const std::string& command, Visit visit) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    REQUIRE(pipe != nullptr);
    char buffer[512];
    Line line;
    while (fgets(buffer, sizeof buffer, pipe.get()) != nullptr)
        if (parse(trim(buffer), line)) visit(line);
}

/// Jump targets come with and without 0x.
std::string plain_target(const Decoder& decoder, const Line& line, std::string text) {
    const auto instruction = decoder.decode(line.word);
    if (instruction && instruction->row().syntax.ends_with("offset"))
        if (const auto at = text.rfind("0x"); at != text.npos) text.erase(at, 2);
    return text;
}

/// What objdump 2.40 calls HINTs, and words that are no instruction.
std::string normalised(const std::string& text, std::uint32_t word) {
    if (text == "pause") return "fence w,0"; // a fence without a successor set (Zihintpause)
    if (text.starts_with("c.addi zero,") || text.starts_with("c.nop ")) return "c.nop";
    if (const auto wide = text.find("64 "); wide != text.npos) // c.slli64 a0: a shift by nothing
        return text.substr(0, wide) + text.substr(wide + 2) + ",0x0";
    if (const auto empty = text.find("unknown"); text.starts_with("fence ") && empty != text.npos)
        return normalised(text.substr(0, empty) + "0" + text.substr(empty + 7), word); // an empty set
    if (text == "c.unimp" || text == "c.addi16sp sp,0" || text.starts_with(".2byte"))
        return fmt::format(".half {:#06x}", word);
    if (text.starts_with(".4byte")) return fmt::format(".word {:#010x}", word);
    const auto amount = text.substr(std::min(text.rfind(",0x"), text.size()));
    if (text.starts_with("c.s") && amount.size() == 5 && amount >= ",0x20")
        return fmt::format(".half {:#06x}", word); // shifts by 32 and more are reserved on RV32
    return text;
}

/// objdump does not know the reserved forms of fences, which act as plain ones,
/// nor the chip's own CSRs.
Operands known_to_objdump(const Row& row, Operands operands) {
    if (row.op == Op::fence || row.op == Op::fence_i) operands.fm = operands.rd = operands.rs1 = operands.imm = 0;
    if (row.op == Op::fence_tso) operands = {.fm = 8, .pred = 3, .succ = 3};
    constexpr std::array standard_csrs = {0x001, 0x003, 0x300, 0x305, 0x341, 0x344, 0xB00, 0xB82, 0xC00, 0xC82, 0xF14};
    operands.csr = standard_csrs[static_cast<unsigned>(operands.csr) % standard_csrs.size()];
    return operands;
}

/// objdump has numbers for the chip's own CSRs.
std::string with_csr_number(const Decoder& decoder, std::uint32_t word, std::string text) {
    const auto instruction = decoder.decode(word);
    if (!instruction || instruction->row().find(&Operands::csr) == nullptr) return text;
    const auto number = static_cast<unsigned>(instruction->operands.csr);
    const auto name = csr_name(number);
    const bool is_the_chips = (number >= 0x7C0 && number < 0x800) || (number >= 0xBC0 && number < 0xC00);
    if (name && is_the_chips)
        if (const auto at = text.find("," + std::string(*name) + ","); at != text.npos)
            text.replace(at + 1, name->size(), fmt::format("{:#x}", number));
    return text;
}

/// Compares all instructions that objdump finds; returns how many.
std::uint64_t compare(const Decoder& decoder, const std::string& arguments) {
    std::uint64_t compared = 0;
    unsigned differences = 0;
    for_each_line(std::string(P4JIT_OBJDUMP) + " -M no-aliases " + arguments, [&](const Line& line) {
        ++compared;
        const auto expected = plain_target(decoder, line, normalised(line.text, line.word));
        const auto actual = with_csr_number(
            decoder, line.word,
            plain_target(decoder, line, disassemble(decoder, line.word, line.address, {.aliases = false})));
        if (actual != expected && ++differences <= 20)
            MESSAGE(
                fmt::format("{:08x}: {:08x} objdump \"{}\", ours \"{}\"", line.address, line.word, expected, actual));
    });
    CHECK(differences == 0);
    return compared;
}

/// Words as the code of an object file, so that objdump knows the extensions.
class WordsObject {
public:
    explicit WordsObject(ByteView words)
        : folder_(fs::temp_directory_path() / fmt::format("p4jit-objdump-{}", getpid())) {
        fs::create_directory(folder_);
        write_file(folder_ / "words.bin", words);
        write_file(folder_ / "words.s", as_bytes(".text\n.incbin \"words.bin\"\n"));
        const auto shell = fmt::format("cd {0} && {1}/riscv64-unknown-elf-as -march={2} words.s -o words.o && "
                                       "{1}/riscv64-unknown-elf-strip -x words.o",
                                       folder_.string(), fs::path(P4JIT_OBJDUMP).parent_path().string(),
                                       "rv32imafc_zicsr_zifencei_zba_zbb_zbs_zihintpause");
        REQUIRE(std::system(shell.c_str()) == 0);
    }
    ~WordsObject() { fs::remove_all(folder_); }
    std::string objdump_arguments() const { return "-D -j .text " + (folder_ / "words.o").string(); }

private:
    fs::path folder_;
};

/// All but Espressif's own: those are compared with tests/pie/encodings*.tsv.
constexpr ExtensionSet known_to_binutils =
    rv32imafc | ExtensionSet{Extension::Zcb, Extension::Zba, Extension::Zbb, Extension::Zbs};

} // namespace

TEST_CASE("every instruction of picolibc's libc and libm reads as objdump reads it") {
    const Decoder decoder(rv32imafc);
    std::uint64_t total = 0;
    // libm.a is empty: picolibc keeps the mathematics in libc.a.
    for (const char* library : {"libc.a", "libm.a", "libsemihost.a"}) {
        const auto compared = compare(decoder, fmt::format("-d {}/{}", P4JIT_PICOLIBC, library));
        MESSAGE(fmt::format("{}: {} instructions compared", library, compared));
        total += compared;
    }
    CHECK(total > 150'000);
}

TEST_CASE("every instruction of the virtual board's firmware reads as objdump reads it") {
    const auto compared = compare(Decoder(rv32imafc), "-d " P4JIT_FIRMWARE_IMAGE);
    MESSAGE(fmt::format("{} instructions compared", compared));
    CHECK(compared > 10'000);
}

TEST_CASE("all compressed words read as objdump reads them") {
    Bytes words;
    for (std::uint32_t word = 0; word < 0x10000; ++word)
        if ((word & 3) != 3) append_le(words, static_cast<std::uint16_t>(word));
    const WordsObject object(words);
    const auto compared = compare(Decoder(rv32imafc), object.objdump_arguments());
    MESSAGE(fmt::format("{} compressed words compared", compared));
    CHECK(compared == words.size() / 2);
}

TEST_CASE("random words of every row read as objdump reads them") {
    std::mt19937 random(1);
    Bytes words;
    for (const auto& row : rows()) {
        if (row.compressed() || !known_to_binutils.has(extension_of(row.op))) continue;
        for (unsigned i = 0; i < 1000; ++i) {
            const auto word = static_cast<std::uint32_t>(random() & ~row.mask) | row.match;
            const auto encoded = encode(row.op, known_to_objdump(row, operands_of(row, word)));
            if (encoded) append_le(words, *encoded);
        }
    }
    const WordsObject object(words);
    const auto compared = compare(Decoder(known_to_binutils), object.objdump_arguments());
    MESSAGE(fmt::format("{} words of all rows compared, seed 1", compared));
    CHECK(compared == words.size() / 4);
}
