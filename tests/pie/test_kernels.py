"""Known kernels in plain C and in vector instructions, on the same data: equal bit by bit.

The kernels are in kernels/, several forms each. On the default compiler and chip revision 1.3 with
much data, with the other compiler and on revision 3.1 with less. `pytest -s` prints how much.
"""
import numpy as np
import pytest

from boards import EVERY_WAY, KINDS, integers, misaligned
from fourier import complex_numbers, order, twiddles


@pytest.fixture(scope="module", params=EVERY_WAY, ids=str)
def board(request, boards):
    return boards(request.param)


@pytest.fixture
def rng(request):
    return np.random.default_rng(list(request.node.name.encode()))


def sizes(board, rng, most, least=0, step=1):
    """All small ones and some large ones; on the less important boards a few of each."""
    small = list(range(least, 41 * step, step))
    large = [least + int(each) // step * step for each in rng.integers(0, most, 24)]
    return small + large if board.thorough else small[::9] + large[:4]


DOTS = {"s8": (np.int8, 5000), "u8": (np.uint8, 5000), "s16": (np.int16, 500)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lane", DOTS)
def test_dot_products_of_any_length_at_any_alignment_equal_c(board, rng, lane, kind):
    # 500 products of -32768 by itself are still below 2^39, where XACC saturates.
    dtype, most = DOTS[lane]
    forms = board.forms("dot", f"dot_{lane}", "c vector loop")
    for n in sizes(board, rng, most):
        a, b = integers(rng, dtype, n, kind), integers(rng, dtype, n, kind)
        result = forms.compare(*misaligned(rng, a), *misaligned(rng, b), n)[0]
        assert result == np.dot(a.astype(np.int64), b.astype(np.int64))


def test_sums_of_products_stop_at_the_ends_of_forty_bits(board):
    forms = board.forms("dot", "dot_s16", "vector loop")
    least, most = np.full(1024, -32768, np.int16), np.full(1024, 32767, np.int16)
    for form in forms.functions:
        assert forms.run(form, (least, 0, least, 0, 1024))[0] == 2 ** 39 - 1
        assert forms.run(form, (least, 0, most, 0, 1024))[0] == -(2 ** 39)


def test_a_naked_function_with_a_hardware_loop_equals_numpy(board, rng):
    dot = board.function("dot", "dot_s8_naked")
    for n in range(16, 2048, 176):
        a, b = integers(rng, np.int8, n), integers(rng, np.int8, n)
        assert dot(a, b, np.int32(n)) == np.dot(a.astype(np.int32), b.astype(np.int32))


@pytest.mark.parametrize("kind", KINDS)
def test_filters_of_any_number_of_taps_equal_c(board, rng, kind):
    forms = board.forms("fir", "fir_s16", "c vector lanes loop")
    for taps in (1, 2, 7, 8, 9, 16, 31, 64) if board.thorough else (5, 16, 33):
        for n in (0, 1, 7, 8, 9, 40, 133) if board.thorough else (3, 26):
            x, h = integers(rng, np.int16, n + taps - 1, kind), integers(rng, np.int16, taps, kind)
            _, _, _, y = forms.compare(*misaligned(rng, x), h, taps, np.zeros(n + 2, np.int16), n)
            if n:
                sums = np.correlate(x.astype(np.int64), h.astype(np.int64), "valid")
                assert np.array_equal(y[:n], np.clip(sums >> 15, -32768, 32767))
            assert not y[n:].any()


MATRICES = {"matmul_s8_s32": (np.int8, np.int32), "matmul_s8": (np.int8, np.int8), "matmul_s16": (np.int16, np.int16)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", MATRICES)
def test_matrix_products_of_any_size_equal_c(board, rng, name, kind):
    element, result = MATRICES[name]
    forms = board.forms("matmul", name, "c vector loop")
    shapes = [(1, 1, 1), (1, 1, 16), (2, 3, 8), (3, 5, 17), (4, 16, 16), (5, 7, 31), (2, 40, 33), (16, 16, 48)]
    for m, k, n in shapes if board.thorough else shapes[2::3]:
        for shift in (0, 1, 7, 15):
            a, b = integers(rng, element, (m, k), kind), integers(rng, element, (k, n), kind)
            c = forms.compare(a.ravel(), b.ravel(), np.zeros(m * n + 3, result), m, k, n, shift)[3]
            if result == np.int32:
                assert np.array_equal(c[:m * n].reshape(m, n), a.astype(np.int64) @ b.astype(np.int64))


LAYERS = [  # height, width, inputs, kernel height and width, outputs, stride
    (1, 1, 1, 1, 1, 16, 1), (3, 3, 1, 3, 3, 16, 1), (5, 6, 3, 3, 3, 16, 1), (6, 7, 4, 3, 2, 32, 1),
    (7, 7, 5, 3, 3, 16, 2), (4, 4, 16, 1, 1, 48, 1),
]
ACTIVATIONS = {"none": (1, 0), "relu": (0, 0), "leaky": (13, 7)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("lane", ["s8", "s16"])
def test_convolutions_with_bias_and_activation_equal_c(board, rng, lane, activation, kind):
    element, accumulator = {"s8": (np.int8, np.int32), "s16": (np.int16, np.int64)}[lane]
    forms = board.forms("conv2d", f"conv2d_{lane}", "c vector loop")
    for layer in LAYERS if board.thorough else LAYERS[2:4]:
        height, width, inputs, kh, kw, outputs, stride = layer
        for shift in (0, 1, 6, 11, 31):
            image, weights = integers(rng, element, height * width * inputs, kind), integers(
                rng, element, kh * kw * inputs * outputs, kind)
            # The extreme biases saturate in the accumulators.
            bias = integers(rng, accumulator, outputs, kind)
            if kind == "random":
                bias >>= 8 if lane == "s8" else 24
            out = np.zeros(((height - kh) // stride + 1) * ((width - kw) // stride + 1) * outputs + 16, element)
            shape = np.array([*layer, shift, *ACTIVATIONS[activation]], np.int32)
            got = forms.compare(image, weights, bias, out, shape)[4]
            assert activation != "relu" or got.min() >= 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["pool_max_s8", "pool_mean_s8"])
def test_pooling_of_any_number_of_channels_equals_c(board, rng, name, kind):
    forms = board.forms("pool", name, "c vector loop")
    for channels in (1, 15, 16, 17, 32, 50) if board.thorough else (16, 35):
        for log_window in (0, 1, 2):
            window = 1 << log_window
            height, width = window * 3 + window // 2, window * 2
            image = integers(rng, np.int8, (height, width, channels), kind)
            out = np.zeros(3 * 2 * channels + 16, np.int8)
            shape = np.array([height, width, channels, log_window], np.int32)
            got = forms.compare(image.ravel(), out, shape)[2][:6 * channels].reshape(3, 2, channels)
            windows = image[:3 * window].reshape(3, window, 2, window, channels)
            expected = windows.max((1, 3)) if name == "pool_max_s8" else np.rint(windows.astype(float).mean((1, 3)))
            assert np.array_equal(got, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["add_s16", "mul_s16"])
def test_saturating_sums_and_products_equal_c(board, rng, name, kind):
    forms = board.forms("elementwise", name, "c vector loop")
    for n in sizes(board, rng, 700):
        a, b = integers(rng, np.int16, n, kind).astype(np.int64), integers(rng, np.int16, n, kind).astype(np.int64)
        out, at = misaligned(rng, np.zeros(n, np.int16))
        got = forms.compare(*misaligned(rng, a.astype(np.int16)), *misaligned(rng, b.astype(np.int16)), out, at, n)[3]
        exact = a + b if name == "add_s16" else a * b >> 15
        assert np.array_equal(got[at:at + n], np.clip(exact, -32768, 32767))


def test_lookups_by_index_equal_c(board, rng):
    gather, scatter = (board.forms("lookup", name, "c vector") for name in ("gather", "scatter"))
    for n in sizes(board, rng, 500):
        table = integers(rng, np.uint32, int(rng.choice([1, 256, 65536])))
        index = rng.integers(0, table.size, n, np.uint16, endpoint=False)
        got = gather.compare(table, index, np.zeros(n + 1, np.uint32), n)[3]
        assert np.array_equal(got[:n], table[index])
        scatter.compare(table, index, integers(rng, np.uint32, n + 1), n)


@pytest.mark.parametrize("bits", range(1, 13))
def test_bit_reversal_equals_c(board, rng, bits):
    forms = board.forms("lookup", "bit_reverse", "c vector")
    x = integers(rng, np.uint32, 1 << bits)
    got = forms.compare(x, bits)[1]
    assert np.array_equal(got, x[order(1 << bits)])


def test_copies_at_every_alignment_equal_c(board, rng):
    forms = board.forms("copy", "copy", "c vector splice loop")
    for from_at in range(0, 16, 1 if board.thorough else 5):
        for to_at in range(0, 16, 1 if board.thorough else 5):
            for n in (0, 1, 15, 16, 17, 64, int(rng.integers(64, 300))):
                data, out = integers(rng, np.uint8, from_at + n + 32), integers(rng, np.uint8, to_at + n + 32)
                got = forms.compare(data, from_at, out, to_at, n)[2]
                assert np.array_equal(got[to_at:to_at + n], data[from_at:from_at + n])


@pytest.mark.parametrize("kind", ["random", "loud", "tone"])
@pytest.mark.parametrize("n", [8, 16, 64, 256, 1024])
def test_a_fast_fourier_transform_equals_c_and_is_near_the_exact_one(board, rng, n, kind):
    forms = board.forms("fft", "fft", "c vector")
    for _ in range(4 if board.thorough else 1):
        x = complex_numbers(rng, n, kind)
        got = forms.compare(x, twiddles(n), n)[1].astype(float)
        exact = np.fft.fft(x[::2].astype(float) + 1j * x[1::2])[order(n)] / n
        # Of each stage: half a unit of rounding in both parts, 0.71, and the twiddles' own rounding
        # (2^-16 in both parts, and 32767 for 32768) on numbers of at most 16383, 0.53.
        assert np.abs(got[::2] + 1j * got[1::2] - exact).max() <= 1.25 * np.log2(n)
