// Sections, symbols and relocations of every member of the target's libraries,
// compared one by one with what readelf prints of them.
#include "p4jit/base/error.hpp"
#include "p4jit/elf/archive.hpp"
#include "tests/objects/readelf.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::elf;

namespace {

struct Compared {
    std::size_t members = 0, sections = 0, symbols = 0, relocations = 0;
};

std::string_view type_name(SectionType type) {
    switch (type) {
    case SectionType::null: return "NULL";
    case SectionType::progbits: return "PROGBITS";
    case SectionType::symtab: return "SYMTAB";
    case SectionType::strtab: return "STRTAB";
    case SectionType::rela: return "RELA";
    case SectionType::note: return "NOTE";
    case SectionType::nobits: return "NOBITS";
    case SectionType::init_array: return "INIT_ARRAY";
    case SectionType::fini_array: return "FINI_ARRAY";
    case SectionType::preinit_array: return "PREINIT_ARRAY";
    case SectionType::group: return "GROUP";
    case SectionType::riscv_attributes: return "RISCV_ATTRIBUTES";
    default: return "?";
    }
}

std::string flag_letters(std::uint32_t flags) {
    std::string letters;
    const std::pair<std::uint32_t, char> table[] = {{section_flag::write, 'W'},      {section_flag::alloc, 'A'},
                                                    {section_flag::execute, 'X'},    {section_flag::merge, 'M'},
                                                    {section_flag::strings, 'S'},    {0x40, 'I'},
                                                    {section_flag::group, 'G'},      {section_flag::tls, 'T'},
                                                    {section_flag::compressed, 'C'}, {section_flag::exclude, 'E'}};
    for (const auto& [flag, letter] : table)
        if (flags & flag) letters += letter;
    return letters;
}

std::string describe(const Section& section) {
    return fmt::format("{} {} {:08x} {:06x} {:02x} {} {} {} {}", section.name, type_name(section.type), section.address,
                       section.size, section.entry_size, flag_letters(section.flags), section.link, section.info,
                       section.alignment);
}

/// The same from "[ 1] .text PROGBITS 00000000 000034 000010 00  AX  0   0  2".
std::string describe_section_line(std::string_view line) {
    auto w = test::words(line.substr(line.find(']') + 1));
    if (w.size() == 9) w.insert(w.begin() + 6, ""); // no flags
    REQUIRE(w.size() == 10);
    return fmt::format("{} {} {} {} {} {} {} {} {}", w[0], w[1], w[2], w[4], w[5], w[6], w[7], w[8], w[9]);
}

/// Assembly's labels "1:" have control characters in their names; readelf
/// prints ^B for one.
std::string printable(std::string_view name) {
    std::string text;
    for (const char c : trim(name))
        text += c < ' ' ? fmt::format("^{}", static_cast<char>(c + '@')) : std::string(1, c);
    return text;
}

std::string describe(const Object& object, const Symbol& symbol) {
    const auto type = [&]() -> std::string_view {
        switch (symbol.type) {
        case SymbolType::notype: return "NOTYPE";
        case SymbolType::object: return "OBJECT";
        case SymbolType::function: return "FUNC";
        case SymbolType::section: return "SECTION";
        case SymbolType::file: return "FILE";
        case SymbolType::common: return "COMMON";
        case SymbolType::tls: return "TLS";
        default: return "?";
        }
    }();
    const auto binding = symbol.local() ? "LOCAL" : symbol.binding == SymbolBinding::weak ? "WEAK" : "GLOBAL";
    const auto visibility = symbol.visibility == SymbolVisibility::hidden ? "HIDDEN" : "DEFAULT";
    const auto home = symbol.undefined()  ? "UND"
                      : symbol.absolute() ? "ABS"
                      : symbol.common()   ? "COM"
                                          : std::to_string(symbol.section);
    // readelf lends a section symbol its section's name.
    const auto name = symbol.type == SymbolType::section ? object.sections()[symbol.section].name : symbol.name;
    return fmt::format("{:08x} {} {} {} {} {} {}", symbol.value, symbol.size, type, binding, visibility, home,
                       printable(name));
}

/// The same from "12: 00000000  84 FUNC  GLOBAL DEFAULT  1 big".
std::string describe_symbol_line(std::string_view line) {
    auto w = test::words(line.substr(line.find(':') + 1));
    if (w.size() == 6) w.push_back("");
    REQUIRE(w.size() == 7);
    return fmt::format("{} {} {} {} {} {} {}", w[0], w[1], w[2], w[3], w[4], w[5], w[6]);
}

std::string describe(const Relocation& relocation) {
    return fmt::format("{:08x} {:08x} {} {}", relocation.offset,
                       relocation.symbol << 8 | static_cast<std::uint32_t>(relocation.type), name(relocation.type),
                       relocation.addend);
}

/// The same from "00000008  00005810 R_RISCV_BRANCH  00000020  .L4 + 0".
std::string describe_relocation_line(std::string_view line) {
    const auto w = test::words(line);
    REQUIRE(w.size() >= 4);
    const bool glued = w.back().starts_with('-'); // without a symbol
    auto addend = static_cast<std::int64_t>(test::hex(w.back().substr(glued ? 1 : 0)));
    if (glued || w[w.size() - 2] == "-") addend = -addend;
    return fmt::format("{} {} {} {}", w[0], w[1], w[2], static_cast<std::int32_t>(addend));
}

void compare(const Object& object, std::string_view output, Compared& compared) {
    CAPTURE(object.name());
    std::size_t sections = 0, symbols = 0, relocations = 0, all_relocations = 0;
    const Section* target = nullptr;
    bool in_symbols = false;
    for (const auto line : lines(output)) {
        if (line.starts_with("Relocation section")) {
            const auto from = line.find('\'') + 1;
            const auto* table = object.section(line.substr(from, line.find('\'', from) - from));
            REQUIRE(table != nullptr);
            target = &object.sections()[table->info];
            relocations = 0;
        } else if (line.starts_with("Symbol table")) {
            in_symbols = true;
            target = nullptr;
        } else if (line.starts_with("  [") && !line.starts_with("  [Nr]")) {
            const auto index = sections++;
            if (index == 0) continue;
            REQUIRE(index < object.sections().size());
            CHECK(describe(object.sections()[index]) == describe_section_line(line));
        } else if (in_symbols && line.find(':') != line.npos && !line.starts_with("   Num:")) {
            REQUIRE(symbols < object.symbols().size());
            CHECK(describe(object, object.symbols()[symbols++]) == describe_symbol_line(line));
        } else if (target && line.find("R_RISCV_") != line.npos) {
            REQUIRE(relocations < target->relocations.size());
            CHECK(describe(target->relocations[relocations++]) == describe_relocation_line(line));
            ++all_relocations;
        }
    }
    CHECK(sections == object.sections().size());
    CHECK(symbols == object.symbols().size());
    std::size_t ours = 0;
    for (const auto& section : object.sections()) ours += section.relocations.size();
    CHECK(all_relocations == ours);
    compared.members += 1;
    compared.sections += sections;
    compared.symbols += symbols;
    compared.relocations += all_relocations;
}

} // namespace

