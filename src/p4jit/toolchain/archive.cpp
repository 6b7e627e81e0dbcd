#include "p4jit/toolchain/archive.hpp"

#include "p4jit/base/bytes.hpp"
#include "p4jit/base/text.hpp"

#include <array>
#include <fstream>

namespace p4jit::toolchain {

namespace {

constexpr std::string_view archive_magic = "!<arch>\n";
constexpr std::string_view elf_magic = "\x7F"
                                       "ELF";

/// The bytes at an offset, as many as there are.
Bytes read_at(std::ifstream& in, std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    in.clear();
    in.seekg(static_cast<std::streamoff>(offset));
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

/// Tool Interface Standard ELF, "ELF header"; RISC-V ELF psABI, "File Header".
bool elf_is_for_p4(ByteView bytes) {
    Cursor header(bytes);
    if (as_text(header.take(4)) != elf_magic) return false;
    const auto elf_class = header.u8();
    header.seek(18);
    const auto machine = header.u16();
    header.seek(36);
    const auto flags = header.u32();
    constexpr std::uint32_t float_abi = 6, single_float = 2;
    return header.ok() && elf_class == 1 && machine == 243 && (flags & float_abi) == single_float;
}

} // namespace

bool is_for_p4(const std::filesystem::path& file) {
    constexpr std::size_t elf_header = 52, member_header = 60;
    std::ifstream in(file, std::ios::binary);
    const auto start = read_at(in, 0, elf_header);
    if (!as_text(start).starts_with(archive_magic)) return elf_is_for_p4(start);

    // Before the first object stand the symbol index and the long names.
    std::uint64_t at = archive_magic.size();
    for (int member = 0; member < 4; ++member) {
        const auto bytes = read_at(in, at, member_header + elf_header);
        if (bytes.size() < member_header) return false;
        const auto content = ByteView(bytes).subspan(member_header);
        if (as_text(content).starts_with(elf_magic)) return elf_is_for_p4(content);
        long long size = 0;
        if (!parse_integer(trim(as_text(bytes).substr(48, 10)), size) || size < 0) return false;
        at += align_up(member_header + static_cast<std::uint64_t>(size), std::uint64_t{2});
    }
    return false;
}

} // namespace p4jit::toolchain
