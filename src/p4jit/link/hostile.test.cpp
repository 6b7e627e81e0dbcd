// Damaged and malicious objects: every one is refused in words, or linked; none
// makes the linker read or write outside its own memory.
#include "p4jit/link/test_objects.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace p4jit;
using namespace p4jit::link;
using namespace p4jit::link::test;

namespace {

const std::string source = R"(
extern int outside(int);
extern int weak_thing(int) __attribute__((weak));
static int counters[30];
int common_room[10];
const char *names[] = {"one", "two"};
__attribute__((noinline)) int inner(int x) { return counters[x] + outside(x); }
int table(int kind, int x) {
    switch (kind) {
    case 0: return inner(x); case 1: return x * 3; case 2: return x - 7; case 3: return names[x][0];
    case 4: return x << 3; case 5: return common_room[x]; case 6: return weak_thing ? weak_thing(x) : 0;
    default: return -x;
    }
}
__attribute__((constructor)) void start(void) { counters[1] = 4; }
)";

/// ELF32 offsets of what is worth damaging: section headers, symbols, relocations.
struct Tables {
    std::vector<std::pair<std::size_t, std::size_t>> records; ///< offset, size
    explicit Tables(const Bytes& file, const elf::Object& object) {
        const auto headers = load_le<std::uint32_t>(&file[32]);
        for (const auto& section : object.sections()) {
            const auto header = headers + 40 * section.index;
            records.emplace_back(header, 40);
            const auto offset = load_le<std::uint32_t>(&file[header + 16]);
            const auto size = load_le<std::uint32_t>(&file[header + 20]);
            const auto record = section.type == elf::SectionType::symtab ? 16u
                                : section.type == elf::SectionType::rela ? 12u
                                                                         : 0u;
            for (std::size_t at = 0; record != 0 && at + record <= size; at += record)
                records.emplace_back(offset + at, record);
        }
    }
};

enum class Outcome { refused_by_parser, refused_by_linker, linked, too_large };

