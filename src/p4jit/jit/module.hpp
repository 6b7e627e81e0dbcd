// Code on the device, and the functions in it.
#pragma once

#include "p4jit/dwarf/signature.hpp"
#include "p4jit/isa/revision.hpp"
#include "p4jit/jit/argument.hpp"
#include "p4jit/jit/binary.hpp"
#include "p4jit/jit/buffer.hpp"
#include "p4jit/jit/shared.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <vector>

namespace p4jit {

namespace jit {
struct ModuleState;
struct LoadedFunction;
struct CallPlan;

/// What a C++ type in load<F>() asks of the function's.
struct CxxType {
    enum class Kind : std::uint8_t { none, value, pointer } kind;
    ElementType element{};         ///< of the value, or what a span has; unknown if that is not told
    bool element_is_const = false; ///< so the function must not write to it
    bool is_copy = false;          ///< of the caller's elements: what is written to it is lost
};
} // namespace jit

/// What a call took.
struct CallStats {
    std::uint64_t cycles = 0; ///< of the function alone, at cpu_hz
    std::uint64_t cpu_hz = 0;
    std::chrono::nanoseconds host_time{}; ///< from call to result
    std::uint64_t round_trips = 0;        ///< requests to the device that were waited for
    std::uint32_t stack = 0;              ///< bytes of stack used, if they were measured
};

struct CallOptions {
    /// Stop the function after this; none: it may run for ever, or until Ctrl-C.
    std::optional<std::chrono::nanoseconds> timeout;
    /// Copy arrays that the function may have changed back to the host.
    bool sync_arrays = true;
    /// Fill in CallStats::stack, which takes the device a moment. Protocol v2.
    bool measure_stack = false;
};

template <typename F>
class TypedFunction;

/// A function on the device.
class Function {
public:
    const std::string& name() const;
    const dwarf::Signature& signature() const;
    /// How it is called, and what its parameters take.
    const jit::CallPlan& plan() const;
    std::uint32_t address() const;

    /// Calls it. Throws ArgumentCountError, ArgumentTypeError,
    /// ArgumentValueError, OutOfMemory (arrays), DeviceFault, Timeout,
    /// Interrupted, UseAfterFree. In a failed call host arrays are untouched.
    Result operator()(std::span<const Argument> arguments, const CallOptions& options = {});

    /// The same with C++ values: numbers (converted where exact), structures,
    /// strings, spans and vectors (written back unless const), Buffers, other
    /// Functions, nullptr. docs/values.md.
    template <typename R = void, typename... Args>
    R call(Args&&... arguments) {
        const std::array<Argument, sizeof...(Args)> list{Argument(std::forward<Args>(arguments))...};
        return convert<R>((*this)(list));
    }

    /// Throws SignatureError unless the function has these types: numbers of the
    /// same kind and size, structures of the same size, and of the same fields if
    /// CxxFields tells them.
    template <typename F>
    TypedFunction<F> as() const;

    /// Its address, for parameters that are pointers to functions. Throws
    /// UseAfterFree.
    operator Argument() const;

    const CallStats& last_call() const;

    /// Where the thunk that calls it is.
    std::uint32_t entry_address() const;
    /// A block on the device for its arguments. With protocol v1 every call uses
    /// it; with v2 a call brings its own, and this one is the caller's to use.
    std::uint32_t arguments_address() const;

private:
    friend class Module;
    friend class Device;
    template <typename F>
    friend class TypedFunction;
    Function(std::shared_ptr<jit::ModuleState> module, std::size_t index) : module_(std::move(module)), index_(index) {}

    const jit::LoadedFunction& loaded() const;

    template <typename R>
    static R convert(const Result& result);
    static Scalar number(const Result& result, ScalarType type);
    static const Record& record(const Result& result);
    void check_types(const jit::CxxType& result, const std::vector<jit::CxxType>& parameters) const;

    jit::Shared<jit::ModuleState> module_;
    std::size_t index_;
};

/// A global variable of a module, on the device.
class Variable {
public:
    const std::string& name() const; ///< qualified: "geo::gain"
    const dwarf::Type& type() const;
    std::uint32_t address() const;
    std::uint32_t size() const; ///< in bytes
    /// Declared const: it cannot be written.
    bool is_const() const;
    /// "float gain", "int table[4]".
    std::string spelling() const;

    /// Its bytes on the device, now. Throw AccessDenied outside of it and for
    /// writing to a const one, UseAfterFree.
    void read(MutableBytes into, std::uint32_t offset = 0) const;
    void write(ByteView bytes, std::uint32_t offset = 0);

