// <p4jit/pie.h> through every compiler of this machine.
#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/decode.hpp"
#include "tests/toolchain/bench.hpp"

#include "p4jit/base/text.hpp"

#include <algorithm>

using namespace p4jit;
using namespace p4jit::tests;

namespace {

/// A function that has every macro once, with operands that fit.
std::string every_instruction() {
    std::string text =
        "#include <p4jit/pie.h>\nvoid all(int32_t *p, uint32_t step, int32_t x, int32_t y)\n{\n    int32_t r = 0;\n";
    for (const auto& row : isa::rows()) {
        if (isa::extension_of(row.op) != isa::Extension::Xespv2p1) continue;
        std::string name(row.mnemonic.substr(4)), arguments, result;
        std::ranges::replace(name, '.', '_');
        for (auto token : split(row.syntax, ',')) {
            token = trim(token);
            if (token.empty()) continue;
            if (token == "rd" || token == "rdp") {
                result = "r += ";
                continue;
            }
            const bool pointer = token == "rs1p" && row.find(&isa::Operands::rs1) && name.find("p") != name.npos;
            const std::string value = token[0] == 'q'   ? "q" + std::to_string(1 + token[1] % 6)
                                      : token == "rs1p" ? (pointer ? "p" : "x")
                                      : token[0] == 'r' ? (token == "rs2p" ? "step" : "y")
                                      : token == "imm"  ? "-16"
                                                        : "1";
            arguments += (arguments.empty() ? "" : ", ") + value;
        }
        text += fmt::format("    {}p4_{}({});\n", result, name, arguments);
    }
    return text + "    *p = r;\n}\n";
}

std::vector<std::string> mnemonics_in(const Bytes& object, const isa::ChipRevision& revision) {
    const isa::Decoder decoder(revision.extensions());
    std::vector<std::string> found;
    for (std::size_t at = 0; at + 4 <= object.size(); at += 2)
        if (const auto instruction = decoder.decode(load_le<std::uint32_t>(object.data() + at));
            instruction && isa::is_pie(instruction->op))
            found.emplace_back(instruction->row().mnemonic);
    return found;
}

} // namespace

TEST_CASE("every macro of pie.h compiles to its instruction, in C and C++, optimized or not") {
    const auto text = every_instruction();
    for_each_compiler([&](const Bench& bench) {
        const auto compiler = bench.compiler();
        for (const char* name : {"all.c", "all.cpp"})
            for (const char* optimization : {"O0", "O3"})
                for (const isa::ChipRevision revision : {isa::ChipRevision{}, isa::ChipRevision{3, 1}}) {
                    // PIE 2.1 takes a number where 2.2 takes sat or trunc.
                    auto source = text;
                    CAPTURE(name);
                    CAPTURE(optimization);
                    const auto compiled = compiler.compile(
                        Source::text(source, name),
                        {.optimization = optimization, .flags = {"-Wall", "-Wextra", "-Werror"}, .revision = revision});
                    const auto found = mnemonics_in(compiled.object, revision);
                    for (const auto& row : isa::rows())
                        if (isa::extension_of(row.op) == isa::Extension::Xespv2p1 && row.mnemonic != "esp.vsl.32")
                            CHECK_MESSAGE(std::ranges::find(found, row.mnemonic) != found.end(), row.mnemonic);
                }
    });
}

TEST_CASE("a loop of macros has nothing in it but their instructions and the loop's own") {
    for_each_compiler([](const Bench& bench) {
        const auto compiled = bench.compiler().compile(
            Source::text("#include <p4jit/pie.h>\n"
                         "void f(const int8_t *a, const int8_t *b, int8_t *c, int n)\n{\n"
                         "    do {\n"
                         "        p4_vld_128_ip(q0, a, 16);\n        p4_vld_128_ip(q1, b, 16);\n"
                         "        p4_vadd_s8(q2, q0, q1);\n        p4_vst_128_ip(q2, c, 16);\n"
                         "    } while (--n);\n}\n",
                         "loop.c"));
        const isa::Decoder decoder(isa::chip_v1);
        // From the first load to the branch behind the store.
        const auto& object = compiled.object;
        unsigned others = 0, vectors = 0;
        for (std::size_t at = 0; at + 4 <= object.size();) {
            const auto word = load_le<std::uint32_t>(object.data() + at);
            const auto instruction = decoder.decode(word);
            if (vectors == 0 && !(instruction && instruction->row().mnemonic == "esp.vld.128.ip")) {
                at += 2;
                continue;
            }
            if (!instruction) break;
            if (isa::is_pie(instruction->op)) {
                ++vectors;
            } else {
                ++others;
                if (instruction->row().find(&isa::Operands::imm) != nullptr &&
                    isa::field(instruction->row().find(&isa::Operands::imm)->id).kind == isa::Kind::pcrel)
                    break;
            }
            at += instruction->length();
        }
        CHECK(vectors == 4);
        CHECK(others == 2); // n - 1, branch
    });
}
