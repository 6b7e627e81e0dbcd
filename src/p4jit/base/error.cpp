#include "p4jit/base/error.hpp"

#include <algorithm>

namespace p4jit {

namespace {

std::string printable(std::string text) {
    const auto is_control = [](unsigned char c) { return (c < ' ' && c != '\n' && c != '\t') || c == 0x7F; };
    std::ranges::replace_if(text, is_control, '?');
    return text;
}

} // namespace

Error::Error(ErrorKind kind, const std::string& message) : std::runtime_error(printable(message)), kind_(kind) {}

std::string_view name(ErrorKind kind) {
    switch (kind) {
#define ERROR_KIND(Name, python_bases, meaning)                                                                        \
    case ErrorKind::Name: return #Name;
#include "spec/errors.def"
#undef ERROR_KIND
    }
    return "?";
}

} // namespace p4jit
