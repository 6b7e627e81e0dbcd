#include "p4jit/base/error.hpp"
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/link/relocate.hpp"
#include "p4jit/lint/lint.hpp"
#include "tests/fuzz/targets.hpp"

#include <doctest/doctest.h>

namespace p4jit::fuzz {
namespace {

/// Keeps the sanitizer's eye on every byte.
void touch(ByteView bytes) {
    static volatile std::uint32_t sum;
    for (auto byte : bytes) sum = sum + byte;
}

/// Runs it; an object may be refused, in words.
template <typename Step>
bool refused(Step step) {
    try {
        step();
        return false;
    } catch (const Error& error) {
        const auto kind = error.kind();
        REQUIRE((kind == ErrorKind::BadObject || kind == ErrorKind::LinkError || kind == ErrorKind::SignatureError));
        const std::string_view message = error.what();
        REQUIRE(message.size() > 10);
        REQUIRE(message.find('\x1B') == message.npos);
        return true;
    }
}

void check_tables(const elf::Object& object) {
    for (const auto& section : object.sections()) {
        touch(section.contents);
        touch(as_bytes(section.name));
        for (const auto& relocation : section.relocations) {
            // Those of a compressed section count in what it becomes.
            const bool is_compressed = (section.flags & elf::section_flag::compressed) != 0;
            REQUIRE((is_compressed || relocation.offset <= section.size));
            REQUIRE(relocation.symbol < std::max<std::size_t>(object.symbols().size(), 1));
        }
    }
    for (const auto& symbol : object.symbols()) {
        touch(as_bytes(symbol.name));
        if (!symbol.placed()) continue;
        REQUIRE(symbol.section < object.sections().size());
        object.function_at(symbol.section, symbol.value);
    }
    for (const auto& segment : object.segments()) {
        touch(segment.contents);
        REQUIRE(segment.contents.size() <= segment.memory_size);
    }
    for (const auto& group : object.groups())
        for (const auto section : group.sections) REQUIRE(section < object.sections().size());
    touch(object.build_id());
    touch(as_bytes(object.architecture()));
}

void read_debug_information(const elf::Object& object) {
    refused([&] {
        const auto interface = dwarf::read_interface(object);
        for (const auto& function : interface.functions) {
            REQUIRE(!function.spelling().empty());
            if (function.place) REQUIRE(function.place->section < object.sections().size());
        }
    });
    refused([&] {
        const auto lines = dwarf::LineTable::read(object);
        for (const auto& row : lines.rows()) {
            REQUIRE(row.file < std::max<std::size_t>(lines.files().size(), 1));
            if (const auto place = lines.place(row)) lines.find(*place), lines.function(*place);
        }
    });
}

void link_it(const elf::Object& object, const std::optional<elf::Archive>& archive) {
    for (const bool everything : {true, false}) {
        refused([&] {
            link::Input input;
            input.objects.push_back(object);
            if (archive) input.archives.push_back(*archive);
            if (!everything)
                for (const auto& symbol : object.symbols())
                    if (symbol.function() && !symbol.local() && input.keep.empty())
                        input.keep.emplace_back(symbol.name);
            input.external = [](std::string_view name) {
                return name.size() % 2 == 0 ? std::optional<std::uint32_t>(0x4000'1000) : std::nullopt;
            };
            const auto plan = link::place(input);
            if (plan.size() > 1u << 20) return; // no device has the room
            const auto address = align_up(0x4800'0000u, plan.alignment());
            const auto image = link::relocate(plan, address);
            REQUIRE(image.size() == plan.size());
            REQUIRE((link::relocate(plan, address) == image));
            for (const auto at : plan.initializers()) REQUIRE(at + 4 <= image.size());
            for (const auto& chunk : plan.chunks()) REQUIRE(chunk.offset + chunk.size <= image.size());
        });
    }
}

void check_object(const elf::Object& object, const std::optional<elf::Archive>& archive = std::nullopt) {
    check_tables(object);
    read_debug_information(object);
    for (const auto chip : {isa::ChipRevision{}, isa::ChipRevision{3, 1}}) refused([&] { lint::lint(object, {chip}); });
    if (object.kind() == elf::ObjectKind::relocatable) link_it(object, archive);
}

} // namespace

void objects(ByteView input) {
    const Bytes file(input.begin(), input.end());
    if (!elf::is_archive(file)) {
        std::optional<elf::Object> object;
        refused([&] { object = elf::Object::parse(file, "hostile.o"); });
        if (object) check_object(*object);
        return;
    }
    std::optional<elf::Archive> archive;
    refused([&] { archive = elf::Archive::parse(file, "hostile.a"); });
    if (!archive) return;
    for (const auto& member : archive->members()) {
        touch(as_bytes(member.name));
        touch(member.contents);
    }
    refused([&] { archive->find("a_symbol"); });
    for (std::size_t i = 0; i < std::min<std::size_t>(archive->members().size(), 4); ++i)
        refused([&] { check_object(archive->object(archive->members()[i]), archive); });
}

} // namespace p4jit::fuzz
