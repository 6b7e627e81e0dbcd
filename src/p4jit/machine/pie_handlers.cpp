// Handlers of vector instructions: each meaning behind a look at PIE_STATE.
#include "p4jit/machine/pie_handlers.hpp"

#include "p4jit/isa/table.hpp"
#include "p4jit/machine/pie_accumulator.hpp"
#include "p4jit/machine/pie_arithmetic.hpp"
#include "p4jit/machine/pie_control.hpp"
#include "p4jit/machine/pie_fft.hpp"
#include "p4jit/machine/pie_mac.hpp"
#include "p4jit/machine/pie_memory.hpp"
#include "p4jit/machine/pie_multiply.hpp"
#include "p4jit/machine/pie_permute.hpp"
#include "p4jit/machine/pie_shift.hpp"
#include "p4jit/machine/stepping.hpp"

namespace p4jit::machine {

using isa::Op;
using namespace stepping;

namespace {

/// Is the unit on? Then the instruction at hand makes its state dirty.
INLINE bool unit_is_on(Hart& hart) {
    if (hart.pie.state == UnitState::off) [[unlikely]]
        return false;
    hart.pie.state = UnitState::dirty;
    return true;
}

template <Op op>
struct PieMeaning;

#define PIE_MEANING(id)                                                                                                \
    template <>                                                                                                        \
    struct PieMeaning<Op::id> {                                                                                        \
        INLINE static Access run(Hart& hart, const auto& step, auto path) {                                            \
            if (!unit_is_on(hart)) [[unlikely]]                                                                        \
                return illegal_without_unit(hart, step, ExtensionIllegal::pie);                                        \
            if constexpr (requires { meaning::id(hart, step, path); }) {                                               \
                return meaning::id(hart, step, path);                                                                  \
            } else {                                                                                                   \
                meaning::id(hart, step);                                                                               \
                return Access::ok;                                                                                     \
            }                                                                                                          \
        }                                                                                                              \
    };
#define PIE(id, ...) PIE_MEANING(id)
#include "spec/isa/all.def"
PIE_MEANING(esp2_vsl_s32)
#undef PIE_MEANING

/// A handler with all of its meaning in it. Were a part of it a function of its
/// own that gets lanes by reference, they would have to live until the next
/// handler returns, and the tail call would become one that eats the stack.
template <Op op, Mode mode>
[[gnu::flatten]] void straight_flat(STEP_PARAMETERS) {
    straight_on<PieMeaning<op>, 2, mode, Dispatch<mode>>(step, hart, handlers, left);
}

template <Mode mode>
void add(HandlerTable& table) {
#define PIE(id, ...) table[pie_handler_id(Op::id)].run = straight_flat<Op::id, mode>;
#include "spec/isa/all.def"
    table[pie_handler_id(Op::esp2_vsl_s32)].run = straight_flat<Op::esp2_vsl_s32, mode>;
}

} // namespace

void add_pie_handlers(HandlerTable& table, bool one_step) {
    if (one_step)
        add<Mode::one_step>(table);
    else
        add<Mode::run>(table);
}

} // namespace p4jit::machine
