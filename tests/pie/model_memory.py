"""Loads and stores that are not fused to arithmetic."""
import numpy as np

from model import define
from model_moves import splice
from state import LANES, U16, XACC_MASK

STEPS = {
    "ip25616": ("ip", lambda m: m.value("off25616")),
    "ip2568": ("ip", lambda m: m.value("off2568")),
    "ip2564": ("ip", lambda m: m.value("off2564")),
    "ip1616": ("ip", lambda m: m.value("off1616")),
    "xp": ("xp", lambda m: m.gpr("rs2")),
    "incp": ("incp", lambda m: 16),
}


def define_load(mnemonic, size, use, steps):
    """use(m, data) writes what is loaded; `steps` name the forms of the pointer's update."""
    def with_step(step):
        def run(m):
            use(m, m.load(m.gpr("rs1"), size))
            m.step_pointer("rs1", step(m))
        return run
    for suffix, step in (STEPS[name] for name in steps):
        define(f"{mnemonic}.{suffix}", with_step(step))


def define_store(mnemonic, data, steps):
    def with_step(step):
        def run(m):
            m.store(m.gpr("rs1"), data(m))
            m.step_pointer("rs1", step(m))
        return run
    for suffix, step in (STEPS[name] for name in steps):
        define(f"{mnemonic}.{suffix}", with_step(step))


# Whole and half registers


def to_half(first):
    def use(m, data):
        whole = m.q_bytes("qu")
        whole[:, first:first + 8] = data
        m.put_q_bytes("qu", whole)
    return use


def from_half(first):
    return lambda m: m.q_bytes("qu")[:, first:first + 8]


define_load("vld.128", 16, lambda m, data: m.put_q_bytes("qu", data), ("ip25616", "xp"))
define_store("vst.128", lambda m: m.q_bytes("qu"), ("ip25616", "xp"))
for letter, first in (("l", 0), ("h", 8)):
    define_load(f"vld.{letter}.64", 8, to_half(first), ("ip2568", "xp"))
    define_store(f"vst.{letter}.64", from_half(first), ("ip2568", "xp"))

# One element to all lanes, lanes widened, halfwords doubled


def broadcast(m, data):
    m.put_q_bytes("qu", np.tile(data, 16 // data.shape[1]))


def widen(lane):
    def use(m, data):
        lanes, half = data.view(lane.dtype).astype(np.int64), lane.count // 2
        m.put_q("qu", lanes[:, :half], lane.twice)
        m.put_q("qz", lanes[:, half:], lane.twice)
    return use


def double_halfwords(m, data):
    doubled = np.repeat(data.view(U16.dtype).astype(np.int64), 2, axis=1)
    m.put_q("qu", doubled[:, :8], U16)
    m.put_q("qz", doubled[:, 8:], U16)


for bits in (8, 16, 32):
    define_load(f"vldbc.{bits}", bits // 8, broadcast, ("ip2564", "xp"))
for name, lane in LANES.items():
    if lane.bits < 32:
        define_load(f"vldext.{name}", 16, widen(lane), ("ip1616", "xp"))
define_load("vldhbc.16", 16, double_halfwords, ("incp",))

# Accumulators and UA_STATE


def to_qacc_block(block):
    def use(m, data):
        m.new["qacc"][:, 16 * block:16 * (block + 1)] = data
    return use


def from_qacc_block(block):
    return lambda m: m.old["qacc"][:, 16 * block:16 * (block + 1)]


def to_accumulators(lane):
    return lambda m, data: m.put_accumulators(data.view(lane.dtype), lane)


def to_ua_state(m, data):
    m.new["ua_state"] = data


def to_xacc(m, data):
    m.new["xacc"] = data.view("<u8")[:, 0] & XACC_MASK


def from_xacc(signed):
    return lambda m: m.xacc(signed).astype("<i8").view("u1")


for block, letters in enumerate(("l.l", "l.h", "h.l", "h.h")):
    define_load(f"ld.qacc.{letters}.128", 16, to_qacc_block(block), ("ip25616",))
    define_store(f"st.qacc.{letters}.128", from_qacc_block(block), ("ip25616",))
for name, lane in LANES.items():
    if lane.bits < 32:
        define_load(f"ldqa.{name}.128", 16, to_accumulators(lane), ("ip25616", "xp"))
define_load("ld.ua.state", 16, to_ua_state, ("ip25616",))
define_store("st.ua.state", lambda m: m.old["ua_state"], ("ip25616",))
define_load("ld.xacc", 8, to_xacc, ("ip2568",))
define_store("st.s.xacc", from_xacc(True), ("ip2568",))
define_store("st.u.xacc", from_xacc(False), ("ip2568",))

# Unaligned streams


def load_usar(step):
    """The aligned block, whatever mis_ld says; SAR_BYTE remembers where in it rs1 points."""
    def run(m):
        address = m.gpr("rs1")
        m.put_q_bytes("qu", m.load(address, 16, misaligned=0))
        m.new["sar_byte"] = (address & 15)[:, 0]
        m.step_pointer("rs1", step(m))
    return run


def splice_and_load(m, data):
    m.put_q_bytes("qw", splice(m, m.q_bytes("qw"), m.q_bytes("qy")))
    m.put_q_bytes("qu", data)


define("ld.128.usar.ip", load_usar(STEPS["ip25616"][1]))
define("ld.128.usar.xp", load_usar(STEPS["xp"][1]))
define_load("src.q.ld", 16, splice_and_load, ("ip25616", "xp"))
define_store("srcq.128.st", lambda m: splice(m, m.q_bytes("qw"), m.q_bytes("qy")), ("incp",))

# Gather and scatter of one word; always aligned, the pointer stays


def indexed_address(m):
    index = m.q("qw", U16)[:, m.value("sel8"), None]
    return (m.gpr("rs1") + 4 * index) & 0xFFFFFFFF


def chosen_word(m):
    return slice(4 * m.value("sel4"), 4 * m.value("sel4") + 4)


def ldxq(m):
    whole = m.q_bytes("qu")
    whole[:, chosen_word(m)] = m.load(indexed_address(m), 4, misaligned=0)
    m.put_q_bytes("qu", whole)


def stxq(m):
    m.store(indexed_address(m), m.q_bytes("qu")[:, chosen_word(m)], misaligned=0)


define("ldxq.32", ldxq)
define("stxq.32", stxq)
