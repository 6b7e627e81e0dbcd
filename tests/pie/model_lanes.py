"""Lane by lane: add, compare, clamp, multiply, shift, activate; and the fused loads and stores around them."""
import numpy as np

from model import define
from state import LANES, S8, S16, S32, U32, Lane

ALL = tuple(LANES.items())
SHORT = tuple((name, lane) for name, lane in ALL if lane.bits < 32)
PLAIN = {"8": S8, "16": S16, "32": S32}


def with_load(operation, step):
    """qu := mem128[rs1] after the operation's own result."""
    def run(m):
        address = m.gpr("rs1")
        data = m.load(address, 16)
        operation(m)
        m.put_q_bytes("qu", data)
        m.step_pointer("rs1", step(m))
    return run


def with_store(operation, step):
    """mem128[rs1] := old qu."""
    def run(m):
        m.store(m.gpr("rs1"), m.q_bytes("qu"))
        operation(m)
        m.step_pointer("rs1", step(m))
    return run


def sixteen(_):
    return 16


def define_incp(mnemonic, operation, store=True):
    define(mnemonic, operation)
    define(mnemonic + ".ld.incp", with_load(operation, sixteen))
    if store:
        define(mnemonic + ".st.incp", with_store(operation, sixteen))


# Sums, comparisons, limits


def saturating(lane, combine):
    def run(m):
        m.put_q("qv", m.fit(combine(m.q("qx", lane), m.q("qy", lane)), lane), lane)
    return run


def saturating_scalar(lane, combine):
    def run(m):
        m.put_q("qv", m.fit(combine(m.q("qx", lane), m.gpr("rs1", lane)), lane), lane)
    return run


def plain(lane, combine):
    def run(m):
        m.put_q("qz", combine(m.q("qx", lane), m.q("qy", lane)), lane)
    return run


def compare(lane, relation):
    return plain(lane, lambda x, y: np.where(relation(x, y), -1, 0))


def reduce(lane, extreme):
    def run(m):
        m.put_gpr("rd", extreme(m.q("qw", lane), axis=1))
    return run


def vsat(lane):
    def run(m):
        one, other = m.gpr("rs1", lane), m.gpr("rs2", lane)
        low, high = np.minimum(one, other), np.maximum(one, other)
        m.put_q("qz", np.minimum(np.maximum(m.q("qx", lane), low), high), lane)
    return run


for name, lane in ALL:
    define_incp(f"vadd.{name}", saturating(lane, np.add))
    define_incp(f"vsub.{name}", saturating(lane, np.subtract))
    define_incp(f"vmax.{name}", plain(lane, np.maximum))
    define_incp(f"vmin.{name}", plain(lane, np.minimum))
    define(f"max.{name}.a", reduce(lane, np.max))
    define(f"min.{name}.a", reduce(lane, np.min))
    define(f"vsat.{name}", vsat(lane))
    define(f"vcmp.eq.{name}", compare(lane, np.equal))
    define(f"vcmp.lt.{name}", compare(lane, np.less))
    define(f"vcmp.gt.{name}", compare(lane, np.greater))

for name, lane in SHORT:
    define(f"vsadds.{name}", saturating_scalar(lane, np.add))
    define(f"vssubs.{name}", saturating_scalar(lane, np.subtract))


def vabs(lane):
    def run(m):
        m.put_q("qv", m.fit(np.abs(m.q("qy", lane)), lane), lane)
    return run


for name, lane in PLAIN.items():
    define(f"vabs.{name}", vabs(lane))


def vclamp(m):
    bound = 1 << m.value("sel16")
    m.put_q("qz", np.clip(m.q("qx", S16), -bound, bound - 1), S16)


define("vclamp.s16", vclamp)

# Bits of whole registers, and the four scalar instructions

define("andq", plain(U32, np.bitwise_and))
define("orq", plain(U32, np.bitwise_or))
define("xorq", plain(U32, np.bitwise_xor))
define("notq", lambda m: m.put_q("qz", ~m.q("qx", U32), U32))


def scaled(shift, combine):
    def run(m):
        m.put_gpr("xd", combine(m.gpr("x1"), m.gpr("x2") << shift))
    return run


def sat(m):
    one, other = m.gpr("x0", S32), m.gpr("x1", S32)
    low, high = np.minimum(one, other), np.maximum(one, other)
    m.put_gpr("xsd", np.minimum(np.maximum(m.gpr("xsd", S32), low), high))


define("addx2", scaled(1, np.add))
define("addx4", scaled(2, np.add))
define("subx2", scaled(1, np.subtract))
define("subx4", scaled(2, np.subtract))
define("sat", sat)

# Multiplies


