#include "p4jit/toolchain/compiler.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/isa/macros.hpp"
#include "p4jit/toolchain/dependencies.hpp"
#include "p4jit/toolchain/diagnostics.hpp"
#include "p4jit/toolchain/kernel_headers.hpp"
#include "p4jit/toolchain/process.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

/// All that decides what an object will be.
struct Compiler::Job {
    fs::path name; ///< as messages carry it
    std::string content;
    bool from_file = false;
    Language language{};
    std::vector<std::string> flags;
    isa::ChipRevision revision;
    std::string_view macros;            ///< what the assembler is fed; empty: nothing
    std::vector<fs::path> user_folders; ///< searched for headers, absolute
    bool cacheable = false;
    Hash key{};

    std::string command(const fs::path& compiler) const {
        std::vector<std::string> words{compiler.string()};
        words.insert(words.end(), flags.begin(), flags.end());
        words.insert(words.end(), {"-c", name.string(), "-o", name.filename().replace_extension(".o").string()});
        return quoted(words);
    }
};

struct Compiler::Result {
    std::string warnings;
    Bytes object;
};

namespace {

/// Goes into every key; to be changed when the meaning of entries changes.
constexpr std::string_view cache_version = "compile 2";

/// Do the flags name files whose contents nobody would look at?
bool name_hidden_files(const std::vector<std::string>& flags) {
    constexpr std::array<std::string_view, 11> prefixes{
        "@",        "-fprofile", "-specs",      "--specs",        "-fplugin",   "-B",
        "-wrapper", "-Wa,",      "-Xassembler", "-fauto-profile", "-save-temps"};
    return std::ranges::any_of(flags, [&](const std::string& flag) {
        return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return flag.starts_with(prefix); });
    });
}

/// A name that is a plain one inside a folder; of others the last part.
fs::path inside(const fs::path& name) {
    const auto plain = name.lexically_normal();
    const bool leaves = plain.is_absolute() || plain.string().starts_with("..");
    return leaves ? plain.filename() : plain;
}

bool is_inside(const fs::path& file, const fs::path& folder) {
    return std::ranges::mismatch(folder, file).in1 == folder.end();
}

/// A name that cannot be taken for an option or a list of options.
std::string as_operand(const fs::path& name) {
    const auto text = name.string();
    return text.starts_with('-') || text.starts_with('@') ? "./" + text : text;
}

void erase_all(std::string& text, std::string_view piece) {
    for (std::size_t at; (at = text.find(piece)) != text.npos;) text.erase(at, piece.size());
}

/// "    2 |     return a": a line of the source, or of marks below it, as
/// compilers quote them. Tables of numbers have some of half a megabyte.
std::string_view without_its_end(std::string_view line) {
    constexpr std::size_t most = 500;
    const auto bar = line.find_first_not_of("0123456789 ");
    if (line.size() <= most || bar == line.npos || line[bar] != '|') return line;
    auto size = most;
    while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xC0) == 0x80) --size; // in the middle of a letter
    return line.substr(0, size);
}

/// The compiler's words without the names of temporary folders, without lines
/// that say nothing, and with the beginning of long lines that it quotes.
std::string cleaned(std::string text, const fs::path& temporary) {
    erase_all(text, temporary.string() + "/");
    erase_all(text, "compilation terminated.\n");
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    std::string result;
    for (const auto line : lines(text)) {
        const auto beginning = without_its_end(line);
        result += (result.empty() ? "" : "\n") + std::string(beginning) + (beginning.size() < line.size() ? " …" : "");
    }
    return result;
}

/// The macros as something that clang can include before the source.
std::string as_header(std::string_view macros) {
    std::string text = "__asm__(\n";
    for (const auto line : lines(macros)) {
        text += '"';
        for (const char c : line) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += "\\n\"\n";
    }
    return text + ");\n";
}

