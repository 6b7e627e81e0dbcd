// The main program of one target, P4JIT_FUZZ_TARGET, under libFuzzer. What the
// target requires and does not hold is printed, then the program aborts, and
// libFuzzer keeps the input.
#define DOCTEST_CONFIG_IMPLEMENT
#include "tests/fuzz/targets.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace {

[[noreturn]] void report(const doctest::AssertData& data) {
    std::fprintf(stderr, "%s:%d: does not hold: %s\n", data.m_file, data.m_line, data.m_expr);
    if (data.m_threw) std::fprintf(stderr, "  threw: %s\n", data.m_exception.c_str());
    if (data.m_decomp.size() != 0) std::fprintf(stderr, "  values: %s\n", data.m_decomp.c_str());
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    static doctest::Context context;
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler(report);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    p4jit::fuzz::P4JIT_FUZZ_TARGET({data, size});
    return 0;
}
