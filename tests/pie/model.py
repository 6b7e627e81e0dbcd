"""The machine of the model: many states that execute the same instruction at once.

Sources are read from the state before the instruction, results are written to the state after it, so
an old value can never be lost. Where two results go to one register, the later write stays. A case
whose memory operand lies outside the window faults and keeps its old state whole.

An instruction is a function of a Machine, entered in SEMANTICS by the model_*.py files.
"""
import numpy as np

from state import (CFG_WRITABLE, LOAD_FAULT, MIS_LD, MIS_ST, RM_EXC, STORE_FAULT, VXRM_SHIFT, VXSAT,
                   VXSAT_EN, WINDOW, WINDOW_SIZE, XACC_MASK, Lane)

SEMANTICS = {}
DYNAMIC = 7  # rm operand: take CFG.vxrm
FLOOR, CEILING, AWAY, TOWARD_ZERO, HALF_AWAY, HALF_TOWARD_ZERO, HALF_EVEN, UNNECESSARY = range(8)


def define(mnemonic, function):
    name = "esp." + mnemonic
    assert name not in SEMANTICS, f"{name} is defined twice"
    SEMANTICS[name] = function


def execute(mnemonic, operands, states, revision):
    """(trap, state after) of every state; operands: name -> register number or value."""
    machine = Machine(states, operands, revision)
    SEMANTICS[mnemonic](machine)
    return machine.finish()


def rounded_shift(value, amount, mode):
    """(value / 2^amount as an integer, lost): exact for int64 and uint64, amounts 0..63.

    lost tells where a bit that was 1 has been shifted out.
    """
    amount = np.broadcast_to(amount, value.shape).astype(value.dtype)
    floor = value >> amount
    one = np.uint64(1)
    steps = amount.astype(np.uint64)
    rest = value.astype(np.uint64) & ((one << steps) - one)
    half = np.where(steps > 0, one << (np.maximum(steps, one) - one), one)
    inexact, tie, above = rest != 0, rest == half, rest > half
    negative = value < 0
    up = np.choose(np.broadcast_to(mode, value.shape), [
        np.zeros_like(inexact),
        inexact,
        inexact & ~negative,
        inexact & negative,
        above | (tie & ~negative),
        above | (tie & negative),
        above | (tie & ((floor & floor.dtype.type(1)) == 1)),
        np.zeros_like(inexact),
    ])
    return floor + up.astype(value.dtype), inexact


