"""What is known of the instructions, one fact a test, checked on the model."""
import numpy as np
import pytest

import semantics
from cases import batches
from one_state import BLOCK, lanes_of, memory, q, q_of, run, state
from operands import REVISIONS, instructions
from state import (CASE, LOAD_FAULT, MIS_LD, MIS_ST, RESULT, RM_EXC, STATE, STORE_FAULT, VXSAT, VXSAT_EN, WINDOW,
                   XACC_MASK)


# The records and the table


def test_records_are_packed():
    assert STATE.itemsize == 128 + 128 + 64 + 8 + 16 + 16 + 1024
    assert CASE.itemsize == RESULT.itemsize == 4 + STATE.itemsize


def test_there_are_354_instructions_below_3_0_and_355_above():
    below, above = instructions("2.1"), instructions("2.2")
    assert (len(below), len(above)) == (354, 355)
    assert set(above) - set(below) == {"esp.vsl.s32", "esp.vsl.u32"}
    assert set(below) | set(above) == set(semantics.SEMANTICS)


def test_2_2_adds_sat_and_rm_where_the_notes_count_them():
    added = [tuple(o.kind for o in i.operands if o.kind in ("sat", "rm")) for i in instructions("2.2").values()]
    assert [added.count(kinds) for kinds in (("sat", "rm"), ("sat",), ("rm",), ())] == [44, 118, 4, 189]


@pytest.mark.parametrize("revision", REVISIONS)
def test_no_instruction_touches_what_it_does_not_name(revision):
    """No general register that is no operand, no memory without a store, never x0."""
    for instruction, operands, states in batches(revision, 32, seed=3):
        trap, after = semantics.execute(instruction.mnemonic, operands, states, revision)
        named = {operands[o.name] for o in instruction.operands if o.kind == "gpr"}
        others = [n for n in range(32) if n not in named or n == 0]
        assert (after["x"][:, others] == states["x"][:, others]).all(), instruction.mnemonic
        named = {operands[o.name] for o in instruction.operands if o.kind == "q"}
        others = [n for n in range(8) if n not in named]
        assert (after["q"][:, others] == states["q"][:, others]).all(), instruction.mnemonic
        if not (instruction.memory and instruction.memory.store):
            assert (after["memory"] == states["memory"]).all(), instruction.mnemonic
        assert (after["xacc"] <= XACC_MASK).all() and (after["cfg"] < 512).all(), instruction.mnemonic


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_fault_changes_nothing(revision):
    faults = set()
    for instruction, operands, states in batches(revision, 64, seed=4):
        trap, after = semantics.execute(instruction.mnemonic, operands, states, revision)
        rows = np.flatnonzero(trap)
        assert (after[rows] == states[rows]).all(), instruction.mnemonic
        faults |= {(instruction.memory.store, int(code)) for code in trap[rows]}
    assert faults == {(False, LOAD_FAULT), (True, STORE_FAULT)}


def test_a_block_partly_outside_memory_faults():
    before = state(x={8: WINDOW + 1024 - 15}, cfg=MIS_LD | MIS_ST)
    for mnemonic, code in (("vld.128.ip", LOAD_FAULT), ("vst.128.ip", STORE_FAULT)):
        trap, _ = semantics.execute("esp." + mnemonic, {"qu": 0, "rs1": 8, "off25616": 16}, before, "2.1")
        assert trap[0] == code


# Old values, order of writes


def test_a_fused_load_into_a_source_uses_its_old_value():
    before = state(q={0: q_of([2] * 8, 16), 1: q_of([3] * 8, 16)}, x={8: WINDOW}, memory={WINDOW: BLOCK})
    after = run("vmulas.s16.xacc.ld.ip", {"qu": 0, "rs1": 8, "off1616": 112, "qx": 0, "qy": 1}, before)
    assert after["xacc"] == 8 * 6
    assert q(after, 0) == BLOCK
    assert after["x"][8] == WINDOW + 112


def test_a_fused_load_wins_over_the_result_in_the_same_register():
    before = state(q={0: q_of([2] * 16, 8)}, x={8: WINDOW}, memory={WINDOW: BLOCK})
    after = run("vadd.s8.ld.incp", {"qu": 3, "rs1": 8, "qv": 3, "qx": 0, "qy": 0}, before)
    assert q(after, 3) == BLOCK


def test_a_fused_store_stores_the_old_value_of_the_result_s_register():
    before = state(q={0: q_of([2] * 16, 8), 3: BLOCK}, x={8: WINDOW})
    after = run("vadd.s8.st.incp", {"qu": 3, "rs1": 8, "qv": 3, "qx": 0, "qy": 0}, before)
    assert memory(after, WINDOW, 16) == BLOCK
    assert q(after, 3) == q_of([4] * 16, 8)
    assert after["x"][8] == WINDOW + 16


