// The virtual chip against QEMU's riscv32: random blocks, all state compared.
//
// More blocks and another seed: P4JIT_DIFFERENTIAL_BLOCKS, P4JIT_FLOAT_BLOCKS,
// P4JIT_DIFFERENTIAL_SEED.
// A block that differs is reduced to the instructions it needs and printed; put
// it into cases/ when it is mended, and it is replayed for ever.
#include "block.hpp"
#include "float_vectors.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/machine/machine.hpp"
#include "p4jit/machine/semihosting.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

using namespace p4jit;
using namespace p4jit::test;
namespace fs = std::filesystem;

namespace {

using Log = std::vector<std::uint32_t>;

/// The log, without what the manual leaves open: mtval after ebreak is the
/// address or zero (privileged manual, section 3.1.16).
Log words_of(ByteView bytes) {
    constexpr std::size_t mcause_plus_one = 65, mtval = 67;
    Log words(bytes.size() / 4);
    std::memcpy(words.data(), bytes.data(), words.size() * 4);
    for (std::size_t block = 0; block < words.size(); block += log_words)
        if (words[block + mcause_plus_one] == 3 + 1) words[block + mtval] = 0;
    return words;
}

Log run_on_qemu(const Image& image) {
    const auto folder = fs::temp_directory_path() / fmt::format("p4jit-qemu-{}", getpid());
    fs::create_directories(folder);
    write_file(folder / "image", image.bytes);
    const auto command = fmt::format(
        "timeout 300 {} -M virt -cpu rv32,d=false -m 512M -smp 1 -bios none -nographic -monitor none -serial none "
        "-semihosting-config enable=on,target=native -device loader,file={}/image,addr={:#x},cpu-num=0 > {}/log",
        P4JIT_QEMU, folder.string(), image_base, folder.string());
    const auto status = std::system(command.c_str());
    const auto bytes = read_file(folder / "log");
    fs::remove_all(folder);
    REQUIRE(status == 0);
    REQUIRE(bytes.size() == image.log_size);
    return words_of(bytes);
}

Log run_on_ours(const Image& image, isa::ExtensionSet extensions) {
    const unsigned major = extensions.has(isa::Extension::Zba) ? 3 : 1;
    machine::Machine machine({.revision = {major, 1}, .harts = 1});
    REQUIRE(machine.memory().program(image_base, image.bytes));
    machine.reset(image_base);
    auto* discard = std::fopen("/dev/null", "w");
    {
        machine::Semihosting semihosting(machine, {.out = discard});
        machine.on_trap([&](machine::Hart& hart) { return semihosting.handle(hart); });
        REQUIRE(machine.run(1'000'000'000) == machine::Outcome::stopped);
    }
    std::fclose(discard);
    return words_of(machine.memory().view(image.log, static_cast<std::uint32_t>(image.log_size)));
}

std::string name_of(std::size_t word) {
    if (word < 32) return fmt::format("x{}", word);
    if (word < 64) return fmt::format("f{}", word - 32);
    constexpr std::array names = {"fcsr", "mcause+1", "mepc", "mtval"};
    if (word < 68) return names[word - 64];
    return fmt::format("memory[{}]", 4 * (word - 68));
}

/// The index of the first block that differs, or the number of blocks.
std::size_t first_difference(const Log& a, const Log& b) {
    const auto at = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
    return at / log_words;
}

bool differs(const Block& block, isa::ExtensionSet extensions) {
    const auto image = make_image({block});
    return run_on_qemu(image) != run_on_ours(image, extensions);
}

/// Takes away every instruction that the difference does not need.
Block reduced(Block block, isa::ExtensionSet extensions) {
    constexpr std::uint32_t nop4 = 0x0000'0013, nop2 = 0x0001;
    for (auto& word : block.words) {
        const auto kept = word;
        word = isa::length_of(static_cast<std::uint16_t>(word)) == 4 ? nop4 : nop2;
        if (!differs(block, extensions)) word = kept;
    }
    return block;
}

void report(const Block& block, isa::ExtensionSet extensions) {
    const auto image = make_image({block});
    const auto theirs = run_on_qemu(image), mine = run_on_ours(image, extensions);
    std::string text;
    for (std::size_t i = 0; i < theirs.size(); ++i)
        if (theirs[i] != mine[i])
            text += fmt::format("  {}: QEMU {:08x}, ours {:08x}\n", name_of(i), theirs[i], mine[i]);
    MESSAGE("differs:\n" << text << to_text(block));
}

void compare(const std::vector<Block>& blocks, isa::ExtensionSet extensions) {
    const auto image = make_image(blocks);
    const auto theirs = run_on_qemu(image), mine = run_on_ours(image, extensions);
    const auto index = first_difference(theirs, mine);
    if (index < blocks.size()) {
        const auto& block = blocks[index];
        report(differs(block, extensions) ? reduced(block, extensions) : block, extensions);
    }
    CHECK_MESSAGE(index == blocks.size(), "block " << index << " of " << blocks.size());
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const auto* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 0) : otherwise;
}

void compare_random(isa::ExtensionSet extensions) {
    const auto seed = setting("P4JIT_DIFFERENTIAL_SEED", 1), count = setting("P4JIT_DIFFERENTIAL_BLOCKS", 10'000);
    BlockGenerator generator(seed, extensions);
    std::uint64_t instructions = 0;
    for (std::uint64_t done = 0; done < count;) {
        std::vector<Block> blocks;
        for (; done < count && blocks.size() < 10'000; ++done) blocks.push_back(generator.next());
        for (const auto& block : blocks) instructions += block.words.size();
        compare(blocks, extensions);
    }
    MESSAGE(count << " blocks, " << instructions << " instructions compared, seed " << seed);
}

} // namespace

TEST_CASE("random blocks of chip v1 instructions end in the same state as on QEMU") { compare_random(isa::rv32imafc); }

TEST_CASE("random blocks with bit manipulation end in the same state as on QEMU") {
    compare_random(isa::rv32imafc | isa::ExtensionSet{isa::Extension::Zba, isa::Extension::Zbb, isa::Extension::Zbs});
}

TEST_CASE("single-precision results and flags are QEMU's to the bit, in every rounding mode") {
    FloatVectors vectors(setting("P4JIT_DIFFERENTIAL_SEED", 1));
    for (auto left = setting("P4JIT_FLOAT_BLOCKS", 40'000); left > 0;) {
        std::vector<Block> blocks;
        for (; left > 0 && blocks.size() < 10'000; --left) blocks.push_back(vectors.next());
        compare(blocks, isa::rv32imafc);
    }
    std::uint64_t total = 0;
    for (const auto& [mnemonic, count] : vectors.counts()) total += count;
    CHECK(vectors.counts().size() == 22); // no operation is left out
    MESSAGE(total << " vectors compared, of each operation about " << total / vectors.counts().size());
}

TEST_CASE("blocks kept for what they show end in the same state as on QEMU") {
    std::vector<Block> blocks;
    for (const auto& entry : fs::directory_iterator(P4JIT_CASES)) blocks.push_back(from_text(read_text(entry.path())));
    if (!blocks.empty()) compare(blocks, isa::chip_v3);
    MESSAGE(blocks.size() << " cases");
}
