// Ends of hardware loops that are labels: right at every distance, or an error.
#include "tests/assembly/assembled.hpp"

using namespace p4jit;
using namespace p4jit::tests;

namespace {

/// The distance that the loop instruction at an offset of the image has.
std::int32_t end_at(const Bytes& image, std::size_t at) {
    static const isa::Decoder decoder(isa::chip_v1);
    const auto instruction = decoder.decode(word_at(image, at));
    REQUIRE(instruction);
    REQUIRE(instruction->row().mnemonic.starts_with("esp.lp."));
    return instruction->operands.imm;
}

std::string link_problem(const Bench& bench, const std::string& text) {
    try {
        image_of(object_of(bench, Source::text(text, "k.S")));
    } catch (const Error& error) {
        return error.what(); // GNU as tells some of it, the linker the rest
    }
    return {};
}

} // namespace

TEST_CASE("loop ends are right at every distance") {
    for_each_compiler([](const Bench& bench) {
        // `count` setups in a row, then the end; with a nop before it, the other half of the distances.
        const auto check = [&](const std::string& setup, std::int32_t count) {
            for (const bool odd_half : {false, true}) {
                const auto text = fmt::format("f:\n.rept {}\n {}\n.endr\n{}end: nop\n ret\n", count, setup,
                                              odd_half ? " c.nop\n" : "");
                const auto image = image_of(object_of(bench, Source::text(text, "k.S")));
                const auto end = 4 * count + (odd_half ? 2 : 0);
                unsigned wrong = 0;
                for (std::int32_t at = 0; at < 4 * count; at += 4)
                    wrong += end_at(image, static_cast<std::size_t>(at)) != end - at;
                CAPTURE(setup);
                CHECK(wrong == 0);
            }
        };
        check("esp.lp.setup 0, a0, end", 2047);
        check("ESP.LP.STARTI 1, end", 2047);
        check("esp.lp.endi 0, end", 2047);
        check("esp.lp.setupi 1, 100, end", 255);
    });
}

TEST_CASE("loops nest, and alignment, compressed code and far branches inside do not matter") {
    for_each_compiler([](const Bench& bench) {
        const std::string text = "f: esp.lp.setup 1, a1, 2f\n"
                                 " c.addi a0, 1\n"
                                 " esp.lp.setupi 0, 10, 1f\n"
                                 " .balign 16\n"
                                 " addi a0, a0, 100\n"
                                 " esp.zero.q q0\n"
                                 " .p2align 3\n"
                                 "1: c.addi a0, 1\n"
                                 " beqz a0, 3f\n"
                                 "2: esp.zero.q q1\n"
                                 " esp.lp.setup 0, a0, last+2\n"
                                 "last: c.nop\n c.nop\n"
                                 "3: ret\n";
        for (const char* option : {"", ".option relax\n"}) {
            const auto image = image_of(object_of(bench, Source::text(option + text, "k.S")));
            const isa::Decoder decoder(isa::chip_v1);
            CAPTURE(std::string(option));
            CHECK(decoder.decode(word_at(image, 0))->row().mnemonic == "esp.lp.setup");
            CHECK(decoder.decode(word_at(image, 6))->row().mnemonic == "esp.lp.setupi");
            // The end of the inner loop is the c.addi behind two alignments.
            const auto inner_end = 6 + static_cast<std::size_t>(end_at(image, 6));
            CHECK(inner_end == 24);
            CHECK(load_le<std::uint16_t>(&image[inner_end]) == 0x0505);
            const auto outer_end = static_cast<std::size_t>(end_at(image, 0));
            CHECK(word_at(image, outer_end) == isa::assemble("esp.zero.q q1", isa::chip_v1));
            CHECK(end_at(image, outer_end + 4) == 6);
        }
    });
}

TEST_CASE("loops in C's inline assembly work as well") {
    for_each_compiler([](const Bench& bench) {
        const auto image = image_of(object_of(
            bench,
            Source::text("void f(int n) { __asm__ volatile(\"esp.lp.setup 0, %0, 1f\\n nop\\n1: nop\" :: \"r\"(n)); "
                         "}\n")));
        // The nop between is a compressed one.
        CHECK(end_at(image, 0) == 6);
    });
}

TEST_CASE("an end out of reach, before its setup, or at an odd address is an error that says so") {
    for_each_compiler([](const Bench& bench) {
        CHECK(contains(link_problem(bench, "f: esp.lp.setup 0, a0, 1f\n .space 8188\n1: nop\n"),
                       "more than 8190 bytes behind its setup"));
        CHECK(contains(link_problem(bench, "f: esp.lp.setupi 0, 9, 1f\n .space 1020\n1: nop\n"),
                       "more than 1022 bytes behind esp.lp.setupi; use esp.lp.setup"));
        CHECK(contains(link_problem(bench, "f: nop\n esp.lp.setup 0, a0, f\n"), "before its setup"));
        CHECK(contains(link_problem(bench, "f: esp.lp.setup 0, a0, 1f+1\n nop\n1: nop\n"), "odd address"));
        const auto missing = link_problem(bench, "f: esp.lp.setup 0, a0, nowhere\n nop\n");
        CHECK((contains(missing, "nowhere") || contains(missing, "a label that is not there")));
        CHECK(link_problem(bench, "f: esp.lp.setup 0, a0, 1f\n .space 8186\n1: nop\n").empty());
    });
}

TEST_CASE("an end that is a number is a distance, and is checked") {
    for_each_compiler([](const Bench& bench) {
        const auto image = image_of(object_of(
            bench,
            Source::text("f: esp.lp.setup 0, a0, 0x1e\n esp.lp.setup 1, a0, 4+4\n esp.lp.setupi 0, 1, 1022\n", "k.S")));
        CHECK(end_at(image, 0) == 0x1e);
        CHECK(end_at(image, 4) == 8);
        CHECK(end_at(image, 8) == 1022);
        for (const char* wrong :
             {"f: esp.lp.setup 0, a0, 7\n", "f: esp.lp.setup 0, a0, 8192\n", "f: esp.lp.setupi 0, 1, 1024\n"}) {
            const auto text = [&] {
                try {
                    image_of(object_of(bench, Source::text(wrong, "k.S")));
                } catch (const Error& error) {
                    return std::string(error.what());
                }
                return std::string();
            }();
            CAPTURE(text);
            CHECK(!text.empty());
        }
    });
}
