// Every target over its corpus: inputs that once broke something, and seeds
// that reach far. Found faults stay here.
#include "tests/fuzz/targets.hpp"

#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

using namespace p4jit;

namespace {

void play_corpus(const char* name, void (*target)(ByteView)) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(P4JIT_FUZZ_CORPUS) / name))
        files.push_back(entry.path());
    std::ranges::sort(files);
    REQUIRE(!files.empty());
    for (const auto& file : files) {
        CAPTURE(file);
        target(read_file(file));
    }
    target({});
}

} // namespace

#define FUZZ_TARGET(name, meaning)                                                                                     \
    TEST_CASE("the corpus of the fuzz target '" #name "' breaks nothing") { play_corpus(#name, fuzz::name); }
#include "tests/fuzz/targets.def"