/// The macros and the source as one text, whose lines are the source's. Clang
/// includes nothing before sources that are not preprocessed.
std::string with_macros_before(std::string_view macros, const std::string& name, std::string_view content) {
    std::string quoted_name;
    for (const char c : name) {
        if (c == '"' || c == '\\') quoted_name += '\\';
        quoted_name += c;
    }
    return fmt::format("{}# 1 \"{}\"\n{}", macros, quoted_name, content);
}

Bytes pack(const std::string& warnings, ByteView object) {
    Bytes bytes;
    append_le(bytes, static_cast<std::uint32_t>(warnings.size()));
    bytes.insert(bytes.end(), warnings.begin(), warnings.end());
    bytes.insert(bytes.end(), object.begin(), object.end());
    return bytes;
}

Hash object_key(const Hash& key, const Hash& dependencies) { return Hasher().add(key).add(dependencies).finish(); }

} // namespace

Compiled Compiler::compile_one(const Source& source, const CompileOptions& options, const Deadline& deadline) const
    try {
    const auto start = Deadline::Clock::now();
    auto job = plan(source, options);
    auto result = look_up(job);
    const bool from_cache = result.has_value();
    if (!from_cache) result = make(job, deadline);
    const auto took = Deadline::Clock::now() - start;
    log_(LogLevel::debug, "{}: {} in {:.1f} ms", job.name.string(), from_cache ? "found in the cache" : "compiled",
         std::chrono::duration<double, std::milli>(took).count());
    return {std::move(result->object), std::move(result->warnings), job.command(toolchain_.compiler), from_cache, took};
} catch (const fs::filesystem_error& error) {
    std::error_code gone;
    if (fs::current_path(gone).empty())
        throw SystemError("the current folder has been removed: change to one that is there");
    throw SystemError(error.what()); // a disk is full
}

/// Decides everything before the compiler is needed, the cache's key included.
Compiler::Job Compiler::plan(const Source& source, const CompileOptions& options) const {
    Job job;
    const auto language = language_of(source.name);
    if (!language)
        throw UsageError(source.name.empty()
                             ? "the source has no name: its ending says of which language it is, such as add.c"
                             : fmt::format("{}: of which language is it? Known are .c, .cpp, .cc, .cxx, .S and .s",
                                           source.name.string()));
    job.language = *language;
    job.from_file = !source.content;
    job.name = job.from_file ? source.name : inside(source.name);
    job.content = job.from_file ? read_text(source.name) : *source.content;
    job.revision = options.revision;

    auto absolute = options;
    for (auto& folder : absolute.include_folders) folder = fs::absolute(folder);
    job.user_folders = absolute.include_folders;
    if (job.from_file) {
        job.user_folders.insert(job.user_folders.begin(), fs::absolute(source.name).parent_path());
        absolute.include_folders.insert(absolute.include_folders.begin(),
                                        source.name.has_parent_path() ? source.name.parent_path() : ".");
    } else if (!source.folder.empty()) {
        job.user_folders.insert(job.user_folders.begin(), fs::absolute(source.folder));
        absolute.include_folders.insert(absolute.include_folders.begin(), fs::absolute(source.folder));
    }
    job.flags = compile_flags(toolchain_, job.language, absolute);
    job.cacheable = cache_.why_off().empty() && !name_hidden_files(options.flags) && !hides_inputs(job.content, false);

    Hasher hasher;
    hasher.add(cache_version).add(toolchain_.identity).add(job.name.string());
    // Debug information has the folder that the compiler runs in.
    hasher.add(job.from_file ? fs::current_path().string() : std::string());
    for (const auto& flag : job.flags) hasher.add(flag);
    hasher.add(environment_.get("SOURCE_DATE_EPOCH")).add(job.content);
    for (const auto& header : kernel_headers()) hasher.add(header.text);
    job.key = hasher.finish();
    if (isa::mentions_esp(job.content) || job.content.find("p4jit/pie") != job.content.npos) add_macros(job);
    return job;
}

