// Handlers of vector instructions: each meaning behind a look at PIE_STATE.
#include "p4jit/machine/pie_handlers.hpp"

#include "p4jit/isa/table.hpp"
#include "p4jit/machine/pie_arithmetic.hpp"
#include "p4jit/machine/stepping.hpp"

namespace p4jit::machine {

using isa::Op;
using namespace stepping;

namespace {

/// Runs `meaning` with the unit on, which makes its state dirty; an illegal
/// instruction while it is off.
INLINE Access with_unit_on(Hart& hart, const Step& step, auto meaning) {
    if (hart.pie.state != UnitState::dirty) [[unlikely]] {
        if (hart.pie.state == UnitState::off) return illegal_without_unit(hart, step, ExtensionIllegal::pie);
        hart.pie.state = UnitState::dirty;
    }
    return meaning();
}

template <Op op>
struct PieMeaning;

#define PIE_MEANING(id)                                                                                                \
    template <>                                                                                                        \
    struct PieMeaning<Op::id> {                                                                                        \
        INLINE static Access run(Hart& hart, const Step& step, auto path) {                                            \
            return with_unit_on(hart, step, [&] {                                                                      \
                if constexpr (requires { meaning::id(hart, step, path); }) {                                           \
                    return meaning::id(hart, step, path);                                                              \
                } else {                                                                                               \
                    meaning::id(hart, step);                                                                           \
                    return Access::ok;                                                                                 \
                }                                                                                                      \
            });                                                                                                        \
        }                                                                                                              \
    };
#define PIE(id, ...) PIE_MEANING(id)
#include "spec/isa/all.def"
PIE_MEANING(esp2_vsl_s32)
#undef PIE_MEANING

template <Mode mode>
void add(HandlerTable& table) {
#define PIE(id, ...) table[pie_handler_id(Op::id)].run = straight<PieMeaning<Op::id>, 2, mode>;
#include "spec/isa/all.def"
    table[pie_handler_id(Op::esp2_vsl_s32)].run = straight<PieMeaning<Op::esp2_vsl_s32>, 2, mode>;
}

} // namespace

void add_pie_handlers(HandlerTable& table, bool one_step) {
    if (one_step)
        add<Mode::one_step>(table);
    else
        add<Mode::run>(table);
}

} // namespace p4jit::machine
