// What is fuzzed. Each target takes any bytes, makes of them what comes from
// outside, and checks what must hold whatever came, by doctest's REQUIRE.
//
// libfuzzer.cpp is their main program under clang; corpus.test.cpp runs each
// over its corpus, tests/fuzz/corpus/<target>, with any compiler.
#pragma once

#include "p4jit/base/bytes.hpp"

namespace p4jit::fuzz {

#define FUZZ_TARGET(name, meaning) void name(ByteView input);
#include "tests/fuzz/targets.def"
#undef FUZZ_TARGET

} // namespace p4jit::fuzz
