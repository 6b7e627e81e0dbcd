"""For tests of single facts: one state made by hand, one instruction, what it left."""
import numpy as np

import semantics
from state import STATE, WINDOW

BLOCK = bytes(range(0x10, 0x20))


def q_of(lanes, bits):
    return b"".join((lane % (1 << bits)).to_bytes(bits // 8, "little") for lane in lanes)


def lanes_of(data, bits, signed=True):
    return np.frombuffer(bytes(data), f"<{'i' if signed else 'u'}{bits // 8}").tolist()


def state(q=None, x=None, memory=None, **special):
    """A zero state with these registers; memory: address -> bytes."""
    made = np.zeros(1, STATE)
    for number, data in (q or {}).items():
        made["q"][0, number] = np.frombuffer(data, "u1")
    for number, value in (x or {}).items():
        made["x"][0, number] = value % (1 << 32)
    for address, data in (memory or {}).items():
        made["memory"][0, address - WINDOW:address - WINDOW + len(data)] = np.frombuffer(data, "u1")
    for name, value in special.items():
        made[name][0] = np.frombuffer(value, "u1") if isinstance(value, bytes) else value
    return made


def run(mnemonic, operands, before, revision="2.1"):
    """The state after; a trap fails the test."""
    trap, after = semantics.execute("esp." + mnemonic, operands, before, revision)
    assert trap[0] == 0
    return after[0]


def q(after, number):
    return after["q"][number].tobytes()


def memory(after, address, size):
    return after["memory"][address - WINDOW:address - WINDOW + size].tobytes()
