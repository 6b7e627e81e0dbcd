#include "p4jit/toolchain/archive.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace p4jit;
using namespace p4jit::toolchain;

namespace {

Bytes elf(std::uint8_t elf_class, std::uint16_t machine, std::uint32_t flags) {
    Bytes bytes(52);
    const std::uint8_t start[] = {0x7F, 'E', 'L', 'F', elf_class};
    std::copy(std::begin(start), std::end(start), bytes.begin());
    store_le(&bytes[18], machine);
    store_le(&bytes[36], flags);
    return bytes;
}

const Bytes p4_object = elf(1, 243, 3);

Bytes archive(std::initializer_list<Bytes> members) {
    Bytes bytes;
    const auto append = [&](ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); };
    append(as_bytes("!<arch>\n"));
    for (const auto& member : members) {
        append(as_bytes(fmt::format("{:<48}{:<10}`\n", "name/", member.size())));
        append(member);
        if (member.size() % 2) bytes.push_back('\n');
    }
    return bytes;
}

bool check(ByteView bytes) {
    const TemporaryFolder folder;
    write_file(folder.path() / "f", bytes);
    return is_for_p4(folder.path() / "f");
}

} // namespace

TEST_CASE("objects for the P4 are told from those for other machines") {
    CHECK(check(p4_object));
    CHECK_FALSE(check(elf(2, 243, 3))); // RV64
    CHECK_FALSE(check(elf(1, 3, 3)));   // i386
    CHECK_FALSE(check(elf(1, 243, 1))); // soft float
    CHECK_FALSE(check(elf(1, 243, 5))); // double float
}

TEST_CASE("an archive is what its first object is") {
    CHECK(check(archive({p4_object})));
    CHECK(check(archive({Bytes(101), Bytes(33), p4_object})));
    CHECK_FALSE(check(archive({Bytes(101), elf(2, 243, 5), p4_object})));
    CHECK_FALSE(check(archive({})));
    CHECK_FALSE(check(archive({Bytes(100)})));
}

TEST_CASE("damaged files are for nothing, wherever they are cut") {
    CHECK_FALSE(is_for_p4("/nonexistent"));
    CHECK_FALSE(is_for_p4("/"));
    CHECK_FALSE(check({}));
    const auto whole = archive({Bytes(101), p4_object});
    for (std::size_t size = 0; size + 12 < whole.size(); ++size) CHECK_FALSE(check(ByteView(whole).first(size)));
    auto bad = archive({p4_object});
    bad = archive({Bytes(20)});
    std::fill_n(bad.begin() + 8 + 48, 10, '9');
    CHECK_FALSE(check(bad));
    std::fill_n(bad.begin() + 8 + 48, 10, '-');
    CHECK_FALSE(check(bad));
}
