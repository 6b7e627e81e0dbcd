#include "p4jit/jit/marshal.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

/// The head of every message: "int add(int a, int b): argument 2 'b'".
std::string place(const dwarf::Signature& signature, std::size_t index) {
    const auto& name = signature.parameters[index].name;
    return fmt::format("{}: argument {}{}", signature.spelling(), index + 1,
                       name.empty() ? "" : fmt::format(" '{}'", name));
}

std::string what_is(const Argument& argument) {
    if (!argument.what.empty()) return argument.what;
    if (const auto* scalar = std::get_if<Scalar>(&argument.value))
        return fmt::format("{} of type {}", scalar->to_text(), scalar->type.spelling());
    if (const auto* array = std::get_if<ArrayView>(&argument.value))
        return fmt::format("an array of {} {}", array->size / std::max<std::size_t>(array->element.size, 1),
                           array->element.spelling());
    if (const auto* array = std::get_if<DeviceArray>(&argument.value))
        return array->element.size == 0
                   ? fmt::format("a buffer of {} bytes", array->size)
                   : fmt::format("a buffer of {} {}", array->size / array->element.size, array->element.spelling());
    return "a device address";
}

std::string hint(const Argument& argument) { return argument.suggestion.empty() ? "" : "\n  " + argument.suggestion; }

class Marshaller {
public:
    Marshaller(const dwarf::Signature& signature, const CallPlan& plan) : signature_(signature), plan_(plan) {}

    Marshalled run(std::span<const Argument> arguments) {
        if (arguments.size() != plan_.parameters.size())
            throw ArgumentCountError(fmt::format("{} takes {} argument{}, got {}", signature_.spelling(),
                                                 plan_.parameters.size(), plan_.parameters.size() == 1 ? "" : "s",
                                                 arguments.size()));
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const auto& type = plan_.parameters[i];
            if (type.kind == ParameterType::Kind::scalar)
                take_scalar(i, type, arguments[i]);
            else
                take_pointer(i, type, arguments[i]);
        }
        return std::move(result_);
    }

private:
    void put(std::uint32_t slot, ByteView bytes) {
        const auto end = slot + std::max<std::size_t>(bytes.size(), 4);
        if (result_.block.size() < end) result_.block.resize(end);
        std::ranges::copy(bytes, result_.block.begin() + slot);
    }

    void put(std::uint32_t slot, std::uint32_t word) {
        Bytes bytes;
        append_le(bytes, word);
        put(slot, ByteView(bytes));
    }

    void take_scalar(std::size_t index, const ParameterType& type, const Argument& argument) {
        const auto* scalar = std::get_if<Scalar>(&argument.value);
        if (scalar == nullptr) wrong_type(index, argument, fmt::format("takes a number ({})", spelling(index)));
        if (argument.exact && scalar->type != type.scalar)
            wrong_type(index, argument, fmt::format("is {} ({})", spelling(index), type.scalar.spelling()));
        const auto converted = scalar->converted_to(type.scalar);
        if (!converted)
            throw ArgumentValueError(fmt::format("{}: {} does not fit {} ({})", place(signature_, index),
                                                 argument.what.empty() ? scalar->to_text() : argument.what,
                                                 spelling(index), type.scalar.spelling()));
        put(type.slot, converted->view());
    }

    void take_pointer(std::size_t index, const ParameterType& type, const Argument& argument) {
        if (const auto* address = std::get_if<DeviceAddress>(&argument.value)) return put(type.slot, address->value);
        if (const auto* array = std::get_if<DeviceArray>(&argument.value)) {
            check_array(index, type, argument, *array, "buffer");
            return put(type.slot, array->address);
        }
        const auto* array = std::get_if<ArrayView>(&argument.value);
        if (array == nullptr) wrong_type(index, argument, fmt::format("takes an array ({})", spelling(index)));
        check_array(index, type, argument, *array, "array");
        put(type.slot, std::uint32_t{0});
        result_.transfers.push_back({type.slot, *array, !type.points_to_const, index});
    }

    /// Elements must be what the pointer points to. A pointer to void takes
    /// anything.
    template <typename Array>
    void check_array(std::size_t index, const ParameterType& type, const Argument& argument, const Array& array,
                     std::string_view noun) {
        if (type.points_to_scalars && array.element != type.scalar)
            wrong_type(index, argument,
                       fmt::format("is {}: elements of type {}", spelling(index), type.scalar.spelling()));
        if (!type.points_to_scalars && type.pointee_size > 1 && array.size % type.pointee_size != 0)
            wrong_type(index, argument, fmt::format("is {} of {} bytes each", spelling(index), type.pointee_size));
        if (!type.points_to_const && !array.writable)
            wrong_type(
                index, argument,
                fmt::format("is {}, which the function may write to, and the {} is read-only", spelling(index), noun));
    }

    std::string spelling(std::size_t index) const { return signature_.parameters[index].type.spelling(); }

    [[noreturn]] void wrong_type(std::size_t index, const Argument& argument, const std::string& expected) const {
        throw ArgumentTypeError(
            fmt::format("{} {}; got {}.{}", place(signature_, index), expected, what_is(argument), hint(argument)));
    }

    const dwarf::Signature& signature_;
    const CallPlan& plan_;
    Marshalled result_;
};

} // namespace

Marshalled marshal(const dwarf::Signature& signature, const CallPlan& plan, std::span<const Argument> arguments) {
    return Marshaller(signature, plan).run(arguments);
}

Result unmarshal(const CallPlan& plan, ByteView result) {
    switch (plan.result.kind) {
    case ResultType::Kind::none: return std::monostate{};
    case ResultType::Kind::pointer: return DeviceAddress{load_le<std::uint32_t>(result.data())};
    case ResultType::Kind::scalar: break;
    }
    Scalar scalar{plan.result.scalar, {}};
    std::copy_n(result.begin(), scalar.type.size, scalar.bytes.begin());
    return scalar;
}

} // namespace p4jit::jit
