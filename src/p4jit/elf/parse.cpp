// From bytes nobody vouches for to an Object: header, sections, ABI.
#include "p4jit/base/error.hpp"
#include "p4jit/elf/parser.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

namespace p4jit::elf {

namespace {

constexpr std::string_view elf_magic{"\x7F"
                                     "ELF"};
constexpr std::size_t header_size = 52, section_header_size = 40, segment_header_size = 32;

constexpr std::uint16_t class_64 = 2, data_big_endian = 2;
constexpr std::uint16_t machine_x86_64 = 62, machine_aarch64 = 183, machine_riscv = 243;

// Escapes of the header's 16-bit counts (gABI 4-8, 5-3).
constexpr std::uint16_t shn_xindex = 0xFFFF, pn_xnum = 0xFFFF;

constexpr std::string_view recompile = "compile it with -march=rv32imafc -mabi=ilp32f";

std::string machine_name(std::uint16_t machine) {
    switch (machine) {
    case 3: return "x86";
    case 8: return "MIPS";
    case 40: return "ARM";
    case machine_x86_64: return "x86-64";
    case 94: return "Xtensa (ESP32, ESP32-S2, ESP32-S3)";
    case machine_aarch64: return "AArch64";
    }
    return fmt::format("machine-{}", machine);
}

/// What a file that is no ELF file is, for the message.
std::string_view nature(ByteView file) {
    const auto starts = [text = as_text(file)](std::string_view magic) { return text.starts_with(magic); };
    if (file.empty()) return "the file is empty";
    if (starts("BC\xC0\xDE") || starts("\xDE\xC0\x17\x0B")) return "LLVM bitcode (clang -flto), not machine code";
    if (is_archive(file)) return "an ar archive, not a single object";
    if (starts("MZ")) return "a Windows program";
    if (starts("\xCF\xFA\xED\xFE") || starts("\xCE\xFA\xED\xFE")) return "a macOS object";
    return "not an ELF file";
}

std::string_view float_abi_name(std::uint32_t flags) {
    switch (static_cast<FloatAbi>(flags & header_flag::float_abi)) {
    case FloatAbi::soft: return "soft-float (ilp32)";
    case FloatAbi::single: return "single-float (ilp32f)";
    case FloatAbi::double_: return "double-float (ilp32d)";
    case FloatAbi::quad: break;
    }
    return "quad-float";
}

} // namespace

bool is_elf(ByteView file) { return as_text(file).starts_with(elf_magic); }

bool is_archive(ByteView file) {
    return as_text(file).starts_with("!<arch>\n") || as_text(file).starts_with("!<thin>\n");
}

Object Object::parse(Bytes file, std::string name) {
    const auto owner = std::make_shared<const Bytes>(std::move(file));
    return parse(*owner, std::move(name), owner);
}

Object Object::parse(ByteView file, std::string name, std::shared_ptr<const void> owner) {
    return Parser(file, std::move(name), std::move(owner)).run();
}

Parser::Parser(ByteView file, std::string name, std::shared_ptr<const void> owner)
    : file_(file), contents_(std::make_shared<Object::Contents>()), out_(*contents_) {
    out_.name = std::move(name);
    out_.owner = std::move(owner);
}

Object Parser::run() {
    check_identity();
    read_header();
    read_section_headers();
    name_sections();
    check_sections();
    check_abi();
    // Beyond this point every section's contents lie inside the file.
    read_symbols();
    read_relocations();
    read_groups();
    read_segments();
    read_notes();
    out_.index_symbols();
    return Object(contents_);
}

void Parser::corrupt(const std::string& what) const {
    throw BadObject(fmt::format("{}: {}; the file is truncated or corrupted, compile it again", out_.name, what));
}

void Parser::foreign(std::string_view what, std::string_view cure) const {
    throw BadObject(fmt::format("{}: {} object, expected RISC-V 32-bit: {}", out_.name, what, cure));
}

std::string Parser::label(const Section& section) {
    if (section.name.empty()) return fmt::format("section {}", section.index);
    return fmt::format("section {} ({})", section.index, section.name);
}

void Parser::check_identity() const {
    if (!is_elf(file_))
        throw BadObject(fmt::format("{}: {}; give an object compiled for the ESP32-P4", out_.name, nature(file_)));
    if (file_.size() < header_size) corrupt("the ELF header is cut off");
    Cursor at(file_, 4);
    const auto file_class = at.u8(), data = at.u8();
    at.seek(18);
    const auto machine = at.u16();
    if (data == data_big_endian) foreign("big-endian", recompile);
    if (machine == machine_x86_64 || machine == machine_aarch64)
        foreign(machine_name(machine), "was it compiled with the host's compiler?");
    if (machine != machine_riscv) foreign(machine_name(machine), recompile);
    if (file_class == class_64) foreign("RISC-V 64-bit", recompile);
}

void Parser::read_header() {
    Cursor at(file_, 16);
    const auto type = at.u16();
    at.seek(24);
    out_.entry = at.u32();
    segment_headers_ = at.u32();
    section_headers_ = at.u32();
    out_.flags = at.u32();
    at.skip(2);
    const auto segment_size = at.u16();
    segment_count_ = at.u16();
    const auto section_size = at.u16();
    section_count_ = at.u16();
    name_table_ = at.u16();

    if (type == 3)
        throw BadObject(fmt::format(
            "{}: a shared library or position-independent program; link it with -static -no-pie", out_.name));
    if (type != 1 && type != 2) corrupt(fmt::format("ELF file type {} is neither object nor image", type));
    out_.kind = type == 1 ? ObjectKind::relocatable : ObjectKind::image;
    if (section_headers_ != 0 && section_size != section_header_size)
        corrupt(fmt::format("section headers of {} bytes instead of {}", section_size, section_header_size));
    if (segment_count_ != 0 && segment_size != segment_header_size)
        corrupt(fmt::format("program headers of {} bytes instead of {}", segment_size, segment_header_size));
}

void Parser::read_section_headers() {
    if (section_headers_ == 0) {
        if (out_.kind == ObjectKind::relocatable) corrupt("it has no sections");
        section_count_ = 0;
        return;
    }
    // Counts that do not fit the header stand in the null section.
    Cursor null_section(file_, section_headers_);
    null_section.skip(20);
    const auto count = null_section.u32(), names = null_section.u32(), segments = null_section.u32();
    if (section_count_ == 0) section_count_ = count;
    if (name_table_ == shn_xindex) name_table_ = names;
    if (segment_count_ == pn_xnum) segment_count_ = segments;
    if (section_headers_ > file_.size() || section_count_ > (file_.size() - section_headers_) / section_header_size)
        corrupt(fmt::format("the headers of {} sections lie outside the file", section_count_));

    Cursor at(file_, section_headers_);
    for (std::uint32_t index = 0; index < section_count_; ++index) {
        Section section{};
        section.index = index;
        at.skip(4); // the name: see name_sections()
        section.type = static_cast<SectionType>(at.u32());
        section.flags = at.u32();
        section.address = at.u32();
        offsets_.push_back(at.u32());
        section.size = at.u32();
        section.link = at.u32();
        section.info = at.u32();
        section.alignment = std::max(at.u32(), 1u);
        section.entry_size = at.u32();
        out_.sections.push_back(index == 0 ? Section{.alignment = 1} : section);
    }
}

void Parser::name_sections() {
    if (name_table_ == 0) return;
    if (name_table_ >= out_.sections.size() || out_.sections[name_table_].type != SectionType::strtab)
        corrupt(fmt::format("the section names should be in section {}, which is no string table", name_table_));
    auto& names = out_.sections[name_table_];
    const auto offset = offsets_[name_table_];
    if (offset > file_.size() || names.size > file_.size() - offset)
        corrupt(fmt::format("section {}, the section names, lies outside the file", name_table_));
    names.contents = file_.subspan(offset, names.size);
    for (auto& section : out_.sections) {
        if (section.index == 0) continue;
        Cursor at(file_, section_headers_ + section.index * section_header_size);
        section.name = string(names, at.u32());
    }
}

void Parser::check_sections() {
    std::uint64_t total = 0;
    for (auto& section : out_.sections) {
        if (!std::has_single_bit(section.alignment))
            corrupt(fmt::format("{} is aligned to {}, not a power of two", label(section), section.alignment));
        if (section.allocated() && std::uint64_t{section.address} + section.size > std::uint64_t{1} << 32)
            corrupt(fmt::format("{} reaches past the end of memory", label(section)));
        if (section.type == SectionType::nobits || section.type == SectionType::null) continue;
        const auto offset = offsets_[section.index];
        if (offset > file_.size() || section.size > file_.size() - offset)
            corrupt(fmt::format("{} lies outside the file", label(section)));
        section.contents = file_.subspan(offset, section.size);
        total += section.size;
    }
    // Tables that share their bytes would let a small file stand for a huge one.
    if (total > file_.size()) corrupt("its sections overlap");
}

void Parser::check_abi() const {
    if (out_.flags & header_flag::rve) foreign("RV32E (16 registers)", recompile);
    // An object without code, made from data by objcopy, carries no flags.
    const auto is_code = [](const Section& section) { return section.executable() && section.size != 0; };
    if (std::none_of(out_.sections.begin(), out_.sections.end(), is_code)) return;
    if (static_cast<FloatAbi>(out_.flags & header_flag::float_abi) != FloatAbi::single)
        throw BadObject(fmt::format("{}: compiled for the {} ABI, expected single-float (ilp32f): {}", out_.name,
                                    float_abi_name(out_.flags), recompile));
}

std::string_view Parser::string(const Section& table, std::uint32_t offset) {
    Cursor at(table.contents, offset);
    const auto text = at.c_string();
    if (!at.ok()) corrupt(fmt::format("a name lies outside {}", label(table)));
    // Names may share their bytes; a file that repeats a long one for every
    // symbol is not an object but an attempt to make us work for ever.
    name_bytes_ += text.size();
    if (name_bytes_ > 64 * file_.size()) corrupt("its names are 64 times as long as the file");
    return text;
}

const Section& Parser::linked(const Section& from, std::uint32_t index, SectionType type) const {
    if (index == 0 || index >= out_.sections.size() || out_.sections[index].type != type)
        corrupt(fmt::format("{} refers to section {}, which is of the wrong type", label(from), index));
    return out_.sections[index];
}

} // namespace p4jit::elf
