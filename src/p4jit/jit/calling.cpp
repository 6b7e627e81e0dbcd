#include "p4jit/jit/calling.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/base/error.hpp"
#include "p4jit/jit/psabi.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

constexpr std::uint32_t original_slots = 31; ///< besides the one for the result
constexpr std::uint32_t word = 4;

bool is_pointer(const dwarf::Type& type) {
    const auto kind = type.resolved().kind();
    return kind == dwarf::TypeKind::pointer || kind == dwarf::TypeKind::reference ||
           kind == dwarf::TypeKind::rvalue_reference;
}

/// Is there a const among typedefs, qualifiers and dimensions around the type?
bool is_const(dwarf::Type type) {
    for (;; type = type.target()) {
        switch (type.kind()) {
        case dwarf::TypeKind::const_: return true;
        case dwarf::TypeKind::array:
        case dwarf::TypeKind::typedef_:
        case dwarf::TypeKind::volatile_:
        case dwarf::TypeKind::restrict_:
        case dwarf::TypeKind::atomic: continue;
        default: return false;
        }
    }
}

/// What an array holds, however many dimensions it has.
dwarf::Type innermost(dwarf::Type type) {
    while (type.resolved().kind() == dwarf::TypeKind::array) type = type.resolved().target();
    return type;
}

/// Is it passed by value as a structure is?
bool is_value_record(const dwarf::Type& type) {
    const auto kind = type.resolved().kind();
    return type.resolved().is_record() || (kind == dwarf::TypeKind::complex && type.resolved().size() <= 16);
}

[[noreturn]] void refuse(const dwarf::Signature& signature, const std::string& what) {
    throw SignatureError(fmt::format("{} cannot be called from the host: {}", signature.spelling(), what));
}

/// Hands out registers, stack words and the block's slots in the order of the
/// parameters.
class Assigner {
public:
    explicit Assigner(CallPlan& plan) : plan_(plan) {}

    void add(ParameterType& parameter, const dwarf::Type& type) {
        current_ = &parameter;
        if (parameter.kind == ParameterType::Kind::pointer)
            integer(piece(0, word), word, false);
        else if (parameter.kind == ParameterType::Kind::record)
            record(type.resolved());
        else
            scalar(parameter.scalar());
        if (!parameter.pieces.empty()) parameter.slot = parameter.pieces.front().slot;
    }

    /// Where the function is to put a result that is longer than two registers.
    void add_result_address() {
        result_address_ = plan_.moves.size();
        integer(0, word, false);
        plan_.moves.back().is_address = true;
    }

    /// The end of all slots: values that are passed by reference come last,
    /// since only their addresses are in instructions.
    void finish() {
        for (const auto& [move, parameter, alignment] : by_reference_) {
            auto& value = *parameter;
            const auto size = static_cast<std::uint32_t>(value.element.size());
            value.slot = take(align_up(size, word), std::clamp(alignment, 4u, block_alignment));
            value.pieces = {{0, size, value.slot}};
            plan_.moves[move].from = value.slot;
        }
        plan_.stack_size = align_up(stack_, 16u);
    }

    void place_result(std::uint32_t offset) {
        if (result_address_) plan_.moves[*result_address_].from = offset;
    }

    std::uint32_t end() const { return end_; }

private:
    static constexpr std::uint8_t first_register = 10, last_register = 17;

    struct ByReference {
        std::size_t move;
        ParameterType* parameter;
        std::uint32_t alignment;
    };

    std::uint32_t take(std::uint32_t size, std::uint32_t alignment) {
        const auto at = align_up(end_, alignment);
        end_ = at + size;
        return at;
    }

    /// A slot for some bytes of the current parameter.
    std::uint32_t piece(std::uint32_t offset, std::uint32_t size) {
        const auto slot = size > word ? take(8, 8) : take(word, word);
        current_->pieces.push_back({offset, size, slot});
        return slot;
    }

    void scalar(ScalarType type) {
        const auto slot = piece(0, type.size);
        if (type == ScalarType::of<float>())
            single(slot);
        else if (type.size == 8)
            double_word(slot, 8);
        else
            integer(slot, type.size, type.kind == ScalarKind::signed_integer);
    }