const std::string& Compiler::macros(const isa::ChipRevision& revision) const {
    using isa::MacroDialect;
    static const std::string none;
    if (toolchain_.target(revision).knows_pie) return none;
    const auto print = [](bool v3, MacroDialect dialect) {
        return isa::assembler_macros(v3 ? isa::chip_v3 : isa::chip_v1, dialect);
    };
    if (toolchain_.family == Family::clang) {
        static const std::string v1 = print(false, MacroDialect::llvm), v3 = print(true, MacroDialect::llvm);
        return revision.is_v3() ? v3 : v1;
    }
    static const std::string v1 = print(false, MacroDialect::gnu), v3 = print(true, MacroDialect::gnu);
    return revision.is_v3() ? v3 : v1;
}

void Compiler::add_macros(Job& job) const {
    job.macros = macros(job.revision);
    if (!job.macros.empty()) job.key = Hasher().add(job.key).add(job.macros).finish();
}

/// Runs the compiler; once more, with macros, if they may be what was missing:
/// a header has the instruction, or the preprocessor has put it together.
Compiler::Result Compiler::make(Job& job, const Deadline& deadline) const try {
    return run(job, deadline);
} catch (const CompileError& error) {
    if (!job.macros.empty() || !isa::mentions_esp(error.what()) || macros(job.revision).empty()) throw;
    if (job.cacheable) cache_.store("macros", job.key, as_bytes("needed"));
    add_macros(job);
    auto known = look_up(job);
    return known ? std::move(*known) : run(job, deadline);
}

std::optional<Compiler::Result> Compiler::look_up(Job& job) const {
    if (!job.cacheable) return std::nullopt;
    if (job.macros.empty() && cache_.load("macros", job.key)) add_macros(job);
    const auto list = cache_.load("depends", job.key);
    const auto dependencies = list ? Dependencies::from_bytes(*list) : std::nullopt;
    const auto contents = dependencies ? dependencies->hash_now() : std::nullopt;
    if (!contents) return std::nullopt;
    auto entry = cache_.load("object", object_key(job.key, *contents));
    if (!entry) return std::nullopt;
    Cursor cursor(*entry);
    std::string warnings(as_text(cursor.take(cursor.u32())));
    if (!cursor.ok()) return std::nullopt;
    entry->erase(entry->begin(), entry->begin() + static_cast<std::ptrdiff_t>(cursor.at()));
    return Result{std::move(warnings), std::move(*entry)};
}

Compiler::Result Compiler::run(const Job& job, const Deadline& deadline) const {
    const TemporaryFolder temporary;
    const auto started = file_clock_now();
    Process process{.arguments = arguments(job, temporary.path()),
                    .environment = {},
                    .folder = job.from_file ? fs::path() : temporary.path()};
    auto environment = compiler_environment(environment_, temporary.path());
    // Debug information takes the folder's name from here if it is right.
    environment.set("PWD", (job.from_file ? fs::current_path() : temporary.path()).string());
    process.environment = environment.entries();

    Outcome outcome;
    try {
        outcome = toolchain::run(process, deadline.at_most(time_limit));
    } catch (const Timeout&) {
        if (deadline.expired()) throw;
        throw CompileError(fmt::format("{}: the compiler did not end within {:.3g} s and was stopped",
                                       job.name.string(), std::chrono::duration<double>(time_limit).count()));
    }
    auto words = cleaned(std::move(outcome.errors), temporary.path());
    const auto object = temporary.path() / "object.o";
    std::error_code failed;
    if (!outcome.succeeded() || !fs::exists(object, failed))
        fail(job, std::move(words), outcome.status, outcome.signal);

    Result result{std::move(words), read_file(object)};
    try {
        if (job.cacheable) keep(job, result, temporary.path() / "rule.d", started);
    } catch (const SourceNotFound&) {
        // Gone meanwhile: then there is nothing to keep the object for.
    }
    return result;
}

