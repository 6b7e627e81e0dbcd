"""The model's arithmetic against the same formulas in unbounded integers and fractions."""
import os

import numpy as np
import pytest

import semantics
from cases import batches
from model import rounded_shift
from operands import REVISIONS, instructions
from oracle import FORMULAS, Case, rounded
from state import WINDOW, XACC_MASK

CASES = int(os.environ.get("P4JIT_PIE_ORACLE_CASES", "32"))
FUSED = (".ld.incp", ".st.incp", ".ld.ip", ".ld.xp", ".st.ip", ".st.xp", ".ldbc.incp")


def formula_of(mnemonic):
    """Plain forms only: what is fused around them has tests of its own. The FFT group is always fused."""
    name = mnemonic.removeprefix("esp.")
    if name.startswith("fft."):
        return FORMULAS.get(".".join(name.split(".")[:2]))
    return None if name.endswith(FUSED) else FORMULAS.get(name.split(".")[0])


def stored_word(case, after):
    """The 128 bits a store has left at old rs1."""
    address = case.x("rs1")
    address = address if case.cfg & 1 else address & ~15
    return case.integer(after["memory"][address - WINDOW:address - WINDOW + 16])


def actual(case, what, after):
    if what == "memory":
        return stored_word(case, after)
    if what == "qacc":
        return case.integer(after["qacc"])
    if what == "xacc":
        return int(after["xacc"]) & XACC_MASK
    if what.startswith("r"):
        return int(after["x"][case.operands[what]])
    return case.integer(after["q"][case.operands[what]])


def overwritten(case, what):
    """A later write of the same instruction has replaced this result."""
    later = {"qz": ("qv", "qu"), "qv": ("qu",), "rs2": ("rs1",)}.get(what, ())
    stores = "st" in case.parts
    return any(case.operands.get(name) == case.operands.get(what) for name in later
               if name in case.operands and not (name == "qu" and stores)
               and (name != "qv" or case.parts[1] in ("vmul", "fft")))


@pytest.mark.parametrize("revision", REVISIONS)
def test_lanes_accumulators_and_flags_equal_exact_arithmetic(revision):
    checked = set()
    for instruction, operands, states in batches(revision, CASES, seed=7):
        mnemonic = instruction.mnemonic
        formula = formula_of(mnemonic)
        if formula is None:
            continue
        trap, after = semantics.execute(mnemonic, operands, states, revision)
        for row in np.flatnonzero(trap == 0):
            case = Case(mnemonic, operands, states[row], revision)
            for what, value in formula(case).items():
                if not overwritten(case, what):
                    assert actual(case, what, after[row]) == value, (instruction.text(operands), what, row)
            assert int(after[row]["cfg"]) == case.cfg, (instruction.text(operands), "cfg", row)
        checked.add(mnemonic)
    assert checked == {m for m in instructions(revision) if formula_of(m)}
    assert len(checked) == {"2.1": 77, "2.2": 78}[revision]


def values_with_ties(dtype):
    """Limits, small numbers, and k + 1/2 of every weight."""
    info = np.iinfo(dtype)
    ties = [(k << n) + (1 << n >> 1) for n in range(62) for k in (-3, -2, -1, 0, 1, 2, 3)]
    values = [info.min, info.min + 1, info.max, info.max - 1, *range(-9, 10), *ties,
              *(tie + 1 for tie in ties)]
    return [value for value in values if info.min <= value <= info.max]


@pytest.mark.parametrize("dtype", ["i8", "u8"])
@pytest.mark.parametrize("mode", range(8))
def test_a_shift_rounds_as_the_exact_fraction_in_every_mode(mode, dtype):
    values = values_with_ties(dtype)
    column = np.array(values, dtype)[:, None]
    for amount in range(64):
        result, lost = rounded_shift(column, np.int64(amount), np.full((len(values), 1), mode))
        assert [int(r) for r in result[:, 0]] == [rounded(value, amount, mode) for value in values]
        assert list(lost[:, 0]) == [value % (1 << amount) != 0 for value in values]
