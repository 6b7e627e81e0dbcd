"""What a kernel's forms take for an element more; `pytest -s` prints the table."""
import numpy as np
import pytest

from boards import EVERY_WAY, integers
from fourier import complex_numbers, twiddles


@pytest.fixture(scope="module", params=EVERY_WAY, ids=str)
def board(request, boards):
    return boards(request.param)


def two_inputs(dtype):
    return lambda rng, n: (integers(rng, dtype, n), 0, integers(rng, dtype, n), 0, n)


def two_inputs_and_an_output(rng, n):
    a, b = integers(rng, np.int16, n), integers(rng, np.int16, n)
    return a, 0, b, 0, np.zeros(n, np.int16), 0, n


def filter_of_32_taps(rng, n):
    return integers(rng, np.int16, n + 31), 0, integers(rng, np.int16, 32), 32, np.zeros(n, np.int16), n


def rows_of_32(element, result, shift):
    """A matrix of n / 32 rows by one of 32 x 32."""
    return lambda rng, n: (integers(rng, element, n), integers(rng, element, 32 * 32), np.zeros(n, result),
                           n // 32, 32, 32, shift)


def image_of_8_channels(element, accumulator, room, shift):
    """A row of n / 16 pixels of 16 channels, from 3 x 3 of 8 channels."""
    def arguments(rng, n):
        width = n // 16 + 2
        shape = np.array([3, width, 8, 3, 3, 16, 1, shift, 0, 0], np.int32)
        return (integers(rng, element, 3 * width * 8), integers(rng, element, 9 * 8 * 16),
                integers(rng, accumulator, 16) >> room, np.zeros(n, element), shape)
    return arguments


def windows_of_2_by_2(rng, n):
    return integers(rng, np.int8, 4 * n), np.zeros(n, np.int8), np.array([2, n // 16, 32, 1], np.int32)


def indices(rng, n):
    return integers(rng, np.uint32, 65536), integers(rng, np.uint16, n), integers(rng, np.uint32, n), n


WORK = {  # file, name, forms: arguments for n elements, and two n
    ("dot", "dot_s8", "c vector loop"): (two_inputs(np.int8), 256, 1280),
    ("dot", "dot_u8", "c vector loop"): (two_inputs(np.uint8), 256, 1280),
    ("dot", "dot_s16", "c vector loop"): (two_inputs(np.int16), 128, 384),
    ("fir", "fir_s16", "c vector lanes loop"): (filter_of_32_taps, 64, 320),
    ("matmul", "matmul_s8_s32", "c vector loop"): (rows_of_32(np.int8, np.int32, 0), 128, 640),
    ("matmul", "matmul_s8", "c vector loop"): (rows_of_32(np.int8, np.int8, 7), 128, 640),
    ("matmul", "matmul_s16", "c vector loop"): (rows_of_32(np.int16, np.int16, 15), 128, 640),
    ("conv2d", "conv2d_s8", "c vector loop"): (image_of_8_channels(np.int8, np.int32, 8, 7), 64, 320),
    ("conv2d", "conv2d_s16", "c vector loop"): (image_of_8_channels(np.int16, np.int64, 24, 15), 64, 320),
    ("pool", "pool_max_s8", "c vector loop"): (windows_of_2_by_2, 64, 320),
    ("pool", "pool_mean_s8", "c vector loop"): (windows_of_2_by_2, 64, 320),
    ("elementwise", "add_s16", "c vector loop"): (two_inputs_and_an_output, 128, 640),
    ("elementwise", "mul_s16", "c vector loop"): (two_inputs_and_an_output, 128, 640),
    ("lookup", "gather", "c vector"): (indices, 128, 640),
    ("lookup", "scatter", "c vector"): (indices, 128, 640),
    ("lookup", "bit_reverse", "c vector"): (
        lambda rng, n: (integers(rng, np.uint32, n), n.bit_length() - 1), 256, 1024),
    ("copy", "copy", "c vector splice loop"): (
        lambda rng, n: (integers(rng, np.uint8, n + 40), 3, np.zeros(n + 40, np.uint8), 0, n), 256, 1280),
    ("fft", "fft", "c vector"): (lambda rng, n: (complex_numbers(rng, n, "random"), twiddles(n), n), 64, 256),
}


@pytest.mark.parametrize("kernel", WORK, ids=lambda kernel: kernel[1])
def test_vector_forms_take_fewer_cycles_for_an_element_than_c(board, kernel):
    arguments, small, large = WORK[kernel]
    forms = board.forms(*kernel)
    rng = np.random.default_rng(1)
    took = forms.per_element(arguments(rng, small), arguments(rng, large), large - small)
    print(f"\n{board.way} {kernel[1]:14}", "  ".join(f"{form} {cycles:8.2f}" for form, cycles in took.items()), end="")
    assert all(took[form] < took["c"] for form in took if form != "c"), took
