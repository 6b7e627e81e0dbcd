// Disassembly that assembles back to the same bytes.
#include "p4jit/jit/family.hpp"
#include "tests/assembly/assembled.hpp"

using namespace p4jit;
using namespace p4jit::tests;

namespace {

const char* const kernel = R"(
int dot(const short* a, const short* b, int n) {
    int sum = 0;
    __asm__ volatile(
        "esp.zero.xacc\n"
        "esp.lp.setup 0, %2, 1f\n"
        "esp.vld.128.ip q0, %0, 16\n"
        "esp.vld.128.ip q1, %1, 16\n"
        "1: esp.vmulas.s16.xacc q0, q1\n"
        : "+&r"(a), "+&r"(b) : "r"(n) : "memory");
    for (int i = 0; i < n; i++) sum += a[i] * b[i] % 7;
    return sum;
}
float mix(float x, float y, unsigned k) {
    switch (k) {
    case 0: return x / y;
    case 1: return x * y + 1;
    case 2: return (int)x;
    case 3: return x < y;
    case 4: return -x;
    case 5: return x - y;
    default: return k * 100000.0f + dot((const short*)&x, (const short*)&y, 2);
    }
}
unsigned long long wide(unsigned long long a, unsigned b) { return a * b + (a >> b) + __atomic_fetch_add(&a, b, 5); }
)";

void check_round_trip(const Bench& bench, const Source& source, const CompileOptions& options) {
    const auto object = object_of(bench, source, options);
    const auto listing = jit::assembly_listing(object, options.revision);
    CAPTURE(listing);
    const auto again = object_of(bench, Source::text(listing, "again.s"), {.revision = options.revision});
    const auto before = code_of(object, options.revision), after = code_of(again, options.revision);
    CHECK(before.size() == after.size() - (after.contains(".text") && !before.contains(".text")));
    for (const auto& [name, bytes] : before) {
        CAPTURE(name);
        CHECK(after.at(name) == bytes);
    }
}

} // namespace

TEST_CASE("kernels with PIE, loops and branches disassemble to assembly that gives the same bytes") {
    for_each_compiler([](const Bench& bench) {
        for (const isa::ChipRevision revision : {isa::ChipRevision{1, 3}, isa::ChipRevision{3, 1}})
            for (const char* optimization : {"O0", "O2", "Os", "O3"}) {
                CAPTURE(std::string(optimization));
                check_round_trip(bench, Source::text(kernel), {.optimization = optimization, .revision = revision});
            }
    });
}

TEST_CASE("data in code, odd words and words that look longer than they are do not lose the place") {
    for_each_compiler([](const Bench& bench) {
        const auto source = Source::text("f: esp.zero.q q0\n j 1f\n .word 0x0000003f, 0xffffffff, 0\n .half 0x1f\n"
                                         " .byte 1, 2\n .word 0x7f\n1: fence rw, w\n csrr a0, mcycle\n csrw 0x7c6, a0\n"
                                         " li a0, 0x12345678\n lui a1, 0xfffff\n c.lui a2, 31\n bnez a0, f\n"
                                         " amoadd.w.aqrl a0, a1, (a2)\n fcvt.w.s a0, fa0, rtz\n fadd.s fa0, fa1, fa2\n"
                                         " esp.lp.setup 0, a0, 2f\n c.nop\n2: esp.zero.q q1\n jal ra, f\n ret\n",
                                         "k.S");
        check_round_trip(bench, source, {});
        const auto object = object_of(bench, source);
        const auto listing = jit::assembly_listing(object, {});
        CHECK(contains(listing, "esp.zero.q q0"));
        CHECK(contains(listing, "esp.zero.q q1"));
        CHECK(contains(listing, "esp.lp.setup 0,a0,.L"));
    });
}

TEST_CASE("an object for one chip family is refused for the other, whatever says so") {
    for_each_compiler([](const Bench& bench) {
        const isa::ChipRevision v1{1, 3}, v3{3, 1};
        const auto source = Source::text("f: esp.zero.q q0\n ret\n", "k.S");
        const auto old_one = object_of(bench, source), new_one = object_of(bench, source, {.revision = v3});
        CHECK_NOTHROW(jit::check_family(old_one, v1));
        CHECK_NOTHROW(jit::check_family(new_one, v3));
        CHECK_THROWS_WITH_AS(jit::check_family(old_one, v3),
                             "k.S is built for chip revisions v1.x: it has esp.* instructions of that family. This "
                             "device is set to revision 3.1, which does not execute them. Build it for revision 3.1, "
                             "or open the device as the revision it is",
                             LinkError);
        CHECK_THROWS_AS(jit::check_family(new_one, v1), LinkError);
        const auto plain = Source::text("int f(int a) { return a + 1; }\n");
        CHECK_NOTHROW(jit::check_family(object_of(bench, plain), v3));
        CHECK_THROWS_AS(jit::check_family(object_of(bench, plain, {.revision = v3}), v1), LinkError);
    });
}
