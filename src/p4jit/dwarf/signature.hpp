// What an object offers to its callers: functions with their types, and
// variables. Read from the compiler's own debug information; no source is
// parsed.
#pragma once

#include "p4jit/dwarf/place.hpp"
#include "p4jit/dwarf/type.hpp"

namespace p4jit::dwarf {

struct Parameter {
    std::string name; ///< empty if the source gives none
    Type type;
    bool is_artificial = false; ///< made by the compiler: C++ `this`
};

struct Signature {
    std::string name;           ///< "norm"
    std::string qualified_name; ///< "geo::Point::norm"; in C the name
    std::string symbol;         ///< in the object's symbol table: "_ZN3geo5Point4normEv"
    Type result;
    std::vector<Parameter> parameters;
    bool is_variadic = false;     ///< f(int, ...)
    bool is_unprototyped = false; ///< K&R C; float arguments are passed as doubles
    bool is_external = true;      ///< false: static, and perhaps not called as it is declared
    bool is_cxx = false;          ///< of a C++ source
    std::string file;             ///< where it is declared; absolute if the compiler knew its folder
    std::uint32_t line = 0;
    /// Where its code is; none in an -flto object, which has no code yet.
    std::optional<Place> place;
    std::uint32_t size = 0;

    /// "float scale(const float *x, int n)".
    std::string spelling() const;
};

struct Variable {
    std::string name;
    std::string qualified_name;
    std::string symbol;
    Type type;
    bool is_external = true;
    std::string file;
    std::uint32_t line = 0;
    /// None in an -flto object, and for a common symbol (-fcommon).
    std::optional<Place> place;
};

struct Interface {
    /// Functions defined in the object, in the order of their places.
    std::vector<Signature> functions;
    /// Variables with a place of their own, static ones among them.
    std::vector<Variable> variables;
    /// Global functions of the object that debug information does not
    /// describe: those written in assembly or compiled with -g1.
    std::vector<std::string> undescribed;

    /// The function a person means by a name: its symbol, or its qualified name or
    /// its name if only one function has it. nullptr if there is none.
    const Signature* function(std::string_view name) const;
    const Variable* variable(std::string_view name) const;
};

/// Does the object have debug information at all (-g)?
bool has_debug_info(const elf::Object& object);

/// Reads everything above. Throws BadObject if the object has no debug
/// information (-g), or it is damaged.
Interface read_interface(const elf::Object& object);

/// Functions alone.
std::vector<Signature> signatures(const elf::Object& object);
/// Variables alone.
std::vector<Variable> globals(const elf::Object& object);

/// The signature that a function type, or a pointer to one, describes. This is
/// how a function written in assembly gets one: declare it in C and mention it,
///     static __typeof__(kernel) *const describes_kernel __attribute__((used)) = kernel;
/// and ask for the type of that variable. Throws SignatureError if the type is
/// no function.
Signature signature_of(const Type& type, std::string name);

} // namespace p4jit::dwarf
