#include "p4jit/link/relocate.hpp"

#include "p4jit/link/test_objects.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::link;
using namespace p4jit::link::test;

namespace {

constexpr std::uint32_t base = 0x4800'0000;

std::string relocation_error(elf::Object object, std::uint32_t address = base) {
    const auto plan = place(input_of({std::move(object)}));
    return link_error([&] { relocate(plan, address); });
}

/// One instruction whose target is `distance` bytes behind it.
elf::Object jump(const std::string& instruction, unsigned distance) {
    return assembled(fmt::format(".text\nnop\n{}\n.section .text.far, \"ax\"\n.zero {}\n.globl target\ntarget: ret\n",
                                 instruction, distance));
}

} // namespace

TEST_CASE("a jump out of reach names the relocation, the section, the place and the symbol") {
    const struct {
        std::string instruction, relocation;
        unsigned reach;
    } jumps[] = {{"beq a0, a1, target", "R_RISCV_BRANCH", 4096},
                 {"j target", "R_RISCV_JAL", 1 << 20},
                 {".option norvc\n jal ra, target", "R_RISCV_JAL", 1 << 20},
                 {".reloc ., R_RISCV_RVC_BRANCH, target\n c.beqz a0, .", "R_RISCV_RVC_BRANCH", 256},
                 {".reloc ., R_RISCV_RVC_JUMP, target\n c.j .", "R_RISCV_RVC_JUMP", 2048}};
    for (const auto& [instruction, relocation, reach] : jumps) {
        INFO(instruction);
        // GNU's assembler turns a branch to elsewhere into one over a jump.
        if (relocation != "R_RISCV_BRANCH") {
            CHECK(relocation_error(jump(instruction, reach - 64)).empty());
            CHECK(relocation_error(jump(instruction, reach + 16)) ==
                  fmt::format("kernel.S: {} at .text+0x2 for 'target': the target is out of reach", relocation));
        }
    }
    const auto branch = [](unsigned distance) {
        return jump(".reloc ., R_RISCV_BRANCH, target\n.word 0x00b50063", distance);
    };
    CHECK(relocation_error(branch(4000)).empty());
    CHECK(relocation_error(branch(4100)) ==
          "kernel.S: R_RISCV_BRANCH at .text+0x2 for 'target': the target is out of reach");
}

TEST_CASE("every value that does not fit is told at once, section symbols by their section's name") {
    const auto error = relocation_error(assembled(R"(
        .text
        .reloc ., R_RISCV_RVC_JUMP, far
        c.j .
        .reloc ., R_RISCV_RVC_LUI, .rodata
        c.lui a0, 1
        .section .text.far, "ax"
        .zero 3000
    far: ret
        .section .rodata, "a"
        .word 1
    )"));
    CHECK(error == "kernel.S: R_RISCV_RVC_JUMP at .text+0x0 for 'far': the target is out of reach\n"
                   "kernel.S: R_RISCV_RVC_LUI at .text+0x2 for '.rodata': the target is out of reach");
}

TEST_CASE("a relocation that static code cannot have is refused by name") {
    CHECK(contains(relocation_error(llvm_assembled(".data\nword: .word 0\n.reloc word, R_RISCV_64, word\n")),
                   "kernel.S: R_RISCV_64 at .data+0x0 for 'word': this relocation is not for linking static"));
}

TEST_CASE("a low half without its high half is refused") {
    CHECK(relocation_error(assembled(".text\nhere: nop\nlw a0, %pcrel_lo(here)(a0)\n")) ==
          "kernel.S: R_RISCV_PCREL_LO12_I at .text+0x2 for 'here': its label is not at an auipc with a matching "
          "R_RISCV_PCREL_HI20");
}

TEST_CASE("an addend of a low half moves it within the high half's page, and not beyond") {
    const auto pair = [](unsigned where, unsigned addend) {
        return assembled(fmt::format(R"(
            .option norvc
            .text
            .globl start
        start:
        1:  auipc a0, %pcrel_hi(start + {})
            .reloc ., R_RISCV_PCREL_LO12_I, 1b + {}
            lw a1, 0(a0)
        )",
                                     where, addend));
    };
    const auto plan = place(input_of({pair(0x123, 4)}));
    CHECK((word_at(relocate(plan, base), 4) >> 20) == 0x127);
    CHECK(relocation_error(pair(0x7FC, 3)).empty());
    CHECK(contains(relocation_error(pair(0x7FC, 4)), "its addend leads out of reach of the auipc"));
}

