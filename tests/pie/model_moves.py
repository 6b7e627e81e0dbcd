"""Registers to registers: elements, special registers, widening, interleaving, byte shifts."""
import numpy as np

from model import define, write_cfg
from state import LANES, U8, U16, U32, VXSAT, VXSAT_EN

# Elements


def element_to_gpr(lane):
    def run(m):
        index = m.value("sel4" if lane.bits == 32 else "sel16") % lane.count
        m.put_gpr("rd", m.q("qy", lane)[:, index])
    return run


def gpr_to_element(lane):
    def run(m):
        lanes = m.q("qy", lane)
        index = m.value("sel4" if lane.bits == 32 else "sel16") % lane.count
        lanes[:, index] = m.gpr("rs1", lane)[:, 0]
        m.put_q("qy", lanes, lane)
    return run


for lane in (U8, U16, U32):
    define(f"movi.{lane.bits}.a", element_to_gpr(lane))
    define(f"movi.{lane.bits}.q", gpr_to_element(lane))

# Special registers


def read_special(name):
    return lambda m: m.put_gpr("rd", m.special(name))


def write_special(name, bits):
    def run(m):
        m.new[name] = m.old["x"][:, m.value("rs1")] & ((1 << bits) - 1)
    return run


def read_cfg(m):
    """Reading clears vxsat, if vxsat_en is set."""
    cfg = m.old["cfg"]
    m.put_gpr("rd", m.special("cfg"))
    m.new["cfg"] = np.where(cfg & VXSAT_EN, cfg & ~np.uint32(VXSAT), cfg)


def write_xacc_low(m):
    m.put_xacc((m.xacc(False) & ~0xFFFFFFFF) | m.gpr("rs1"))


def write_xacc_high(m):
    m.put_xacc((m.xacc(False) & 0xFFFFFFFF) | m.gpr("rs1", U8) << 32)


for text, name, bits in (("sar", "sar", 6), ("sar.bytes", "sar_byte", 4),
                         ("fft.bit.width", "fft_bit_width", 4)):
    define(f"movx.r.{text}", read_special(name))
    define(f"movx.w.{text}", write_special(name, bits))


def write_cfg_register(m):
    m.new["cfg"] = write_cfg(m.special("cfg"), m.gpr("rs1"))[:, 0]


define("movx.r.cfg", read_cfg)
define("movx.w.cfg", write_cfg_register)
define("movx.r.xacc.l", lambda m: m.put_gpr("rd", m.xacc(False)))
define("movx.r.xacc.h", lambda m: m.put_gpr("rd", m.xacc(False) >> 32))
define("movx.w.xacc.l", write_xacc_low)
define("movx.w.xacc.h", write_xacc_high)
define("movx.r.perf", lambda m: m.put_gpr("rd", np.zeros_like(m.gpr("rs1"))))
define("movx.w.perf", lambda m: None)

# Widening and interleaving


def vext(lane):
    def run(m):
        lanes, half = m.q("qw", lane), lane.count // 2
        m.put_q("qz", lanes[:, :half], lane.twice)
        m.put_q("qv", lanes[:, half:], lane.twice)
    return run


def zip_lanes(lane, names):
    """a0, b0, a1, b1, ... laid over the registers in order."""
    def run(m):
        woven = np.stack([m.q(name, lane) for name in names], axis=2).reshape(len(m.old), -1)
        for index, name in enumerate(names):
            m.put_q(name, woven[:, index * lane.count:(index + 1) * lane.count], lane)
    return run


def unzip_lanes(lane, names):
    """The first register gets every second (third) lane of the registers laid end to end, and so on."""
    def run(m):
        row = np.concatenate([m.q(name, lane) for name in names], axis=1)
        for index, name in enumerate(names):
            m.put_q(name, row[:, index::len(names)], lane)
    return run


for name, lane in LANES.items():
    if lane.bits < 32:
        define(f"vext.{name}", vext(lane))
for lane in (U8, U16, U32):
    define(f"vzip.{lane.bits}", zip_lanes(lane, ("qx", "qy")))
    define(f"vunzip.{lane.bits}", unzip_lanes(lane, ("qx", "qy")))
for lane in (U8, U16):
    define(f"vzipt.{lane.bits}", zip_lanes(lane, ("qx", "qy", "qw")))
    define(f"vunzipt.{lane.bits}", unzip_lanes(lane, ("qx", "qy", "qw")))

# Byte shifts of two registers: qy is the high half, qw the low half


def shift_pair(count, left):
    """By count(m) bytes, a column; zeros come in."""
    def run(m):
        pair = np.concatenate([m.q_bytes("qw"), m.q_bytes("qy")], axis=1)
        source = np.arange(32) + (-count(m) if left else count(m))
        inside = (source >= 0) & (source < 32)
        shifted = np.take_along_axis(pair, np.clip(source, 0, 31), axis=1) * inside
        m.put_q_bytes("qy", shifted[:, 16:])
        m.put_q_bytes("qw", shifted[:, :16])
    return run


def immediate_count(m):
    return np.full((len(m.old), 1), m.value("sel16") + 1)


def register_count(m):
    return (m.gpr("rs1") & 15) + 1


for letter, left in (("l", True), ("r", False)):
    define(f"s{letter}ci.2q", shift_pair(immediate_count, left))
    define(f"s{letter}cxxp.2q", shift_pair(register_count, left))


def splice(m, low, high):
    """({high, low} >> 8 * SAR_BYTE), its low 16 bytes."""
    pair = np.concatenate([low, high], axis=1)
    return np.take_along_axis(pair, np.arange(16) + m.special("sar_byte"), axis=1)


def src_q(m):
    m.put_q_bytes("qz", splice(m, m.q_bytes("qw"), m.q_bytes("qy")))


def src_q_qup(m):
    m.put_q_bytes("qw", m.q_bytes("qy"))
    src_q(m)


define("src.q", src_q)
define("src.q.qup", src_q_qup)
