#include "p4jit/isa/macros.hpp"

#include "p4jit/base/text.hpp"
#include "p4jit/isa/assemble.hpp"
#include "p4jit/isa/registers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace p4jit::isa {

namespace {

std::string upper_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return result;
}

/// Names become numbers as symbols: `.Lesp.q.q3` is 3. A family a kind of
/// operand; x any register, p those that a vector instruction's base may be,
/// s saturation, r rounding, o rounding by its name alone.
class SymbolPrinter {
public:
    explicit SymbolPrinter(std::string& text) : text_(text) {}

    void print() {
        for (unsigned i = 0; i < 8; ++i) both_cases('q', fmt::format("q{}", i), i);
        for (unsigned i = 0; i < 32; ++i) {
            integer_register(fmt::format("x{}", i), i);
            integer_register(x_name(i), i);
        }
        integer_register("fp", 8);
        for (unsigned i = 0; i < 2; ++i) {
            both_cases('s', i == 0 ? "trunc" : "sat", i);
            set('s', fmt::format("{}", i), i);
        }
        for (unsigned i = 0; i < 8; ++i) {
            both_cases('o', vector_rounding_name(i), i);
            both_cases('r', vector_rounding_name(i), i);
            set('r', fmt::format("{}", i), i);
        }
    }

private:
    void set(char family, std::string_view name, unsigned value) {
        text_ += fmt::format(".set .Lesp.{}.{},{}\n", family, name, value);
    }
    void both_cases(char family, std::string_view name, unsigned value) {
        set(family, name, value);
        set(family, upper_case(name), value);
    }
    void integer_register(std::string_view name, unsigned number) {
        both_cases('x', name, number);
        if (number & 8) both_cases('p', name, number);
    }

    std::string& text_;
};

/// One operand of a macro.
struct Parameter {
    const FieldUse* use;
    std::string name; ///< as the error messages of assemble() have it

    Kind kind() const { return field(use->id).kind; }
    std::string value() const {
        switch (kind()) {
        case Kind::x: return ".Lesp.x.\\" + name;
        case Kind::xp: return ".Lesp.p.\\" + name;
        case Kind::q: return ".Lesp.q.\\" + name;
        case Kind::sat: return ".Lesp.sat";
        case Kind::vrm: return ".Lesp.rm";
        default: return "(\\" + name + ")";
        }
    }
    std::string_view default_text() const {
        return kind() == Kind::sat ? "=sat" : kind() == Kind::vrm ? "=dyn" : ":req";
    }
};

std::string fields_of(const FieldUse& use, const std::string& value) {
    std::string text;
    for (unsigned i = 0; i < use.slice_count; ++i) {
        const auto [at, hi, lo] = use.slices[i];
        text += fmt::format("|((({}>>{})&{})<<{})", value, lo, (1u << (hi - lo + 1)) - 1, at);
    }
    return text;
}

class MacroPrinter {
public:
    MacroPrinter(std::string& text, const Row& row, MacroDialect dialect) : text_(text), row_(row), dialect_(dialect) {
        for (const auto piece : split(row.syntax, ',')) {
            const auto token = trim(piece);
            for (const auto& use : row)
                if (field(use.id).token == token) {
                    const bool is_base = field(use.id).kind == Kind::xp;
                    parameters_.push_back({&use, std::string(is_base ? token.substr(0, token.size() - 1) : token)});
                }
        }
    }

    void print() {
        text_ += fmt::format(".macro {} ", row_.mnemonic);
        for (const auto& parameter : parameters_)
            text_ += fmt::format("{}{}{}", &parameter == &parameters_.front() ? "" : ",", parameter.name,
                                 parameter.default_text());
        text_ += '\n';
        for (const auto& parameter : parameters_) check(parameter);
        mark_line();
        const auto* end = find(Kind::end);
        if (end == nullptr)
            text_ += fmt::format(".word {:#x}{}\n", row_.match, all_fields());
        else
            print_loop(*end);
        text_ += ".endm\n";
        if (dialect_ == MacroDialect::llvm) print_forward(upper_case(row_.mnemonic));
    }

    /// Another name for the instruction.
    void print_forward(std::string_view name) {
        text_ += fmt::format(".macro {} operands:vararg\n{} \\operands\n.endm\n", name, row_.mnemonic);
    }

private:
    const Parameter* find(Kind kind) const {
        const auto found = std::ranges::find(parameters_, kind, &Parameter::kind);
        return found == parameters_.end() ? nullptr : &*found;
    }

    std::string all_fields() const {
        std::string text;
        for (const auto& parameter : parameters_)
            if (parameter.kind() != Kind::end) text += fields_of(*parameter.use, parameter.value());
        return text;
    }

    /// `\()` keeps GNU as from taking the quote for a part of the name.
    std::string error(const Parameter& parameter) const {
        return fmt::format(".error \"{}: operand {} is '\\{}\\()'; it must be {}\"\n", row_.mnemonic, parameter.name,
                           parameter.name, allowed(*parameter.use));
    }

    void check(const Parameter& parameter) {
        switch (parameter.kind()) {
        case Kind::x:
        case Kind::xp:
        case Kind::q:
            text_ += fmt::format(".ifndef {}\n{}.exitm\n.endif\n", parameter.value(), error(parameter));
            break;
        case Kind::sat: check_saturation(parameter); break;
        case Kind::vrm: check_rounding(parameter); break;
        case Kind::end: break;
        default: check_number(parameter, ""); break;
        }
    }

