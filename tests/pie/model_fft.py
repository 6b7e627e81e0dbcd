"""The FFT group: complex points are pairs of 16-bit lanes, real part in the even lane.

Intermediate values are exact; a result becomes 16 bits once, at its end: wrapped in 2.1, clamped in 2.2
unless `trunc` is written. Every right shift rounds by CFG.vxrm.
"""
import numpy as np

from model import as_bytes, define, view
from model_lanes import complex_product, interleave
from model_moves import splice
from state import S16, U32


def sixteen_bits(m, value):
    return m.fit(value, S16, saturates=m.revision == "2.2" and m.saturates)


def lanes_of_pair(index):
    return slice(2 * index, 2 * index + 2)


def put_pair(m, name, index, pair):
    lanes = m.q(name, S16)
    lanes[:, lanes_of_pair(index)] = pair
    return lanes


# Bit reversal


def bitrev(m):
    width = m.special("fft_bit_width")
    value = (m.gpr("rs1") + np.arange(8)) & ((1 << width) - 1)
    reverse = np.zeros_like(value)
    for bit in range(15):
        moved_to = np.maximum(width - 1 - bit, 0)
        reverse |= np.where(bit < width, (value >> bit & 1) << moved_to, 0)
    m.put_q("qv", np.maximum(value, reverse), S16)
    m.step_pointer("rs1", 8)


define("fft.bitrev", bitrev)

# Radix-2 butterflies


def r2bf(m):
    x, y = view_points(m, "qx"), view_points(m, "qy")
    first, second = ([0, 1], [2, 3]) if m.value("sel2") == 0 else ([0, 2], [1, 3])
    a = np.concatenate([x[:, first], y[:, first]], axis=1)
    b = np.concatenate([x[:, second], y[:, second]], axis=1)
    total, difference = a + b, a - b
    for name, points in (("qz", [0, 1]), ("qv", [2, 3])):
        result = np.concatenate([total[:, points], difference[:, points]], axis=1)
        m.put_q(name, sixteen_bits(m, result.reshape(len(result), 8)), S16)


def view_points(m, name):
    """Four points of (re, im)."""
    return m.q(name, S16).reshape(-1, 4, 2)


def r2bf_store(m):
    x, y = m.q("qx", S16), m.q("qy", S16)
    stored = sixteen_bits(m, m.shift(x + y, m.value("sel4")))
    m.store(m.gpr("rs1"), as_bytes(stored, S16))
    m.put_q("qz", sixteen_bits(m, x - y), S16)
    m.step_pointer("rs1", 16)


define("fft.r2bf.s16", r2bf)
define("fft.r2bf.s16.st.incp", r2bf_store)

# Twiddles: qy is the data, qx the twiddle; an even sel8 conjugates the twiddle


def twiddled_pair(m):
    pair = lanes_of_pair(m.value("sel8") >> 1)
    data, twiddle = m.q("qy", S16)[:, pair], m.q("qx", S16)[:, pair]
    product = complex_product(twiddle, data, conjugate=m.value("sel8") % 2 == 0)
    return sixteen_bits(m, m.shift(interleave(*product), m.special("sar")))


def cmul_load(m):
    data = m.load(m.gpr("rs1"), 16)
    m.put_q("qz", put_pair(m, "qz", m.value("sel8") >> 1, twiddled_pair(m)), S16)
    m.put_q_bytes("qu", data)
    m.step_pointer("rs1", m.gpr("rs2"))


def cmul_store(m):
    """upd4 says what lies below the product: 128 bits from low to high, in 16-bit lanes."""
    product, kept = twiddled_pair(m), m.q("qu", S16)
    data, upd4 = m.q("qy", S16), m.value("upd4")
    if upd4 == 1:
        moved = m.shift(data[:, 0:4], m.value("sel4"))
        parts = [moved, kept[:, 4:6]]
    elif upd4 == 2:
        moved = m.shift(data[:, 0:4], m.value("sel4"))
        parts = [moved[:, 0:2], kept[:, 4:6], moved[:, 2:4]]
    else:
        parts = [kept[:, 0:6]]
    m.store(m.gpr("rs1"), as_bytes(np.concatenate(parts + [product], axis=1), S16))
    m.step_pointer("rs1", m.gpr("rs2"))


define("fft.cmul.s16.ld.xp", cmul_load)
define("fft.cmul.s16.st.xp", cmul_store)

# Add, multiply, subtract: the real FFT's last step


def ams(m, index):
    """(u, w) of the complex pair `index` of X = qx, Y = qw, M = qy."""
    pair = lanes_of_pair(index)
    x, y, twiddle = (m.q(name, S16)[:, pair] for name in ("qx", "qw", "qy"))
    sum_re, sum_im = x[:, :1] + y[:, :1], x[:, 1:] - y[:, 1:]
    difference = np.concatenate([x[:, :1] - y[:, :1], x[:, 1:] + y[:, 1:]], axis=1)
    product = complex_product(twiddle, difference, conjugate=m.value("sel2") == 1)
    turned = m.shift(interleave(*product), m.special("sar"))
    turned_re, turned_im = turned[:, :1], turned[:, 1:]
    u = np.concatenate([sum_re + turned_re, sum_im + turned_im], axis=1)
    w = np.concatenate([sum_re - turned_re, turned_im - sum_im], axis=1)
    return sixteen_bits(m, u), sixteen_bits(m, w)


def ams_load(index, step, use):
    def run(m):
        data = m.load(m.gpr("rs1"), 16)
        u, w = ams(m, index)
        m.put_q("qz", put_pair(m, "qz", index, u), S16)
        m.put_q("qv", put_pair(m, "qv", index, w), S16)
        use(m, data)
        m.step_pointer("rs1", step)
    return run


def through_ua_state(m, data):
    m.put_q_bytes("qu", splice(m, m.old["ua_state"], data))
    m.new["ua_state"] = data


def reversed_words(data):
    return as_bytes(view(data, U32)[:, ::-1], U32)


define("fft.ams.s16.ld.incp.uaup", ams_load(0, 16, through_ua_state))
define("fft.ams.s16.ld.incp", ams_load(1, 16, lambda m, data: m.put_q_bytes("qu", data)))
define("fft.ams.s16.ld.r32.decp",
       ams_load(2, -16, lambda m, data: m.put_q_bytes("qu", reversed_words(data))))


def ams_store(m):
    """rs2 carries the u of one call into the store of the next."""
    u, w = ams(m, 3)
    carried = view(m.old["x"][:, m.value("rs2")].reshape(-1, 1), S16)
    stored = np.concatenate([carried, m.q("qu", S16)[:, :6]], axis=1)
    if m.value("sel2") == 0:
        stored = m.shift(stored, 1)
    m.store(m.gpr("rs1"), as_bytes(stored, S16))
    m.put_q("qz", put_pair(m, "qz", 3, w), S16)
    m.put_gpr("rs2", view(as_bytes(u, S16), U32))
    m.step_pointer("rs1", 16)


define("fft.ams.s16.st.incp", ams_store)


def vst_reversed(m):
    shifted = m.shift(m.q("qu", S16), m.value("sel2"))
    m.store(m.gpr("rs1"), reversed_words(as_bytes(shifted, S16)))
    m.step_pointer("rs1", -16)


define("fft.vst.r32.decp", vst_reversed)
