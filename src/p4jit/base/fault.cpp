// A crash on the device in words.
#include "p4jit/base/error.hpp"

#include <fmt/format.h>

namespace p4jit {

const char* Fault::register_name(std::size_t number) {
    constexpr const char* names[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                     "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                     "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    return number < std::size(names) ? names[number] : "?";
}

std::string Fault::headline() const {
    // Breakpoints and calls of the environment have no address.
    const bool has_address = cause != "breakpoint" && cause != "environment call";
    auto text = has_address ? fmt::format("{} at {:#010x}", cause, address) : cause;
    return printable(place.empty() ? text : text + ", " + place);
}

namespace {

std::string text_of(const Fault::Level& level) {
    const auto slash = level.file.find_last_of("/\\");
    const auto file = slash == std::string::npos ? level.file : level.file.substr(slash + 1);
    const auto where = level.line != 0 ? fmt::format("{}:{}", file, level.line) : fmt::format("{:#010x}", level.pc);
    const auto what = level.function.empty() ? std::string("?") : level.function + "()";
    auto line = fmt::format("    {:<12}  in {:<16} {}", where, what, level.text);
    while (line.back() == ' ') line.pop_back();
    return line;
}

} // namespace

/// A function that calls itself is one line.
std::string Fault::backtrace_text() const {
    // Names and lines are those of an object or a source.
    std::string text;
    for (std::size_t i = 0; i < backtrace.size();) {
        const auto line = text_of(backtrace[i]);
        auto end = i + 1;
        while (end < backtrace.size() && text_of(backtrace[end]) == line) ++end;
        text += end - i == 1 ? line + '\n' : fmt::format("{}  ({} times)\n", line, end - i);
        i = end;
    }
    return printable(text);
}

std::string Fault::dump() const {
    auto text = fmt::format("{}\n{}  pc  {:08x}\n", headline(), backtrace_text(), pc);
    for (std::size_t i = 1; i < registers.size(); ++i)
        text += fmt::format("  {:<3} {:08x}{}", register_name(i), registers[i], i % 4 == 3 ? "\n" : "");
    if (stack.empty()) return text;
    text += fmt::format("  stack {:08x} to {:08x}, from sp up:\n", stack_low, stack_high);
    for (std::size_t i = 0; i < stack.size(); ++i) {
        if (i % 8 == 0) text += fmt::format("  {:08x}:", registers[2] + 4 * static_cast<std::uint32_t>(i));
        text += fmt::format(" {:08x}{}", stack[i], i % 8 == 7 || i + 1 == stack.size() ? "\n" : "");
    }
    return text;
}

} // namespace p4jit
