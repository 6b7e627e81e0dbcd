"""What is known of moves, permutes, limits and the FFT group, one fact a test."""
import numpy as np

from one_state import BLOCK, lanes_of, memory, q, q_of, run, state
from operands import PIE_GPRS, instructions
from state import STATE, VXSAT, VXSAT_EN, WINDOW


def test_fields_of_general_registers_name_x8_to_x15_and_x24_to_x31():
    assert PIE_GPRS == (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
    full = {m for m, i in instructions("2.1").items() for o in i.operands
            if o.kind == "gpr" and len(o.range) == 32}
    assert full == {f"esp.{name}" for name in ("addx2", "addx4", "subx2", "subx4", "sat")}


def test_the_scaled_operand_is_the_last_one():
    before = state(x={1: 100, 2: 7})
    results = {"addx2": 114, "addx4": 128, "subx2": 86, "subx4": 72}
    for name, value in results.items():
        assert run(name, {"xd": 3, "x1": 1, "x2": 2}, before)["x"][3] == value
        assert run(name, {"xd": 0, "x1": 1, "x2": 2}, before)["x"][0] == 0


def test_limits_may_come_in_either_order():
    before = state(q={0: q_of([-100, -5, 0, 100] * 4, 8)}, x={8: -10, 9: 20, 5: -100})
    for one, other in ((8, 9), (9, 8)):
        after = run("vsat.s8", {"qz": 1, "qx": 0, "rs1": one, "rs2": other}, before)
        assert lanes_of(q(after, 1), 8) == [-10, -5, 0, 20] * 4
        assert run("sat", {"xsd": 5, "x0": one, "x1": other}, before)["x"][5] == 2 ** 32 - 10


def test_vclamp_keeps_n_bits_and_a_sign():
    before = state(q={0: q_of([-32768, -9, -8, 0, 7, 8, 100, 32767], 16)}, cfg=VXSAT_EN)
    after = run("vclamp.s16", {"qz": 1, "qx": 0, "sel16": 3}, before)
    assert lanes_of(q(after, 1), 16) == [-8, -8, -8, 0, 7, 7, 7, 7]
    assert after["cfg"] == VXSAT_EN


def test_vabs_saturates_the_minimum():
    after = run("vabs.8", {"qv": 1, "qy": 0}, state(q={0: q_of([-128, -127, 5, 0] * 4, 8)}, cfg=VXSAT_EN))
    assert lanes_of(q(after, 1), 8) == [127, 127, 5, 0] * 4
    assert after["cfg"] == VXSAT_EN | VXSAT


def test_sums_always_saturate_and_say_so_only_when_enabled():
    before = state(q={0: q_of([200] * 16, 8), 1: q_of([100] * 16, 8)})
    after = run("vadd.u8", {"qv": 2, "qx": 0, "qy": 1}, before)
    assert (q(after, 2), after["cfg"]) == (b"\xff" * 16, 0)
    after = run("vsub.u8", {"qv": 2, "qx": 1, "qy": 0}, before)
    assert q(after, 2) == bytes(16)
    after = run("vadd.u8", {"qv": 2, "qx": 0, "qy": 1, "sat": 0}, before, "2.2")
    assert q(after, 2) == bytes([44] * 16)


def test_a_comparison_gives_all_ones_or_zero_by_the_lane_s_sign():
    before = state(q={0: q_of([-1, 0, 1, -32768] * 2, 16), 1: bytes(16)})
    operands = {"qz": 2, "qx": 0, "qy": 1}
    assert lanes_of(q(run("vcmp.gt.s16", operands, before), 2), 16) == [0, 0, -1, 0] * 2
    assert lanes_of(q(run("vcmp.gt.u16", operands, before), 2), 16) == [-1, 0, -1, -1] * 2


def test_zip_puts_its_low_half_into_the_first_register_and_unzip_undoes_it():
    before = state(q={0: bytes(range(16)), 1: bytes(range(16, 32))})
    for bits in (8, 16, 32):
        after = run(f"vzip.{bits}", {"qx": 0, "qy": 1}, before)
        size = bits // 8
        first = b"".join(bytes(range(n, n + size)) + bytes(range(16 + n, 16 + n + size))
                         for n in range(0, 8, size))
        assert q(after, 0) == first
        back = run(f"vunzip.{bits}", {"qx": 0, "qy": 1}, np.array([after], STATE))
        assert back == before[0]


def test_zipt_weaves_red_green_and_blue():
    before = state(q={0: b"R" * 16, 1: b"G" * 16, 2: b"B" * 16})
    after = run("vzipt.8", {"qx": 0, "qy": 1, "qw": 2}, before)
    assert q(after, 0) + q(after, 1) + q(after, 2) == b"RGB" * 16
    assert run("vunzipt.8", {"qx": 0, "qy": 1, "qw": 2}, np.array([after], STATE)) == before[0]


def test_vext_puts_low_lanes_first():
    after = run("vext.s8", {"qz": 1, "qv": 2, "qw": 0}, state(q={0: q_of(range(-8, 8), 8)}))
    assert lanes_of(q(after, 1) + q(after, 2), 16) == list(range(-8, 8))


def test_of_two_results_in_one_register_the_later_operand_stays():
    after = run("vext.s8", {"qz": 1, "qv": 1, "qw": 0}, state(q={0: q_of(range(-8, 8), 8)}))
    assert lanes_of(q(after, 1), 16) == list(range(8))


def test_src_q_takes_sixteen_bytes_from_sar_byte_on():
    low, high = bytes(range(16)), bytes(range(16, 32))
    for byte in range(16):
        before = state(q={1: low, 2: high}, sar_byte=byte)
        spliced = (low + high)[byte:byte + 16]
        assert q(run("src.q", {"qz": 0, "qw": 1, "qy": 2}, before), 0) == spliced
        after = run("src.q.qup", {"qz": 0, "qw": 1, "qy": 2}, before)
        assert (q(after, 0), q(after, 1)) == (spliced, high)
        assert q(run("src.q.qup", {"qz": 1, "qw": 1, "qy": 2}, before), 1) == spliced


def test_src_q_ld_splices_old_values_and_loads_last():
    before = state(q={1: bytes(range(16)), 2: bytes(range(16, 32))}, sar_byte=4, x={8: WINDOW},
                   memory={WINDOW: BLOCK})
    operands = {"qu": 2, "rs1": 8, "off25616": 16, "qw": 1, "qy": 2}
    after = run("src.q.ld.ip", operands, before)
    assert (q(after, 1), q(after, 2)) == (bytes(range(4, 20)), BLOCK)
    assert q(run("src.q.ld.ip", {**operands, "qu": 1}, before), 1) == BLOCK


def test_pair_shifts_move_whole_bytes_and_let_zeros_in():
    pair = bytes(range(1, 33))
    before = state(q={0: pair[16:], 1: pair[:16]}, x={8: 0xF2, 9: 5})
    operands = {"qy": 0, "qw": 1}
    for mnemonic, more, expected in (
            ("srci.2q", {"sel16": 2}, pair[3:] + bytes(3)), ("slci.2q", {"sel16": 2}, bytes(3) + pair[:-3]),
            ("srci.2q", {"sel16": 15}, pair[16:] + bytes(16)),
            ("srcxxp.2q", {"rs1": 8, "rs2": 9}, pair[3:] + bytes(3)),
            ("slcxxp.2q", {"rs1": 8, "rs2": 9}, bytes(3) + pair[:-3])):
        after = run(mnemonic, {**operands, **more}, before)
        assert q(after, 1) + q(after, 0) == expected
        assert (after["x"] == before["x"][0]).all()


def test_activations_leave_positive_lanes_alone():
    before = state(q={0: q_of([10, -10, 0, -128] * 4, 8)}, x={8: 3, 9: 32 + 1})
    after = run("vrelu.s8", {"qy": 0, "rs2": 8, "rs1": 9}, before)
    assert lanes_of(q(after, 0), 8) == [10, -15, 0, -128] * 4


def test_cmul_writes_one_half_and_conjugates_its_first_operand():
    before = state(q={0: b"\x55" * 16, 1: q_of([1, 2] * 4, 16), 2: q_of([3, 4] * 4, 16)})
    normal, conjugated, kept = [-5, 10] * 2, [11, -2] * 2, [0x5555] * 4
    for sel4, lanes in enumerate((normal + kept, kept + normal, conjugated + kept, kept + conjugated)):
        after = run("cmul.s16", {"qz": 0, "qx": 1, "qy": 2, "sel4": sel4}, before)
        assert lanes_of(q(after, 0), 16) == lanes


def test_unsigned_shifts_of_2_2_clamp_as_the_s16_table_kernel_needs():
    """0x00010001 << 15 has to give two halfwords, the upper one 0x8000."""
    before = state(q={0: q_of([0x00010001] * 4, 32)}, sar=15)
    assert lanes_of(q(run("vsl.u32", {"qu": 1, "qy": 0}, before, "2.2"), 1), 32, False) == [0x80008000] * 4
    assert lanes_of(q(run("vsl.s32", {"qu": 1, "qy": 0}, before, "2.2"), 1), 32) == [2 ** 31 - 1] * 4
    assert lanes_of(q(run("vsl.32", {"qu": 1, "qy": 0}, before), 1), 32, False) == [0x80008000] * 4


# FFT group


def test_bit_reversal_visits_every_index_and_keeps_the_larger_of_a_pair():
    seen, before = [], state(fft_bit_width=6)
    for _ in range(8):
        after = run("fft.bitrev", {"qv": 0, "rs1": 8}, before)
        seen += lanes_of(q(after, 0), 16)
        before = np.array([after], STATE)
    assert after["x"][8] == 64
    assert seen == [max(v, int(f"{v:06b}"[::-1], 2)) for v in range(64)]


def test_butterflies_pair_neighbours_or_halves():
    before = state(q={1: q_of([1, 0, 2, 0, 4, 0, 8, 0], 16), 2: q_of([16, 0, 32, 0, 64, 0, 128, 0], 16)})
    expected = {0: ([5, 10, -3, -6], [80, 160, -48, -96]), 1: ([3, 12, -1, -4], [48, 192, -16, -64])}
    for sel2, (z, v) in expected.items():
        after = run("fft.r2bf.s16", {"qz": 3, "qv": 4, "qx": 1, "qy": 2, "sel2": sel2}, before)
        assert lanes_of(q(after, 3), 16)[0::2] == z
        assert lanes_of(q(after, 4), 16)[0::2] == v


def test_stores_of_twiddled_products_lay_out_by_upd4():
    data, v = q_of([8, 16, 24, 32, 0, 0, 5, 6], 16), q_of(range(100, 108), 16)
    before = state(q={0: data, 1: q_of([0] * 6 + [1, 0], 16), 2: v}, x={8: WINDOW, 9: 16})
    layouts = {0: [100, 101, 102, 103, 104, 105, 5, 6], 1: [2, 4, 6, 8, 104, 105, 5, 6],
               2: [2, 4, 104, 105, 6, 8, 5, 6]}
    for upd4, lanes in layouts.items():
        after = run("fft.cmul.s16.st.xp", {"qy": 0, "qx": 1, "qu": 2, "rs1": 8, "rs2": 9, "sel8": 7,
                                           "upd4": upd4, "sel4": 2}, before)
        assert lanes_of(memory(after, WINDOW, 16), 16) == lanes
        assert (after["q"] == before["q"][0]).all()
        assert after["x"][8] == WINDOW + 16


def test_ams_carries_one_point_in_a_general_register_to_the_next_store():
    before = state(q={0: q_of(range(8), 16), 1: q_of([0] * 6 + [10, 20], 16), 2: q_of([0] * 6 + [1, 2], 16),
                      3: q_of([0] * 6 + [1, 0], 16)}, x={8: WINDOW, 9: 0x00050004})
    operands = {"qu": 0, "qz": 4, "rs2": 9, "rs1": 8, "qx": 1, "qw": 2, "qy": 3, "sel2": 1}
    after = run("fft.ams.s16.st.incp", operands, before)
    # S = (11, 18), D = (9, 22), T = D: u = S + T, w = (S.re - T.re, T.im - S.im)
    assert after["x"][9] == 40 << 16 | 20
    assert lanes_of(q(after, 4), 16) == [0] * 6 + [2, 4]
    assert lanes_of(memory(after, WINDOW, 16), 16) == [4, 5, 0, 1, 2, 3, 4, 5]
    halved = run("fft.ams.s16.st.incp", {**operands, "sel2": 0}, before)
    assert lanes_of(memory(halved, WINDOW, 16), 16) == [2, 2, 0, 0, 1, 1, 2, 2]


def test_the_unaligned_stream_splices_with_ua_state():
    before = state(ua_state=bytes(range(16)), sar_byte=3, x={8: WINDOW}, memory={WINDOW: BLOCK})
    operands = {"qu": 0, "rs1": 8, "qz": 1, "qv": 2, "qx": 3, "qw": 4, "qy": 5, "sel2": 0}
    after = run("fft.ams.s16.ld.incp.uaup", operands, before)
    assert q(after, 0) == (bytes(range(16)) + BLOCK)[3:19]
    assert after["ua_state"].tobytes() == BLOCK


def test_reversed_stores_turn_words_around_and_go_down():
    before = state(q={0: q_of([1, 2, 3, 4, 5, 6, 7, 8], 16)}, x={8: WINDOW + 16}, cfg=1 << 4)
    after = run("fft.vst.r32.decp", {"qu": 0, "rs1": 8, "sel2": 1}, before)
    assert lanes_of(memory(after, WINDOW + 16, 16), 16) == [4, 4, 3, 3, 2, 2, 1, 1]
    assert after["x"][8] == WINDOW


def test_fft_sums_wrap_in_2_1_and_clamp_in_2_2():
    before = state(q={1: q_of([32767] * 8, 16), 2: q_of([1] * 8, 16)}, x={8: WINDOW}, cfg=VXSAT_EN)
    operands = {"qz": 3, "qx": 1, "qy": 2, "rs1": 8, "sel4": 0}
    after = run("fft.r2bf.s16.st.incp", operands, before)
    assert (lanes_of(memory(after, WINDOW, 16), 16), after["cfg"]) == ([-32768] * 8, VXSAT_EN)
    after = run("fft.r2bf.s16.st.incp", operands, before, "2.2")
    assert (lanes_of(memory(after, WINDOW, 16), 16), after["cfg"]) == ([32767] * 8, VXSAT_EN | VXSAT)
