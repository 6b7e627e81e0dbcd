#include "tests/relocation/foreign_linker.hpp"

#include "tests/support/cross_compiler.hpp"

namespace p4jit::test {

namespace {

// Offsets in an ELF32 file header and in a section header (gABI chapter 4).
constexpr std::size_t e_shoff = 32, e_shstrndx = 50, section_header = 40;
constexpr std::size_t sh_name = 0, sh_flags = 8, sh_offset = 16, sh_size = 20;

using Names = std::map<std::uint32_t, std::string>; ///< of sections, by index

std::string chunk_name(std::size_t chunk) { return fmt::format("chunk{}", chunk); }

/// The file with new section names and without SHF_MERGE. The table of names,
/// which LLVM shares with the symbols, moves to its end and grows.
Bytes renamed(ByteView file, const elf::Object& object, const Names& new_names) {
    Bytes copy(file.begin(), file.end());
    const auto headers = load_le<std::uint32_t>(&copy[e_shoff]);
    const auto names_at = static_cast<std::uint32_t>(copy.size());
    const auto table = load_le<std::uint16_t>(&copy[e_shstrndx]);
    const auto old_names = object.sections()[table].contents;
    Bytes names(old_names.begin(), old_names.end());
    for (const auto& section : object.sections()) {
        const auto found = new_names.find(section.index);
        const auto name = found != new_names.end() ? found->second : std::string(section.name);
        auto* header = &copy[headers + section.index * section_header];
        store_le(header + sh_name, static_cast<std::uint32_t>(names.size()));
        const std::uint32_t merging = elf::section_flag::merge | elf::section_flag::strings;
        store_le(header + sh_flags, section.flags & ~merging);
        names.insert(names.end(), name.begin(), name.end());
        names.push_back(0);
    }
    auto* header = &copy[headers + table * section_header];
    store_le(header + sh_offset, names_at);
    store_le(header + sh_size, static_cast<std::uint32_t>(names.size()));
    copy.insert(copy.end(), names.begin(), names.end());
    return copy;
}

/// Common symbols of the plan, with their addresses: the script defines them,
/// as it cannot place one by one.
std::map<std::string, std::uint32_t> commons(const link::Plan& plan, std::uint32_t address) {
    std::map<std::string, std::uint32_t> found;
    for (const auto& object : plan.objects())
        for (const auto& symbol : object.symbols())
            if (symbol.common())
                if (const auto offset = plan.find(symbol.name)) found[std::string(symbol.name)] = address + *offset;
    return found;
}

std::string script(Linker linker, const link::Plan& plan, std::uint32_t address,
                   const std::map<std::string, std::uint32_t>& symbols) {
    std::string text;
    for (const auto& [name, value] : symbols) text += fmt::format("\"{}\" = {:#x};\n", name, value);
    for (const auto& [name, value] : commons(plan, address)) text += fmt::format("\"{}\" = {:#x};\n", name, value);
    text += "SECTIONS {\n";
    for (std::size_t i = 0; i < plan.chunks().size(); ++i)
        if (const auto& chunk = plan.chunks()[i]; chunk.section != 0)
            text += fmt::format("  {0} {1:#x} : {{ *({0}) }}\n", chunk_name(i), address + chunk.offset);
    // The GOT is the linker's own; it goes where nothing else is.
    const auto got = (address + plan.size() + 0xFFF) & ~0xFFFu;
    text += fmt::format("  .got {:#x} : {{ *(.got) *(.got.plt) }}\n", got);
    // lld takes its own tables of names for input, and would have to discard them.
    return text + (linker == Linker::binutils ? "  /DISCARD/ : { *(*) }\n}\n" : "}\n");
}

std::string command(Linker linker) {
    return linker == Linker::binutils ? "riscv64-unknown-elf-ld -m elf32lriscv --no-relax --no-check-sections"
                                      : "ld.lld-19 -m elf32lriscv --no-relax --no-check-sections";
}

ForeignImage read_image(const std::filesystem::path& path, const link::Plan& plan) {
    const auto image = elf::Object::parse(read_file(path), path.filename().string());
    ForeignImage result;
    for (std::size_t i = 0; i < plan.chunks().size(); ++i) {
        const auto* section = image.section(chunk_name(i));
        result.chunks.emplace_back();
        if (section != nullptr) result.chunks.back().assign(section->contents.begin(), section->contents.end());
    }
    if (const auto* got = image.section(".got"))
        for (std::uint32_t at = 0; at + 4 <= got->size; at += 4)
            result.got[got->address + at] = load_le<std::uint32_t>(&got->contents[at]);
    return result;
}

} // namespace

ForeignImage link_with(Linker linker, const link::Plan& plan, const std::vector<ByteView>& files, std::uint32_t address,
                       const std::map<std::string, std::uint32_t>& symbols) {
    std::vector<Names> names(plan.objects().size());
    for (std::size_t i = 0; i < plan.chunks().size(); ++i)
        if (const auto& chunk = plan.chunks()[i]; chunk.section != 0)
            names[chunk.object][chunk.section] = chunk_name(i);

    const TempFolder folder;
    auto line = fmt::format("cd {} && {} -e 0 -T script.ld -o image.elf", folder.path().string(), command(linker));
    for (std::size_t i = 0; i < files.size(); ++i) {
        write_file(folder.path() / fmt::format("{}.o", i), renamed(files[i], plan.objects()[i], names[i]));
        line += fmt::format(" {}.o", i);
    }
    write_file(folder.path() / "script.ld", as_bytes(script(linker, plan, address, symbols)));
    try {
        run(line + " >messages 2>&1");
    } catch (const std::exception&) {
        throw std::runtime_error(read_text(folder.path() / "messages"));
    }
    return read_image(folder.path() / "image.elf", plan);
}

} // namespace p4jit::test