class Machine:
    def __init__(self, states, operands, revision):
        self.old = states
        self.new = states.copy()
        self.operands = operands
        self.revision = revision
        self.trap = np.zeros(len(states), "<u4")
        self._clamped = np.zeros(len(states), bool)
        self._lost = np.zeros(len(states), bool)

    def finish(self):
        enabled = (self.old["cfg"] & VXSAT_EN) != 0
        self.new["cfg"] |= np.where(self._clamped & enabled, VXSAT, 0).astype("<u4")
        self.new["cfg"] |= np.where(self._lost, RM_EXC, 0).astype("<u4")
        faulted = self.trap != 0
        self.new[faulted] = self.old[faulted]
        return self.trap, self.new

    # Operands

    def value(self, name):
        return self.operands[name]

    @property
    def saturates(self):
        """The sat operand of 2.2; where it does not exist, results saturate."""
        return bool(self.operands.get("sat", 1))

    @property
    def rounding_mode(self):
        """Of each state, as a column."""
        vxrm = (self.old["cfg"] >> VXRM_SHIFT & 7).astype(np.int64)[:, None]
        chosen = self.operands.get("rm", DYNAMIC)
        return vxrm if chosen == DYNAMIC else np.full_like(vxrm, chosen)

    # Registers. Lanes are int64, one row a state.

    def q(self, name, lane):
        raw = np.ascontiguousarray(self.old["q"][:, self.operands[name]])
        return raw.view(lane.dtype).astype(np.int64)

    def put_q(self, name, lanes, lane):
        """The low bits of every lane."""
        self.put_q_bytes(name, np.ascontiguousarray(lanes.astype(lane.dtype)).view("u1"))

    def q_bytes(self, name):
        return self.old["q"][:, self.operands[name]].copy()

    def put_q_bytes(self, name, data):
        self.new["q"][:, self.operands[name]] = data

    def gpr(self, name, lane=Lane(32, False)):
        """The low bits of a general register as a column."""
        raw = np.ascontiguousarray(self.old["x"][:, self.operands[name]])
        return raw.astype(lane.dtype).astype(np.int64)[:, None]

    def put_gpr(self, name, column):
        if self.operands[name] != 0:
            self.new["x"][:, self.operands[name]] = (column.reshape(-1) & 0xFFFFFFFF).astype("<u4")

    def special(self, name):
        """sar, sar_byte, ... as a column."""
        return self.old[name].astype(np.int64)[:, None]

    def accumulators(self, lane):
        """QACC as the accumulators of lanes of this type, in the accumulator's own numpy type."""
        return np.ascontiguousarray(self.old["qacc"]).view(lane.accumulator.dtype).copy()

    def put_accumulators(self, values, lane):
        self.new["qacc"] = np.ascontiguousarray(values.astype(lane.accumulator.dtype)).view("u1")

    def xacc(self, signed):
        raw = (self.old["xacc"] & XACC_MASK).astype(np.int64)[:, None]
        return np.where(raw >> 39 == 1, raw - (1 << 40), raw) if signed else raw

    def put_xacc(self, column):
        self.new["xacc"] = (column.reshape(-1) & XACC_MASK).astype("<u8")

    # Arithmetic that touches the flags

    def shift(self, value, amount, counts=True):
        """value / 2^amount, rounded by the instruction's mode. `counts`: where the lane is written."""
        mode = self.rounding_mode
        result, lost = rounded_shift(value, amount, mode)
        self._lost |= (lost & (mode == UNNECESSARY) & counts).any(axis=1)
        return result

    def fit(self, value, lane, saturates=None, counts=True):
        """Makes a lane of it: clamped (which sets vxsat), or its low bits."""
        if not (self.saturates if saturates is None else saturates):
            return value.astype(lane.dtype).astype(np.int64)
        clamped = np.clip(value, lane.low, lane.high)
        self.note_clamped((clamped != value) & counts)
        return clamped

    def note_clamped(self, where):
        self._clamped |= where.any(axis=1)

    # Memory

    def _offsets(self, address, size, misaligned):
        """Byte offsets into the window, and where they are all inside."""
        exact = (self.old["cfg"] & misaligned)[:, None] != 0
        address = np.where(exact, address, address & ~(size - 1))
        offsets = address - WINDOW + np.arange(size)
        inside = ((offsets >= 0) & (offsets < WINDOW_SIZE)).all(axis=1)
        return np.where(inside[:, None], offsets, 0), inside

    def load(self, address, size, misaligned=MIS_LD):
        """The bytes at a column of addresses, aligned as CFG says; misaligned = 0: always aligned."""
        offsets, inside = self._offsets(address, size, misaligned)
        self.trap[~inside] = LOAD_FAULT
        return np.take_along_axis(self.old["memory"], offsets, axis=1)

    def store(self, address, data, misaligned=MIS_ST):
        offsets, inside = self._offsets(address, data.shape[1], misaligned)
        self.trap[~inside] = STORE_FAULT
        rows = np.arange(len(self.old))[inside, None]
        self.new["memory"][rows, offsets[inside]] = data[inside]

    def step_pointer(self, name, by):
        self.put_gpr(name, self.gpr(name) + by)


def view(data, lane):
    """Bytes as lanes of int64."""
    return np.ascontiguousarray(data).view(lane.dtype).astype(np.int64)


def as_bytes(lanes, lane):
    """The low bits of lanes of int64, as bytes."""
    return np.ascontiguousarray(lanes.astype(lane.dtype)).view("u1")


def write_cfg(old, value):
    return (old & ~CFG_WRITABLE) | (value & CFG_WRITABLE)