Outcome link_damaged(const Bytes& file, const std::vector<std::string>& keep) {
    try {
        auto input = input_of({elf::Object::parse(file, "damaged.o")}, keep);
        input.external = [](std::string_view name) {
            return name == "outside" ? std::optional<std::uint32_t>(0x4000'1000) : std::nullopt;
        };
        const auto plan = place(input);
        // A device has not so much memory, so no image of that size is made.
        if (plan.size() > 32u << 20) return Outcome::too_large;
        const auto image = relocate(plan, align_up(0x4800'0000u, plan.alignment()));
        for (const auto at : plan.initializers()) CHECK(at + 4 <= image.size());
        for (const auto& symbol : plan.objects()[0].symbols()) plan.find(symbol.name);
        plan.source(plan.size() / 2);
        return Outcome::linked;
    } catch (const BadObject& error) {
        CHECK(contains(error.what(), "damaged.o"));
        return Outcome::refused_by_parser;
    } catch (const LinkError& error) {
        CHECK(std::string(error.what()).size() > 20);
        return Outcome::refused_by_linker;
    }
}

void damage(Bytes& file, const Tables& tables, std::mt19937& random) {
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    const auto [offset, size] = tables.records[pick(tables.records.size())];
    const auto word = offset + 4 * pick(size / 4);
    static const std::uint32_t nasty[] = {0,           1,           2,           3,           7,
                                          0xFFFF,      0x7FFF'FFFF, 0x8000'0000, 0x8000'0001, 0xFFFF'FFF0,
                                          0xFFFF'FFF1, 0xFFFF'FFF2, 0xFFFF'FFFE, 0xFFFF'FFFF};
    switch (pick(4)) {
    case 0: store_le(&file[word], nasty[pick(std::size(nasty))]); break;
    case 1: file[offset + pick(size)] ^= static_cast<std::uint8_t>(1u << pick(8)); break;
    case 2: file[offset + pick(size)] = static_cast<std::uint8_t>(random()); break;
    default: { // another record's content here
        const auto [other, other_size] = tables.records[pick(tables.records.size())];
        std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(other), std::min(size, other_size),
                    file.begin() + static_cast<std::ptrdiff_t>(offset));
        break;
    }
    }
}

} // namespace

TEST_CASE("six thousand damaged objects are refused in words or linked, and none crashes the linker") {
    std::size_t outcomes[4] = {};
    for (const auto& command : {p4jit::test::gcc + " -O2 -fcommon -ffunction-sections -mrelax",
                                p4jit::test::clang + " -O2 -fcommon -ffunction-sections -mno-relax"}) {
        const auto& good = p4jit::test::compile(command, source);
        const Tables tables(good, elf::Object::parse(good, "good.o"));
        for (unsigned seed = 0; seed < 3000; ++seed) {
            INFO(command << ", seed " << seed);
            std::mt19937 random(seed);
            auto file = good;
            for (auto times = 1 + random() % 3; times > 0; --times) damage(file, tables, random);
            const auto keep = seed % 2 == 0 ? std::vector<std::string>() : std::vector<std::string>{"table"};
            ++outcomes[static_cast<std::size_t>(link_damaged(file, keep))];
        }
    }
    MESSAGE(outcomes[0] << " refused by the parser, " << outcomes[1] << " by the linker, " << outcomes[2] << " linked, "
                        << outcomes[3] << " too large for a device");
    // Each way out is taken often, or the damage is of the wrong kind.
    CHECK(outcomes[0] > 500);
    CHECK(outcomes[1] > 200);
    CHECK(outcomes[2] > 500);
}

namespace {

/// An object with one word of one record changed.
struct Patched {
    Bytes file;
    elf::Object object;
    std::uint32_t headers;

    explicit Patched(const std::string& text)
        : file(p4jit::test::compile(p4jit::test::gcc + " -mno-relax", text, "kernel.S")),
          object(elf::Object::parse(file, "kernel.o")),
          headers(load_le<std::uint32_t>(&file[32])) {}

    std::uint32_t offset_of(elf::SectionType type) const {
        for (const auto& section : object.sections())
            if (section.type == type) return load_le<std::uint32_t>(&file[headers + 40 * section.index + 16]);
        return 0;
    }
    std::uint8_t* symbol(const char* name) {
        return &file[offset_of(elf::SectionType::symtab) + 16 * object.symbol(name)->index];
    }
    std::uint8_t* first_relocation() { return &file[offset_of(elf::SectionType::rela)]; }

    std::string error() const {
        try {
            relocate(place(input_of({elf::Object::parse(file, "damaged.o")})), 0);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }
};

const std::string one_word = ".data\n.globl word\nword: .word word\n.size word, 4\n";

} // namespace

TEST_CASE("a relocation outside its section, or of no symbol, is told by its number and table") {
    Patched outside(one_word);
    CHECK(outside.error().empty());
    store_le(outside.first_relocation(), std::uint32_t{5});
    CHECK(contains(outside.error(), "relocation 0 of"));
    CHECK(contains(outside.error(), "lies outside"));

    Patched across(one_word);
    store_le(across.first_relocation(), std::uint32_t{1});
    CHECK(across.error() == "damaged.o: R_RISCV_32 at .data+0x1 for 'word': the section ends inside the field");

    Patched nobody(one_word);
    store_le(nobody.first_relocation() + 4, std::uint32_t{99} << 8 | 1);
    CHECK(contains(nobody.error(), "names symbol 99, which does not exist"));
}

TEST_CASE("a symbol in a section that does not exist is told by name") {
    Patched object(one_word);
    store_le(object.symbol("word") + 14, std::uint16_t{77});
    CHECK(contains(object.error(), "(word) is in section 77, which does not exist"));
}

TEST_CASE("a local symbol that is nowhere, or common, counts as missing") {
    for (const std::uint16_t section : {std::uint16_t{0}, std::uint16_t{0xFFF2}}) {
        Patched object(one_word);
        object.symbol("word")[12] &= 0x0F; // STB_LOCAL
        store_le(object.symbol("word") + 14, section);
        CHECK(contains(object.error(), "needs 1 symbol nobody provides"));
    }
}

TEST_CASE("an alignment that its room cannot make is refused") {
    const auto with_addend = [](std::uint32_t addend) {
        Patched object(".text\n1: nop\nnop\nnop\nnop\n.reloc 1b, R_RISCV_ALIGN, 2\n");
        store_le(object.first_relocation() + 8, addend);
        return object.error();
    };
    CHECK(contains(with_addend(0x8000'0001), "has no room of"));
    CHECK(contains(with_addend(0xFFFF'FFFF), "has no room of"));
    CHECK(contains(with_addend(7), "nops cannot fill"));
    CHECK(contains(with_addend(6), "is more than the section's own"));
}

TEST_CASE("an executable section without contents is zeros") {
    const auto plan = place(input_of({assembled(".section empty, \"ax\", @nobits\n.globl zeros\nzeros: .zero 64\n")}));
    CHECK(plan.part(Part::bss).size == 64);
    CHECK(relocate(plan, 0) == Bytes(plan.size()));
}
