#include "p4jit/jit/source_text.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <filesystem>

namespace p4jit::jit {

namespace fs = std::filesystem;

namespace {

std::string normal(std::string_view file) { return fs::path(file).lexically_normal().string(); }

} // namespace

SourceText::SourceText(const Texts& texts) {
    for (const auto& [name, text] : texts) {
        auto& file = files_[normal(name)];
        file.text = text;
        file.lines = lines(file.text);
    }
}

std::string_view SourceText::line(std::string_view name, std::uint32_t number) {
    const auto [entry, is_new] = files_.try_emplace(normal(name));
    auto& file = entry->second;
    std::error_code failed;
    if (is_new && fs::is_regular_file(entry->first, failed)) {
        try {
            file.text = read_text(entry->first);
            file.lines = lines(file.text);
        } catch (const Error&) {
        }
    }
    return number >= 1 && number <= file.lines.size() ? trim(file.lines[number - 1]) : std::string_view();
}

} // namespace p4jit::jit
