#include "p4jit/dwarf/debug_sections.hpp"

#include "p4jit/dwarf/relocate.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/elf/compression.hpp"

namespace p4jit::dwarf {

namespace {

// GCC keeps what it knows of an -flto object before code is generated here.
constexpr std::string_view lto_prefix = ".gnu.debuglto_";

bool is_named(const elf::Section& section, std::string_view name, bool early) {
    if (!early) return section.name == name;
    return section.name.starts_with(lto_prefix) && section.name.substr(lto_prefix.size()) == name;
}

bool has(const elf::Object& object, bool early) {
    for (const auto& section : object.sections())
        if (is_named(section, ".debug_info", early) && !section.contents.empty()) return true;
    return false;
}

/// Debug information in forms that we do not read, each with its cure.
void refuse_foreign_forms(const elf::Object& object) {
    for (const auto& section : object.sections()) {
        if (section.name.starts_with(".zdebug_"))
            throw BadObject(fmt::format("{}: its debug information is compressed the old GNU way ({}); compile it "
                                        "with -gz=none",
                                        object.name(), section.name));
        if (section.name == ".debug_info.dwo")
            throw BadObject(fmt::format("{}: its debug information is split (.debug_info.dwo); compile it without "
                                        "-gsplit-dwarf",
                                        object.name()));
    }
}

} // namespace

bool has_debug_info(const elf::Object& object) { return has(object, false) || has(object, true); }

DebugSections::DebugSections(const elf::Object& object)
    : object_(object), addresses_(object), bases_(addresses_.bases()) {
    refuse_foreign_forms(object_);
    if (!has_debug_info(object_))
        throw BadObject(fmt::format("{}: it has no debug information, so the types of its functions are unknown; "
                                    "compile it with -g",
                                    object_.name()));
    early_ = !has(object_, false);

    struct Slot {
        std::string_view name;
        ByteView DebugSections::*view;
        std::vector<Part> parts;
    };
    Slot slots[] = {
        {".debug_info", &DebugSections::info, {}},         {".debug_types", &DebugSections::types, {}},
        {".debug_abbrev", &DebugSections::abbrev, {}},     {".debug_str", &DebugSections::str, {}},
        {".debug_line_str", &DebugSections::line_str, {}}, {".debug_str_offsets", &DebugSections::str_offsets, {}},
        {".debug_addr", &DebugSections::addr, {}},         {".debug_line", &DebugSections::line, {}},
        {".debug_ranges", &DebugSections::ranges, {}},     {".debug_rnglists", &DebugSections::rnglists, {}}};
    for (auto& slot : slots) slot.parts = find(slot.name);
    // Beyond this point the base of every section is known.
    std::uint64_t total = 0;
    for (auto& slot : slots) {
        this->*slot.view = load(slot.parts);
        total += (this->*slot.view).size();
    }
    effort_ = std::make_unique<Effort>(object_.name(), total);
}

std::vector<DebugSections::Part> DebugSections::find(std::string_view name) {
    std::vector<Part> parts;
    std::size_t base = 0;
    for (const auto& section : object_.sections()) {
        if (!is_named(section, name, early_)) continue;
        auto contents = section.contents;
        if (section.flags & elf::section_flag::compressed)
            contents = owned_.emplace_back(elf::decompress(object_, section));
        // References to a section of several parts count from the first.
        bases_[section.index] = static_cast<std::uint32_t>(base);
        base += contents.size();
        parts.push_back({&section, contents});
    }
    return parts;
}

ByteView DebugSections::load(const std::vector<Part>& parts) {
    if (parts.empty()) return {};
    if (parts.size() == 1 && parts[0].section->relocations.empty()) return parts[0].contents;
    auto& joined = owned_.emplace_back();
    for (const auto& part : parts) {
        const auto begin = joined.size();
        joined.insert(joined.end(), part.contents.begin(), part.contents.end());
        relocate(MutableBytes(joined).subspan(begin), object_, *part.section, bases_);
    }
    return joined;
}

void DebugSections::corrupt(const std::string& what) const {
    throw BadObject(
        fmt::format("{}: {} in its debug information; the file is corrupted, compile it again", object_.name(), what));
}

} // namespace p4jit::dwarf
