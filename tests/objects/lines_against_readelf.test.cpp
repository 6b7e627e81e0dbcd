// Every row of every line table, compared with what readelf decodes; and every
// address of a linked image, compared with addr2line.
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/elf/archive.hpp"
#include "tests/objects/corpus.hpp"
#include "tests/objects/readelf.hpp"

#include <algorithm>
#include <doctest/doctest.h>

using namespace p4jit;

namespace {

/// "kernels.c 12 1a x", with the address counted from the section's start.
std::vector<std::string> our_rows(const elf::Object& object) {
    std::vector<std::string> rows;
    const auto table = dwarf::LineTable::read(object);
    for (const auto& row : table.rows()) {
        if (row.is_end) continue;
        const auto place = table.place(row);
        REQUIRE(place.has_value());
        const auto& path = table.files()[row.file];
        rows.push_back(fmt::format("{} {} {:x}{}", path.substr(path.rfind('/') + 1), row.line, place->value,
                                   row.is_statement ? " x" : ""));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// The same from "kernels.c   12   0x1a   3   x"; the view (3) may be absent.
std::vector<std::string> readelf_rows(std::string_view output) {
    std::vector<std::string> rows;
    for (const auto line : lines(output)) {
        const auto w = test::words(line);
        long long number = 0;
        if (w.size() < 3 || w.size() > 5 || !parse_integer(w[1], number)) continue;
        const bool is_hex = w[2] == "0" || w[2].starts_with("0x");
        if (!is_hex) continue;
        rows.push_back(fmt::format("{} {} {:x}{}", w[0].substr(w[0].rfind('/') + 1), w[1], test::hex(w[2]),
                                   w.back() == "x" ? " x" : ""));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

} // namespace

TEST_CASE("the line table of every build of the corpus has the rows that readelf decodes") {
    std::size_t builds = 0, rows = 0;
    test::for_each_build([&](const test::Build& build) {
        CAPTURE(build.name);
        const test::ObjectFile file(build.file);
        const auto theirs =
            readelf_rows(test::run(test::readelf + "--debug-dump=decodedline " + file.path() + " 2>&1"));
        const auto ours = our_rows(elf::Object::parse(build.file, build.name));
        CHECK(ours.size() >= 3);
        CHECK(ours == theirs);
        ++builds;
        rows += ours.size();
    });
    MESSAGE(builds, " builds, ", rows, " rows compared");
}

TEST_CASE("the line tables of the target's libraries have the rows that readelf decodes") {
    for (const auto& path : {test::libc, test::libgcc()}) {
        const auto archive = elf::Archive::parse(read_file(path), path);
        const auto output = test::run(test::readelf + "--debug-dump=decodedline " + path + " 2>/dev/null");
        const auto members = test::cut_members(output);
        REQUIRE(members.size() == archive.members().size());
        std::size_t tables = 0, rows = 0;
        for (std::size_t i = 0; i < members.size(); ++i) {
            const auto object = archive.object(archive.members()[i]);
            CAPTURE(object.name());
            const auto theirs = readelf_rows(members[i]);
            if (!dwarf::has_debug_info(object)) {
                CHECK(theirs.empty()); // an empty file
                continue;
            }
            const auto ours = our_rows(object);
            CHECK(ours == theirs);
            ++tables;
            rows += ours.size();
        }
        MESSAGE(path, ": ", tables, " tables, ", rows, " rows compared");
    }
}

TEST_CASE("in a linked image every address has the line that addr2line tells, and the function of its symbol") {
    const test::TempFolder folder;
    const auto image_path = (folder.path() / "image.elf").string();
    for (const std::string flags : {"-O0 -gdwarf-4", "-O2 -gdwarf-5 -ffunction-sections", "-Os -gdwarf-5 -mno-relax"}) {
        CAPTURE(flags);
        test::run(fmt::format("cd {0} && cp {1}/*.c . && {2} -g {3} -w -nostdlib -Wl,--gc-sections,-e,biquad "
                              "-Wl,-u,use,-u,dot,-u,many,-u,matmul,-Ttext=0x4ff00000 "
                              "-Wl,--unresolved-symbols=ignore-all kernels.c types.c layout.c -o image.elf",
                              folder.path().string(), P4JIT_CORPUS, test::gcc, flags));
        const auto image = elf::Object::parse(read_file(image_path), "image.elf");
        const auto table = dwarf::LineTable::read(image);
        const auto* text = image.section(".text");
        REQUIRE(text != nullptr);
        std::string addresses;
        for (std::uint32_t at = text->address; at < text->address + text->size; at += 2)
            addresses += fmt::format("{:#x}\n", at);
        write_file(folder.path() / "addresses", as_bytes(addresses));
        const auto answers = test::run(
            fmt::format("riscv64-unknown-elf-addr2line -e {} < {}/addresses", image_path, folder.path().string()));
        const auto answer = lines(answers);
        REQUIRE(answer.size() == text->size / 2);
        std::size_t compared = 0;
        for (std::uint32_t i = 0; i < text->size / 2; ++i) {
            const auto address = text->address + 2 * i;
            auto line = std::string(answer[i]);
            line = line.substr(0, line.find(" (discriminator"));
            CAPTURE(address);
            const auto found = table.find(address);
            const auto ours = found ? fmt::format("{}:{}", found->file, found->line) : "??:0";
            const auto plain = [](const std::string& where) { return where.ends_with(":?") ? "??:0" : where; };
            CHECK(ours == plain(line));
            // addr2line tells the innermost inlined function, so ask the symbols.
            const auto* function = image.function_at(address);
            if (found && function) CHECK(table.function(address) == function->name);
            ++compared;
        }
        MESSAGE(flags, ": ", compared, " addresses compared");
    }
}