def test_a_pointer_that_is_its_own_step_doubles():
    after = run("vld.128.xp", {"qu": 0, "rs1": 8, "rs2": 8}, state(x={8: WINDOW}))
    assert after["x"][8] == 2 * WINDOW % (1 << 32)


# QACC and XACC


def test_qacc_holds_sixteen_words_for_bytes_and_eight_doubles_for_halfwords():
    for bits, lanes in ((8, range(-8, 8)), (16, range(-4, 4))):
        after = run(f"mov.s{bits}.qacc", {"qu": 2}, state(q={2: q_of(lanes, bits)}))
        assert lanes_of(after["qacc"], 4 * bits) == list(lanes)


def test_the_four_qacc_blocks_follow_each_other():
    content = bytes(range(64))
    after = state(qacc=content, x={8: WINDOW})[0]
    for block in ("l.l", "l.h", "h.l", "h.h"):
        after = run(f"st.qacc.{block}.128.ip", {"rs1": 8, "off25616": 16}, np.array([after], STATE))
    assert memory(after, WINDOW, 64) == content


def test_a_complex_mac_touches_its_half_only():
    before = state(q={0: q_of([1, 2] * 4, 16), 1: q_of([3, 4] * 4, 16)})
    for half, lanes in (("l", [-5, 10, -5, 10, 0, 0, 0, 0]), ("h", [0, 0, 0, 0, -5, 10, -5, 10])):
        after = run(f"vcmulas.s16.qacc.{half}", {"qx": 0, "qy": 1}, before)
        assert lanes_of(after["qacc"], 64) == lanes


def test_64_bit_accumulators_saturate_at_both_ends():
    limits = [2 ** 63 - 1, -2 ** 63] * 4
    before = state(q={0: q_of([1, -1] * 4, 16), 1: q_of([5] * 8, 16)}, qacc=q_of(limits, 64), cfg=VXSAT_EN)
    after = run("vmulas.s16.qacc", {"qx": 0, "qy": 1}, before)
    assert lanes_of(after["qacc"], 64) == limits
    assert after["cfg"] == VXSAT_EN | VXSAT
    after = run("vmulas.s16.qacc", {"qx": 0, "qy": 1, "sat": 0}, before, "2.2")
    assert lanes_of(after["qacc"], 64) == [-2 ** 63 + 4, 2 ** 63 - 5] * 4
    assert after["cfg"] == VXSAT_EN


def test_xacc_saturates_once_after_the_whole_sum():
    lanes = [32767] * 4 + [-32767] * 4
    before = state(q={0: q_of(lanes, 16), 1: q_of([32767] * 8, 16)}, xacc=2 ** 39 - 1)
    assert run("vmulas.s16.xacc", {"qx": 0, "qy": 1}, before)["xacc"] == 2 ** 39 - 1
    before["q"][0, 0] = np.frombuffer(q_of([1] * 8, 16), "u1")
    assert run("vmulas.s16.xacc", {"qx": 0, "qy": 1}, before)["xacc"] == 2 ** 39 - 1


def test_xacc_is_read_and_written_as_32_and_8_bits():
    before = state(xacc=0xAB12345678, x={9: 0xFFFFFF07})
    assert run("movx.r.xacc.l", {"rd": 8}, before)["x"][8] == 0x12345678
    assert run("movx.r.xacc.h", {"rd": 8}, before)["x"][8] == 0xAB
    assert run("movx.w.xacc.h", {"rs1": 9}, before)["xacc"] == 0x0712345678
    assert run("movx.w.xacc.l", {"rs1": 9}, before)["xacc"] == 0xABFFFFFF07


def test_xacc_goes_to_memory_with_its_sign_or_zeros_and_comes_back():
    before = state(xacc=0x8000000001, x={8: WINDOW})
    operands = {"rs1": 8, "off2568": -8}
    signed, unsigned = run("st.s.xacc.ip", operands, before), run("st.u.xacc.ip", operands, before)
    assert memory(signed, WINDOW, 8).hex() == "01000000" + "80ffffff"
    assert memory(unsigned, WINDOW, 8).hex() == "01000000" + "80000000"
    signed["xacc"], signed["x"][8] = 0, WINDOW
    assert run("ld.xacc.ip", operands, np.array([signed], STATE))["xacc"] == 0x8000000001


def test_srcmb_keeps_the_shifted_accumulators():
    before = state(qacc=q_of([1000, -1000] * 8, 32), x={8: 32 + 2})
    after = run("srcmb.s8.qacc", {"qu": 1, "rs1": 8, "sel2": 1}, before)
    assert lanes_of(q(after, 1), 8) == [127, -128] * 8
    assert lanes_of(after["qacc"], 32) == [250, -250] * 8
    after = run("srcmb.s8.qacc", {"qu": 1, "rs1": 8, "sel2": 0}, before)
    assert lanes_of(q(after, 1), 8) == [-6, 6] * 8


# CFG


