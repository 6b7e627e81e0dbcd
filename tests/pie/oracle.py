"""The arithmetic once more, one case at a time, in unbounded integers and fractions.

It has nothing of the model but the layout of a state: a formula is written here a second time, without
types that can overflow, to catch the model's own mistakes.
"""
import math
from fractions import Fraction

VXSAT_EN, RM_EXC, VXSAT = 1 << 8, 1 << 3, 1 << 2


def rounded(value, amount, mode):
    exact = Fraction(value, 2 ** amount)
    sign = -1 if exact < 0 else 1
    half = Fraction(1, 2)
    return {
        0: lambda: math.floor(exact),
        1: lambda: math.ceil(exact),
        2: lambda: sign * math.ceil(abs(exact)),
        3: lambda: sign * math.floor(abs(exact)),
        4: lambda: sign * math.floor(abs(exact) + half),
        5: lambda: sign * math.ceil(abs(exact) - half),
        6: lambda: round(exact),
        7: lambda: math.floor(exact),
    }[mode]()


def wrapped(value, bits, signed):
    value %= 1 << bits
    return value - (1 << bits) if signed and value >> (bits - 1) else value


class Case:
    """One state and the operands; remembers what its flags should become."""

    def __init__(self, mnemonic, operands, state, revision):
        self.parts = mnemonic.split(".")
        self.operands, self.state, self.revision = operands, state, revision
        self.cfg = int(state["cfg"])
        rm = operands.get("rm", 7)
        self.mode = rm if rm != 7 else self.cfg >> 4 & 7
        self.saturating = operands.get("sat", 1) == 1
        self.sar = int(state["sar"])

    def integer(self, data):
        return int.from_bytes(bytes(data), "little")

    def split(self, data, bits, signed):
        whole = self.integer(data)
        return [wrapped(whole >> at, bits, signed) for at in range(0, 8 * len(data), bits)]

    def q(self, name, bits, signed):
        return self.split(self.state["q"][self.operands[name]], bits, signed)

    def x(self, name):
        return int(self.state["x"][self.operands[name]])

    def shift(self, value, amount):
        if self.mode == 7 and value % (1 << amount):
            self.cfg |= RM_EXC
        return rounded(value, amount, self.mode)

    def fit(self, value, bits, signed, saturating=None):
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        if not (self.saturating if saturating is None else saturating):
            return wrapped(value, bits, signed)
        if not low <= value <= high and self.cfg & VXSAT_EN:
            self.cfg |= VXSAT
        return min(max(value, low), high)


def joined(lanes, bits):
    return sum((lane % (1 << bits)) << (bits * index) for index, lane in enumerate(lanes))


def lane_type(name):
    return int(name[1:]), name[0] == "s"


# Each returns {what: value}: a q operand's name, "rd", "qacc", "xacc", "memory" (the stored 128 bits)


def two_lanes(combine, second):
    def formula(c):
        bits, signed = lane_type(c.parts[2])
        x = c.q("qx", bits, signed)
        y = c.q("qy", bits, signed) if second == "qy" else [wrapped(c.x("rs1"), bits, signed)] * len(x)
        return {"qv": joined([c.fit(combine(a, b), bits, signed) for a, b in zip(x, y)], bits)}
    return formula


def vmul(c):
    bits, signed = lane_type(c.parts[2])
    pairs = zip(c.q("qx", bits, signed), c.q("qy", bits, signed))
    return {"qz": joined([c.fit(c.shift(a * b, c.sar), bits, signed) for a, b in pairs], bits)}


def vmul_widening(c):
    bits, _ = lane_type(c.parts[3].split("x")[0])
    pairs = zip(c.q("qx", bits, True), c.q("qy", bits, True))
    wide = joined([c.fit(c.shift(a * b, c.sar), 2 * bits, True) for a, b in pairs], 2 * bits)
    return {"qz": wide % (1 << 128), "qv": wide >> 128}


def times(a, b):
    return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]


def conj(a):
    return [a[0], -a[1]]


def pair_of(lanes, index):
    return lanes[2 * index:2 * index + 2]


def cmul(c):
    bits, signed = lane_type(c.parts[2])
    x, y, z = (c.q(name, bits, signed) for name in ("qx", "qy", "qz"))
    half = len(x) // 4
    for index in range(half) if c.operands["sel4"] % 2 == 0 else range(half, 2 * half):
        a = pair_of(x, index)
        product = times(conj(a) if c.operands["sel4"] >= 2 else a, pair_of(y, index))
        z[2 * index:2 * index + 2] = [c.fit(c.shift(value, c.sar), bits, signed) for value in product]
    return {"qz": joined(z, bits)}


