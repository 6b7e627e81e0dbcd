// One link by us and by a stock linker, compared byte for byte.
#pragma once

#include "p4jit/link/plan.hpp"
#include "tests/relocation/foreign_linker.hpp"

#include <map>
#include <string>
#include <vector>

namespace p4jit::test {

/// What was compared, in sum.
struct Tally {
    std::size_t links = 0, objects = 0, sections = 0, bytes = 0, got_loads = 0, weak_calls = 0;
    std::map<elf::RelocationType, std::size_t> relocations;
    std::size_t relocation_count() const;
    std::string to_text() const;
};

struct Job {
    Bytes file;
    std::string name;
    std::vector<elf::Archive> archives;
    std::map<std::string, std::uint32_t> symbols; ///< of the outside
    Linker linker = Linker::binutils;
};

/// Links the job both ways, adds to the tally, and returns every difference.
/// Throws LinkError if ours does not link it.
std::vector<std::string> compare(const Job& job, std::uint32_t address, Tally& tally);

} // namespace p4jit::test
