#include "p4jit/jit/marshal.hpp"

#include "p4jit/base/bits.hpp"
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

template <typename Array>
std::string elements(std::string_view noun, const Array& array) {
    const auto size = array.element.size();
    if (size == 0) return fmt::format("{} of {} bytes", noun, array.size);
    return array.element.kind() == ElementType::Kind::number
               ? fmt::format("{} of {} {}", noun, array.size / size, array.element.spelling())
               : fmt::format("{} of {} × {}", noun, array.size / size, array.element.spelling());
}

std::string what_is(const Argument& argument) {
    if (!argument.what.empty()) return argument.what;
    if (const auto* scalar = std::get_if<Scalar>(&argument.value))
        return fmt::format("{} of type {}", scalar->to_text(), scalar->type.spelling());
    if (const auto* record = std::get_if<Record>(&argument.value)) return record->type.spelling();
    if (std::holds_alternative<Text>(argument.value)) return "a text";
    if (const auto* array = std::get_if<ArrayView>(&argument.value)) return elements("an array", *array);
    if (const auto* array = std::get_if<DeviceArray>(&argument.value)) return elements("a buffer", *array);
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
            switch (type.kind) {
            case ParameterType::Kind::scalar: put(type, scalar(i, type.scalar(), arguments[i]).view()); break;
            case ParameterType::Kind::record: put(type, record(i, type, arguments[i])); break;
            case ParameterType::Kind::pointer: take_pointer(i, type, arguments[i]); break;
            }
        }
        return std::move(result_);
    }