TEST_CASE("halves of a difference of variable length must come in pairs") {
    const auto numbers = [](const std::string& relocations) {
        return llvm_assembled(".text\n.zero 300\nend: ret\n.section .rodata, \"a\"\n1:\n" + relocations +
                              ".byte 0x80, 0x00, 7\n");
    };
    const std::string set = ".reloc 1b, R_RISCV_SET_ULEB128, end\n", sub = ".reloc 1b, R_RISCV_SUB_ULEB128, .text\n";
    const auto plan = place(input_of({numbers(set + sub)}));
    const auto image = relocate(plan, base);
    const auto at = plan.part(Part::rodata).offset;
    CHECK(Bytes(image.begin() + at, image.begin() + at + 3) == Bytes{0xAC, 0x02, 7});
    CHECK(contains(relocation_error(numbers(set)), "must come in pairs"));
    CHECK(contains(relocation_error(numbers(sub)), "must come in pairs"));
    CHECK(contains(relocation_error(numbers(sub + set)), "must come in pairs"));
}

TEST_CASE("a jump that cannot reach outside goes through a veneer, which calls that reach do without") {
    auto input = input_of({assembled(R"(
        .text
        j outside
        j outside
        jal outside + 4
        call outside
    )")});
    input.external = [](std::string_view) { return std::optional<std::uint32_t>(0x4FF1'2346); };
    const auto plan = place(input);
    const auto image = relocate(plan, base);
    const auto target_of_jal = [&](std::uint32_t at) {
        const auto word = word_at(image, at);
        return at + static_cast<std::uint32_t>(sign_extend(bits(word, 31, 31) << 20 | bits(word, 19, 12) << 12 |
                                                               bits(word, 20, 20) << 11 | bits(word, 30, 21) << 1,
                                                           21));
    };
    CHECK(target_of_jal(0) == target_of_jal(4));
    CHECK(target_of_jal(8) != target_of_jal(0));
    CHECK(plan.size() == 20 + 2 * 8);
    const auto veneer = target_of_jal(0);
    CHECK((word_at(image, veneer) & 0xFFF) == 0x317);           // auipc t1
    CHECK((word_at(image, veneer + 4) & 0xF'FFFF) == 0x3'0067); // jr t1
    CHECK(base + veneer + (word_at(image, veneer) & ~0xFFFu) +
              static_cast<std::uint32_t>(sign_extend(word_at(image, veneer + 4) >> 20, 12)) ==
          0x4FF1'2346);
}

TEST_CASE("relocations to a GOT make one entry a symbol") {
    auto input = input_of({llvm_assembled(R"(
        .data
    first:
        .word 0, 0, 0, 0
        .reloc first, R_RISCV_GOT32_PCREL, outside
        .reloc first + 4, R_RISCV_GOT32_PCREL, outside
        .reloc first + 8, R_RISCV_GOT32_PCREL, other
        .reloc first + 12, R_RISCV_PLT32, outside
    )")});
    input.external = [](std::string_view name) {
        return std::optional<std::uint32_t>(name == "other" ? 7 : 0x4000'0010);
    };
    const auto plan = place(input);
    const auto image = relocate(plan, base);
    const auto data = plan.part(Part::data).offset;
    const auto entry = [&](unsigned index) { return data + 4 * index + word_at(image, data + 4 * index); };
    CHECK(entry(0) == entry(1));
    CHECK(word_at(image, entry(0)) == 0x4000'0010);
    CHECK(word_at(image, entry(2)) == 7);
    CHECK(base + entry(3) == 0x4000'0010);
}

TEST_CASE("one plan can be relocated to many addresses, if they are aligned") {
    const auto plan = place(input_of({c_object("int x = 1; int *p = &x; int f(void) { return *p; }")}));
    const auto low = relocate(plan, 0x4800'0000), high = relocate(plan, 0x4FF0'0000);
    const auto pointer = *plan.find("p"), x = *plan.find("x");
    CHECK(word_at(low, pointer) == 0x4800'0000 + x);
    CHECK(word_at(high, pointer) == 0x4FF0'0000 + x);
    CHECK(link_error([&] { relocate(plan, 0x4800'0004); }) == "the image's address 0x48000004 is not aligned to 16");
}