def vmul(lane):
    def run(m):
        product = m.q("qx", lane) * m.q("qy", lane)
        m.put_q("qz", m.fit(m.shift(product, m.special("sar")), lane), lane)
    return run


def vmul_widening(lane):
    """The low half of the products to qz, the high half to qv."""
    def run(m):
        product = m.q("qx", lane) * m.q("qy", lane)
        wide = m.fit(m.shift(product, m.special("sar")), lane.twice, saturates=True)
        half = lane.count // 2
        m.put_q("qz", wide[:, :half], lane.twice)
        m.put_q("qv", wide[:, half:], lane.twice)
    return run


def complex_product(a, b, conjugate):
    """a * b, or conj(a) * b, of (re, im) pairs in neighbouring lanes."""
    sign = -1 if conjugate else 1
    a_re, a_im, b_re, b_im = a[:, 0::2], sign * a[:, 1::2], b[:, 0::2], b[:, 1::2]
    return a_re * b_re - a_im * b_im, a_re * b_im + a_im * b_re


def interleave(re, im):
    return np.stack([re, im], axis=2).reshape(len(re), -1)


def cmul(lane):
    def run(m):
        half, conjugate = m.value("sel4") & 1, m.value("sel4") >> 1
        chosen = slice(half * lane.count // 2, (half + 1) * lane.count // 2)
        product = complex_product(m.q("qx", lane)[:, chosen], m.q("qy", lane)[:, chosen], conjugate)
        lanes = m.q("qz", lane)
        lanes[:, chosen] = m.fit(m.shift(interleave(*product), m.special("sar")), lane)
        m.put_q("qz", lanes, lane)
    return run


for name, lane in SHORT:
    define_incp(f"vmul.{name}", vmul(lane))
    define_incp(f"cmul.{name}", cmul(lane))
define("vmul.s16.s8xs8", vmul_widening(S8))
define("vmul.s32.s16xs16", vmul_widening(S16))

# Activations: what is not positive is multiplied


def activate(m, data, alpha, amount, lane):
    negative = data <= 0
    scaled_down = m.shift(data * alpha, amount, counts=negative)
    return np.where(negative, m.fit(scaled_down, lane, counts=negative), data)


def amount_mask(lane):
    """5 bits of the amount for 8-bit lanes, 6 for 16-bit lanes."""
    return 31 if lane.bits == 8 else 63


def vrelu(lane):
    def run(m):
        amount = m.gpr("rs1") & amount_mask(lane)
        m.put_q("qy", activate(m, m.q("qy", lane), m.gpr("rs2", lane), amount, lane), lane)
    return run


def vprelu(lane):
    def run(m):
        amount = m.gpr("rs1") & amount_mask(lane)
        m.put_q("qz", activate(m, m.q("qy", lane), m.q("qx", lane), amount, lane), lane)
    return run


for lane in (S8, S16):
    define(f"vrelu.s{lane.bits}", vrelu(lane))
    define(f"vprelu.s{lane.bits}", vprelu(lane))

# Shifts


def vsr(lane):
    def run(m):
        m.put_q("qu", m.shift(m.q("qy", lane), m.special("sar") & 31), lane)
    return run


def vsl(lane, saturates):
    def run(m):
        shifted = m.q("qy", lane) << (m.special("sar") & 31)
        m.put_q("qu", m.fit(shifted, lane, saturates(m)), lane)
    return run


def shift_by_lanes(lane, left):
    """vsld and vsrd: a negative amount is the other one's positive amount."""
    bits = {8: 4, 16: 5, 32: 6}[lane.bits]

    def run(m):
        data, amount = m.q("qy", lane), m.q("qw", Lane(lane.bits, False)) & ((1 << bits) - 1)
        amount = np.where(amount >> (bits - 1) == 1, amount - (1 << bits), amount)
        to_left = amount if left else -amount
        goes_left = to_left > 0
        moved_left = m.fit(data << np.where(goes_left, to_left, 0), lane,
                           saturates=m.saturates and m.revision == "2.2", counts=goes_left)
        moved_right = m.shift(data, np.where(goes_left, 0, -to_left), counts=~goes_left)
        m.put_q("qu", np.where(goes_left, moved_left, moved_right), lane)
    return run


define("vsr.s32", vsr(S32))
define("vsr.u32", vsr(U32))
define("vsl.32", vsl(U32, lambda m: False))
define("vsl.s32", vsl(S32, lambda m: m.saturates))
define("vsl.u32", vsl(U32, lambda m: m.saturates))
for name, lane in PLAIN.items():
    define(f"vsld.{name}", shift_by_lanes(lane, left=True))
    define(f"vsrd.{name}", shift_by_lanes(lane, left=False))
