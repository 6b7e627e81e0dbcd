// Handlers: the meanings of all instructions, chained by tail calls.
// How one goes on to the next: stepping.hpp. Those of vector instructions:
// pie_handlers.cpp.
#include "p4jit/machine/interpreter.hpp"

#include "p4jit/isa/table.hpp"
#include "p4jit/machine/host_float.hpp"
#include "p4jit/machine/pie_handlers.hpp"
#include "p4jit/machine/rv32a.hpp"
#include "p4jit/machine/rv32f.hpp"
#include "p4jit/machine/rv32i.hpp"
#include "p4jit/machine/rv32m.hpp"
#include "p4jit/machine/stepping.hpp"
#include "p4jit/machine/xesploop.hpp"
#include "p4jit/machine/zb.hpp"
#include "p4jit/machine/zcmp.hpp"
#include "p4jit/machine/zicsr.hpp"

namespace p4jit::machine {

using isa::Op;
using namespace stepping;

namespace {

// ---- meanings as types ----

/// What an instruction means: the function of its name in its chapter's file.
template <Op op>
struct Meaning;
#define INSN(id, ...)                                                                                                  \
    template <>                                                                                                        \
    struct Meaning<Op::id> {                                                                                           \
        INLINE static auto run(Hart& hart, const auto& step, auto path) {                                              \
            if constexpr (requires { meaning::id(hart, step, path); })                                                 \
                return meaning::id(hart, step, path);                                                                  \
            else                                                                                                       \
                return meaning::id(hart, step);                                                                        \
        }                                                                                                              \
    };
#include "spec/isa/all.def"

/// The second meaning of arithmetic: with a static rounding mode, or a dynamic
/// one that the host lacks.
template <Op op>
struct AnyModeMeaning;
#define ANY_MODE(id)                                                                                                   \
    template <>                                                                                                        \
    struct AnyModeMeaning<Op::id> {                                                                                    \
        static Access run(Hart& hart, const Step& step, FastPath) { return meaning::id##_any(hart, step); }            \
    };
ANY_MODE(fadd_s)
ANY_MODE(fsub_s)
ANY_MODE(fmul_s)
ANY_MODE(fdiv_s)
ANY_MODE(fsqrt_s)
ANY_MODE(fmadd_s)
ANY_MODE(fmsub_s)
ANY_MODE(fnmsub_s)
ANY_MODE(fnmadd_s)
ANY_MODE(fcvt_s_w)
ANY_MODE(fcvt_s_wu)
#undef ANY_MODE

// ---- handlers, by what the meaning returns ----

/// To the instruction at pc + imm, in this page unless `far`.
template <bool far, Mode mode>
INLINE void jump_by_offset(STEP_PARAMETERS) {
    if constexpr (far) {
        jump<mode>(step->pc + static_cast<std::uint32_t>(step->imm), hart, handlers, left);
    } else {
        constexpr auto bytes_per_guest_byte = std::ptrdiff_t{sizeof(Step) / 2};
        const auto* target = reinterpret_cast<const char*>(step) + step->imm * bytes_per_guest_byte;
        enter<mode>(reinterpret_cast<const Step*>(target), hart, handlers, left);
    }
}

template <typename M, unsigned halves, bool far, Mode mode>
INLINE void branch_on(STEP_PARAMETERS) {
    if (M::run(hart, *step, FastPath{}) == Condition::no) return enter<mode>(step + halves, hart, handlers, left);
    jump_by_offset<far, mode>(step, hart, handlers, left);
}

template <typename M, bool far, Mode mode>
INLINE void jump_and_link_on(STEP_PARAMETERS) {
    M::run(hart, *step, FastPath{});
    jump_by_offset<far, mode>(step, hart, handlers, left);
}

/// For meanings that use std::fma, on hosts that have the instruction.
template <typename M, unsigned halves, Mode mode>
[[gnu::target("fma")]] void straight_with_fma(STEP_PARAMETERS) {
    straight_on<M, halves, mode, Dispatch<mode>>(step, hart, handlers, left);
}

template <typename M, unsigned halves, bool far, Mode mode>
void branch(STEP_PARAMETERS) {
    branch_on<M, halves, far, mode>(step, hart, handlers, left);
}

template <typename M, bool far, Mode mode>
void jump_and_link(STEP_PARAMETERS) {
    jump_and_link_on<M, far, mode>(step, hart, handlers, left);
}

template <typename M, Mode mode>
void jump_to_register(STEP_PARAMETERS) {
    const Target target = M::run(hart, *step, FastPath{});
    jump<mode>(target.address, hart, handlers, left);
}

/// Flow: sees an exact hart, and may change everything about it.
template <typename M, unsigned halves, Mode mode>
void system(STEP_PARAMETERS) {
    hart.pc = step->pc;
    hart.left = left + 1; // it is the last of its block and has not retired
    const auto pc_behind = step->pc + 2 * halves;
    switch (M::run(hart, *step, FastPath{})) {
    case Flow::trap: hart.stop = Stop::trap; return;
    case Flow::jump: return leave(hart.pc, hart, left, Stop::again);
    case Flow::wait: return leave(pc_behind, hart, left, Stop::wait);
    case Flow::next: break;
    }
    if (hart.interrupt_pending()) return leave(pc_behind, hart, left, Stop::again);
    enter<mode>(step + halves, hart, hart.handlers, left);
}

// ---- pairs ----

/// The second of a pair as the first one's tail.
template <Op op, unsigned halves>
struct Second {
    using M = Meaning<op>;
    INLINE static void run(STEP_PARAMETERS) {
        if constexpr (op == Op::jal)
            jump_and_link_on<M, false, Mode::run>(step, hart, handlers, left);
        else if constexpr (std::is_same_v<Result<M>, Condition>)
            branch_on<M, halves, false, Mode::run>(step, hart, handlers, left);
        else
            straight_on<M, halves, Mode::run, Dispatch<Mode::run>>(step, hart, handlers, left);
    }
};

template <Op first, unsigned first_halves, Op second, unsigned second_halves>
void pair(STEP_PARAMETERS) {
    straight_on<Meaning<first>, first_halves, Mode::run, Second<second, second_halves>>(step, hart, handlers, left);
}

template <Op first, unsigned first_halves, Op second, unsigned second_halves>
[[gnu::target("fma")]] void pair_with_fma(STEP_PARAMETERS) {
    straight_on<Meaning<first>, first_halves, Mode::run, Second<second, second_halves>>(step, hart, handlers, left);
}

// ---- handlers that belong to no instruction ----

template <Mode mode>
void decode_first(STEP_PARAMETERS) {
    hart.code->decode(const_cast<Step&>(*step));
    enter<mode>(step, hart, handlers, left);
}

template <Mode mode>
void illegal_word(STEP_PARAMETERS) {
    hart.fail(Cause::illegal_instruction, static_cast<std::uint32_t>(step->imm));
    take_trap<mode>(step, hart, handlers, left);
}

template <Mode mode>
void fetch_fault(STEP_PARAMETERS) {
    hart.fail(Cause::instruction_access, static_cast<std::uint32_t>(step->imm));
    take_trap<mode>(step, hart, handlers, left);
}

template <Mode mode>
void next_page(STEP_PARAMETERS) {
    jump<mode>(step->pc, hart, handlers, left);
}

/// The instruction a hardware loop may end at: by itself, then back or on.
template <Mode mode>
void loop_end(STEP_PARAMETERS) {
    const auto& end = hart.code->loop_end(*step);
    const auto& instruction = end.steps[0];
    hart.one_step_handlers[instruction.handler].run(&instruction, hart, hart.one_step_handlers, left);
    if (hart.stop != Stop::again) return;
    if (hart.pc == end.behind) hart.pc = next_after_loop_end(hart.loops, instruction.pc, end.behind);
    if (mode == Mode::one_step || hart.yield || hart.interrupt_pending()) return;
    jump<mode>(hart.pc, hart, hart.handlers, hart.left);
}

/// A floating-point instruction while mstatus.FS is off. Before revision 3.0,
/// EXT_ILL misses loads and stores.
template <Op op, Mode mode>
void float_is_off(STEP_PARAMETERS) {
    if ((op == Op::flw || op == Op::fsw) && !hart.revision.is_v3())
        illegal(hart, *step);
    else
        illegal_without_unit(hart, *step, ExtensionIllegal::fpu);
    take_trap<mode>(step, hart, handlers, left);
}

/// The first floating-point instruction since mstatus.FS became initial or clean.
template <Mode mode>
void float_becomes_dirty(STEP_PARAMETERS) {
    hart.mstatus |= mstatus::fs_dirty;
    hart.choose_handlers();
    const auto* chosen = mode == Mode::run ? hart.handlers : hart.one_step_handlers;
    chosen[step->handler].run(step, hart, chosen, left);
}

// ---- tables ----

enum class FloatState { off, untouched, dirty, dirty_in_slow_mode, count };

constexpr bool is_fused(Op op) { return op >= Op::fmadd_s && op <= Op::fnmadd_s; }
constexpr bool is_float(Op op) { return op >= Op::flw && op <= Op::fmv_w_x; }
constexpr bool only_reads_floats(Op op) { return op == Op::fsw || op == Op::fmv_x_w || op == Op::fclass_s; }

using Run = decltype(Handler::run);

bool host_has_fma() { return __builtin_cpu_supports("fma"); }

template <Op op, unsigned variant, Mode mode>
Run plain_handler() {
    using M = Meaning<op>;
    using R = Result<M>;
    constexpr unsigned halves = variant & compressed ? 1 : 2;
    constexpr bool far = variant & other;
    if constexpr (op == Op::jal)
        return jump_and_link<M, far, mode>;
    else if constexpr (std::is_same_v<R, Condition>)
        return branch<M, halves, far, mode>;
    else if constexpr (std::is_same_v<R, Target>)
        return jump_to_register<M, mode>;
    else if constexpr (std::is_same_v<R, Flow>)
        return system<M, halves, mode>;
    else if constexpr (is_fused(op))
        return host_has_fma() ? straight_with_fma<M, halves, mode> : straight<M, halves, mode>;
    else
        return straight<M, halves, mode>;
}

template <Op op, unsigned variant, Mode mode>
Run handler(FloatState state) {
    if constexpr (is_float(op))
        if (state == FloatState::off) return float_is_off<op, mode>;
    if (is_float(op) && !only_reads_floats(op) && state == FloatState::untouched) return float_becomes_dirty<mode>;
    if constexpr (requires { sizeof(AnyModeMeaning<op>); })
        if (variant & other || state == FloatState::dirty_in_slow_mode)
            return straight < AnyModeMeaning<op>, variant & compressed ? 1 : 2, mode > ;
    return plain_handler<op, variant, mode>();
}

/// A pair's handler, or the first one's own where the two cannot run together:
/// step by step, or while floating point needs care.
template <Op first, Op second, unsigned variant, Mode mode>
Run pair_handler(FloatState state) {
    constexpr unsigned first_variant = variant & 1, first_halves = variant & 1 ? 1 : 2,
                       second_halves = variant & 2 ? 1 : 2;
    constexpr bool uses_fma = is_fused(first) || is_fused(second);
    const bool float_needs_care = (is_float(first) || is_float(second)) && state != FloatState::dirty;
    if (mode == Mode::one_step || float_needs_care || (uses_fma && !host_has_fma()))
        return handler<first, first_variant, mode>(state);
    if constexpr (uses_fma)
        return pair_with_fma<first, first_halves, second, second_halves>;
    else
        return pair<first, first_halves, second, second_halves>;
}

template <Mode mode>
HandlerTable make_table(FloatState state) {
    HandlerTable table{};
    const auto special = [&table](SpecialHandler id, Run run) { table[static_cast<std::size_t>(id)].run = run; };
    special(SpecialHandler::decode, decode_first<mode>);
    special(SpecialHandler::illegal, illegal_word<mode>);
    special(SpecialHandler::fetch_fault, fetch_fault<mode>);
    special(SpecialHandler::next_page, next_page<mode>);
    special(SpecialHandler::loop_end, loop_end<mode>);
#define INSN(id, ...)                                                                                                  \
    table[handler_id(Op::id, 0)].run = handler<Op::id, 0, mode>(state);                                                \
    table[handler_id(Op::id, 1)].run = handler<Op::id, 1, mode>(state);                                                \
    table[handler_id(Op::id, 2)].run = handler<Op::id, 2, mode>(state);                                                \
    table[handler_id(Op::id, 3)].run = handler<Op::id, 3, mode>(state);
#include "spec/isa/all.def"
#define PAIR(first, second)                                                                                            \
    table[pair_handler_id(pair_##first##_##second, false, false)].run =                                                \
        pair_handler<Op::first, Op::second, 0, mode>(state);                                                           \
    table[pair_handler_id(pair_##first##_##second, true, false)].run =                                                 \
        pair_handler<Op::first, Op::second, 1, mode>(state);                                                           \
    table[pair_handler_id(pair_##first##_##second, false, true)].run =                                                 \
        pair_handler<Op::first, Op::second, 2, mode>(state);                                                           \
    table[pair_handler_id(pair_##first##_##second, true, true)].run =                                                  \
        pair_handler<Op::first, Op::second, 3, mode>(state);
#include "p4jit/machine/pairs.def"
    add_pie_handlers(table, mode == Mode::one_step);
    return table;
}

template <Mode mode>
const Handler* table_for(FloatState state) {
    static const std::array tables = {make_table<mode>(FloatState::off), make_table<mode>(FloatState::untouched),
                                      make_table<mode>(FloatState::dirty),
                                      make_table<mode>(FloatState::dirty_in_slow_mode)};
    return tables[static_cast<std::size_t>(state)].data();
}

FloatState float_state(const Hart& hart) {
    switch (hart.mstatus & mstatus::fs) {
    case mstatus::fs_off: return FloatState::off;
    case mstatus::fs_dirty: break;
    default: return FloatState::untouched;
    }
    const bool host_has_mode = hart.frm < static_cast<std::uint32_t>(Rounding::nearest_max_magnitude);
    return host_has_mode ? FloatState::dirty : FloatState::dirty_in_slow_mode;
}

} // namespace

bool ends_block(Op op) {
    switch (op) {
#define INSN(id, ...)                                                                                                  \
    case Op::id: {                                                                                                     \
        using R = Result<Meaning<Op::id>>;                                                                             \
        return Op::id == Op::jal || std::is_same_v<R, Condition> || std::is_same_v<R, Target> ||                       \
               std::is_same_v<R, Flow>;                                                                                \
    }
#include "spec/isa/all.def"
    default: return true;
    }
}

HandlerId fused_handler(HandlerId first, HandlerId second) {
    // The pair of two ops, plus one; 0 for none.
    static const auto pairs = [] {
        std::array<std::array<std::uint8_t, isa::scalar_op_count>, isa::scalar_op_count> table{};
#define PAIR(a, b) table[std::size_t(Op::a)][std::size_t(Op::b)] = pair_##a##_##b + 1;
#include "p4jit/machine/pairs.def"
        return table;
    }();
    static_assert(pair_count < 255);
    constexpr auto base = handler_id(Op{}, 0);
    const auto is_scalar = [](HandlerId id) {
        return id >= base && id < scalar_handlers_end && !((id - base) & other);
    };
    if (!is_scalar(first) || !is_scalar(second)) return first;
    const auto pair = pairs[(first - base) / 4u][(second - base) / 4u];
    if (pair == 0) return first;
    return pair_handler_id(pair - 1u, (first - base) & compressed, (second - base) & compressed);
}

void Hart::choose_handlers() {
    const auto state = float_state(*this);
    handlers = table_for<Mode::run>(state);
    one_step_handlers = table_for<Mode::one_step>(state);
}

namespace {

/// Runs from hart.pc until a handler leaves.
void run_steps(Hart& hart) {
    auto* step = hart.code->find(hart.pc);
    if (step == nullptr) {
        hart.fail(Cause::instruction_access, hart.pc);
        hart.stop = Stop::trap;
        return;
    }
    if (step->handler == static_cast<HandlerId>(SpecialHandler::decode)) hart.code->decode(*step);
    if (step->count <= hart.left)
        hart.handlers[step->handler].run(step, hart, hart.handlers, hart.left - step->count);
    else
        hart.one_step_handlers[step->handler].run(step, hart, hart.one_step_handlers, hart.left - 1);
}

} // namespace

void run(Hart& hart, std::int64_t budget) {
    const HostFloat unit(hart.frm);
    hart.budget = hart.left = budget;
    hart.stop = Stop::again;
    hart.yield = false;
    while (hart.stop == Stop::again && !hart.yield) {
        if (hart.interrupt_pending()) hart.enter_interrupt();
        if (hart.left <= 0) break;
        run_steps(hart);
    }
    hart.fflags |= HostFloat::exceptions();
    hart.retired_before = hart.retired();
    hart.budget = hart.left = 0;
}

} // namespace p4jit::machine