def test_reading_cfg_clears_vxsat_only_when_it_is_enabled():
    after = run("movx.r.cfg", {"rd": 8}, state(cfg=VXSAT_EN | VXSAT | RM_EXC))
    assert (after["x"][8], after["cfg"]) == (VXSAT_EN | VXSAT | RM_EXC, VXSAT_EN | RM_EXC)
    after = run("movx.r.cfg", {"rd": 8}, state(cfg=VXSAT))
    assert (after["x"][8], after["cfg"]) == (VXSAT, VXSAT)


def test_writing_cfg_keeps_its_two_read_only_bits():
    after = run("movx.w.cfg", {"rs1": 8}, state(x={8: 0xFFFFFFF3}, cfg=VXSAT))
    assert after["cfg"] == 0x1F3 | VXSAT
    after = run("movx.w.cfg", {"rs1": 8}, state(x={8: VXSAT}, cfg=RM_EXC | 0x1F3))
    assert after["cfg"] == RM_EXC


@pytest.mark.parametrize("name, field, bits", [
    ("sar", "sar", 6), ("sar.bytes", "sar_byte", 4), ("fft.bit.width", "fft_bit_width", 4)])
def test_narrow_registers_keep_their_low_bits(name, field, bits):
    after = run(f"movx.w.{name}", {"rs1": 8}, state(x={8: 0xFFFFFFFF}))
    assert after[field] == (1 << bits) - 1
    assert run(f"movx.r.{name}", {"rd": 9}, np.array([after], STATE))["x"][9] == (1 << bits) - 1


def test_unnecessary_rounding_tells_when_bits_were_lost():
    before = state(q={0: q_of([3] * 8, 16), 1: q_of([1] * 8, 16)}, sar=1, cfg=7 << 4)
    after = run("vmul.s16", {"qz": 2, "qx": 0, "qy": 1}, before)
    assert lanes_of(q(after, 2), 16) == [1] * 8
    assert after["cfg"] == 7 << 4 | RM_EXC
    before["q"][0, 1] = np.frombuffer(q_of([2] * 8, 16), "u1")
    assert run("vmul.s16", {"qz": 2, "qx": 0, "qy": 1}, before)["cfg"] == 7 << 4


def test_the_rounding_operand_wins_over_cfg():
    before = state(q={0: q_of([3] * 8, 16), 1: q_of([1] * 8, 16)}, sar=1, cfg=0)
    for rm, value in ((0, 1), (1, 2), (6, 2), (7, 1)):
        after = run("vmul.s16", {"qz": 2, "qx": 0, "qy": 1, "rm": rm}, before, "2.2")
        assert lanes_of(q(after, 2), 16) == [value] * 8


# Loads, stores, alignment


@pytest.mark.parametrize("size, mnemonic, operands", [
    (16, "vld.128.xp", {}), (8, "vld.l.64.xp", {}), (4, "vldbc.32.xp", {}), (2, "vldbc.16.xp", {})])
def test_low_address_bits_count_only_with_mis_ld(size, mnemonic, operands):
    for low in range(size):
        before = state(x={8: WINDOW + 32 + low, 9: 3}, memory={WINDOW: bytes(range(64))})
        for cfg, start in ((0, 32), (MIS_LD, 32 + low)):
            before["cfg"] = cfg
            after = run(mnemonic, {"qu": 0, "rs1": 8, "rs2": 9, **operands}, before)
            assert q(after, 0)[:size] == bytes(range(start, start + size))
            assert after["x"][8] == WINDOW + 32 + low + 3


def test_usar_loads_the_block_and_remembers_the_byte():
    for cfg in (0, MIS_LD):
        before = state(x={8: WINDOW + 16 + 5}, memory={WINDOW + 16: BLOCK}, cfg=cfg)
        after = run("ld.128.usar.ip", {"qu": 0, "rs1": 8, "off25616": -16}, before)
        assert (q(after, 0), after["sar_byte"], after["x"][8]) == (BLOCK, 5, WINDOW + 5)


def test_gather_takes_an_unsigned_halfword_index_and_leaves_the_pointer():
    lanes = [0] * 8
    lanes[5] = 0xFFFF
    before = state(q={1: q_of(lanes, 16)}, x={8: WINDOW + 67 - 4 * 0xFFFF}, memory={WINDOW + 64: BLOCK})
    after = run("ldxq.32", {"qu": 0, "qw": 1, "rs1": 8, "sel4": 2, "sel8": 5}, before)
    assert q(after, 0) == bytes(8) + BLOCK[:4] + bytes(4)
    assert after["x"][8] == before["x"][0, 8]


def test_vldhbc_doubles_every_halfword():
    before = state(x={8: WINDOW}, memory={WINDOW: q_of(range(8), 16)})
    after = run("vldhbc.16.incp", {"qu": 0, "qz": 1, "rs1": 8}, before)
    assert lanes_of(q(after, 0) + q(after, 1), 16) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]