def vrelu(c):
    bits, _ = lane_type(c.parts[2])
    alpha, amount = wrapped(c.x("rs2"), bits, True), c.x("rs1") % (32 if bits == 8 else 64)
    lanes = [a if a > 0 else c.fit(c.shift(a * alpha, amount), bits, True) for a in c.q("qy", bits, True)]
    return {"qy": joined(lanes, bits)}


def vprelu(c):
    bits, _ = lane_type(c.parts[2])
    amount = c.x("rs1") % (32 if bits == 8 else 64)
    pairs = zip(c.q("qy", bits, True), c.q("qx", bits, True))
    lanes = [a if a > 0 else c.fit(c.shift(a * alpha, amount), bits, True) for a, alpha in pairs]
    return {"qz": joined(lanes, bits)}


def vsr(c):
    bits, signed = lane_type(c.parts[2])
    return {"qu": joined([c.shift(a, c.sar % 32) for a in c.q("qy", bits, signed)], bits)}


def vsl(c):
    signed = c.parts[2] == "s32"
    saturating = c.saturating and c.revision == "2.2"
    lanes = [c.fit(a << c.sar % 32, 32, signed, saturating) for a in c.q("qy", 32, signed)]
    return {"qu": joined(lanes, 32)}


def shift_by_lanes(direction):
    def formula(c):
        bits = int(c.parts[2])
        amount_bits = {8: 4, 16: 5, 32: 6}[bits]
        lanes = []
        for a, n in zip(c.q("qy", bits, True), c.q("qw", bits, False)):
            left = direction * wrapped(n, amount_bits, True)
            saturating = c.saturating and c.revision == "2.2"
            lanes.append(c.fit(a << left, bits, True, saturating) if left > 0 else c.shift(a, -left))
        return {"qu": joined(lanes, bits)}
    return formula


def accumulate(c, bits, signed, deltas, first=0):
    wide = 512 * bits // 128
    lanes = c.split(c.state["qacc"], wide, signed)
    for index, delta in enumerate(deltas, first):
        lanes[index] = c.fit(lanes[index] + delta, wide, signed)
    return {"qacc": joined(lanes, wide)}


def vmulas(c):
    bits, signed = lane_type(c.parts[2])
    products = [a * b for a, b in zip(c.q("qx", bits, signed), c.q("qy", bits, signed))]
    if c.parts[3] == "qacc":
        return accumulate(c, bits, signed, products)
    old = wrapped(int(c.state["xacc"]), 40, signed)
    return {"xacc": c.fit(old + sum(products), 40, signed) % (1 << 40)}


