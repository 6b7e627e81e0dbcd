// Errors a user of the public API can meet.
//
// One hierarchy: p4jit::Error, and a class for each row of spec/errors.def.
// The message is complete: it names the cause, the place and the cure, and is
// printed as it is by the shell, C++ and Python.
#pragma once

#include "p4jit/base/printable.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace p4jit {

enum class ErrorKind {
#define ERROR_KIND(Name, python_bases, meaning) Name,
#include "spec/errors.def"
#undef ERROR_KIND
};

/// Base of everything this library throws. Messages have no control characters
/// but newlines and tabs: what devices, compilers and objects say is in them.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(printable(message)), kind_(kind) {}
    ErrorKind kind() const { return kind_; }

private:
    ErrorKind kind_;
};

#define FAULT_KIND(...)
#define ERROR_KIND(Name, python_bases, meaning)                                                                        \
    class Name : public Error {                                                                                        \
    public:                                                                                                            \
        explicit Name(const std::string& message) : Error(ErrorKind::Name, message) {}                                 \
    };
#include "spec/errors.def"
#undef ERROR_KIND

/// What is known of a crash on the device.
struct Fault {
    std::string cause;         ///< "load access fault", "stack overflow"
    std::uint32_t number = 0;  ///< mcause
    std::uint32_t pc = 0;      ///< of the instruction
    std::uint32_t address = 0; ///< mtval: what it accessed, or the instruction itself
    std::string place;         ///< "just past NULL"; may be empty

    struct Level {
        std::uint32_t pc = 0;
        std::string function, file; ///< may be empty
        std::uint32_t line = 0;     ///< 0: not known
        std::string text;           ///< of that line, if the file can be read
    };
    std::vector<Level> backtrace; ///< innermost first
    std::array<std::uint32_t, 32> registers{};
    std::uint32_t stack_low = 0, stack_high = 0; ///< the kernels' stack
    std::vector<std::uint32_t> stack;            ///< words from sp up

    /// "a0" for 10.
    static const char* register_name(std::size_t number);
    /// "load access fault at 0x00000004, just past NULL".
    std::string headline() const;
    /// A line for each level.
    std::string backtrace_text() const;
    /// All registers and the stack, for people.
    std::string dump() const;
};

/// The row DeviceFault of spec/errors.def.
class DeviceFault : public Error {
public:
    explicit DeviceFault(const std::string& message, std::shared_ptr<const Fault> fault = nullptr)
        : Error(ErrorKind::DeviceFault, message), fault_(std::move(fault)) {}
    /// nullptr if the device did not say: with protocol v1.
    const Fault* fault() const { return fault_.get(); }

private:
    std::shared_ptr<const Fault> fault_;
};

/// The kind's name, as in spec/errors.def: "CompileError".
std::string_view name(ErrorKind kind);

} // namespace p4jit
