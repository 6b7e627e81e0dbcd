// The virtual board's firmware image as a file: it can be loaded at the chip's
// addresses, identified, and linked against.
#include "p4jit/base/bytes.hpp"
#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace p4jit;

namespace {

// ELF, chapters 4 (header, sections, symbols) and 5 (segments); RISC-V psABI.
enum { ET_EXEC = 2, EM_RISCV = 243, EF_RVC = 1, EF_FLOAT_SINGLE = 2 };
enum { PT_LOAD = 1, PT_NOTE = 4, PT_TLS = 7, PF_X = 1, PF_W = 2 };
enum { SHT_SYMTAB = 2, SHN_UNDEF = 0 };
enum { STT_OBJECT = 1, STT_FUNC = 2, STT_TLS = 6, STB_GLOBAL = 1, STB_WEAK = 2 };

struct Segment {
    std::uint32_t type, offset, address, physical, file_size, size, flags, alignment;
};
struct Section {
    std::uint32_t name, type, flags, address, offset, size, link, info, alignment, entry_size;
};
struct Symbol {
    std::uint32_t name, value, size;
    std::uint8_t info, other;
    std::uint16_t section;
};
struct Header {
    std::uint8_t identity[16];
    std::uint16_t type, machine;
    std::uint32_t version, entry, segments, sections, flags;
    std::uint16_t size, segment_size, segment_count, section_size, section_count, names;
};

struct Image {
    Bytes bytes = read_file(P4JIT_FIRMWARE_IMAGE);
    Header header = load_le<Header>(bytes.data());
    std::vector<Segment> segments = table<Segment>(header.segments, header.segment_count);
    std::vector<Section> sections = table<Section>(header.sections, header.section_count);

    template <typename T>
    std::vector<T> table(std::size_t offset, std::size_t count) const {
        REQUIRE(offset + count * sizeof(T) <= bytes.size());
        std::vector<T> rows;
        for (; count > 0; --count, offset += sizeof(T)) rows.push_back(load_le<T>(&bytes[offset]));
        return rows;
    }

    std::map<std::string, Symbol> symbols() const {
        std::map<std::string, Symbol> found;
        for (const auto& section : sections) {
            if (section.type != SHT_SYMTAB) continue;
            for (const auto& symbol : table<Symbol>(section.offset, section.size / sizeof(Symbol)))
                if (symbol.info >> 4 == STB_GLOBAL || symbol.info >> 4 == STB_WEAK)
                    found[reinterpret_cast<const char*>(&bytes[sections[section.link].offset + symbol.name])] = symbol;
        }
        return found;
    }
};

struct Region {
    std::string id, kind;
    std::uint32_t base, size;
};
const Region regions[] = {
#define MEMORY_REGION(id, base, size, kind, name) {#id, #kind, base, size},
#include "spec/chip/memory.def"
};

const Region* region_of(std::uint32_t address, std::uint32_t size) {
    for (const auto& region : regions)
        if (address >= region.base && size <= region.size && address - region.base <= region.size - size)
            return &region;
    return nullptr;
}

} // namespace

TEST_CASE("the image is an RV32IMAFC program with the single-float ABI, entered in flash") {
    const Image image;
    CHECK(std::string_view(reinterpret_cast<const char*>(image.header.identity), 6) == "\x7f"
                                                                                       "ELF\x01\x01");
    CHECK(image.header.type == ET_EXEC);
    CHECK(image.header.machine == EM_RISCV);
    CHECK(image.header.flags == (EF_RVC | EF_FLOAT_SINGLE));
    REQUIRE(region_of(image.header.entry, 2));
    CHECK(region_of(image.header.entry, 2)->id == "flash");
}

TEST_CASE("every segment lies in a region of its kind, and nothing needs copying") {
    const Image image;
    int loaded = 0;
    for (const auto& segment : image.segments) {
        if (segment.type != PT_LOAD) continue;
        CAPTURE(segment.address);
        ++loaded;
        const auto* region = region_of(segment.address, segment.size);
        REQUIRE(region);
        CHECK(segment.physical == segment.address);
        if (segment.flags & PF_W) {
            CHECK(region->id == "l2mem");
            CHECK(segment.file_size == 0);          // so that the firmware can start again as it is
            CHECK(segment.address == region->base); // the kernel stack ends at unmapped memory
        } else {
            CHECK(region->id == "flash");
            CHECK((segment.flags & PF_X) != 0);
        }
    }
    CHECK(loaded == 2);
}

TEST_CASE("the image has a build ID of 20 bytes that is loaded with it") {
    const Image image;
    int notes = 0;
    for (const auto& segment : image.segments) {
        if (segment.type != PT_NOTE) continue;
        ++notes;
        Cursor note(image.bytes, segment.offset);
        CHECK(note.u32() == 4);  // length of the name
        CHECK(note.u32() == 20); // length of the ID
        CHECK(note.u32() == 3);  // NT_GNU_BUILD_ID
        CHECK(note.c_string() == "GNU");
        CHECK(note.take(20).size() == 20);
        CHECK(region_of(segment.address, segment.size)->id == "flash");
    }
    CHECK(notes == 1);
}

TEST_CASE("no symbol is undefined") {
    for (const auto& [name, symbol] : Image().symbols()) {
        CAPTURE(name);
        CHECK(symbol.section != SHN_UNDEF);
    }
}

TEST_CASE("every kept symbol is there, in flash, for kernels to link against") {
    const char* const kept[] = {
#define KEEP(name) #name,
#include "firmware/virtual/kept_symbols.def"
    };
    const Image image;
    const auto symbols = image.symbols();
    for (std::string name : kept) {
        CAPTURE(name);
        const auto found = symbols.find(name);
        REQUIRE(found != symbols.end());
        const auto& symbol = found->second;
        const auto type = symbol.info & 15;
        if (name == "errno") {
            CHECK(type == STT_TLS);
        } else if (name == "stdin" || name == "stdout" || name == "stderr") {
            CHECK(type == STT_OBJECT);
        } else {
            CHECK(type != STT_OBJECT);
            REQUIRE(region_of(symbol.value, 2));
            CHECK(region_of(symbol.value, 2)->id == "flash");
        }
    }
    CHECK(std::size(kept) > 200);
}

TEST_CASE("thread-local storage is as large as the firmware's two blocks for it") {
    const Image image;
    auto symbols = image.symbols();
    for (const auto& segment : image.segments) {
        if (segment.type != PT_TLS) continue;
        CHECK(symbols.at("__kernel_tls").value - symbols.at("__service_tls").value >= segment.size);
        CHECK(symbols.at("__tdata_image").value == segment.address);
        CHECK(symbols.at("__tdata_size").value == segment.file_size);
        CHECK(symbols.at("errno").value + 4 <= segment.size);
    }
}

TEST_CASE("the firmware's own data and stacks take less than 96 KiB of L2MEM") {
    auto symbols = Image().symbols();
    const auto base = region_of(symbols.at("__kernel_stack_top").value, 1)->base;
    CHECK(symbols.at("__kernel_stack_top").value == base + 64 * 1024);
    CHECK(symbols.at("__heap_start").value == symbols.at("__bss_end").value);
    CHECK(symbols.at("__heap_start").value < base + 96 * 1024);
}
