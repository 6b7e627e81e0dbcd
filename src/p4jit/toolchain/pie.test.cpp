// esp.* instructions through every compiler of this machine.
#include "p4jit/isa/assemble.hpp"
#include "tests/toolchain/bench.hpp"

#include "p4jit/base/text.hpp"

using namespace p4jit;
using namespace p4jit::tests;

namespace {

bool holds(const Bytes& object, const std::string& instruction, isa::ExtensionSet chip = isa::chip_v1) {
    Bytes word;
    append_le(word, isa::assemble(instruction, chip));
    return !std::ranges::search(object, word).empty();
}

const isa::ChipRevision v3{3, 1};

/// The file and line that a complaint begins with.
bool tells_of(const std::string& text, const std::string& place, const std::string& message) {
    for (const auto line : lines(text))
        if (line.starts_with(place) && line.find(message) != line.npos) return true;
    return false;
}

} // namespace

TEST_CASE("esp.* instructions assemble in C, C++ and assembly, in upper case and through the preprocessor") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const std::string body = "void f(int* p) { __asm__ volatile(\"ESP.VLD.128.IP Q0, %0, 16\\n\\tesp.zero.q q1\" : "
                                 "\"+r\"(p) : : \"memory\"); }\n";
        for (const auto& source :
             {Source::text(body, "k.c"), Source::text("extern \"C\" " + body, "k.cpp"),
              Source::text("#define PTR a0\nf: esp.vld.128.ip q0, PTR, 4*4\n ESP.ZERO.Q Q1\n ret\n", "k.S"),
              Source::text("f: esp.vld.128.ip q0, x10, 0x10 # load\n esp.zero.q q1\n ret\n", "k.s")}) {
            CAPTURE(source.name.string());
            const auto compiled = compiler.compile(source, {.flags = {"-Wall"}});
            CHECK(holds(compiled.object, "esp.vld.128.ip q0, a0, 16"));
            CHECK(holds(compiled.object, "esp.zero.q q1"));
            CHECK(compiled.warnings.empty());
            CHECK_FALSE(contains(std::string(as_text(compiled.object)), "p4jit-"));
            CHECK_FALSE(contains(std::string(as_text(compiled.object)), ".Lesp"));
            CHECK(compiler.compile(source, {.flags = {"-Wall"}}).from_cache);
        }
        // A strict standard has neither `asm` nor raw strings.
        CHECK(holds(compiler.compile(Source::text(body, "k.c"), {.flags = {"-std=c99"}}).object, "esp.zero.q q1"));
    });
}

TEST_CASE("an instruction that only a header or the preprocessor holds is found out, once") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        bench.source("inc/zero.h", "#define ZERO __asm__ volatile(\"esp.zero.q q1\")\n");
        const CompileOptions options{.include_folders = {bench.folder.path() / "inc"}};
        const auto source = Source::text("#include <zero.h>\nvoid f(void) { ZERO; }\n");
        CHECK(holds(compiler.compile(source, options).object, "esp.zero.q q1"));
        CHECK(compiler.compile(source, options).from_cache);
        const auto pasted = Source::text("#define OP(a, b) a ## b\n f: OP(esp,.zero.q) q1\n", "k.S");
        CHECK(holds(compiler.compile(pasted).object, "esp.zero.q q1"));
    });
}

TEST_CASE("each chip family has its own words, and the cache keeps them apart") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const auto source = Source::text("f: esp.vadd.s8 q0, q1, q2\n", "k.S");
        CHECK(holds(compiler.compile(source).object, "esp.vadd.s8 q0,q1,q2"));
        const auto newer = compiler.compile(source, {.revision = v3});
        CHECK_FALSE(newer.from_cache);
        CHECK(holds(newer.object, "esp.vadd.s8 q0,q1,q2", isa::chip_v3));
        const auto operands = compiler.compile(
            Source::text("f: esp.vadd.s8 q0,q1,q2,trunc\n esp.vmul.s8 q0,q1,q2,RNE\n esp.vmul.s8 q0,q1,q2,trunc,rup\n"
                         " esp.vsl.32 q0,q1\n",
                         "k.S"),
            {.revision = v3});
        for (const char* text : {"esp.vadd.s8 q0,q1,q2,trunc", "esp.vmul.s8 q0,q1,q2,sat,rne",
                                 "esp.vmul.s8 q0,q1,q2,trunc,rup", "esp.vsl.u32 q0,q1"})
            CHECK(holds(operands.object, text, isa::chip_v3));
        CHECK(contains(complaint(compiler, Source::text("f: esp.vsl.u32 q0,q1\n", "k.S")), "k.S:1"));
    });
}

