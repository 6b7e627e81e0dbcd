// Arguments of a function as words of the command line, and results as text.
#pragma once

#include "p4jit/jit/argument.hpp"
#include "p4jit/jit/module.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p4jit::cli {

/// A number of the type; a real one is rounded to a float, as a literal in C is.
/// Nothing if the word is none, or does not fit.
std::optional<Scalar> number_as(std::string_view word, ScalarType type);

/// The words' values, for the function's parameters, and memory for arrays:
///   -3, 0x1F, 1.5, true   a number
///   [1,2,3]               an array of these elements
///   zeros:1024            an array of so many zeros
///   @x.npy                a NumPy array file
///   {1,2,{3,4}}           a structure
///   hello                 a text, where the function takes a const char*
///   null                  a null pointer
/// Throws ArgumentCountError, ArgumentTypeError, ArgumentValueError, and
/// SourceNotFound or BadObject for a file.
class CommandLineArguments {
public:
    CommandLineArguments(const dwarf::Signature& signature, const std::vector<std::string>& words);

    const std::vector<Argument>& values() const { return values_; }

    /// Arrays that the function may have changed, one a line: "y  float[1024]
    /// 0.0012 0.0119 …".
    std::string arrays_to_text() const;

private:
    struct Array {
        std::string name;
        ScalarType element;
        Bytes bytes;
        bool is_const;
    };

    Argument value_for(const dwarf::Parameter& parameter, std::size_t index, const std::string& word);
    Argument array(const dwarf::Parameter& parameter, const std::string& word);
    Argument keep(std::unique_ptr<Array> array);

    std::string spelling_;
    std::vector<Argument> values_;
    std::vector<std::unique_ptr<Array>> arrays_;
};

/// "30", "nothing (void)".
std::string to_text(const Result& result);

} // namespace p4jit::cli