    /// As a number. Throw ArgumentTypeError unless it is one of that very type.
    template <typename T>
    T get() const {
        check_type(ScalarType::of<T>(), false);
        T value;
        read({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
        return value;
    }
    template <typename T>
    void set(T value) {
        check_type(ScalarType::of<T>(), false);
        write({reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
    }

    /// As an array of numbers, of however many dimensions. Throw as get() does.
    template <typename T>
    std::vector<T> to_vector() const {
        check_type(ScalarType::of<T>(), true);
        std::vector<T> elements(size() / sizeof(T));
        read({reinterpret_cast<std::uint8_t*>(elements.data()), elements.size() * sizeof(T)});
        return elements;
    }
    template <typename T>
    void copy_from(std::span<const T> elements, std::size_t at = 0) {
        check_type(ScalarType::of<T>(), true);
        write({reinterpret_cast<const std::uint8_t*>(elements.data()), elements.size_bytes()},
              static_cast<std::uint32_t>(at * sizeof(T)));
    }

    /// The memory that it is in, and where: for views of it, which free() of the
    /// module ends.
    Memory memory() const;
    std::uint32_t offset() const;

    /// An array of numbers as a Buffer: slices, and an argument of a function.
    /// Throws as get() does; const ones are Buffer<const T>.
    template <typename T>
    Buffer<T> buffer() const {
        using Element = std::remove_const_t<T>;
        check_type(ScalarType::of<Element>(), true);
        if constexpr (!std::is_const_v<T>) check_writable();
        return Buffer<T>(memory()).subspan(offset() / sizeof(T), size() / sizeof(T));
    }
    /// Its address, as an argument.
    operator Argument() const;

private:
    friend class Module;
    Variable(std::shared_ptr<jit::ModuleState> module, std::size_t index) : module_(std::move(module)), index_(index) {}
    const dwarf::Variable& declared() const;
    void check_range(std::uint32_t offset, std::size_t size) const;
    void check_writable() const;
    void check_type(ScalarType type, bool is_array) const;

    jit::Shared<jit::ModuleState> module_;
    std::size_t index_;
};

/// Loaded code. Freed on the device with the last handle to it or one of its
/// functions, or by free().
class Module {
public:
    /// "fir.c", "fir.c and 3 more": for messages.
    const std::string& name() const;
    /// Names of all functions that can be asked for.
    std::vector<std::string> functions() const;

    /// By symbol ("_ZN3geo4areaEi"), qualified name ("geo::area") or name
    /// ("area"). Throws FunctionNotFound, which lists what there is, also if
    /// several functions have that name; and SignatureError for one that cannot
    /// be called.
    Function function(const std::string& name) const;

    /// Names of all global variables, qualified; static ones are the compiler's to
    /// change or leave out.
    std::vector<std::string> variables() const;
    /// By qualified name ("geo::gain"), name or symbol. Throws VariableNotFound,
    /// which lists what there is.
    Variable variable(const std::string& name) const;

    /// The types of all of them: of variables, parameters and results.
    std::vector<dwarf::Type> types() const;

    /// Makes the data what they were when it was loaded, and runs the
    /// constructors again.
    void reload();

    std::uint32_t address() const; ///< of the code
    std::uint32_t size() const;    ///< in bytes, code and data
    /// The chip revision that it was built for.
    isa::ChipRevision revision() const;
    /// The compiler's and the linter's warnings; mostly empty.
    const std::string& warnings() const;
    std::chrono::nanoseconds compile_time() const, link_time() const;
    bool from_cache() const;

    /// What it is made of; also after free().
    Binary binary() const;

    /// Frees its memory on the device now. Its functions throw UseAfterFree.
    void free();

private:
    friend class Device;
    explicit Module(std::shared_ptr<jit::ModuleState> state) : state_(std::move(state)) {}
    jit::Shared<jit::ModuleState> state_;
};

/// A function with its C++ types: called like a function.
template <typename R, typename... Args>
class TypedFunction<R(Args...)> {
public:
    explicit TypedFunction(Function function) : function_(std::move(function)) {}

    R operator()(Args... arguments) { return function_.template call<R>(std::forward<Args>(arguments)...); }
    Function& untyped() { return function_; }

private:
    Function function_;
};

namespace jit {

template <typename T>
CxxType cxx_type() {
    if constexpr (std::is_void_v<T>)
        return {CxxType::Kind::none};
    else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
        return {CxxType::Kind::value, ElementType::of<T>()};
    else if constexpr (std::is_same_v<T, DeviceAddress> || std::is_null_pointer_v<T>)
        return {CxxType::Kind::pointer};
    else if constexpr (TextLike<T>)
        return {CxxType::Kind::pointer, ElementType::of<char>(), true};
    else if constexpr (PlainRecord<T>)
        return {CxxType::Kind::value, ElementType::of<T>()};
    else if constexpr (requires(T& range) { std::span(range); }) {
        using Element = typename decltype(std::span(std::declval<T&>()))::element_type;
        return {CxxType::Kind::pointer, ElementType::of<std::remove_cv_t<Element>>(), std::is_const_v<Element>};
    } else
        return {CxxType::Kind::pointer};
}

/// Of a parameter: a vector by value is a copy, one by const reference is not written to.
template <typename Arg>
CxxType parameter_type() {
    using Type = std::remove_cvref_t<Arg>;
    auto type = cxx_type<Type>();
    if constexpr (std::ranges::range<Type> && !std::ranges::view<Type>) {
        type.is_copy = !std::is_lvalue_reference_v<Arg>;
        type.element_is_const = type.element_is_const || std::is_const_v<std::remove_reference_t<Arg>>;
    }
    return type;
}

template <typename F>
struct FunctionTypes;
template <typename R, typename... Args>
struct FunctionTypes<R(Args...)> {
    static CxxType result() { return cxx_type<R>(); }
    static std::vector<CxxType> parameters() { return {parameter_type<Args>()...}; }
};

} // namespace jit

template <typename F>
TypedFunction<F> Function::as() const {
    check_types(jit::FunctionTypes<F>::result(), jit::FunctionTypes<F>::parameters());
    return TypedFunction<F>(*this);
}

template <typename R>
R Function::convert(const Result& result) {
    if constexpr (std::is_void_v<R>)
        return;
    else if constexpr (std::is_same_v<R, DeviceAddress>)
        return DeviceAddress{number(result, ScalarType::of<std::uint32_t>()).template as<std::uint32_t>()};
    else if constexpr (std::is_enum_v<R>)
        return static_cast<R>(convert<std::underlying_type_t<R>>(result));
    else if constexpr (std::is_arithmetic_v<R>)
        return number(result, ScalarType::of<R>()).template as<R>();
    else
        return record(result).template as<R>();
}

} // namespace p4jit