TEST_CASE("a wrong operand is an error of the user's line that names it and what it may be") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const auto text = complaint(compiler, Source::text("f:\n esp.zero.q q9\n esp.zero.q\n esp.zero.q q1, q2\n"
                                                           " esp.vld.128.ip q0, t0, 16\n ESP.VLD.128.IP Q0, A0, 8\n"
                                                           " esp.vld.128.ip q0, (a0), 16\n esp.lp.setupi 0, 4096, f\n",
                                                           "k.S"));
        CAPTURE(text);
        CHECK(tells_of(text, "k.S:2:", "esp.zero.q: operand qz is 'q9'; it must be a vector register q0-q7"));
        CHECK(tells_of(text, "k.S:3:", "esp.zero.q: the operand qz is missing"));
        CHECK(tells_of(text, "k.S:4:", "too many operands"));
        CHECK(tells_of(text, "k.S:5:", "operand rs1 is 't0'; it must be a register x8-x15 or x24-x31"));
        CHECK(tells_of(text, "k.S:6:", "operand imm is '8'; it must be -2048 to 2032 in steps of 16"));
        CHECK(tells_of(text, "k.S:7:", "operand rs1 is '(a0)'"));
        CHECK(tells_of(text, "k.S:8:", "operand count is '4096'; it must be 0 to 4095"));
        CHECK_FALSE(contains(text, "macro"));
        CHECK_FALSE(contains(text, "instantiation"));
        CHECK_FALSE(contains(text, ".Lesp"));
    });
}

TEST_CASE("a register that the constraint \"r\" allows and the instruction does not is told at the C line") {
    for_each_compiler([](const Bench& bench) {
        const auto text = complaint(bench.compiler(), Source::text("void f(int* p) {\n"
                                                                   "  register int* t __asm__(\"t0\") = p;\n"
                                                                   "  __asm__ volatile(\"esp.vld.128.ip q0, %0, 16\"\n"
                                                                   "    : \"+r\"(t) : : \"memory\");\n"
                                                                   "}\n"));
        CAPTURE(text);
        CHECK(tells_of(text, "kernel.c:3", "operand rs1 is 't0'; it must be a register x8-x15 or x24-x31"));
    });
}

TEST_CASE("an error of a macro of the user's own stays where it is") {
    const Bench bench;
    if (compilers.empty()) return;
    const auto text = complaint(bench.compiler(), Source::text(".macro twice r\n esp.zero.q \\r\n bogus \\r\n.endm\n"
                                                               "f: twice q1\n twice q9\n",
                                                               "k.S"));
    CAPTURE(text);
    CHECK(tells_of(text, "k.S:3:", "unrecognized opcode `bogus q1'"));
    CHECK(tells_of(text, "k.S:5:", "Info: macro invoked from here"));
    CHECK(tells_of(text, "k.S:6:", "operand qz is 'q9'"));
}

TEST_CASE("two files become one object, optimized as a whole, with esp.* in both") {
    for_each_compiler([](const Bench& bench) {
        const auto compiler = bench.compiler();
        const std::vector<Source> sources{
            Source::text("int inner(int x) { __asm__ volatile(\"esp.zero.q q1\"); return x + 1; }\n", "a.c"),
            Source::text(
                "int inner(int x); int outer(int x) { __asm__ volatile(\"esp.zero.q q2\"); return inner(x); }\n",
                "b.c"),
            Source::text(".globl third\nthird: esp.zero.q q3\n ret\n", "c.S")};
        for (const auto& flags : {std::vector<std::string>{}, {"-fno-lto"}}) {
            const auto merged = compiler.compile(std::span(sources), {.flags = flags});
            CHECK(bench.object_is_good(merged.object));
            for (const char* text : {"esp.zero.q q1", "esp.zero.q q2", "esp.zero.q q3"})
                CHECK(holds(merged.object, text));
            CHECK(compiler.compile(std::span(sources), {.flags = flags}).from_cache);
        }
        CHECK(holds(compiler.compile(sources[1], {.flags = {"-flto", "-Wno-all"}}).object, "esp.zero.q q2"));
        std::vector<Source> wrong{sources[0], Source::text("int inner(int x, int y) { return 2; }\n", "d.c")};
        CHECK_THROWS_AS(compiler.compile(std::span(wrong)), CompileError);
        CHECK_THROWS_AS(compiler.compile(std::span<const Source>{}), UsageError);
    });
}

TEST_CASE("a compiler whose assembler knows the instructions is fed nothing") {
    const Bench bench;
    auto toolchain =
        bench.scripted("echo \"$@\" >> " + (bench.folder.path() / "log").string() + "; exit 1").toolchain();
    toolchain.v1.knows_pie = true;
    const Compiler compiler(toolchain, bench.environment, Cache());
    const auto source = Source::text("f: esp.zero.q q1\n", "k.S");
    CHECK_THROWS_AS(compiler.compile(source), CompileError);
    CHECK_FALSE(contains(read_text(bench.folder.path() / "log"), "macros"));
    CHECK_THROWS_AS(compiler.compile(source, {.revision = v3}), CompileError);
    CHECK(contains(read_text(bench.folder.path() / "log"), "-Xassembler"));
}
