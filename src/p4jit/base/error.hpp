// Errors a user of the public API can meet.
//
// One hierarchy: p4jit::Error, and a class for each row of spec/errors.def.
// The message is complete: it names the cause, the place and the cure, and is
// printed as it is by the shell, C++ and Python.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace p4jit {

enum class ErrorKind {
#define ERROR_KIND(Name, python_bases, meaning) Name,
#include "spec/errors.def"
#undef ERROR_KIND
};

/// Base of everything this library throws.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
    ErrorKind kind() const { return kind_; }

private:
    ErrorKind kind_;
};

#define ERROR_KIND(Name, python_bases, meaning)                                                                        \
    class Name : public Error {                                                                                        \
    public:                                                                                                            \
        explicit Name(const std::string& message) : Error(ErrorKind::Name, message) {}                                 \
    };
#include "spec/errors.def"
#undef ERROR_KIND

/// The kind's name, as in spec/errors.def: "CompileError".
std::string_view name(ErrorKind kind);

} // namespace p4jit
