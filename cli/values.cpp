#include "values.hpp"

#include "npy.hpp"
#include "record_text.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace p4jit::cli {

namespace {

std::optional<Scalar> parse_number(std::string_view word) {
    long long integer = 0;
    if (parse_integer(word, integer)) return Scalar::of(integer);
    if (word == "true" || word == "false") return Scalar::of(word == "true");
    if (word.starts_with('+')) word.remove_prefix(1);
    double real = 0;
    const auto [end, status] = std::from_chars(word.data(), word.data() + word.size(), real);
    if (status != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return Scalar::of(real);
}

} // namespace

std::optional<Scalar> number_as(std::string_view word, ScalarType type) {
    const auto number = parse_number(word);
    if (!number) return std::nullopt;
    if (type == ScalarType::of<float>() && number->type == ScalarType::of<double>())
        return Scalar::of(static_cast<float>(number->as<double>()));
    return number->converted_to(type);
}

namespace {

/// Does it point to characters that the function does not change?
bool takes_text(const dwarf::Type& type) {
    if (type.resolved().kind() != dwarf::TypeKind::pointer) return false;
    const auto target = type.resolved().target();
    const auto character = ScalarType::of(target);
    return target.kind() == dwarf::TypeKind::const_ && character && character->size == 1;
}

std::string describe(const dwarf::Parameter& parameter, std::size_t index) {
    return parameter.name.empty() ? fmt::format("argument {}", index + 1)
                                  : fmt::format("argument {} '{}'", index + 1, parameter.name);
}

constexpr std::size_t shown_elements = 8;

/// More than the largest PSRAM, and little for a host.
constexpr long long most_bytes = 256ll << 20;

} // namespace

CommandLineArguments::CommandLineArguments(const dwarf::Signature& signature, const std::vector<std::string>& words)
    : spelling_(signature.spelling()) {
    const auto count = signature.parameters.size();
    if (words.size() != count)
        throw ArgumentCountError(
            fmt::format("{} takes {} argument{}, got {}", spelling_, count, count == 1 ? "" : "s", words.size()));
    for (std::size_t i = 0; i < words.size(); ++i)
        values_.push_back(value_for(signature.parameters[i], i, std::string(trim(words[i]))));
}

Argument CommandLineArguments::value_for(const dwarf::Parameter& parameter, std::size_t index,
                                         const std::string& word) {
    if (word == "null") return nullptr;
    const bool is_array = word.starts_with('[') || word.starts_with('@') || word.starts_with("zeros:");
    const auto kind = parameter.type.resolved().kind();
    const bool is_reference = kind == dwarf::TypeKind::reference || kind == dwarf::TypeKind::rvalue_reference;
    if (is_array && (is_reference || kind == dwarf::TypeKind::pointer)) return array(parameter, word);
    // What is behind a reference is a value here.
    const auto value_type = is_reference ? parameter.type.resolved().target() : parameter.type;
    if (word.starts_with('{') && value_type.resolved().is_record()) {
        const auto element = ElementType::of(value_type);
        return Record{element, parse_record(element, word)};
    }
    if (takes_text(parameter.type)) return Text{word};
    const auto type = ScalarType::of(value_type);
    if (!type && value_type.resolved().is_record())
        throw ArgumentTypeError(fmt::format("{}: {} is {}; give its fields as {{1,2}}", spelling_,
                                            describe(parameter, index), parameter.type.spelling()));
    if (!type)
        throw ArgumentTypeError(fmt::format("{}: {} is {}; give an array as [1,2,3], zeros:1024 or @file.npy, or null",
                                            spelling_, describe(parameter, index), parameter.type.spelling()));
    const auto value = number_as(word, *type);
    if (!value)
        throw ArgumentValueError(fmt::format("{}: {} is {}, and '{}' is no number that fits it", spelling_,
                                             describe(parameter, index), parameter.type.spelling(), word));
    return *value;
}

Argument CommandLineArguments::array(const dwarf::Parameter& parameter, const std::string& word) {
    const auto target = parameter.type.resolved().target();
    const auto element = ScalarType::of(target).value_or(ScalarType::of<std::uint8_t>());
    auto array = std::make_unique<Array>(Array{parameter.name, element, {}, target.kind() == dwarf::TypeKind::const_});
    if (word.starts_with('@')) {
        auto file = read_npy(word.substr(1));
        array->element = file.element;
        array->bytes = std::move(file.bytes);
    } else if (word.starts_with("zeros:")) {
        long long count = 0;
        if (!parse_integer(word.substr(6), count) || count < 0)
            throw ArgumentValueError(fmt::format("'{}' is no array: write zeros:1024 for 1024 zeros", word));
        if (count > most_bytes / element.size) throw OutOfMemory(fmt::format("'{}' is more than any device has", word));
        array->bytes.resize(static_cast<std::size_t>(count) * element.size);
    } else {
        if (!word.ends_with(']'))
            throw ArgumentValueError(fmt::format("'{}' is no array: write [1,2,3], without spaces", word));
        const auto elements = trim(std::string_view(word).substr(1, word.size() - 2));
        if (elements.empty()) return keep(std::move(array));
        for (const auto piece : split(elements, ',')) {
            const auto value = number_as(trim(piece), element);
            if (!value)
                throw ArgumentValueError(
                    fmt::format("'{}' in '{}' is no number that fits {}", trim(piece), word, element.spelling()));
            const auto view = value->view();
            array->bytes.insert(array->bytes.end(), view.begin(), view.end());
        }
    }
    return keep(std::move(array));
}

Argument CommandLineArguments::keep(std::unique_ptr<Array> array) {
    arrays_.push_back(std::move(array));
    auto& kept = *arrays_.back();
    return ArrayView{kept.element, kept.bytes.data(), kept.bytes.size(), true};
}

std::string CommandLineArguments::arrays_to_text() const {
    std::string text;
    for (const auto& array : arrays_) {
        if (array->is_const) continue;
        const auto count = array->bytes.size() / array->element.size;
        text += fmt::format("{:<12} {}[{}] ", array->name, array->element.spelling(), count);
        for (std::size_t i = 0; i < std::min(count, shown_elements); ++i) {
            Scalar element{array->element, {}};
            std::copy_n(array->bytes.begin() + static_cast<std::ptrdiff_t>(i * array->element.size),
                        array->element.size, element.bytes.begin());
            text += " " + element.to_text();
        }
        text += count > shown_elements ? " …\n" : "\n";
    }
    return text;
}

std::string to_text(const Result& result) {
    if (const auto* scalar = std::get_if<Scalar>(&result)) return scalar->to_text();
    if (const auto* record = std::get_if<Record>(&result)) return record_to_text(record->type, record->bytes);
    if (const auto* address = std::get_if<DeviceAddress>(&result)) return fmt::format("{:#010x}", address->value);
    return {};
}

} // namespace p4jit::cli
