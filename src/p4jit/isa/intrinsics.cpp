#include "p4jit/isa/intrinsics.hpp"

#include "p4jit/base/text.hpp"
#include "p4jit/isa/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::isa {

namespace {

struct Family {
    std::string_view prefix, sentence;
};

constexpr std::array families = {
#define PIE_FAMILY(prefix, sentence) Family{prefix, sentence},
#include "spec/isa/pie_families.def"
};

const Family* family_of(std::string_view mnemonic) {
    const Family* longest = nullptr;
    for (const auto& family : families)
        if (mnemonic.starts_with(family.prefix) && (!longest || family.prefix.size() > longest->prefix.size()))
            longest = &family;
    return longest;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// One operand of an instruction, as a macro sees it.
struct Argument {
    std::string name; ///< of the macro's parameter: "rs1"
    Kind kind;
};

bool is_scalar(Kind kind) { return kind == Kind::xp || kind == Kind::x; }

std::vector<Argument> arguments_of(const Row& row) {
    std::vector<Argument> arguments;
    for (auto token : split(row.syntax, ',')) {
        token = trim(token);
        if (token.empty()) continue;
        const auto& field = *std::ranges::find(fields, token, &Field::token);
        if (field.kind == Kind::sat || field.kind == Kind::vrm) continue; // the macro's last, variable arguments
        const auto name = field.kind == Kind::xp ? token.substr(0, token.size() - 1) : token;
        arguments.push_back({std::string(name), field.kind});
    }
    return arguments;
}

/// One macro. Inputs and outputs are numbered as the constraints stand: first
/// what is written, then what is only read.
class MacroPrinter {
public:
    explicit MacroPrinter(const Row& row) : row_(row), arguments_(arguments_of(row)) {}

    std::string print() {
        for (const auto& argument : arguments_)
            if (is_scalar(argument.kind)) declare(argument);
        number_inputs();
        std::string text = fmt::format("#define p4_{}({}) \\\n    __extension__({{ \\\n{}", macro_name(), parameters(),
                                       computed_ + placed_);
        text += fmt::format("        __asm__ volatile({} : {} : {}{}); \\\n", assembly(), join(outputs_, ", "),
                            join(inputs_, ", "), touches_memory() ? " : \"memory\"" : "");
        return text + after_ + result_ + "    })\n";
    }

private:
    const Row& row_;
    std::vector<Argument> arguments_;
    std::string computed_, placed_, after_, result_;
    std::vector<std::string> outputs_, inputs_;

    std::string macro_name() const {
        std::string name(row_.mnemonic.substr(4));
        std::ranges::replace(name, '.', '_');
        return name;
    }
    bool is_updated(const std::string& name) const {
        const auto m = row_.mnemonic;
        const bool moves = contains(m, "incp") || contains(m, "decp") || m.ends_with(".ip") || m.ends_with(".xp") ||
                           m.ends_with("fft.bitrev");
        return (name == "rs1" && moves) || (name == "rs2" && m == "esp.fft.ams.s16.st.incp");
    }
    bool touches_memory() const { return is_updated("rs1") || contains(row_.mnemonic, "xq.32"); }
    bool is_result(const std::string& name) const { return name == "rd" || name == "rsd"; }

    /// The register an operand is put into. Pointers of different q registers
    /// have different ones, so that a loop over several arrays moves nothing.
    std::string register_of(const Argument& argument) const {
        const bool has_qu = std::ranges::find(arguments_, "qu", &Argument::name) != arguments_.end();
        if (is_updated(argument.name) && argument.name == "rs1") return has_qu ? "P4_POINTER_##qu" : "\"a5\"";
        return argument.name == "rs2" || (argument.name == "rs1" && has_result()) ? "\"a1\"" : "\"a0\"";
    }
    bool has_result() const {
        return std::ranges::any_of(arguments_, [&](const auto& a) { return is_result(a.name); });
    }

    /// A C value is computed first, all of them, and only then put into the
    /// registers: computing may call functions.
    void declare(const Argument& argument) {
        const auto& name = argument.name;
        const auto variable = "p4_" + name;
        const auto place = argument.kind == Kind::xp ? fmt::format(" __asm__({})", register_of(argument)) : "";
        const auto* storage = argument.kind == Kind::xp ? "register " : "";
        if (name == "rd") {
            const auto* type =
                contains(row_.mnemonic, ".s") && !contains(row_.mnemonic, ".sar") ? "int32_t" : "uint32_t";
            placed_ += fmt::format("        {}{} {}{}; \\\n", storage, type, variable, place);
            outputs_.push_back(fmt::format("[p4_rd] \"=r\"({})", variable));
            result_ = fmt::format("        {}; \\\n", variable);
            return;
        }
        const bool changes = is_updated(name) || name == "rsd";
        const auto type = name == "rsd" ? std::string("int32_t")
                          : changes     ? fmt::format("__typeof__({})", name)
                                        : fmt::format("__typeof__(({}) + 0)", name);
        computed_ += fmt::format("        {} {}_value = ({}); \\\n", type, variable, name);
        placed_ += fmt::format("        {}{} {}{} = {}_value; \\\n", storage, type, variable, place, variable);
        (changes ? outputs_ : inputs_).push_back(fmt::format("[p4_{}] \"{}r\"({})", name, changes ? "+" : "", variable));
        if (name == "rsd")
            result_ = fmt::format("        {}; \\\n", variable);
        else if (changes)
            after_ += fmt::format("        ({}) = {}; \\\n", name, variable);
    }

    void number_inputs() {
        for (const auto& argument : arguments_)
            if (!is_scalar(argument.kind) && argument.kind != Kind::q)
                inputs_.push_back(fmt::format("[p4_{}] \"n\"({})", argument.name, argument.name));
    }

    std::string parameters() const {
        std::vector<std::string> names;
        for (const auto& argument : arguments_)
            if (argument.name != "rd") names.push_back(argument.name);
        if (has_options()) names.push_back("...");
        return join(names, ", ");
    }
    /// Does PIE 2.2 take sat, trunc or a rounding mode here?
    bool has_options() const {
        const auto* row = find_row(row_.mnemonic, chip_v3);
        return row->find(&Operands::sat) != nullptr || row->find(&Operands::rm) != nullptr;
    }

    std::string assembly() const {
        std::string text = fmt::format("\"{}", row_.mnemonic);
        std::string separator = " ";
        for (const auto& argument : arguments_) {
            text += separator;
            text += argument.kind == Kind::q ? fmt::format("\" #{} \"", argument.name)
                                             : fmt::format("%[p4_{}]", argument.name);
            separator = ", ";
        }
        text += '"';
        if (parameters().ends_with("...")) text += " __VA_OPT__(\", \" #__VA_ARGS__)";
        return text;
    }
};

std::string introduction() {
    return "/* The vector instructions of the ESP32-P4, one macro each; include <p4jit/pie.h>.\n"
           " *\n"
           " * Printed from the rows of spec/isa: P4JIT_UPDATE_DOCS=1 ctest -R isa\n"
           " *\n"
           " * q0 to q7 are written as they are: p4_vadd_s8(q2, q0, q1). Other operands are C\n"
           " * expressions; a pointer that moves is a variable, and moves. Immediates are\n"
           " * constants. What an instruction puts into a general register is the macro's\n"
           " * value. On chip revisions 3.0 and up, sat or trunc and a rounding mode may follow\n"
           " * where the instruction takes them: p4_vmul_s8(q2, q0, q1, sat, rne).\n"
           " *\n"
           " * Lanes are what the name says: s8 and u8 sixteen, s16 and u16 eight, s32 and u32\n"
           " * four; sat() clamps to the lane's type, >> rounds as CFG says. docs/pie.md.\n"
           " */\n"
           "#ifndef P4JIT_PIE_INSTRUCTIONS_H\n#define P4JIT_PIE_INSTRUCTIONS_H\n\n#include <stdint.h>\n\n"
           "/* Where a pointer stands while it loads or stores qN: registers that the\n"
           " * instructions can name, a different one for each. */\n";
}

} // namespace

std::string_view meaning_in_words(std::string_view mnemonic) {
    const auto* family = family_of(mnemonic);
    return family != nullptr ? family->sentence : std::string_view();
}

std::string instruction_header() {
    auto text = introduction();
    constexpr std::array pointers = {"t3", "t4", "t5", "t6", "a2", "a3", "a4", "a5"};
    for (std::size_t i = 0; i < pointers.size(); ++i)
        text += fmt::format("#define P4_POINTER_q{} \"{}\"\n", i, pointers[i]);
    std::string_view last;
    for (const auto& row : rows()) {
        if (extension_of(row.op) != Extension::Xespv2p1) continue;
        if (const auto words = meaning_in_words(row.mnemonic); words != last) {
            text += fmt::format("\n/* {} */\n", words);
            last = words;
        }
        text += MacroPrinter(row).print();
    }
    return text + "\n#endif\n";
}

} // namespace p4jit::isa
