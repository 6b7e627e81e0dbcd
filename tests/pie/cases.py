"""Cases for an instruction: operand sets with their edges, and states with extreme lanes.

Pointers lie inside the window at every alignment, but for one case in 32, which points where no chip
has memory. The same seed gives the same cases.
"""
import zlib
from itertools import combinations

import numpy as np

from operands import instructions
from state import CASE, STATE, VXRM_SHIFT, WINDOW, WINDOW_SIZE, XACC_MASK

STATES_PER_OPERAND_SET = 16
NOWHERE = np.array([0x00000000, 0x00000008, 0xFFFFFFF0, 0xFFFFFFF9, 0xFFFFFFFF], "<u4")


def batches(revision, cases_per_instruction, seed=1):
    """Yields (instruction, operands, states): all states run the same word."""
    sets = max(1, round(cases_per_instruction / STATES_PER_OPERAND_SET))
    each = max(1, round(cases_per_instruction / sets))
    for mnemonic, instruction in instructions(revision).items():
        rng = np.random.default_rng([seed, zlib.crc32(mnemonic.encode())])
        states = random_states(rng, sets * each)
        for index, operands in enumerate(operand_sets(instruction, sets, rng)):
            chosen = states[index * each:(index + 1) * each]
            if instruction.memory:
                place_pointer(rng, instruction.memory, operands, chosen)
                chosen["cfg"] = chosen["cfg"] // 4 * 4 + index % 4  # mis_ld, mis_st
            yield instruction, operands, chosen


def as_cases(word, states):
    cases = np.zeros(len(states), CASE)
    cases["word"], cases["state"] = word, states
    return cases


# Operands


def operand_sets(instruction, count, rng):
    """All lowest, all highest, every pair of registers of one kind equal, then whatever comes."""
    pairs = [pair for pair in combinations(instruction.operands, 2)
             if pair[0].kind == pair[1].kind and pair[0].kind in ("q", "gpr")]
    turn = int(rng.integers(16))
    for index in range(count):
        values = {o.name: choose(o, index, turn, rng) for o in instruction.operands}
        if index >= 2 and pairs:
            one, other = pairs[(index - 2) % len(pairs)]
            values[other.name] = values[one.name]
        if forbids_equal_results(instruction) and values["qz"] == values["qv"]:
            values["qv"] = (values["qz"] + 1) % 8
        leave_out_optional(values, index)
        yield values


def choose(operand, index, turn, rng):
    if index == 0:
        return operand.range[0]
    if index == 1:
        return operand.range[-1]
    if operand.kind == "sat":
        return (index + turn) % 2
    if operand.kind == "rm":
        return (3 * index + turn) % 8
    return operand.range[int(rng.integers(len(operand.range)))]


def forbids_equal_results(instruction):
    return instruction.mnemonic in ("esp.vmul.s16.s8xs8", "esp.vmul.s32.s16xs16")


def leave_out_optional(values, index):
    """The forms of 2.2 without sat, without rm, without both."""
    if index % 6 in (3, 5):
        values.pop("sat", None)
    if index % 6 in (4, 5):
        values.pop("rm", None)


# States


def random_states(rng, count):
    states = np.zeros(count, STATE)
    states["memory"] = rng.integers(0, 256, (count, WINDOW_SIZE), "u1")
    states["q"] = styled(rng, (count, 8), 16)
    states["qacc"] = styled(rng, (count,), 64)
    states["ua_state"] = rng.integers(0, 256, (count, 16), "u1")
    states["xacc"] = near_extremes(rng, (count,), 40) & XACC_MASK
    states["x"] = general_registers(rng, (count, 32))
    states["x"][:, 0] = 0
    small = rng.random(count) < 0.5
    states["sar"] = np.where(small, rng.integers(0, 17, count), rng.integers(0, 64, count))
    states["sar_byte"] = rng.integers(0, 16, count)
    states["fft_bit_width"] = rng.integers(0, 16, count)
    fourth_bit = np.where(rng.random(count) < 0.05, 8, 0)
    vxrm = rng.integers(0, 8, count) | fourth_bit
    other_bits = rng.integers(0, 512, count) & ~(0xF << VXRM_SHIFT)
    states["cfg"] = other_bits | vxrm << VXRM_SHIFT
    return states


def general_registers(rng, shape):
    return np.choose(rng.integers(0, 4, shape), [
        rng.integers(0, 1 << 32, shape), rng.integers(0, 64, shape), rng.integers(0, 8, shape),
        near_extremes(rng, shape, 32).astype(np.int64),
    ])


def extremes(rng, shape, bits):
    """0, 1, -1, the limits of both signs and their neighbours, alternating bits."""
    top = 1 << (bits - 1)
    everything = (1 << bits) - 1
    values = [0, 1, everything, top, top - 1, top + 1, top - 2, everything - 1,
              everything // 3, everything // 3 * 2]
    return np.array(values, "<u8")[rng.integers(0, len(values), shape)]


def near_extremes(rng, shape, bits):
    """Extremes, half of them moved by less than a fourth of their width's bits."""
    distance = rng.integers(-(1 << bits // 4), 1 << bits // 4, shape)
    distance = np.where(rng.random(shape) < 0.5, distance, 0).astype("<u8")
    return (extremes(rng, shape, bits) + distance) & np.uint64((1 << bits) - 1)


def lanes_as_bytes(values, bits):
    return np.ascontiguousarray(values.astype(f"<u{bits // 8}")).view("u1")


def styled(rng, shape, size):
    """Registers of `size` bytes, each in one style over all its lanes."""
    styles = [rng.integers(0, 256, (*shape, size), "u1")]
    for bits in (8, 16, 32, 64):
        lanes = (*shape, 8 * size // bits)
        styles.append(lanes_as_bytes(extremes(rng, lanes, bits), bits))
        styles.append(lanes_as_bytes(near_extremes(rng, lanes, bits), bits))
        few_bits = rng.integers(-4, 5, lanes) << rng.integers(0, bits // 2, lanes)
        styles.append(lanes_as_bytes(few_bits, bits))
    chosen = rng.integers(0, len(styles), shape)
    return np.take_along_axis(np.stack(styles), chosen[None, ..., None], axis=0)[0]


def place_pointer(rng, access, operands, states):
    """rs1 inside the window, low bits counting through all alignments; one in 32 nowhere."""
    count = len(states)
    blocks = rng.integers(0, WINDOW_SIZE // 16 - 1, count)
    blocks = np.where(rng.random(count) < 0.1, WINDOW_SIZE // 16 - 2, blocks)
    target = WINDOW + 16 * blocks + np.arange(count) % 16
    target = np.where(rng.random(count) < 0.05, WINDOW + WINDOW_SIZE - access.size, target)
    target = np.where(rng.random(count) < 1 / 32, rng.choice(NOWHERE, count), target)
    if access.indexed:
        lanes = np.ascontiguousarray(states["q"][:, operands["qw"]]).view("<u2")
        target = target - 4 * lanes[:, operands["sel8"]].astype(np.int64)
    states["x"][:, operands["rs1"]] = (target & 0xFFFFFFFF).astype("<u4")