TEST_CASE("every member of libc and libgcc is what readelf says") {
    for (const auto& path : {test::libc, test::libgcc()}) {
        const auto archive = Archive::parse(read_file(path), path);
        const auto output = test::run(test::readelf + "-SWsr " + path);
        const auto members = test::cut_members(output);
        REQUIRE(members.size() == archive.members().size());
        Compared compared;
        for (std::size_t i = 0; i < members.size(); ++i)
            compare(archive.object(archive.members()[i]), members[i], compared);
        MESSAGE(path, ": ", compared.members, " members, ", compared.sections, " sections, ", compared.symbols,
                " symbols, ", compared.relocations, " relocations compared");
    }
}

TEST_CASE("the archive's index leads to a member that defines the symbol") {
    for (const auto& path : {test::libc, test::libgcc()}) {
        const auto archive = Archive::parse(read_file(path), path);
        std::size_t found = 0;
        for (const auto& member : archive.members()) {
            const auto object = archive.object(member);
            for (const auto& symbol : object.symbols()) {
                if (symbol.local() || symbol.undefined() || symbol.name.empty()) continue;
                const auto* by_index = archive.find(symbol.name);
                REQUIRE(by_index != nullptr);
                const auto home = archive.object(*by_index);
                const auto* definition = home.symbol(symbol.name);
                REQUIRE(definition != nullptr);
                CHECK_FALSE(definition->undefined());
                ++found;
            }
        }
        CHECK(found >= archive.symbol_count());
        MESSAGE(path, ": ", found, " definitions found through the index");
    }
}

TEST_CASE("libm has one empty member, for a 64-bit machine, and no symbols") {
    // picolibc's mathematics are in libc.a; libm.a is there to be named.
    const auto archive = Archive::parse(read_file(test::libm), "libm.a");
    CHECK(archive.find("sinf") == nullptr);
    CHECK(archive.symbol_count() == 0);
    REQUIRE(archive.members().size() == 1);
    CHECK_THROWS_WITH_AS(archive.object(archive.members()[0]),
                         "libm.a(empty.c.o): RISC-V 64-bit object, expected RISC-V 32-bit: compile it with "
                         "-march=rv32imafc -mabi=ilp32f",
                         BadObject);
}
