"""The vector unit and the hardware loops around a kernel, under the board's firmware."""
import numpy as np
import pytest

import p4jit
from boards import EVERY_WAY, Board, integers

STATE_SIZE = 8 * 16 + 4 * 16 + 16 + 16 + 4 * 4
XACC_AT, NUMBERS_AT = 12 * 16, 14 * 16
INITIAL, DIRTY = 1, 3
A_TURN, TURNS = 3, 1000


class Kernels:
    """The functions of kernels/unit_state.c on a board of their own, and what that printed."""

    def __init__(self, way):
        self.written = []
        self.board = Board(way, console=self.written.append)

    @property
    def text(self):
        return "".join(self.written)

    def __getattr__(self, name):
        return self.board.function("unit_state", name)

    def through(self, loop, how, **options):
        return getattr(self, f"through_loop_{loop}")(np.int32(how), **options)


@pytest.fixture(scope="module", params=EVERY_WAY, ids=str)
def kernels(request, own_cache):
    return Kernels(request.param)


@pytest.fixture
def some_state(request):
    """All registers of the unit, as load_state() in kernels/unit_state.c wants them."""
    rng = np.random.default_rng(list(request.node.name.encode()))
    state = integers(rng, np.uint8, STATE_SIZE)
    state[XACC_AT + 5:XACC_AT + 16] = 0xFF if state[XACC_AT + 4] & 0x80 else 0
    state[XACC_AT + 8:XACC_AT + 16] = 0
    # SAR 37, SAR_BYTE 11, FFT_BIT_WIDTH 9, CFG: half to even, nothing else.
    state[NUMBERS_AT:].view(np.uint32)[:] = [37, 11, 9, 6 << 4]
    return state


def test_the_first_instructions_of_a_new_board_need_no_preparation(own_cache):
    assert Kernels(EVERY_WAY[0]).first_instructions() == 9


def test_both_units_are_initial_when_a_kernel_begins_and_dirty_when_used(kernels):
    for _ in range(2):
        assert kernels.pie_state() == INITIAL
        assert kernels.pie_state_after_use() == DIRTY
        assert kernels.loop_state() == INITIAL
        assert kernels.loop_state_after_use() == DIRTY


@pytest.mark.parametrize("loop", [0, 1])
def test_a_loop_left_by_a_branch_turns_again_within_the_kernel(kernels, loop):
    # So that the tests below would fail if the firmware did not end loops.
    assert kernels.through(loop, 4) == 1 + A_TURN * TURNS


@pytest.mark.parametrize("loop", [0, 1])
def test_a_loop_that_a_kernel_left_behind_is_over_for_the_next(kernels, loop):
    assert kernels.through(loop, 3) == 1
    assert kernels.through(loop, 0) == A_TURN


@pytest.mark.parametrize("loop", [0, 1])
@pytest.mark.parametrize("how, cause", [(1, "illegal instruction"), (5, "store access fault")])
def test_a_fault_in_a_loop_does_not_reach_the_next_kernel(kernels, loop, how, cause):
    with pytest.raises(p4jit.DeviceFault, match=cause):
        kernels.through(loop, how)
    assert kernels.loop_state() == INITIAL
    assert kernels.through(loop, 0) == A_TURN


@pytest.mark.parametrize("loop", [0, 1])
def test_a_kernel_stopped_in_a_loop_does_not_reach_the_next(kernels, loop):
    with pytest.raises(p4jit.Timeout):
        kernels.through(loop, 2, timeout=0.1)
    assert kernels.loop_state() == INITIAL
    assert kernels.through(loop, 0) == A_TURN


@pytest.mark.parametrize("use, reason", [("use_with_pie_off", 4), ("use_with_loops_off", 2)])
def test_an_instruction_of_a_unit_that_a_kernel_switched_off_is_illegal(kernels, use, reason):
    with pytest.raises(p4jit.DeviceFault, match="illegal instruction"):
        getattr(kernels, use)()
    assert kernels.reason_of_illegal_instruction() == reason
    assert kernels.first_instructions() == 9


def test_the_vector_registers_keep_what_they_had_while_the_board_works(kernels, some_state):
    kernels.load_state(some_state)
    kernels.written.clear()
    with pytest.raises(p4jit.DeviceFault):
        kernels.through(0, 1)
    after = np.zeros(STATE_SIZE, np.uint8)
    kernels.save_state(after)
    assert after.tobytes() == some_state.tobytes()


WORK = {"nothing": 0, "printf, malloc, memcpy and sinf": 1, "interrupts of both harts": 2}


@pytest.mark.parametrize("what", WORK)
def test_work_in_the_middle_of_loops_leaves_them_and_the_vector_registers_intact(kernels, some_state, what):
    for outer, inner in (1, 1), (2, 3), (7, 5):
        kernels.written.clear()
        after = np.zeros(STATE_SIZE, np.uint8)
        turns = kernels.in_the_middle(some_state, after, np.int32(WORK[what]), np.int32(outer), np.int32(inner))
        assert turns == outer * inner
        assert after.tobytes() == some_state.tobytes()
        if WORK[what] == 1:
            line = "memory from the heap, copied by the firmware's memcpy 53 0.479\n"
            assert kernels.text == line * turns


@pytest.mark.parametrize("turns", [1, 2, 1000])
def test_an_interrupt_at_the_end_of_a_turn_neither_loses_nor_adds_one(kernels, turns):
    assert kernels.interrupted_at_the_end_of_each_turn(np.int32(turns)) == turns


def test_a_million_turns_beside_the_other_harts_work(kernels):
    assert kernels.long_work(np.int32(1_000_000)) == 1
