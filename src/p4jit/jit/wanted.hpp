// Functions that an object has only if its source is asked for them: static and
// inline ones, instances of templates, one of several overloads.
#pragma once

#include "p4jit/dwarf/signature.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace p4jit::jit {

/// A function by what a person calls it, and where the linked image tells it.
struct Wanted {
    std::string expression; ///< "hidden", "scale<float, 4>", "area(const Point &)"
    std::string pointer;    ///< symbol of a variable that holds its address
    std::string symbol{};   ///< the function's own, once its object is there
};

/// The variable for the n-th function that was asked for.
std::string pointer_name(std::size_t n);
/// Is it one of these variables, which the source does not have?
bool is_pointer_name(std::string_view symbol);

/// Can it be a function's name with template arguments or parameters?
bool is_expression(const std::string& text);

/// The last identifier of its name: "scale" of "dsp::scale<float, 4>".
std::string identifier_of(const std::string& expression);

/// "geo::area(const Point &)".
std::string with_parameters(const dwarf::Signature& signature);

/// Throws FunctionNotFound, which lists them and says how to choose one.
[[noreturn]] void several_functions(const std::string& name, const std::string& where,
                                    const std::vector<const dwarf::Signature*>& which);

/// "add, scale, dot", of many the first ones: "add, scale, … and 2977 more".
std::string listed(const std::vector<std::string>& names);

/// Without spaces: what is left tells one spelling from another.
std::string without_spaces(const std::string& text);

/// Lines to append to a source, so that its object has the functions and
/// variables that point to them.
std::string lines_for(const std::vector<Wanted>& functions, bool is_cxx);

} // namespace p4jit::jit
