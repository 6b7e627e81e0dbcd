// Lines of sources, for those who show code beside its source.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace p4jit::jit {

/// Sources that are in no file, by the name that messages call them.
using Texts = std::map<std::string, std::string>;

/// Reads each file when it is first asked for.
class SourceText {
public:
    explicit SourceText(const Texts& texts = {});
    SourceText(const SourceText&) = delete;
    SourceText& operator=(const SourceText&) = delete;

    /// The line without the spaces around it; empty if there is none, or the file
    /// cannot be read.
    std::string_view line(std::string_view file, std::uint32_t number);

private:
    struct File {
        std::string text;
        std::vector<std::string_view> lines;
    };
    std::map<std::string, File> files_;
};

} // namespace p4jit::jit
