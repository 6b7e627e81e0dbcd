#include "p4jit/toolchain/diagnostics.hpp"

#include "p4jit/base/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <vector>

namespace p4jit::toolchain {

namespace {

/// One error or warning with the lines that belong to it.
struct Diagnostic {
    std::string place;   ///< "k.c:4", "k.c:4:12"; empty for lines that are none
    std::string heading; ///< " Error: ", ": error: "
    std::string message;
    std::vector<std::string> more;
    bool in_macro = false; ///< its place is inside our macros

    bool is_error() const { return heading.find("rror") != heading.npos; }
    std::string line() const { return place.substr(0, place.find(':', place.rfind('/') + 1)) + number(); }
    std::string text() const {
        auto text = place + heading + message + '\n';
        for (const auto& line : more) text += line + '\n';
        return text;
    }

private:
    /// ":4" of "k.c:4:12".
    std::string number() const {
        const auto colon = place.find(':', place.rfind('/') + 1);
        if (colon == place.npos) return {};
        return place.substr(colon, place.find(':', colon + 1) - colon);
    }
};

const std::regex& gnu_error() {
    static const std::regex pattern(R"(^(.+?):(\d+): (Error|Warning|Fatal error): (.*)$)");
    return pattern;
}
const std::regex& gnu_note() {
    static const std::regex pattern(R"(^(.+?:\d+):\s+Info: macro invoked from here$)");
    return pattern;
}
const std::regex& llvm_error() {
    static const std::regex pattern(R"(^(.+?):(\d+):(\d+)(: (?:fatal error|error|warning): )(.*)$)");
    return pattern;
}
const std::regex& llvm_note() {
    static const std::regex pattern(R"(^(.+?:\d+:\d+): note: while in macro instantiation$)");
    return pattern;
}

/// What the assemblers say about a macro, said about an instruction.
std::string about_instruction(const std::string& message) {
    static const std::regex missing(
        R"re(^[Mm]issing value for required parameter [`'](\w+)' (?:of|in) macro [`'](esp\.[\w.]+)'$)re",
        std::regex::icase);
    std::smatch match;
    if (std::regex_match(message, match, missing))
        return match.str(2) + ": the operand " + match.str(1) + " is missing";
    if (message == "too many positional arguments") return "too many operands";
    if (message.starts_with("non-constant expression in") || message == "expected absolute expression")
        return "an operand that must be a number is none";
    if (message.starts_with("invalid operands (*UND* and ")) return "an operand names a label that is not there";
    return message;
}

class Rewriter {
public:
    Rewriter(std::string_view name, std::size_t line_count) : name_(name), line_count_(line_count) {}

    std::string rewrite(std::string_view words) {
        const auto all = lines(words);
        for (std::size_t at = 0; at < all.size(); ++at) take(std::string(all[at]));
        for (auto& diagnostic : found_) settle(diagnostic);
        std::string text;
        for (const auto& diagnostic : only_causes()) text += diagnostic.text();
        return text;
    }

private:
    void take(const std::string& line) {
        std::smatch match;
        if (std::regex_match(line, match, gnu_error())) {
            found_.push_back({match.str(1) + ':' + match.str(2), ": " + match.str(3) + ": ", match.str(4), {}});
            // Behind the source's last line are only our macros.
            found_.back().in_macro = match.str(4).starts_with("esp.") || match.str(1).ends_with("macros.inc") ||
                                     (match.str(1) == name_ && std::stoul(match.str(2)) > line_count_);
        } else if (std::regex_match(line, match, llvm_error())) {
            found_.push_back({match.str(1) + ':' + match.str(2) + ':' + match.str(3), match.str(4), match.str(5), {}});
            found_.back().in_macro = match.str(1) == "<instantiation>";
        } else if (found_.empty() || is_own_line(line)) {
            found_.push_back({"", "", line, {}});
        } else {
            found_.back().more.push_back(line);
        }
    }

    /// Lines that begin something new without being an error.
    static bool is_own_line(const std::string& line) {
        return line.ends_with("Assembler messages:") || line.ends_with("generated.") ||
               line.find(": In function ") != line.npos;
    }

    /// Moves an error inside our macros to the outermost line that used them.
    static void settle(Diagnostic& diagnostic) {
        diagnostic.message = about_instruction(diagnostic.message);
        if (!diagnostic.in_macro) return;
        diagnostic.in_macro = false;
        std::optional<std::size_t> user;
        std::smatch match;
        std::string place;
        for (std::size_t i = 0; i < diagnostic.more.size(); ++i) {
            const bool gnu = std::regex_match(diagnostic.more[i], match, gnu_note());
            const bool llvm = !gnu && std::regex_match(diagnostic.more[i], match, llvm_note());
            if (!gnu && (!llvm || match.str(1).starts_with('<') || user)) continue;
            user = i;
            place = match.str(1);
        }
        if (!user) return;
        diagnostic.in_macro = true;
        diagnostic.place = place;
        auto rest = std::vector<std::string>(diagnostic.more.begin() + static_cast<std::ptrdiff_t>(*user) + 1,
                                             diagnostic.more.end());
        // The user's line and the caret below it; further notes tell our macros.
        const auto note = std::ranges::find_if(rest, [](const auto& l) { return l.find(": note: ") != l.npos; });
        rest.erase(note, rest.end());
        diagnostic.more = std::move(rest);
    }

    /// One error a line, where our macros have one: the one that names the
    /// operand, if there is such.
    std::vector<Diagnostic> only_causes() const {
        std::map<std::string, const Diagnostic*> cause;
        for (const auto& diagnostic : found_) {
            if (!diagnostic.is_error()) continue;
            auto& best = cause[diagnostic.line()];
            const bool names_operand = diagnostic.message.starts_with("esp.");
            if (best == nullptr || (names_operand && !best->message.starts_with("esp."))) best = &diagnostic;
        }
        std::vector<Diagnostic> list;
        for (const auto& diagnostic : found_) {
            const bool of_macro = diagnostic.is_error() && (cause[diagnostic.line()]->in_macro ||
                                                            cause[diagnostic.line()]->message.starts_with("esp."));
            if (!of_macro || cause[diagnostic.line()] == &diagnostic) list.push_back(diagnostic);
        }
        return list;
    }

    std::string_view name_;
    std::size_t line_count_;
    std::vector<Diagnostic> found_;
};

} // namespace

std::string without_macros(std::string_view words, std::string_view name, std::size_t line_count) {
    auto text = Rewriter(name, line_count).rewrite(words);
    if (!words.ends_with('\n') && text.ends_with('\n')) text.pop_back();
    return text;
}

} // namespace p4jit::toolchain
