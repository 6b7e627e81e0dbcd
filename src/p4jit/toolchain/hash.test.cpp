#include "p4jit/toolchain/hash.hpp"

#include <doctest/doctest.h>

using namespace p4jit;
using namespace p4jit::toolchain;

TEST_CASE("the hash of nothing is XXH3-128's published one") {
    CHECK(hex(hash({})) == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("where a text ends counts") {
    CHECK(Hasher().add("ab").add("c").finish() != Hasher().add("a").add("bc").finish());
    CHECK(Hasher().add("ab").finish() != Hasher().add("ab").add("").finish());
    CHECK(Hasher().add("ab").add("c").finish() == Hasher().add("ab").add("c").finish());
}