def vsmulas(c):
    bits, signed = lane_type(c.parts[2])
    factor = c.q("qy", bits, signed)[c.operands["sel16"] % (128 // bits)]
    return accumulate(c, bits, signed, [a * factor for a in c.q("qx", bits, signed)])


def vcmulas(c):
    bits, signed = lane_type(c.parts[2])
    x, y, pairs = c.q("qx", bits, signed), c.q("qy", bits, signed), 64 // bits
    first = 0 if c.parts[4] == "l" else pairs // 2
    products = [times(pair_of(x, i), pair_of(y, i)) for i in range(first, first + pairs // 2)]
    return accumulate(c, bits, signed, sum(products, []), 2 * first)


def srcmb(c):
    bits, signed = lane_type(c.parts[2])
    wide, mask = 4 * bits, 31 if bits == 8 else 63
    amounts = c.q("qw", bits, False) if c.parts[3] == "q" else [c.x("rs1")] * (128 // bits)
    lanes = [c.shift(a, n & mask) for a, n in zip(c.split(c.state["qacc"], wide, signed), amounts)]
    saturating = c.operands["sel2"] == 1 if c.revision == "2.1" else c.saturating
    return {"qacc": joined(lanes, wide),
            "qu": joined([c.fit(a, bits, signed, saturating) for a in lanes], bits)}


def srs(c):
    signed = c.parts[2] == "s"
    value = c.shift(wrapped(int(c.state["xacc"]), 40, signed), c.x("rs1") % 64)
    return {"xacc": value % (1 << 40), "rd": c.fit(value, 32, signed) % (1 << 32)}


def fit_fft(c, values):
    return [c.fit(value, 16, True, c.saturating and c.revision == "2.2") for value in values]


def fft_ams(c):
    index = {("ld", "incp", "uaup"): 0, ("ld", "incp"): 1, ("ld", "r32", "decp"): 2,
             ("st", "incp"): 3}[tuple(c.parts[4:])]
    x, y, twiddle = (pair_of(c.q(name, 16, True), index) for name in ("qx", "qw", "qy"))
    s = [x[0] + y[0], x[1] - y[1]]
    product = times(conj(twiddle) if c.operands["sel2"] else twiddle, [x[0] - y[0], x[1] + y[1]])
    t = [c.shift(value, c.sar) for value in product]
    u = fit_fft(c, [s[0] + t[0], s[1] + t[1]])
    w = fit_fft(c, [s[0] - t[0], t[1] - s[1]])
    z = c.q("qz", 16, True)
    z[2 * index:2 * index + 2] = w if index == 3 else u
    if index == 3:
        stored = [wrapped(c.x("rs2") >> at, 16, True) for at in (0, 16)] + c.q("qu", 16, True)[:6]
        stored = [c.shift(value, 1 - c.operands["sel2"]) for value in stored]
        return {"qz": joined(z, 16), "rs2": joined(u, 16), "memory": joined(stored, 16)}
    v = c.q("qv", 16, True)
    v[2 * index:2 * index + 2] = w
    return {"qz": joined(z, 16), "qv": joined(v, 16)}


def fft_cmul(c):
    index, times_conjugate = c.operands["sel8"] // 2, c.operands["sel8"] % 2 == 0
    data, twiddle = c.q("qy", 16, True), pair_of(c.q("qx", 16, True), index)
    product = times(pair_of(data, index), conj(twiddle) if times_conjugate else twiddle)
    result = fit_fft(c, [c.shift(value, c.sar) for value in product])
    if c.parts[4] == "ld":
        z = c.q("qz", 16, True)
        z[2 * index:2 * index + 2] = result
        return {"qz": joined(z, 16)}
    v, upd4 = c.q("qu", 16, True), c.operands["upd4"]
    if upd4 not in (1, 2):
        return {"memory": joined(v[:6] + result, 16)}
    a = [c.shift(value, c.operands["sel4"]) for value in data[:4]]
    below = a + v[4:6] if upd4 == 1 else a[:2] + v[4:6] + a[2:]
    return {"memory": joined(below + result, 16)}


def fft_r2bf(c):
    x, y = c.q("qx", 16, True), c.q("qy", 16, True)
    if "st" in c.parts:
        stored = fit_fft(c, [c.shift(a + b, c.operands["sel4"]) for a, b in zip(x, y)])
        return {"memory": joined(stored, 16),
                "qz": joined(fit_fft(c, [a - b for a, b in zip(x, y)]), 16)}
    first, second = ((0, 1), (2, 3)) if c.operands["sel2"] == 0 else ((0, 2), (1, 3))
    a = [value for lanes in (x, y) for i in first for value in pair_of(lanes, i)]
    b = [value for lanes in (x, y) for i in second for value in pair_of(lanes, i)]
    s = fit_fft(c, [p + q for p, q in zip(a, b)])
    d = fit_fft(c, [p - q for p, q in zip(a, b)])
    return {"qz": joined(s[:4] + d[:4], 16), "qv": joined(s[4:] + d[4:], 16)}


FORMULAS = {
    "vadd": two_lanes(lambda a, b: a + b, "qy"), "vsub": two_lanes(lambda a, b: a - b, "qy"),
    "vsadds": two_lanes(lambda a, b: a + b, "rs1"), "vssubs": two_lanes(lambda a, b: a - b, "rs1"),
    "vmul": lambda c: vmul_widening(c) if "x" in c.parts[-1] else vmul(c),
    "cmul": cmul, "vrelu": vrelu, "vprelu": vprelu, "vsr": vsr, "vsl": vsl,
    "vsld": shift_by_lanes(1), "vsrd": shift_by_lanes(-1),
    "vmulas": vmulas, "vsmulas": vsmulas, "vcmulas": vcmulas, "srcmb": srcmb, "srs": srs,
    "fft.ams": fft_ams, "fft.cmul": fft_cmul, "fft.r2bf": fft_r2bf,
}
