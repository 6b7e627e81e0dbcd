"""pie.h's functions over arrays against NumPy: every length to 70, pointers anywhere."""
import numpy as np
import pytest

from boards import EVERY_WAY, integers, misaligned

LENGTHS = range(71)
TYPES = {"s8": np.int8, "u8": np.uint8, "s16": np.int16, "u16": np.uint16, "s32": np.int32}


@pytest.fixture(scope="module", params=EVERY_WAY, ids=str)
def board(request, boards):
    return boards(request.param)


@pytest.fixture
def rng(request):
    return np.random.default_rng(list(request.node.name.encode()))


@pytest.fixture
def lengths(board):
    return LENGTHS if board.thorough else LENGTHS[::7]


def kind(n):
    return ("random", "extremes")[n % 2]


def test_arrays_begin_at_multiples_of_sixteen_so_that_indices_are_alignments(board, rng):
    for size in (1, 3, 17, 1000):
        assert board.function("arrays", "low_bits_of_address")(integers(rng, np.uint8, size)) == 0


def test_the_compiler_is_the_one_that_was_asked_for(board):
    assert board.function("arrays", "made_by_clang")() == ("clang" in board.way.compiler)


@pytest.mark.parametrize("lane", ["s8", "u8", "s16", "u16"])
def test_dot_products(board, rng, lengths, lane):
    dot = board.function("arrays", f"dot_{lane}")
    for n in lengths:
        a, b = integers(rng, TYPES[lane], n, kind(n)), integers(rng, TYPES[lane], n, kind(n))
        (in_a, at_a), (in_b, at_b) = misaligned(rng, a), misaligned(rng, b)
        got = dot(in_a, np.int32(at_a), in_b, np.int32(at_b), np.int32(n))
        assert got == sum(int(x) * int(y) for x, y in zip(a, b)), n


OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "max": np.maximum,
    "min": np.minimum,
}
PAIRS = [(name, lane) for name in ("add", "sub") for lane in TYPES] + [
    (name, lane) for name in ("max", "min") for lane in ("s8", "u8", "s16", "s32")]


def call_on_two(function, rng, a, b, *more):
    """The result of a function (a, at, b, at, out, at, n, …). Nothing around it may change."""
    (in_a, at_a), (in_b, at_b) = misaligned(rng, a), misaligned(rng, b)
    out, at = misaligned(rng, np.zeros_like(a))
    before = out.copy()
    function(in_a, np.int32(at_a), in_b, np.int32(at_b), out, np.int32(at), np.int32(a.size), *more)
    assert np.array_equal(out[:at], before[:at]) and np.array_equal(out[at + a.size:], before[at + a.size:])
    return out[at:at + a.size]


@pytest.mark.parametrize("name, lane", PAIRS)
def test_sums_differences_larger_and_smaller_elements(board, rng, lengths, name, lane):
    dtype = TYPES[lane]
    function = board.function("arrays", f"{name}_{lane}")
    for n in lengths:
        a, b = integers(rng, dtype, n, kind(n)), integers(rng, dtype, n, kind(n))
        exact = OPERATIONS[name](a.astype(np.int64), b.astype(np.int64))
        expected = np.clip(exact, np.iinfo(dtype).min, np.iinfo(dtype).max)
        assert np.array_equal(call_on_two(function, rng, a, b), expected), n


def test_the_result_may_be_one_of_the_operands(board, rng, lengths):
    function = board.function("arrays", "add_s16_to_itself_and_back")
    for n in lengths:
        a, b = integers(rng, np.int16, n) >> 2, integers(rng, np.int16, n) >> 2
        (in_a, at_a), (in_b, at_b) = misaligned(rng, a), misaligned(rng, b)
        function(in_a, np.int32(at_a), in_b, np.int32(at_b), np.int32(n))
        assert np.array_equal(in_a[at_a:at_a + n], a + b) and np.array_equal(in_b[at_b:at_b + n], a), n


@pytest.mark.parametrize("lane", ["s8", "u8", "s16", "u16"])
def test_products_with_any_shift(board, rng, lengths, lane):
    dtype = TYPES[lane]
    function = board.function("arrays", f"mul_{lane}")
    bits = 8 * dtype().itemsize
    for n in lengths:
        for shift in {0, bits - 1, 2 * bits - 1, int(rng.integers(0, 2 * bits))}:
            a, b = integers(rng, dtype, n, kind(n)), integers(rng, dtype, n, kind(n))
            exact = a.astype(np.int64) * b.astype(np.int64) >> shift
            expected = np.clip(exact, np.iinfo(dtype).min, np.iinfo(dtype).max)
            assert np.array_equal(call_on_two(function, rng, a, b, np.int32(shift)), expected), (n, shift)


@pytest.mark.parametrize("lane", ["s8", "s16", "s32"])
@pytest.mark.parametrize("name, reduce", [("largest", np.max), ("smallest", np.min)], ids=["largest", "smallest"])
def test_the_largest_and_the_smallest_element(board, rng, lengths, name, reduce, lane):
    function = board.function("arrays", f"{name}_{lane}")
    for n in lengths[1:]:
        a = integers(rng, TYPES[lane], n, kind(n))
        around, at = misaligned(rng, a)
        assert function(around, np.int32(at), np.int32(n)) == reduce(a), n


def test_copies(board, rng, lengths):
    function = board.function("arrays", "copy")
    for n in lengths:
        data, from_at = misaligned(rng, integers(rng, np.uint8, n))
        out, to_at = misaligned(rng, np.zeros(n, np.uint8))
        expected = out.copy()
        expected[to_at:to_at + n] = data[from_at:from_at + n]
        function(data, np.int32(from_at), out, np.int32(to_at), np.int32(n))
        assert np.array_equal(out, expected), n


@pytest.mark.parametrize("cfg", [0, 0x60, 0x71, 0x103])
def test_the_functions_give_cfg_back_as_it_was(board, rng, cfg):
    # Zeros: nothing saturates, so also the sticky flags stay as they are.
    function = board.function("arrays", "cfg_after_the_functions")
    for n in (1, 8, 33):
        x = np.zeros(n, np.int16)
        assert function(x, np.zeros(n, np.int16), np.int32(n), np.uint32(cfg)) == cfg
