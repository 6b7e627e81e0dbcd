#include "p4jit/jit/siblings.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/compile.hpp"
#include "p4jit/jit/family.hpp"

#include <fmt/format.h>

#include <cxxabi.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <utility>

namespace p4jit::jit {

namespace fs = std::filesystem;

namespace {

bool is_source(const fs::path& file) {
    const auto extension = file.extension();
    const bool is_known =
        extension == ".c" || extension == ".cpp" || extension == ".cc" || extension == ".cxx" || extension == ".S";
    return is_known && !file.filename().string().starts_with('.');
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The identifier that a source has for a symbol: "area" for _ZN3geo4areaEi.
std::string identifier(std::string_view symbol) {
    const std::string name(symbol);
    if (!name.starts_with("_Z")) return name; // others demangle as types
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status),
                                                       std::free);
    if (status != 0) return name;
    std::string text = plain.get();
    text = text.substr(0, text.find_first_of("(<[{"));
    const auto start = text.find_last_of(": ");
    return start == text.npos ? text : text.substr(start + 1);
}

/// Where the word next stands in the text from `at` on, or npos.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t at) {
    for (; (at = text.find(word, at)) != text.npos; ++at) {
        const auto end = at + word.size();
        if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return at;
    }
    return text.npos;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
    while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    return at;
}

/// Is there "name(…) {" or "name:" in the text?
bool looks_like_definition(std::string_view text, std::string_view name) {
    for (std::size_t at = 0; (at = find_word(text, name, at)) != text.npos; ++at) {
        auto next = skip_space(text, at + name.size());
        if (next >= text.size()) return false;
        if (text[next] == ':' && text.substr(next, 2) != "::") return true;
        if (text[next] != '(') continue;
        int depth = 0;
        for (; next < text.size(); ++next) {
            if (text[next] == '(') ++depth;
            if (text[next] == ')' && --depth == 0) break;
        }
        next = skip_space(text, std::min(next + 1, text.size()));
        if (next < text.size() && text[next] == '{') return true;
    }
    return false;
}

bool defines(const elf::Object& object, std::string_view symbol) {
    return std::ranges::any_of(object.symbols(), [&](const elf::Symbol& candidate) {
        return candidate.name == symbol && !candidate.local() && !candidate.undefined();
    });
}

/// The first line that tells an error, or the first at all.
std::string first_error(const std::string& text) {
    const auto all = lines(text);
    const auto found = std::ranges::find_if(all, [](auto line) { return line.find("error:") != line.npos; });
    return std::string(found != all.end() ? *found : all.empty() ? std::string_view(text) : all.front());
}

} // namespace

bool mentions(std::string_view text, std::string_view word) { return find_word(text, word, 0) != text.npos; }

void Siblings::discover() {
    if (std::exchange(is_discovered_, true)) return;
    const auto folder = entry_.has_parent_path() ? entry_.parent_path() : fs::path(".");
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
        if (is_source(at->path()) && at->path().filename() != entry_.filename() && at->is_regular_file(failed))
            found.push_back(entry_.has_parent_path() ? at->path() : at->path().filename());
    std::ranges::sort(found);
    for (auto& path : found) {
        File file{toolchain::Source::file(std::move(path))};
        try {
            file.text = read_text(file.source.name);
        } catch (const Error& error) { // gone or not ours to read
            file.is_tried = true;
            file.error = error.what();
        }
        files_.push_back(std::move(file));
    }
}

/// Many sources call what the firmware has; few define it anew.
bool Siblings::may_define(const File& file, std::string_view symbol) const {
    const auto name = identifier(symbol);
    const auto* firmware = options_.use_firmware_symbols ? device_.firmware() : nullptr;
    const auto* there = firmware != nullptr ? firmware->symbol(symbol) : nullptr;
    if (there != nullptr && !there->local()) return looks_like_definition(file.text, name);
    return mentions(file.text, name);
}

void Siblings::compile(const std::vector<File*>& files) {
    std::vector<File*> fresh;
    std::vector<toolchain::Source> sources;
    for (auto* file : files)
        if (!std::exchange(file->is_tried, true)) {
            fresh.push_back(file);
            sources.push_back(file->source);
        }
    if (fresh.empty()) return;
    auto attempts = try_to_compile(device_, sources, options_);
    for (std::size_t i = 0; i < fresh.size(); ++i) try {
            if (attempts[i].error) std::rethrow_exception(attempts[i].error);
            const auto name = fresh[i]->source.name.filename().string();
            fresh[i]->object = elf::Object::parse(std::move(attempts[i].compiled.object), name);
            fresh[i]->warnings = std::move(attempts[i].compiled.warnings);
            check_family(*fresh[i]->object, device_.revision());
        } catch (const Error& error) {
            fresh[i]->object.reset();
            fresh[i]->error = error.what();
        }
}

std::optional<elf::Object> Siblings::take(std::string_view symbol, const std::vector<File*>& candidates) {
    compile(candidates);
    File* provider = nullptr;
    for (auto* file : candidates) {
        if (!file->object || file->is_used || !defines(*file->object, symbol)) continue;
        if (provider != nullptr)
            throw LinkError(
                fmt::format("{} is needed, and defined in {} and again in {}, both beside {}. Name the "
                            "sources that belong together, as a module, or keep them in folders of their own",
                            identifier(symbol), provider->source.name.filename().string(),
                            file->source.name.filename().string(), entry_.filename().string()));
        provider = file;
    }
    if (provider == nullptr) return std::nullopt;
    provider->is_used = true;
    used_.push_back(provider->source);
    if (!provider->warnings.empty()) warnings_ += (warnings_.empty() ? "" : "\n") + provider->warnings;
    return provider->object;
}

std::optional<elf::Object> Siblings::provide(std::string_view symbol) {
    discover();
    std::vector<File*> candidates;
    for (auto& file : files_)
        if (may_define(file, symbol)) candidates.push_back(&file);
    return take(symbol, candidates);
}

std::optional<elf::Object> Siblings::provide_at_last(std::string_view symbol) {
    discover();
    std::vector<File*> all;
    for (auto& file : files_) all.push_back(&file);
    return take(symbol, all);
}

std::string Siblings::blame(std::string_view symbol) const {
    const auto name = identifier(symbol);
    for (const auto& file : files_)
        if (!file.error.empty() && mentions(file.text, name))
            return fmt::format("{} mentions it, but does not compile: {}", file.source.name.filename().string(),
                               first_error(file.error));
    return {};
}

} // namespace p4jit::jit