/// The command line; writes the files it names.
std::vector<std::string> Compiler::arguments(const Job& job, const fs::path& temporary) const {
    std::vector<std::string> words{toolchain_.compiler.string()};
    words.insert(words.end(), job.flags.begin(), job.flags.end());
    if (!job.from_file) {
        const auto file = temporary / job.name;
        fs::create_directories(file.parent_path());
        write_file(file, as_bytes(job.content));
        // The same text is the same object, wherever it was put this time.
        words.push_back("-fdebug-prefix-map=" + temporary.string() + "=.");
    }
    if (job.language != Language::plain_assembly) {
        const auto headers = temporary / "headers";
        write_kernel_headers(headers);
        words.insert(words.end(), {"-isystem", headers.string(), "-fdebug-prefix-map=" + headers.string() + "=."});
    }
    auto input = as_operand(job.name);
    if (!job.macros.empty()) {
        const bool clang = toolchain_.family == Family::clang;
        const auto file = temporary / "macros.inc";
        write_file(file, as_bytes(job.macros));
        const bool compiled = job.language == Language::c || job.language == Language::cxx;
        if (!clang && compiled && lto_of(job.flags) == Lto::on) {
            // No code is assembled yet; the merge feeds the macros. Named here,
            // GCC would look for the file then, too.
            words.push_back("-fno-fat-lto-objects");
        } else if (!clang) {
            words.insert(words.end(), {"-Xassembler", file.string()});
        } else if (job.language == Language::plain_assembly) {
            input = (temporary / "with_macros.s").string();
            write_file(input, as_bytes(with_macros_before(job.macros, job.name.string(), job.content)));
        } else {
            // Assembly reads the macros by itself: no -D of the user's changes them.
            const auto header = job.language == Language::assembly ? fmt::format(".include \"{}\"\n", file.string())
                                                                   : as_header(job.macros);
            write_file(temporary / "macros.h", as_bytes(header));
            words.insert(words.end(), {"-include", (temporary / "macros.h").string()});
        }
    }
    if (job.cacheable && job.language != Language::plain_assembly)
        words.insert(words.end(), {"-MD", "-MF", (temporary / "rule.d").string(), "-MT", "x"});
    words.insert(words.end(), {"-c", input, "-o", (temporary / "object.o").string()});
    return words;
}

/// Puts the result into the cache if it is certain what it was made from.
void Compiler::keep(const Job& job, const Result& result, const fs::path& rule, std::int64_t started) const {
    std::vector<fs::path> read;
    if (job.language != Language::plain_assembly) {
        if (job.from_file && read_text(job.name) != job.content) return; // edited meanwhile
        for (const auto& name : parse_rule(read_text(rule))) {
            const auto path = fs::absolute(name);
            const bool is_ours = !job.from_file && !fs::path(name).is_absolute();
            const bool is_source = job.from_file && path == fs::absolute(job.name);
            if (!is_ours && !is_source && !is_inside(path, rule.parent_path())) read.push_back(path);
        }
    }
    const auto dependencies = Dependencies::of(read, job.user_folders, started);
    if (!dependencies) return;
    const auto contents = dependencies->hash_now();
    if (!contents) return;
    cache_.store("object", object_key(job.key, *contents), pack(result.warnings, result.object));
    cache_.store("depends", job.key, dependencies->to_bytes());
}

void Compiler::fail(const Job& job, std::string errors, int status, int signal) const {
    const auto compiler = toolchain_.compiler.string();
    if (!job.macros.empty()) errors = without_macros(errors, job.name.string(), lines(job.content).size());
    if (signal)
        errors = fmt::format("{}: the compiler {} crashed with signal {} ({})\n{}", job.name.string(), compiler, signal,
                             ::strsignal(signal), errors);
    else if (errors.empty())
        errors = fmt::format("{}: the compiler {} made no object (status {}) and did not say why. It was run as\n  {}",
                             job.name.string(), compiler, status, job.command(toolchain_.compiler));
    if (!toolchain_.has_c_headers && errors.find("No such file or directory") != errors.npos)
        errors += fmt::format("\n{} came without a C library's headers: sudo apt install picolibc-riscv64-unknown-elf",
                              compiler);
    throw CompileError(errors);
}

} // namespace p4jit::toolchain
