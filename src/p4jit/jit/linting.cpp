#include "p4jit/jit/linting.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/jit/assembly.hpp"
#include "p4jit/jit/family.hpp"
#include "p4jit/toolchain/compiler.hpp"

#include <mutex>
#include <set>

namespace p4jit {

namespace {

/// Has nobody been told this in this process?
bool is_new(const std::string& text) {
    static std::mutex mutex;
    static std::set<std::string> told;
    const std::lock_guard lock(mutex);
    return told.insert(text).second;
}

elf::Object object_of(const std::filesystem::path& file, const LintOptions& options) {
    const auto name = file.filename().string();
    if (!toolchain::language_of(file)) return elf::Object::parse(read_file(file), file.string());
    return elf::Object::parse(assemble(file, {.revision = options.revision, .interrupted = options.interrupted}).object,
                              name);
}

} // namespace

std::vector<lint::Finding> lint_file(const std::filesystem::path& file, const LintOptions& options) {
    const auto object = object_of(file, options);
    jit::check_family(object, options.revision);
    return lint::lint(object, {.chip = options.revision});
}

std::string jit::log_lint_warnings(const elf::Object& object, isa::ChipRevision revision, const Log& log) {
    std::string all;
    for (const auto& finding : lint::lint(object, {.chip = revision})) {
        if (!finding.is_warning()) continue;
        const auto text = finding.text();
        all += (all.empty() ? "" : "\n") + text;
        if (is_new(text)) log(LogLevel::warning, "{}", text);
    }
    return all;
}

} // namespace p4jit