    void check_number(const Parameter& parameter, std::string_view indent) {
        const auto& use = *parameter.use;
        const auto low = use.low_bit(), width = use.high_bit() + 1;
        const long long count = 1ll << width, step = 1ll << low;
        const long long from = parameter.kind() == Kind::simm ? -count / 2 : 0;
        text_ += fmt::format("{3}.if (({0})<{1})||(({0})>{2})", parameter.value(), from, from + count - step, indent);
        if (step != 1) text_ += fmt::format("||(({}&{})!=0)", parameter.value(), step - 1);
        text_ += fmt::format("\n{}.exitm\n.endif\n", error(parameter));
    }

    /// Where a rounding mode may follow, it may stand alone as well.
    void check_saturation(const Parameter& parameter) {
        text_ += fmt::format(".ifdef .Lesp.s.\\{0}\n.set .Lesp.sat,.Lesp.s.\\{0}\n.else\n", parameter.name);
        if (find(Kind::vrm) == nullptr) {
            text_ += error(parameter) + ".exitm\n.endif\n";
            return;
        }
        text_ += fmt::format(".ifndef .Lesp.o.\\{}\n{}.exitm\n.endif\n.set .Lesp.sat,1\n.endif\n", parameter.name,
                             error(parameter));
    }

    void check_rounding(const Parameter& parameter) {
        const auto take = fmt::format(".ifndef .Lesp.r.\\{0}\n{1}.exitm\n.endif\n.set .Lesp.rm,.Lesp.r.\\{0}\n",
                                      parameter.name, error(parameter));
        const auto* saturation = find(Kind::sat);
        if (saturation == nullptr) {
            text_ += take;
            return;
        }
        text_ += fmt::format(".ifdef .Lesp.s.\\{0}\n{1}.else\n.ifnc \\{2},dyn\n.error \"{3}: sat or trunc comes before "
                             "the rounding mode, which comes last\"\n.exitm\n.endif\n"
                             ".set .Lesp.rm,.Lesp.o.\\{0}\n.endif\n",
                             saturation->name, take, parameter.name, row_.mnemonic);
    }

    /// Data has no line of its own in debug information; a label of GNU as may. The
    /// number is one that nobody's local label has, and leaves no symbol.
    void mark_line() {
        if (dialect_ == MacroDialect::gnu) text_ += ".loc_mark_labels 1\n5417001:\n.loc_mark_labels 0\n";
    }

    void print_loop(const Parameter& end) {
        const auto word = fmt::format(".word {:#x}{}", row_.match, all_fields());
        text_ += ".option push\n.option norelax\n";
        if (dialect_ == MacroDialect::llvm) {
            // LLVM has only the psABI's names for Espressif's numbers 62 and 63.
            const auto* type = end.use->high_bit() < 10 ? "R_RISCV_TLSDESC_HI20" : "R_RISCV_TLSDESC_LOAD_LO12";
            text_ += fmt::format(".reloc .,{},\\{}\n{}\n.option pop\n", type, end.name, word);
            return;
        }
        text_ += fmt::format("esp..kind \\{}\n.if .Lesp.kind==1\n", end.name);
        check_number(end, "");
        text_ += word + fields_of(*end.use, end.value()) + "\n.else\n";
        text_ += fmt::format(".reloc .,R_RISCV_NONE,\\{}\n", end.name);
        text_ += word + fields_of(*end.use, fmt::format("((\\{})-.)", end.name)) + "\n.endif\n.option pop\n";
    }

    std::string& text_;
    const Row& row_;
    MacroDialect dialect_;
    std::vector<Parameter> parameters_;
};

/// Is a loop's end a number (1) or a label (2)? By its characters: 16 and 0x1f
/// are numbers, 1f, 1f+2 and end are labels. While it looks, 3: certainly a label;
/// 4: hexadecimal, where f is a digit.
constexpr std::string_view end_kind = R"(.macro esp..kind end:req
.set .Lesp.kind,0
.irpc c,\end
.if .Lesp.kind==0
.set .Lesp.kind,2
.irp digit,0,1,2,3,4,5,6,7,8,9
.ifc \c,\digit
.set .Lesp.kind,1
.endif
.endr
.set .Lesp.first,.Lesp.kind
.elseif .Lesp.kind<3&&.Lesp.first==1
.set .Lesp.kind,1
.ifc \c,f
.set .Lesp.kind,3
.endif
.ifc \c,b
.set .Lesp.kind,2
.endif
.ifc \c,x
.set .Lesp.kind,4
.endif
.ifc \c,X
.set .Lesp.kind,4
.endif
.endif
.endr
.if .Lesp.kind==4
.set .Lesp.kind,1
.elseif .Lesp.kind==3
.set .Lesp.kind,2
.endif
.endm
)";

} // namespace

std::string assembler_macros(ExtensionSet extensions, MacroDialect dialect) {
    const std::string_view family = extensions.has(Extension::Xespv2p2) ? "v3.x" : "v1.x";
    // Tells whoever loads the object which chips it is for.
    std::string text = fmt::format(".ifndef .Lesp.known\n.set .Lesp.known,1\n.pushsection .p4jit.chip,\"\",@progbits\n"
                                   ".ascii \"{}\"\n.popsection\n",
                                   family);
    SymbolPrinter(text).print();
    if (dialect == MacroDialect::gnu) text += end_kind;
    for (const auto& row : rows()) {
        if (!extensions.has(extension_of(row.op)) || !row.mnemonic.starts_with("esp.")) continue;
        MacroPrinter printer(text, row, dialect);
        printer.print();
        // The one instruction whose name in PIE 2.1 is still understood in 2.2.
        if (row.mnemonic == "esp.vsl.u32") {
            printer.print_forward("esp.vsl.32");
            if (dialect == MacroDialect::llvm) printer.print_forward("ESP.VSL.32");
        }
    }
    return text + ".endif\n";
}

bool mentions_esp(std::string_view text) {
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    return !std::ranges::search(text, std::string_view("esp."), same).empty();
}

} // namespace p4jit::isa
