// How a handler goes on to the next one: shared by interpreter.cpp, which has
// the handlers of the base ISA, and pie_handlers.cpp.
//
// A handler runs one step and calls the next step's handler as its last act,
// which compilers turn into a jump as long as optimisation is on; both files
// are compiled with it in every build. What it carries along stays in host
// registers: the step, the hart, the handler table, the budget that is left.
//
// The budget is charged for a whole block on entry. A handler that leaves in
// the middle gives back what has not run.
#pragma once

#include "p4jit/machine/meaning.hpp"

#include <type_traits>
#include <utility>

namespace p4jit::machine::stepping {

enum class Mode { run, one_step };

#define STEP_PARAMETERS                                                                                                \
    [[maybe_unused]] const Step *step, Hart &hart, [[maybe_unused]] const Handler *handlers, std::int64_t left
#define INLINE [[gnu::always_inline]] inline

// ---- going on from a step ----

INLINE void leave(std::uint32_t pc, Hart& hart, std::int64_t left, Stop stop) {
    hart.pc = pc;
    hart.left = left;
    hart.stop = stop;
}

/// On to the next step of the same block.
template <Mode mode>
INLINE void go_on(STEP_PARAMETERS) {
    if constexpr (mode == Mode::one_step)
        leave(step->pc, hart, left, Stop::again);
    else
        handlers[step->handler].run(step, hart, handlers, left);
}

/// Into a new block.
template <Mode mode>
INLINE void enter(STEP_PARAMETERS) {
    if constexpr (mode == Mode::run) {
        left -= step->count;
        if (left < 0) [[unlikely]]
            return leave(step->pc, hart, left + step->count, Stop::again);
    }
    go_on<mode>(step, hart, handlers, left);
}

/// Into the block at an address in any page.
template <Mode mode>
INLINE void jump(std::uint32_t pc, Hart& hart, const Handler* handlers, std::int64_t left) {
    const auto* page = hart.code_pages[pc >> page_bits];
    if (page == nullptr) [[unlikely]]
        return leave(pc, hart, left, Stop::again);
    enter<mode>(&page->steps[pc / 2 % steps_per_page], hart, handlers, left);
}

/// What the block was charged for this step and those behind it.
template <Mode mode>
INLINE std::int64_t charged(const Step* step) {
    return mode == Mode::run ? step->count : 1;
}

template <Mode mode>
INLINE void take_trap(STEP_PARAMETERS) {
    leave(step->pc, hart, left + charged<mode>(step), Stop::trap);
}

template <typename M>
using Result = decltype(M::run(std::declval<Hart&>(), std::declval<const Step&>(), FastPath{}));

/// An access that is not plain: again, through everything.
template <typename M, unsigned halves, Mode mode>
[[gnu::noinline]] void access_slowly(STEP_PARAMETERS) {
    const auto behind = charged<mode>(step) - 1; // a store that resets the page clears the count
    const Access access = M::run(hart, *step, SlowPath{});
    if (access == Access::trapped) return take_trap<mode>(step, hart, handlers, left);
    if (access == Access::recheck) return leave(step->pc + 2 * halves, hart, left + behind, Stop::again);
    go_on<mode>(step + halves, hart, handlers, left);
}

/// What an access that FastPath cannot do comes to: SlowPath, or a trap.
template <typename M, unsigned halves, Mode mode>
INLINE void not_ok(STEP_PARAMETERS) {
    if constexpr (requires { M::run(hart, *step, SlowPath{}); })
        access_slowly<M, halves, mode>(step, hart, handlers, left);
    else
        take_trap<mode>(step, hart, handlers, left);
}

/// A tail of a handler: the next step's own handler.
template <Mode mode>
struct Dispatch {
    INLINE static void run(STEP_PARAMETERS) { go_on<mode>(step, hart, handlers, left); }
};

/// void and Access: straight on, to what `Tail` does with the step behind.
template <typename M, unsigned halves, Mode mode, typename Tail>
INLINE void straight_on(STEP_PARAMETERS) {
    if constexpr (std::is_same_v<Result<M>, Access>) {
        if (M::run(hart, *step, FastPath{}) != Access::ok) [[unlikely]]
            return not_ok<M, halves, mode>(step, hart, handlers, left);
    } else {
        M::run(hart, *step, FastPath{});
    }
    Tail::run(step + halves, hart, handlers, left);
}

template <typename M, unsigned halves, Mode mode>
void straight(STEP_PARAMETERS) {
    straight_on<M, halves, mode, Dispatch<mode>>(step, hart, handlers, left);
}

} // namespace p4jit::machine::stepping