    void record(const dwarf::Type& type) {
        const auto size = static_cast<std::uint32_t>(type.size());
        if (size == 0 || (flat_record(type))) return;
        if (size > 2 * word) {
            by_reference_.push_back({plan_.moves.size(), current_, type.alignment()});
            integer(0, word, false);
            plan_.moves.back().is_address = true;
        } else if (size > word) {
            double_word(piece(0, size), type.alignment());
        } else {
            integer(piece(0, size), word, false);
        }
    }

    /// One or two floats, or a float and an integer, in registers of their own.
    bool flat_record(const dwarf::Type& type) {
        const auto fields = flatten(type);
        if (!fields || fields->empty()) return false;
        const auto floats = std::ranges::count(*fields, true, &FlatField::is_float);
        const auto integers = static_cast<std::ptrdiff_t>(fields->size()) - floats;
        const bool has_room =
            next_float_ + floats <= last_register + 1 && next_integer_ + integers <= last_register + 1;
        if (floats == 0 || !has_room) return false;
        for (const auto& field : *fields) {
            const auto slot = piece(field.offset, field.size);
            field.is_float ? single(slot) : integer(slot, field.size, field.is_signed);
        }
        return true;
    }

    void integer(std::uint32_t from, std::uint8_t size, bool sign_extend) {
        if (next_integer_ <= last_register)
            add({.to = Move::To::integer_register,
                 .number = next_integer_++,
                 .from = from,
                 .size = size,
                 .sign_extend = sign_extend});
        else
            on_stack(from, size, sign_extend);
    }

    /// A float: a register of its own kind, else like an integer.
    void single(std::uint32_t from) {
        if (next_float_ <= last_register)
            add({.to = Move::To::float_register, .number = next_float_++, .from = from});
        else
            integer(from, word, false);
    }

    /// Twice XLEN: a register pair, the last register and a stack word, or the
    /// stack, aligned as the type is.
    void double_word(std::uint32_t from, std::uint32_t alignment) {
        if (next_integer_ > last_register && alignment > word) stack_ = align_up(stack_, 8u);
        integer(from, word, false);
        integer(from + word, word, false);
    }

    void add(const Move& move) { plan_.moves.push_back(move); }
    void on_stack(std::uint32_t from, std::uint8_t size, bool sign_extend) {
        add({.to = Move::To::stack, .stack_offset = stack_, .from = from, .size = size, .sign_extend = sign_extend});
        stack_ += word;
    }

    CallPlan& plan_;
    ParameterType* current_ = nullptr;
    std::vector<ByReference> by_reference_;
    std::optional<std::size_t> result_address_;
    std::uint8_t next_integer_ = first_register, next_float_ = first_register;
    std::uint32_t stack_ = 0, end_ = 0;
};

void check_value(const dwarf::Signature& signature, const dwarf::Type& type, const std::string& subject) {
    const auto resolved = type.resolved();
    if (resolved.is_passed_by_reference())
        refuse(signature, fmt::format("{} {} by value, which only its C++ constructors may copy; take a reference or "
                                      "a pointer to it",
                                      subject, type.spelling()));
    if (!is_value_record(type))
        refuse(signature, fmt::format("{} {} by value, which is not supported", subject, type.spelling()));
}

ParameterType parameter_type(const dwarf::Signature& signature, std::size_t index) {
    const auto& parameter = signature.parameters[index];
    const auto resolved = parameter.type.resolved();
    if (is_pointer(parameter.type)) {
        const auto target = resolved.target();
        ParameterType type{.kind = ParameterType::Kind::pointer, .element = ElementType::of(innermost(target))};
        type.points_to_const = is_const(target);
        type.points_to_function = target.resolved().kind() == dwarf::TypeKind::function;
        type.is_reference = resolved.kind() != dwarf::TypeKind::pointer;
        if (type.is_reference) type.referred = target.resolved().size();
        return type;
    }
    if (const auto scalar = ScalarType::of(parameter.type))
        return {.kind = ParameterType::Kind::scalar, .element = *scalar};
    check_value(signature, parameter.type, fmt::format("parameter {} '{}' is", index + 1, parameter.name));
    return {.kind = ParameterType::Kind::record, .element = ElementType::of(parameter.type)};
}

