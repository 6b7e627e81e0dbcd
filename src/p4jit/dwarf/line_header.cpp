#include "p4jit/dwarf/line_header.hpp"

namespace p4jit::dwarf {

namespace {

struct Format {
    std::uint64_t content;
    Form form;
};

class HeaderReader {
public:
    HeaderReader(const DebugSections& sections, std::uint32_t offset, LineHeader& header)
        : sections_(sections), offset_(offset), at_(sections.line, offset), header_(header) {}

    void run() {
        const auto length = at_.u32();
        if (!at_.ok() || length > at_.left()) broken("reaches outside .debug_line");
        const auto end = at_.at() + length;
        at_ = Cursor(sections_.line.first(end), at_.at());
        header_.version = at_.u16();
        if (header_.version < 2 || header_.version > 5)
            broken(fmt::format("is of the unknown version {}", header_.version));
        if (header_.version >= 5) at_.skip(2); // address size, segment selector size
        const auto header_length = at_.u32();
        const auto program = at_.at() + header_length;
        header_.minimum_instruction_length = at_.u8();
        if (header_.version >= 4) at_.skip(1); // operations per instruction: 1
        header_.default_is_statement = at_.u8() != 0;
        header_.line_base = static_cast<std::int8_t>(at_.u8());
        header_.line_range = at_.u8();
        header_.opcode_base = at_.u8();
        for (int opcode = 1; opcode < header_.opcode_base; ++opcode) header_.operand_counts.push_back(at_.u8());
        if (header_.line_range == 0) broken("has a line range of 0");
        if (header_.version >= 5)
            read_tables();
        else
            read_old_tables();
        if (!at_.ok() || program > end || program < at_.at()) broken("is cut off");
        header_.program = sections_.line.subspan(program, end - program);
    }

private:
    [[noreturn]] void broken(std::string_view what) const {
        sections_.corrupt(fmt::format("a line program at {:#x} that {},", offset_, what));
    }

    /// DWARF 2 to 4: lists that end with an empty name.
    void read_old_tables() {
        for (auto name = at_.c_string(); !name.empty(); name = at_.c_string()) header_.directories.push_back(name);
        for (auto name = at_.c_string(); !name.empty(); name = at_.c_string()) {
            const auto directory = at_.uleb128();
            at_.uleb128(); // time
            at_.uleb128(); // size
            header_.files.push_back({name, directory});
        }
    }

    void read_tables() {
        read_table([&](std::string_view path, std::uint64_t) { header_.directories.push_back(path); });
        read_table([&](std::string_view path, std::uint64_t directory) { header_.files.push_back({path, directory}); });
    }

    template <typename Add>
    void read_table(Add&& add) {
        std::vector<Format> formats(at_.u8());
        for (auto& format : formats) {
            format.content = at_.uleb128();
            format.form = static_cast<Form>(at_.uleb128());
        }
        const auto count = at_.uleb128();
        if (count > at_.left()) broken("has more files than bytes");
        for (std::uint64_t i = 0; i < count && at_.ok(); ++i) {
            std::string_view path;
            std::uint64_t directory = 0;
            for (const auto& format : formats) {
                if (format.content == DW_LNCT_path)
                    path = read_text(format.form);
                else if (format.content == DW_LNCT_directory_index)
                    directory = read_number(format.form);
                else
                    skip(format.form);
            }
            sections_.effort().spend(1 + formats.size());
            add(path, directory);
        }
    }

    std::string_view read_text(Form form) {
        if (form == DW_FORM_string) return at_.c_string();
        if (form != DW_FORM_line_strp && form != DW_FORM_strp) {
            skip(form);
            return {};
        }
        Cursor text(form == DW_FORM_strp ? sections_.str : sections_.line_str, at_.u32());
        const auto path = text.c_string();
        if (!text.ok()) broken("names a file that is not there");
        sections_.effort().spend(path.size());
        return path;
    }

    std::uint64_t read_number(Form form) {
        switch (form) {
        case DW_FORM_data1: return at_.u8();
        case DW_FORM_data2: return at_.u16();
        case DW_FORM_udata: return at_.uleb128();
        default: skip(form); return 0;
        }
    }

    void skip(Form form) {
        if (form == DW_FORM_block) return at_.skip(at_.uleb128());
        if (form == DW_FORM_string) return void(at_.c_string());
        if (size_of(form) == unknown_form) broken(fmt::format("has a value of the unknown form {:#x}", +form));
        if (size_of(form) == variable_size)
            at_.uleb128();
        else
            at_.skip(static_cast<std::size_t>(size_of(form)));
    }

    const DebugSections& sections_;
    std::uint32_t offset_;
    Cursor at_;
    LineHeader& header_;
};

bool is_absolute(std::string_view path) {
    return path.starts_with('/') || path.starts_with('\\') || (path.size() > 2 && path[1] == ':');
}

std::string join(std::string_view folder, std::string_view name) {
    if (folder.empty() || is_absolute(name)) return std::string(name);
    return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

} // namespace

LineHeader LineHeader::read(const DebugSections& sections, std::uint32_t offset, std::string_view comp_dir) {
    LineHeader header;
    header.comp_dir = comp_dir;
    HeaderReader(sections, offset, header).run();
    return header;
}

std::string LineHeader::path(std::uint64_t file) const {
    // Until DWARF 4 files and folders count from 1, folder 0 being comp_dir.
    if (version < 5 && file == 0) return {};
    const auto index = version < 5 ? file - 1 : file;
    if (index >= files.size()) return {};
    const auto& [name, directory] = files[index];
    if (version < 5 && directory == 0) return join(comp_dir, name);
    const auto folder = version < 5 ? directory - 1 : directory;
    if (folder >= directories.size()) return std::string(name);
    return join(join(comp_dir, directories[folder]), name);
}

std::string SourceFiles::declared_in(const Entry& entry) {
    const auto owner = info_.owner(entry, DW_AT_decl_file);
    if (!owner || !owner->unit->line_program) return {};
    const auto offset = *owner->unit->line_program;
    auto header = headers_.find(offset);
    if (header == headers_.end())
        header = headers_.emplace(offset, LineHeader::read(info_.sections(), offset, owner->unit->comp_dir)).first;
    auto path = header->second.path(info_.constant(*owner, DW_AT_decl_file).value_or(0));
    info_.sections().effort().spend(path.size());
    return path;
}

} // namespace p4jit::dwarf
