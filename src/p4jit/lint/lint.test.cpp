// One test a rule: what breaks it, and the nearest that does not.
#include "p4jit/lint/lint.hpp"

#include "p4jit/base/text.hpp"
#include "p4jit/isa/assemble.hpp"
#include "tests/support/cross_compiler.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;

namespace {

constexpr isa::ChipRevision v1{1, 3}, v3{3, 1};

/// The source with every esp.* instruction as its word; loop ends are distances.
std::string words(std::string_view source, isa::ChipRevision chip) {
    std::string text;
    for (const auto line : lines(source)) {
        const auto statement = trim(line);
        text += statement.starts_with("esp.")
                    ? fmt::format(".word {:#010x}", isa::assemble(statement, chip.extensions()))
                    : std::string(statement);
        text += '\n';
    }
    return text;
}

elf::Object object_of(const std::string& text) {
    const std::string command = "riscv64-unknown-elf-gcc -march=rv32imafc_zicsr -mabi=ilp32f -mno-relax -g";
    return elf::Object::parse(test::compile(command, text, "kernel.S"), "kernel.S");
}

/// What is found in a global function f with this body.
std::vector<lint::Finding> findings(std::string_view body, isa::ChipRevision chip = v1) {
    const auto head = ".globl f\n.type f, @function\n.balign 4\n.option norvc\nf:\n";
    return lint::lint(object_of(head + words(body, chip)), {.chip = chip});
}

std::vector<std::string> rules(const std::vector<lint::Finding>& found) {
    std::vector<std::string> names;
    for (const auto& finding : found) names.emplace_back(lint::name(finding.rule));
    return names;
}

bool finds(lint::Rule rule, std::string_view body, isa::ChipRevision chip = v1) {
    return std::ranges::any_of(findings(body, chip), [&](const auto& finding) { return finding.rule == rule; });
}

} // namespace

TEST_CASE("a clean loop has no findings") {
    const auto found = findings(R"(
        esp.zero.xacc
        esp.lp.setup 0, a2, 0x10
        esp.vld.128.ip q0, a0, 16
        esp.vld.128.ip q1, a1, 16
        esp.vmulas.s8.xacc q0, q1
        addi t0, t0, 1
        esp.movx.r.xacc.l a0
        ret)");
    CHECK(rules(found) == std::vector<std::string>{});
}

TEST_CASE("loop-alignment: a halfword in front of the setup moves it off a multiple of 4") {
    const auto loop = "esp.lp.setupi 0, 4, 8\nnop\nnop\nret";
    CHECK(finds(lint::Rule::loop_alignment, std::string(".option rvc\nc.nop\n.option norvc\n") + loop));
    CHECK_FALSE(finds(lint::Rule::loop_alignment, std::string(".option rvc\nc.nop\nc.nop\n.option norvc\n") + loop));
}

TEST_CASE("loop-alignment: the last instruction counts too") {
    CHECK(finds(lint::Rule::loop_alignment, "esp.lp.setupi 0, 4, 6\n.option rvc\nc.nop\n.option norvc\nnop\nret"));
    CHECK_FALSE(
        finds(lint::Rule::loop_alignment, "esp.lp.setupi 0, 4, 8\n.option rvc\nc.nop\nc.nop\n.option norvc\nnop\nret"));
}

TEST_CASE("loop-alignment: room for an alignment that no section has counts for nothing") {
    const auto loop = "1:\n.reloc 1b, R_RISCV_ALIGN, 0x80000001\nesp.lp.setupi 0, 4, 8\nnop\nnop\nret";
    CHECK_FALSE(finds(lint::Rule::loop_alignment, loop));
}

TEST_CASE("loop-last: arithmetic of the FPU and the vector unit must not be last") {
    CHECK(finds(lint::Rule::loop_last, "esp.lp.setupi 0, 4, 8\nnop\nfmadd.s fa0, fa1, fa2, fa0\nret"));
    CHECK(finds(lint::Rule::loop_last, "esp.lp.setupi 0, 4, 8\nnop\nesp.vadd.s8 q0, q1, q2\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_last, "esp.lp.setupi 0, 4, 8\nfmadd.s fa0, fa1, fa2, fa0\nnop\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_last, "esp.lp.setupi 0, 4, 8\nnop\nmul a0, a0, a1\nret"));
}

TEST_CASE("loop-last-access: a load or store that shipped kernels have at the end is a note") {
    for (const auto* last : {"esp.vld.128.ip q0, a0, 16", "esp.vst.128.ip q0, a0, 16", "flw fa0, 0(a0)"}) {
        const auto found = findings(fmt::format("esp.lp.setupi 0, 4, 8\nnop\n{}\nret", last));
        CHECK(rules(found) == std::vector<std::string>{"loop-last-access"});
        CHECK_FALSE(found.at(0).is_warning());
    }
    CHECK(findings("esp.lp.setupi 0, 4, 8\nnop\nlw a1, 0(a0)\nret").empty());
}

