"""QACC and XACC: multiply-accumulate, shift out, move in, clear.

QACC is 16 accumulators of 32 bits for 8-bit lanes, 8 of 64 bits for 16-bit lanes; accumulator i lies at
bits of its own width times i. XACC has 40 bits.
"""
import numpy as np

from model import define
from model_lanes import amount_mask, complex_product, interleave, sixteen, with_load, with_store
from state import LANES, S8, S16, S32, U32, XACC_BITS, Lane

SHORT = tuple((name, lane) for name, lane in LANES.items() if lane.bits < 32)


def offset(m):
    return m.value("off1616")


def register(m):
    return m.gpr("rs2")


def define_fused(mnemonic, operation, store):
    define(mnemonic, operation)
    define(mnemonic + ".ld.ip", with_load(operation, offset))
    define(mnemonic + ".ld.xp", with_load(operation, register))
    if store:
        define(mnemonic + ".st.ip", with_store(operation, offset))
        define(mnemonic + ".st.xp", with_store(operation, register))


def add_to_accumulators(m, lane, delta, first=0):
    """Adds to the accumulators from `first` on; one clamp of the exact sum, or a wrap."""
    everything = m.accumulators(lane)
    chosen = slice(first, first + delta.shape[1])
    old = everything[:, chosen]
    if lane.bits == 8:
        everything[:, chosen] = m.fit(old.astype(np.int64) + delta, lane.accumulator)
    else:
        everything[:, chosen] = add_64(m, old, delta.astype(old.dtype), lane.accumulator)
    m.put_accumulators(everything, lane)


def add_64(m, old, delta, accumulator):
    total = old + delta
    if accumulator.signed:
        overflow = ((old ^ total) & (delta ^ total)) < 0
    else:
        overflow = total < old
    if not m.saturates:
        return total
    m.note_clamped(overflow)
    limit = np.where(old < 0, old.dtype.type(accumulator.low), old.dtype.type(accumulator.high))
    return np.where(overflow, limit, total)


def vmulas_qacc(lane):
    return lambda m: add_to_accumulators(m, lane, m.q("qx", lane) * m.q("qy", lane))


def vsmulas_qacc(lane):
    def run(m):
        factor = m.q("qy", lane)[:, m.value("sel16") % lane.count]
        add_to_accumulators(m, lane, m.q("qx", lane) * factor[:, None])
    return run


def vcmulas_qacc(lane, half):
    def run(m):
        first = half * lane.count // 2
        chosen = slice(first, first + lane.count // 2)
        product = complex_product(m.q("qx", lane)[:, chosen], m.q("qy", lane)[:, chosen], False)
        add_to_accumulators(m, lane, interleave(*product), first)
    return run


def vmulas_xacc(lane):
    def run(m):
        products = m.q("qx", lane) * m.q("qy", lane)
        total = m.xacc(lane.signed) + products.sum(axis=1, keepdims=True)
        m.put_xacc(m.fit(total, Lane(XACC_BITS, lane.signed)) if m.saturates else total)
    return run


def with_broadcast_load(operation, lane):
    """One element at rs1 to all lanes of qu; rs1 moves by its size."""
    size = lane.bits // 8

    def run(m):
        data = m.load(m.gpr("rs1"), size)
        operation(m)
        m.put_q_bytes("qu", np.tile(data, lane.count))
        m.step_pointer("rs1", size)
    return run


for name, lane in SHORT:
    define_fused(f"vmulas.{name}.qacc", vmulas_qacc(lane), store=True)
    define(f"vmulas.{name}.qacc.ldbc.incp", with_broadcast_load(vmulas_qacc(lane), lane))
    define_fused(f"vmulas.{name}.xacc", vmulas_xacc(lane), store=True)
    define(f"vsmulas.{name}.qacc", vsmulas_qacc(lane))
    define(f"vsmulas.{name}.qacc.ld.incp", with_load(vsmulas_qacc(lane), sixteen))
for lane in (S8, S16):
    for half, letter in enumerate("lh"):
        define_fused(f"vcmulas.s{lane.bits}.qacc.{letter}", vcmulas_qacc(lane, half), store=False)

# Out of the accumulators


def srcmb(lane, amount):
    """QACC keeps what has been shifted; qu gets it clamped, or its low bits."""
    def run(m):
        values = m.accumulators(lane)
        values = values.astype(np.int64) if lane.bits == 8 else values
        shifted = m.shift(values, amount(m) & amount_mask(lane))
        m.put_accumulators(shifted, lane)
        saturates = bool(m.value("sel2")) if m.revision == "2.1" else m.saturates
        m.put_q("qu", m.fit(shifted, lane, saturates), lane)
    return run


def lanes_of_qw(lane):
    return lambda m: m.q("qw", Lane(lane.bits, False))


def srs(lane):
    def run(m):
        shifted = m.shift(m.xacc(lane.signed), m.gpr("rs1") & 63)
        m.put_xacc(shifted)
        m.put_gpr("rd", m.fit(shifted, lane))
    return run


def mov_qacc(lane):
    return lambda m: m.put_accumulators(m.q("qu", lane), lane)


for name, lane in SHORT:
    define(f"srcmb.{name}.qacc", srcmb(lane, lambda m: m.gpr("rs1")))
    define(f"srcmb.{name}.q.qacc", srcmb(lane, lanes_of_qw(lane)))
    define(f"mov.{name}.qacc", mov_qacc(lane))
define("srs.s.xacc", srs(S32))
define("srs.u.xacc", srs(U32))
define("zero.q", lambda m: m.put_q_bytes("qz", 0))
define("zero.qacc", lambda m: m.put_accumulators(np.zeros_like(m.accumulators(S8)), S8))
define("zero.xacc", lambda m: m.put_xacc(np.zeros_like(m.xacc(False))))
