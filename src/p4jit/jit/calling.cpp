#include "p4jit/jit/calling.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

namespace p4jit::jit {

namespace {

constexpr std::uint32_t original_slots = 31; ///< besides the one for the result
constexpr std::uint32_t word = 4;

bool is_pointer(const dwarf::Type& type) {
    const auto kind = type.resolved().kind();
    return kind == dwarf::TypeKind::pointer || kind == dwarf::TypeKind::reference ||
           kind == dwarf::TypeKind::rvalue_reference;
}

/// Is there a const among typedefs and qualifiers around the type?
bool is_const(dwarf::Type type) {
    for (;; type = type.target()) {
        switch (type.kind()) {
        case dwarf::TypeKind::const_: return true;
        case dwarf::TypeKind::typedef_:
        case dwarf::TypeKind::volatile_:
        case dwarf::TypeKind::restrict_:
        case dwarf::TypeKind::atomic: continue;
        default: return false;
        }
    }
}

[[noreturn]] void refuse(const dwarf::Signature& signature, const std::string& what) {
    throw SignatureError(fmt::format("{} cannot be called from the host: {}", signature.spelling(), what));
}

/// Hands out registers and stack words in the order of the parameters.
class Assigner {
public:
    explicit Assigner(CallPlan& plan) : plan_(plan) {}

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
    /// stack, aligned to its size.
    void double_word(std::uint32_t from) {
        if (next_integer_ > last_register) stack_ = (stack_ + 7) & ~7u;
        integer(from, word, false);
        integer(from + word, word, false);
    }

    std::uint32_t stack_size() const { return (stack_ + 15) & ~15u; }

private:
    static constexpr std::uint8_t first_register = 10, last_register = 17;

    void add(const Move& move) { plan_.moves.push_back(move); }
    void on_stack(std::uint32_t from, std::uint8_t size, bool sign_extend) {
        add({.to = Move::To::stack, .stack_offset = stack_, .from = from, .size = size, .sign_extend = sign_extend});
        stack_ += word;
    }

    CallPlan& plan_;
    std::uint8_t next_integer_ = first_register, next_float_ = first_register;
    std::uint32_t stack_ = 0;
};

ParameterType parameter_type(const dwarf::Signature& signature, std::size_t index) {
    const auto& parameter = signature.parameters[index];
    const auto resolved = parameter.type.resolved();
    if (is_pointer(parameter.type)) {
        const auto target = resolved.target();
        ParameterType type{.kind = ParameterType::Kind::pointer};
        if (const auto scalar = ScalarType::of(target)) {
            type.scalar = *scalar;
            type.points_to_scalars = true;
        }
        type.points_to_const = is_const(target);
        type.pointee_size = target.resolved().size();
        return type;
    }
    if (const auto scalar = ScalarType::of(parameter.type))
        return {.kind = ParameterType::Kind::scalar, .scalar = *scalar};
    const auto hint = resolved.is_record() ? "; pass a pointer to it" : "";
    refuse(signature, fmt::format("parameter {} '{}' is {} by value, which is not supported{}", index + 1,
                                  parameter.name, parameter.type.spelling(), hint));
}

ResultType result_type(const dwarf::Signature& signature) {
    const auto resolved = signature.result.resolved();
    if (resolved.is_void()) return {ResultType::Kind::none, {}};
    if (is_pointer(signature.result)) return {ResultType::Kind::pointer, ScalarType::of<std::uint32_t>()};
    if (const auto scalar = ScalarType::of(signature.result)) return {ResultType::Kind::scalar, *scalar};
    refuse(signature, fmt::format("it returns {} by value, which is not supported", signature.result.spelling()));
}

/// Slots of the size that each argument has, and the result behind them; where
/// the original's block is wanted and everything fits its slots, that one.
void lay_out_block(CallPlan& plan, BlockLayout layout) {
    std::uint32_t end = 0;
    bool fits_slots = plan.parameters.size() <= original_slots && plan.result.scalar.size <= word;
    for (auto& parameter : plan.parameters) {
        const auto size = parameter.kind == ParameterType::Kind::scalar && parameter.scalar.size == 8 ? 8u : word;
        fits_slots = fits_slots && size == word;
        end = (end + size - 1) & ~(size - 1);
        parameter.slot = end;
        end += size;
    }
    const bool compact = layout == BlockLayout::compact;
    if (compact || !fits_slots)
        plan.result_offset = std::max((end + 7) & ~7u, compact ? 0u : (original_slots + 1) * word);
    plan.cycles_offset = plan.result_offset + (fits_slots && !compact ? word : 8);
    plan.block_size = plan.cycles_offset + 8;
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
    lay_out_block(plan, layout);
    // Offsets are immediates of loads.
    if (plan.block_size > 2047) refuse(signature, "it has too many parameters");

    Assigner assigner(plan);
    for (const auto& parameter : plan.parameters) {
        const auto& scalar = parameter.scalar;
        if (parameter.kind == ParameterType::Kind::pointer)
            assigner.integer(parameter.slot, word, false);
        else if (scalar == ScalarType::of<float>())
            assigner.single(parameter.slot);
        else if (scalar.size == 8)
            assigner.double_word(parameter.slot);
        else
            assigner.integer(parameter.slot, scalar.size, scalar.kind == ScalarKind::signed_integer);
    }
    plan.stack_size = assigner.stack_size();
    return plan;
}

} // namespace p4jit::jit