TEST_CASE("loop-branch-at-end: a branch may stand anywhere but at the end") {
    CHECK(finds(lint::Rule::loop_branch_at_end, "esp.lp.setupi 0, 4, 8\n1: nop\nbnez a0, 1b\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_branch_at_end, "esp.lp.setupi 0, 4, 8\n1: bnez a0, 1f\n1: nop\nret"));
}

TEST_CASE("loop-branch-out: leaving is told, a detour is not") {
    CHECK(finds(lint::Rule::loop_branch_out, "esp.lp.setupi 0, 4, 12\nnop\nbnez a0, 1f\nnop\nnop\n1: ret"));
    CHECK(finds(lint::Rule::loop_branch_out, "esp.lp.setupi 0, 4, 12\nbnez a0, 1f\nret\n1: nop\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_branch_out,
                      "esp.lp.setupi 0, 4, 12\nnop\nbnez a0, 1f\n2: nop\nret\n1: addi a0, a0, -1\nj 2b"));
}

TEST_CASE("loop-branch-out: an outer loop that comes round to the setup has left") {
    CHECK(finds(lint::Rule::loop_branch_out,
                "1:\nesp.lp.setupi 0, 4, 12\nnop\nbnez a0, 2f\nnop\nret\n2: addi a0, a0, -1\nj 1b"));
}

TEST_CASE("loop-call: a call in the body is told, one behind it is not") {
    CHECK(finds(lint::Rule::loop_call, "mv t1, ra\nesp.lp.setupi 0, 4, 12\nnop\njal g\nnop\nmv ra, t1\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_call, "mv t1, ra\nesp.lp.setupi 0, 4, 8\nnop\nnop\njal g\nret"));
}

TEST_CASE("loop-end: inside an instruction, behind the code, not behind the setup") {
    CHECK(finds(lint::Rule::loop_end, "esp.lp.setupi 0, 4, 6\nnop\nnop\nret"));
    CHECK(finds(lint::Rule::loop_end, "esp.lp.setupi 0, 4, 512\nnop\nnop\nret"));
    CHECK(finds(lint::Rule::loop_end, "esp.lp.setupi 0, 4, 0\nnop\nnop\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_end, "esp.lp.setupi 0, 4, 4\nnop\nnop\nret"));
}

TEST_CASE("loop-end: a relocation tells the end, whatever the instruction says") {
    const auto with = [](const char* label) {
        return fmt::format(".reloc ., R_RISCV_NONE, {}\nesp.lp.setupi 0, 4, 0\nnop\n.Llast: nop\nret\n"
                           ".section .text.other,\"ax\"\n.Lelsewhere: nop",
                           label);
    };
    CHECK(findings(with(".Llast")).empty());
    CHECK(finds(lint::Rule::loop_end, with(".Lelsewhere")));
}

TEST_CASE("start and end that are set apart make a loop") {
    CHECK(finds(lint::Rule::loop_last,
                "esp.lp.starti 0, 12\nesp.lp.endi 0, 12\nesp.lp.count 0, a0\nnop\nfadd.s fa0, fa0, fa1\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_last,
                      "esp.lp.starti 0, 12\nesp.lp.endi 0, 12\nesp.lp.count 0, a0\nfadd.s fa0, fa0, fa1\nnop\nret"));
}

TEST_CASE("loop-same-end: nested loops need an end each") {
    CHECK(finds(lint::Rule::loop_same_end, "esp.lp.setupi 1, 4, 16\nnop\nesp.lp.setupi 0, 4, 8\nnop\nnop\nret"));
    CHECK_FALSE(
        finds(lint::Rule::loop_same_end, "esp.lp.setupi 1, 4, 20\nnop\nesp.lp.setupi 0, 4, 8\nnop\nnop\nnop\nret"));
}

TEST_CASE("loop-nesting: loop 0 is the inner one") {
    const auto nested = [](int outer, int inner) {
        return fmt::format("esp.lp.setupi {}, 4, 20\nnop\nesp.lp.setupi {}, 4, 8\nnop\nnop\nnop\nret", outer, inner);
    };
    CHECK(finds(lint::Rule::loop_nesting, nested(0, 1)));
    CHECK(finds(lint::Rule::loop_nesting, nested(0, 0)));
    CHECK_FALSE(finds(lint::Rule::loop_nesting, nested(1, 0)));
    CHECK_FALSE(finds(lint::Rule::loop_nesting, "esp.lp.setupi 0, 4, 4\nnop\nesp.lp.setupi 0, 4, 4\nnop\nret"));
}

TEST_CASE("loop-count-zero: a count that is 0 for certain") {
    CHECK(finds(lint::Rule::loop_count_zero, "esp.lp.setupi 0, 0, 8\nnop\nnop\nret"));
    CHECK(finds(lint::Rule::loop_count_zero, "li a1, 8\naddi a1, a1, -8\nesp.lp.setup 0, a1, 8\nnop\nnop\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_count_zero, "li a1, 8\nesp.lp.setup 0, a1, 8\nnop\nnop\nret"));
    CHECK_FALSE(finds(lint::Rule::loop_count_zero,
                      "li a1, 0\nbeqz a0, 1f\nli a1, 4\n1:\nesp.lp.setup 0, a1, 8\nnop\nnop\nret"));
}

TEST_CASE("vector-alignment: steps that are no multiple of the access") {
    CHECK(finds(lint::Rule::vector_alignment,
                "esp.vld.l.64.ip q0, a0, 8\nesp.vld.128.ip q1, a0, 16\nesp.vst.128.ip q1, a0, 16\n"
                "esp.vld.l.64.ip q0, a0, 8\nesp.vld.128.ip q1, a0, 16\nret"));
    CHECK_FALSE(finds(lint::Rule::vector_alignment,
                      "esp.vld.l.64.ip q0, a0, 8\nesp.vld.h.64.ip q0, a0, 8\nesp.vld.128.ip q1, a0, 16\nret"));
    CHECK_FALSE(finds(lint::Rule::vector_alignment, "esp.vld.l.64.ip q0, a0, 8\nesp.vld.128.ip q1, a0, 16\nret"));
}

TEST_CASE("vector-alignment: a register's step in a loop") {
    const auto loop = [](int step) {
        return fmt::format("li t3, {}\n1:\nesp.vld.128.xp q0, a0, t3\naddi a1, a1, -1\nbnez a1, 1b\nret", step);
    };
    CHECK(finds(lint::Rule::vector_alignment, loop(8)));
    CHECK_FALSE(finds(lint::Rule::vector_alignment, loop(32)));
    CHECK_FALSE(
        finds(lint::Rule::vector_alignment, "1:\nesp.vld.128.xp q0, a0, t3\naddi a1, a1, -1\nbnez a1, 1b\nret"));
}

TEST_CASE("vector-alignment: addresses on the stack, and CFG that allows any address") {
    const auto at = [](int offset) { return fmt::format("addi a0, sp, {}\nesp.vld.128.ip q0, a0, 16\nret", offset); };
    CHECK(finds(lint::Rule::vector_alignment, at(-24)));
    CHECK_FALSE(finds(lint::Rule::vector_alignment, at(-32)));
    CHECK_FALSE(finds(lint::Rule::vector_alignment, "li a1, 3\nesp.movx.w.cfg a1\n" + at(-24)));
}

TEST_CASE("vector-alignment: which of two ways was taken may depend on the address") {
    CHECK_FALSE(finds(lint::Rule::vector_alignment, "bnez a1, 1f\nesp.vld.128.ip q0, a0, 16\nret\n1:\naddi a0, a0, 8\n"
                                                    "esp.vld.128.ip q0, a0, 16\nret"));
}

TEST_CASE("accumulator: cleared or loaded on every way before the first sum") {
    const auto sum = "esp.vmulas.s16.qacc q0, q1\nret";
    CHECK(finds(lint::Rule::accumulator, sum));
    CHECK(finds(lint::Rule::accumulator, std::string("bnez a0, 1f\nesp.zero.qacc\n1:\n") + sum));
    CHECK(finds(lint::Rule::accumulator, std::string("esp.zero.xacc\n") + sum));
    CHECK_FALSE(finds(lint::Rule::accumulator, std::string("esp.zero.qacc\n") + sum));
    CHECK_FALSE(finds(lint::Rule::accumulator, std::string("esp.ldqa.s16.128.ip a0, 16\n") + sum));
    CHECK(finds(lint::Rule::accumulator, "esp.vmulas.s8.xacc q0, q1\nret"));
    CHECK_FALSE(finds(lint::Rule::accumulator, "esp.movx.w.xacc.l a0\nesp.vmulas.s8.xacc q0, q1\nret"));
}

TEST_CASE("accumulator: a local function adds to what its caller has cleared") {
    const auto source = ".globl f\n.type f, @function\nf:\nmv t1, ra\n" +
                        words("esp.zero.qacc\njal part\njr t1\n", v1) + ".type part, @function\npart:\n" +
                        words("esp.vmulas.s16.qacc q0, q1\nret\n", v1);
    CHECK(lint::lint(object_of(source)).empty());
}

TEST_CASE("callee-saved: s registers, gp, tp and sp come back as they were") {
    CHECK(finds(lint::Rule::callee_saved, "li s1, 1\nret"));
    CHECK(finds(lint::Rule::callee_saved,
                "addi sp, sp, -16\nsw s1, 0(sp)\nli s1, 1\nlw s2, 0(sp)\naddi sp, sp, 16\nret"));
    CHECK(finds(lint::Rule::callee_saved, "fadd.s fs1, fa0, fa1\nret"));
    CHECK(finds(lint::Rule::callee_saved, "mv tp, a0\nret"));
    CHECK(finds(lint::Rule::callee_saved, "addi sp, sp, -16\nbnez a0, 1f\naddi sp, sp, 16\nret\n1: ret"));
    CHECK(finds(lint::Rule::callee_saved, "esp.vld.128.ip q0, s0, 16\nret"));
    CHECK_FALSE(finds(lint::Rule::callee_saved, "li t1, 1\nret"));
    CHECK_FALSE(finds(lint::Rule::callee_saved,
                      "addi sp, sp, -16\nsw s1, 4(sp)\nfsw fs1, 8(sp)\nli s1, 1\nfmv.w.x fs1, s1\n"
                      "lw s1, 4(sp)\nflw fs1, 8(sp)\naddi sp, sp, 16\nret"));
    CHECK_FALSE(finds(lint::Rule::callee_saved, "mv t2, s3\nli s3, 1\nmv s3, t2\nret"));
}

TEST_CASE("wrong-chip: words of the other family, and double precision") {
    CHECK(finds(lint::Rule::wrong_chip, ".word 0x20b52533\nret")); // sh1add a0, a0, a1
    CHECK_FALSE(finds(lint::Rule::wrong_chip, ".word 0x20b52533\nret", v3));
    CHECK(finds(lint::Rule::wrong_chip, ".option arch, +d\nfadd.d fa0, fa0, fa1\nret", v3));
    CHECK_FALSE(finds(lint::Rule::wrong_chip, "fadd.s fa0, fa0, fa1\nret", v3));
    const auto vector = fmt::format(".word {:#x}\nret", isa::assemble("esp.vmulas.s16.qacc q0, q1", isa::chip_v3));
    CHECK(finds(lint::Rule::wrong_chip, vector));
    CHECK_FALSE(finds(lint::Rule::wrong_chip, vector, v3));
}

TEST_CASE("cfg-not-set and sar-not-set: notes at most, none if set") {
    const auto found = findings("esp.vmul.s16 q0, q1, q2\nret");
    CHECK(rules(found) == std::vector<std::string>{"cfg-not-set", "sar-not-set"});
    CHECK(std::ranges::none_of(found, [](const auto& finding) { return finding.is_warning(); }));
    CHECK(findings("li a0, 0\nesp.movx.w.cfg a0\nesp.movx.w.sar a0\nesp.vmul.s16 q0, q1, q2\nret").empty());
    CHECK(findings("esp.vadd.s16 q0, q1, q2\nret").empty());
}

TEST_CASE("a finding tells file, line, instruction and cure") {
    const auto found = findings("nop\nli s1, 1\nret");
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 7);
    CHECK(found[0].text().starts_with("kernel.S:7: warning: 'li s1,1' in f: s1 belongs to the caller"));
    CHECK(found[0].text().find("[callee-saved]\n    use t0-t6 or a0-a7, or save s1") != std::string::npos);
}

TEST_CASE("any words can be looked at: random ones are no reason to fail or to hang") {
    std::string text = ".text\n";
    std::uint32_t seed = 1;
    for (int function = 0; function < 200; ++function) {
        text += fmt::format(".globl f{0}\n.type f{0}, @function\nf{0}:\n", function);
        for (int i = 0; i < 40; ++i) {
            seed = seed * 1664525 + 1013904223;
            // Near branches, loops, moves and vector words, so that ways are long and cross.
            const std::uint32_t opcodes[] = {0x63, 0x2B, 0x13, 0x33, 0x5F, 0x3B, 0x23, 0x03};
            text += fmt::format(".word {:#x}\n", (seed & 0x01F0'FF80) | opcodes[seed >> 29]);
        }
    }
    const auto object = object_of(text);
    for (const auto chip : {v1, v3})
        for (const auto& finding : lint::lint(object, {.chip = chip})) CHECK(finding.text() != "");
}

TEST_CASE("what cannot be reached is not looked at") {
    CHECK(findings("ret\nli s1, 1\nret").empty());
    CHECK(findings("ret\n.word 0xffffffff").empty());
}