ResultType result_type(const dwarf::Signature& signature) {
    if (signature.result.resolved().is_void()) return {ResultType::Kind::none, {}};
    if (is_pointer(signature.result)) return {ResultType::Kind::pointer, ScalarType::of<std::uint32_t>()};
    if (const auto scalar = ScalarType::of(signature.result)) return {ResultType::Kind::scalar, *scalar};
    check_value(signature, signature.result, "it returns");
    return {ResultType::Kind::record, ElementType::of(signature.result)};
}

/// Registers that hold the result, and where they go behind `offset`.
void plan_result(ResultType& result, const dwarf::Type& type, std::uint32_t offset) {
    const auto size = static_cast<std::uint32_t>(result.element.size());
    if (result.kind == ResultType::Kind::none || size == 0) return;
    const auto fields = result.kind == ResultType::Kind::record ? flatten(type) : std::nullopt;
    if (fields && std::ranges::any_of(*fields, &FlatField::is_float)) {
        std::uint8_t integers = 10, floats = 10;
        for (const auto& field : *fields) {
            result.pieces.push_back({field.offset, field.size, offset});
            result.moves.push_back({field.is_float, field.is_float ? floats++ : integers++, offset, field.size});
            offset += word;
        }
        return;
    }
    result.pieces = {{0, size, offset}};
    if (size > 2 * word) return;
    const bool is_float = result.kind == ResultType::Kind::scalar && result.element.scalar() == ScalarType::of<float>();
    const bool is_scalar = result.kind != ResultType::Kind::record;
    result.moves.push_back({is_float, 10, offset, static_cast<std::uint8_t>(is_scalar ? std::min(size, word) : word)});
    if (size > word) result.moves.push_back({false, 11, offset + word, word});
}

/// Puts the result behind the arguments; where the original's block is wanted
/// and everything fits its slots, into its last slot.
void lay_out_result(CallPlan& plan, const dwarf::Type& type, BlockLayout layout, std::uint32_t end) {
    const auto in_one_slot = [](const ParameterType& parameter) {
        return parameter.pieces.size() == 1 && parameter.pieces.front().size <= word;
    };
    const auto size = static_cast<std::uint32_t>(plan.result.element.size());
    const bool fits_slots =
        plan.parameters.size() <= original_slots && size <= word && std::ranges::all_of(plan.parameters, in_one_slot);
    const bool compact = layout == BlockLayout::compact;
    if (compact || !fits_slots) {
        const auto alignment = std::clamp(type.alignment(), 8u, block_alignment);
        plan.result_offset = std::max(align_up(end, alignment), compact ? 0u : (original_slots + 1) * word);
    }
    const auto room = std::max(align_up(size, 8u), 8u);
    plan.cycles_offset = plan.result_offset + (fits_slots && !compact ? word : room);
    plan.block_size = plan.cycles_offset + 8;
    plan_result(plan.result, type, plan.result_offset);
}

} // namespace

CallPlan plan_call(const dwarf::Signature& signature, BlockLayout layout) {
    if (signature.is_variadic)
        refuse(signature, "it is variadic; wrap it in a function with a fixed list of parameters");
    if (signature.is_unprototyped) refuse(signature, "it is declared without a parameter list; write (void) for none");

    CallPlan plan;
    for (std::size_t i = 0; i < signature.parameters.size(); ++i)
        plan.parameters.push_back(parameter_type(signature, i));
    plan.result = result_type(signature);

    Assigner assigner(plan);
    const bool is_long = plan.result.kind == ResultType::Kind::record && plan.result.element.size() > 2 * word;
    if (is_long) assigner.add_result_address();
    for (std::size_t i = 0; i < plan.parameters.size(); ++i)
        assigner.add(plan.parameters[i], signature.parameters[i].type);
    assigner.finish();
    // Offsets on the stack are immediates of loads.
    if (plan.stack_size > 2047 - 16) refuse(signature, "it has too many parameters");
    lay_out_result(plan, signature.result.resolved(), layout, assigner.end());
    assigner.place_result(plan.result_offset);
    return plan;
}

} // namespace p4jit::jit
