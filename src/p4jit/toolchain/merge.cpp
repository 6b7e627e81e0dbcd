// Several objects of the compiler as one; and link-time optimization, which
// leaves objects without code until then.
#include "p4jit/toolchain/compiler.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/toolchain/diagnostics.hpp"
#include "p4jit/toolchain/process.hpp"
#include "p4jit/toolchain/temporary_folder.hpp"

#include <fmt/format.h>

namespace p4jit::toolchain {

namespace fs = std::filesystem;

Compiled Compiler::compile(const Source& source, const CompileOptions& options, const Deadline& deadline) const {
    return compile(std::span(&source, 1), options, deadline);
}

Compiled Compiler::compile(std::span<const Source> sources, const CompileOptions& options,
                           const Deadline& deadline) const {
    if (sources.empty()) throw UsageError("there is no source to compile");
    auto each = options;
    if (sources.size() > 1 && lto_of(options.flags) == Lto::unsaid) each.flags.insert(each.flags.begin(), "-flto");
    std::vector<Compiled> parts;
    for (const auto& source : sources) parts.push_back(compile_one(source, each, deadline));
    if (sources.size() == 1 && lto_of(each.flags) != Lto::on) return std::move(parts.front());
    return merge(parts, each, deadline);
}

Compiled Compiler::merge(std::span<const Compiled> parts, const CompileOptions& options,
                         const Deadline& deadline) const {
    const auto start = Deadline::Clock::now();
    auto plain = options;
    plain.defines.clear();
    plain.include_folders.clear();
    std::vector<std::string> words{toolchain_.compiler.string()};
    const auto flags = compile_flags(toolchain_, Language::c, plain);
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), {"-r", "-nostdlib"});
    if (toolchain_.family == Family::clang)
        words.insert(words.end(), {"-fuse-ld=lld", "-Wno-unused-command-line-argument"});
    else if (lto_of(options.flags) == Lto::on)
        words.push_back("-flinker-output=nolto-rel");

    Compiled merged{.command = quoted(words), .from_cache = true};
    Hasher hasher;
    hasher.add("merge 1").add(toolchain_.identity).add(macros(options.revision));
    for (const auto& word : words) hasher.add(word);
    for (const auto& part : parts) {
        hasher.add(as_text(part.object));
        merged.warnings += part.warnings;
    }
    const auto key = hasher.finish();
    if (auto known = cache_.load("merged", key)) {
        merged.object = std::move(*known);
    } else {
        merged.from_cache = false;
        merged.object = run_merge(std::move(words), parts, options, deadline);
        cache_.store("merged", key, merged.object);
    }
    merged.took = Deadline::Clock::now() - start;
    return merged;
}

Bytes Compiler::run_merge(std::vector<std::string> words, std::span<const Compiled> parts,
                          const CompileOptions& options, const Deadline& deadline) const {
    const TemporaryFolder temporary;
    // GCC's link-time optimizer calls the assembler anew; clang keeps the macros
    // in what it has compiled.
    if (toolchain_.family == Family::gcc && lto_of(options.flags) == Lto::on && !macros(options.revision).empty()) {
        write_file(temporary.path() / "macros.inc", as_bytes(macros(options.revision)));
        words.insert(words.end(), {"-Xassembler", (temporary.path() / "macros.inc").string()});
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        words.push_back(fmt::format("part{}.o", i));
        write_file(temporary.path() / words.back(), parts[i].object);
    }
    words.insert(words.end(), {"-o", "merged.o"});
    auto environment = compiler_environment(environment_, temporary.path());
    environment.set("PWD", temporary.path().string());
    const auto outcome =
        toolchain::run({.arguments = words, .environment = environment.entries(), .folder = temporary.path()},
                       deadline.at_most(time_limit));
    std::error_code failed;
    const auto file = temporary.path() / "merged.o";
    if (outcome.succeeded() && fs::exists(file, failed)) return read_file(file);
    const auto said = without_macros(trim(outcome.errors), "", 0);
    throw CompileError(said.empty() ? fmt::format("merging the objects failed (status {}). It was run as\n  {}",
                                                  outcome.status, quoted(words))
                                    : said);
}

} // namespace p4jit::toolchain
