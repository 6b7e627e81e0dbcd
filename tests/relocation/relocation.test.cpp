// Our linker against binutils' and LLVM's, over everything that compilers make
// of our sources and over the libraries that kernels are linked with.
#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "tests/objects/readelf.hpp"
#include "tests/relocation/compare.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace p4jit;
using namespace p4jit::test;
using elf::RelocationType;

namespace {

// In PSRAM and in internal memory; the firmware has its code and data elsewhere.
constexpr std::uint32_t image_address = 0x4812'3000, other_address = 0x4FF3'F800;
const std::map<std::string, std::uint32_t> firmware = {{"firmware_function", 0x4001'2346},
                                                       {"firmware_data", 0x4FF1'2344},
                                                       {"printf", 0x4000'1000},
                                                       {"puts", 0x4000'1100},
                                                       {"putchar", 0x4000'1200},
                                                       {"malloc", 0x4000'1300},
                                                       {"ext", 0x4000'1450},
                                                       {"free", 0x4000'1400},
                                                       {"exit", 0x4000'1500},
                                                       {"abort", 0x4000'1600},
                                                       {"_ZdlPvj", 0x4000'1700},
                                                       {"__dso_handle", 0x4FF0'0000},
                                                       {"__cxa_pure_virtual", 0x4000'1800},
                                                       {"kernel", 0x4000'1900},
                                                       {"unbounded", 0x4FF1'4000}};

/// What picolibc leaves to the system under it.
const std::map<std::string, std::uint32_t> outside_of_picolibc = {
    {"stdin", 0x4FF0'1000},      {"stdout", 0x4FF0'1004},      {"stderr", 0x4FF0'1008}, {"_exit", 0x4000'2000},
    {"write", 0x4000'2100},      {"read", 0x4000'2200},        {"open", 0x4000'2300},   {"close", 0x4000'2400},
    {"lseek", 0x4000'2500},      {"unlink", 0x4000'2600},      {"times", 0x4000'2700},  {"gettimeofday", 0x4000'2800},
    {"__heap_end", 0x4FF4'0000}, {"__heap_start", 0x4FF3'0000}};

const std::string folder = P4JIT_SOURCE_FOLDER;

/// Vector kernels need the product's own compiling (tests/assembly); nothing in
/// them asks for another relocation.
bool is_vector_kernel(const std::filesystem::path& file) { return read_text(file).find("/pie") != std::string::npos; }

std::vector<std::filesystem::path> sources() {
    std::vector<std::filesystem::path> found;
    for (const char* where : {"tests/relocation/kernels", "tests/objects/corpus", "bench/programs", "examples/source"})
        for (const auto& entry : std::filesystem::directory_iterator(folder + '/' + where))
            if (entry.path().filename() != "leb128.S" && !is_vector_kernel(entry.path())) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

std::string compiler_for(const std::filesystem::path& source, bool llvm) {
    if (source.extension() != ".cpp") return llvm ? clang : gcc;
    return (llvm ? clangxx : gxx) + " -std=c++17 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit";
}

const std::vector<elf::Archive>& libraries() {
    static const std::vector<elf::Archive> opened = [] {
        std::vector<elf::Archive> all;
        for (const auto& path : {libgcc(), picolibc + "/lib/release/rv32imafc/ilp32f/libc.a"})
            all.push_back(elf::Archive::parse(read_file(path), std::filesystem::path(path).filename().string()));
        return all;
    }();
    return opened;
}

/// Every way to compile that changes which relocations come out.
template <typename Use>
void for_each_flags(const std::filesystem::path& source, Use use) {
    const bool assembly = source.extension() == ".S";
    for (const bool llvm : {false, true})
        for (const std::string optimization : {"-O0 -fcommon", "-O2 -ffunction-sections -fdata-sections",
                                               "-O3 -fcommon", "-Os -ffunction-sections -fPIC"})
            for (const char* relax : {"-mrelax", "-mno-relax"})
                for (const char* model : {"-mcmodel=medany", "-mcmodel=medlow"})
                    if (!assembly || (optimization.starts_with("-O2") && model == std::string("-mcmodel=medany")))
                        use(fmt::format("{} {} {} {} -w", compiler_for(source, llvm), optimization, relax, model));
}

void check_no_differences(const Job& job, std::uint32_t address, Tally& tally) {
    const auto differences = compare(job, address, tally);
    INFO(job.name);
    const auto text = join(differences, "\n");
    CHECK_MESSAGE(differences.empty(), text);
}

/// What static code for RV32 is made of.
const RelocationType static_types[] = {
    RelocationType::R_NONE,         RelocationType::R_32,         RelocationType::R_BRANCH,
    RelocationType::R_JAL,          RelocationType::R_CALL,       RelocationType::R_CALL_PLT,
    RelocationType::R_GOT_HI20,     RelocationType::R_PCREL_HI20, RelocationType::R_PCREL_LO12_I,
    RelocationType::R_PCREL_LO12_S, RelocationType::R_HI20,       RelocationType::R_LO12_I,
    RelocationType::R_LO12_S,       RelocationType::R_ADD8,       RelocationType::R_ADD16,
    RelocationType::R_ADD32,        RelocationType::R_ADD64,      RelocationType::R_SUB8,
    RelocationType::R_SUB16,        RelocationType::R_SUB32,      RelocationType::R_SUB64,
    RelocationType::R_ALIGN,        RelocationType::R_RVC_BRANCH, RelocationType::R_RVC_JUMP,
    RelocationType::R_RVC_LUI,      RelocationType::R_RELAX,      RelocationType::R_SUB6,
    RelocationType::R_SET6,         RelocationType::R_SET8,       RelocationType::R_SET16,
    RelocationType::R_SET32,        RelocationType::R_32_PCREL};

} // namespace

TEST_CASE("compiled objects become the same bytes as with GNU ld") {
    Tally tally;
    std::size_t compiled = 0;
    for (const auto& source : sources()) {
        const auto text = read_text(source);
        for_each_flags(source, [&](const std::string& command) {
            Job job{.file = compile(command, text, source.filename().string())};
            job.name = fmt::format("{}: {}", source.filename().string(), command);
            job.archives = libraries();
            job.symbols = firmware;
            ++compiled;
            INFO(job.name);
            CHECK_NOTHROW(check_no_differences(job, compiled % 2 == 0 ? image_address : other_address, tally));
        });
    }
    MESSAGE(compiled << " compiled objects, " << tally.to_text());
    CHECK(compiled >= 500);
    for (const auto type : static_types) {
        INFO(elf::name(type));
        CHECK(tally.relocations[type] > 0);
    }
    CHECK(tally.bytes > 1'000'000);
}

// GNU ld 2.40 does not know these relocations.
TEST_CASE("differences of variable length become the same bytes as with LLVM's lld") {
    Tally tally;
    for (const char* flags : {" -mrelax", " -mno-relax"}) {
        Job job{.file = compile(clang + flags, read_text(folder + "/tests/relocation/kernels/leb128.S"), "leb128.S")};
        job.name = std::string("leb128.S:") + flags;
        job.linker = Linker::llvm;
        check_no_differences(job, image_address, tally);
    }
    MESSAGE(tally.to_text());
    CHECK(tally.relocations[RelocationType::R_SET_ULEB128] >= 4);
    CHECK(tally.relocations[RelocationType::R_SET_ULEB128] == tally.relocations[RelocationType::R_SUB_ULEB128]);
}

TEST_CASE("every member of picolibc and libgcc that links becomes the same bytes as with GNU ld") {
    Tally tally;
    std::map<std::string, std::size_t> refused;
    for (const auto& archive : libraries())
        for (const auto& member : archive.members()) {
            Job job{.file = Bytes(member.contents.begin(), member.contents.end())};
            job.name = archive.name() + '(' + std::string(member.name) + ')';
            job.archives = libraries();
            job.symbols = outside_of_picolibc;
            try {
                check_no_differences(job, image_address, tally);
            } catch (const LinkError& error) {
                const std::string why = error.what();
                ++refused[why.find("thread-local") != why.npos ? "thread-local storage" : why];
            }
        }
    for (const auto& [why, count] : refused) MESSAGE("refused: " << count << " with: " << why);
    MESSAGE(tally.to_text());
    CHECK(tally.links >= 800);
}