private:
    void put(std::uint32_t slot, ByteView bytes) {
        const auto end = align_up(slot + std::max<std::size_t>(bytes.size(), 4), std::size_t{4});
        if (result_.block.size() < end) result_.block.resize(end);
        std::ranges::copy(bytes, result_.block.begin() + slot);
    }
    void put(std::uint32_t slot, std::uint32_t word) {
        Bytes bytes;
        append_le(bytes, word);
        put(slot, ByteView(bytes));
    }
    /// A value, in as many pieces as it travels in.
    void put(const ParameterType& type, ByteView value) {
        for (const auto& piece : type.pieces) put(piece.slot, value.subspan(piece.offset, piece.size));
    }

    Scalar scalar(std::size_t index, ScalarType type, const Argument& argument) const {
        const auto* scalar = std::get_if<Scalar>(&argument.value);
        if (scalar == nullptr) wrong_type(index, argument, fmt::format("takes a number ({})", spelling(index)));
        if (argument.exact && scalar->type != type)
            wrong_type(index, argument, fmt::format("is {} ({})", spelling(index), type.spelling()));
        const auto converted = scalar->converted_to(type);
        if (!converted)
            throw ArgumentValueError(fmt::format("{}: {} does not fit {} ({})", place(signature_, index),
                                                 argument.what.empty() ? scalar->to_text() : argument.what,
                                                 spelling(index), type.spelling()));
        return *converted;
    }

    const Bytes& record(std::size_t index, const ParameterType& type, const Argument& argument) const {
        const auto* record = std::get_if<Record>(&argument.value);
        if (record == nullptr) wrong_type(index, argument, fmt::format("is {} by value", spelling(index)));
        const auto difference = type.element.difference(record->type, "the value");
        if (!difference.empty() || record->bytes.size() != type.element.size())
            wrong_type(index, argument, fmt::format("is {} by value, and {}", spelling(index), difference));
        return record->bytes;
    }

    void take_pointer(std::size_t index, const ParameterType& type, const Argument& argument) {
        if (const auto* address = std::get_if<DeviceAddress>(&argument.value)) {
            if (type.is_reference && address->value == 0)
                wrong_type(index, argument, fmt::format("is {}, and a reference is never null", spelling(index)));
            return put(type.slot, address->value);
        }
        if (type.points_to_function)
            wrong_type(index, argument, fmt::format("takes a function on the device ({})", spelling(index)));
        if (const auto* array = std::get_if<DeviceArray>(&argument.value)) {
            check_array(index, type, argument, *array, "buffer");
            return put(type.slot, array->address);
        }
        if (const auto* text = std::get_if<Text>(&argument.value))
            return take_text(index, type, argument, text->characters);
        if (const auto* array = std::get_if<ArrayView>(&argument.value)) {
            check_array(index, type, argument, *array, "array");
            put(type.slot, std::uint32_t{0});
            result_.transfers.push_back({type.slot, *array, !type.points_to_const, index});
            return;
        }
        take_referred(index, type, argument);
    }

    /// A value for a reference to const.
    void take_referred(std::size_t index, const ParameterType& type, const Argument& argument) {
        const bool takes_value = type.is_reference && type.points_to_const;
        if (!takes_value) wrong_type(index, argument, fmt::format("takes an array ({})", spelling(index)));
        if (type.element.is_number()) {
            const auto value = scalar(index, type.scalar(), argument);
            const auto bytes = value.view();
            return send(index, type, Bytes(bytes.begin(), bytes.end()));
        }
        send(index, type, record(index, type, argument));
    }

    void take_text(std::size_t index, const ParameterType& type, const Argument& argument, const std::string& text) {
        const bool is_text = type.element.kind() == ElementType::Kind::unknown || type.element.size() == 1;
        if (!is_text) wrong_type(index, argument, fmt::format("takes an array ({})", spelling(index)));
        if (!type.points_to_const)
            wrong_type(
                index, argument,
                fmt::format("is {}, which the function may write to; a text is only for const", spelling(index)));
        Bytes bytes(text.begin(), text.end());
        bytes.push_back(0);
        send(index, type, std::move(bytes));
    }

    /// Lends the device a copy of the bytes for the call.
    void send(std::size_t index, const ParameterType& type, Bytes bytes) {
        auto& kept = result_.values.emplace_back(std::move(bytes));
        put(type.slot, std::uint32_t{0});
        result_.transfers.push_back({type.slot, {type.element, kept.data(), kept.size(), false}, false, index});
    }

    /// Elements must be what the pointer points to. A pointer to void takes
    /// anything, one to structures also numbers: what is in them is for the caller
    /// to know.
    template <typename Array>
    void check_array(std::size_t index, const ParameterType& type, const Argument& argument, const Array& array,
                     std::string_view noun) {
        const auto& wanted = type.element;
        const bool is_bytes = wanted.kind() == ElementType::Kind::record && array.element.is_number();
        const auto difference =
            is_bytes ? std::string() : wanted.difference(array.element, fmt::format("the {}", noun));
        if (!difference.empty() && wanted.is_number())
            wrong_type(index, argument, fmt::format("is {}: elements of type {}", spelling(index), wanted.spelling()));
        if (!difference.empty()) wrong_type(index, argument, fmt::format("is {}, and {}", spelling(index), difference));
        if (wanted.size() > 1 && array.size % wanted.size() != 0)
            wrong_type(index, argument, fmt::format("is {} of {} bytes each", spelling(index), wanted.size()));
        if (array.size < type.referred)
            wrong_type(index, argument,
                       fmt::format("is {}, which refers to {} bytes, and the {} has {}", spelling(index), type.referred,
                                   noun, array.size));
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
    case ResultType::Kind::record: break;
    case ResultType::Kind::scalar: {
        Scalar scalar{plan.result.element.scalar(), {}};
        std::copy_n(result.begin(), scalar.type.size, scalar.bytes.begin());
        return scalar;
    }
    }
    Record record{plan.result.element, Bytes(plan.result.element.size())};
    for (const auto& piece : plan.result.pieces)
        std::ranges::copy(result.subspan(piece.slot - plan.result_offset, piece.size),
                          record.bytes.begin() + piece.offset);
    return record;
}

void wrong_record(const std::string& difference) {
    throw ArgumentTypeError(fmt::format("the result is another structure: {}", difference));
}

} // namespace p4jit::jit
