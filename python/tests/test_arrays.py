"""NumPy arrays as arguments: every element type, every layout, and what comes back."""

import numpy as np
import pytest
from c_types import C_TYPES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import p4jit
from p4jit import P4JIT

examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("c_type", C_TYPES)
@examples
@given(data=st.data(), size=st.integers(0, 200))
def test_sums_of_arrays_of_every_type_are_what_numpy_says(load, c_type, data, size):
    arrays = npst.arrays(C_TYPES[c_type], size)
    a, b = data.draw(arrays), data.draw(arrays)
    a_before, b_before = a.copy(), b.copy()
    sums = np.zeros(size, C_TYPES[c_type])
    assert load("numbers", f"add_arrays_{c_type}")(a, b, sums, np.int32(size)) is None
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(sums, np.add(a, b))
    assert a.tobytes() == a_before.tobytes() and b.tobytes() == b_before.tobytes()


def test_an_array_changes_in_place(load):
    x = np.arange(5, dtype=np.int32)
    load("arrays", "doubled")(x, np.int32(5))
    assert x.tolist() == [0, 2, 4, 6, 8]


def test_what_the_function_leaves_alone_stays(load):
    x = np.arange(5, dtype=np.int32)
    load("arrays", "doubled")(x, np.int32(2))
    assert x.tolist() == [0, 2, 2, 3, 4]


def test_arrays_behind_const_do_not_come_back(load):
    x = np.zeros(1, np.int32)
    load("arrays", "sneaky")(x)
    assert x[0] == 0


def test_read_only_arrays_go_behind_const(load):
    x = np.arange(10, dtype=np.int32)
    x.flags.writeable = False
    assert load("arrays", "total")(x, np.int32(10)) == 45


def test_nothing_comes_back_while_sync_arrays_is_off(load, device, kernels):
    doubled = device.load(kernels / "arrays.c", "doubled")
    x = np.arange(3, dtype=np.int32)
    doubled.sync_arrays = False
    doubled(x, np.int32(3))
    assert x.tolist() == [0, 1, 2]
    doubled.sync_arrays = True
    doubled(x, np.int32(3))
    assert x.tolist() == [0, 2, 4]


layouts = {
    "a slice": lambda x: x[10:22],
    "every other element": lambda x: x[::2][:12],
    "backwards": lambda x: x[11::-1],
    "Fortran order": lambda x: np.asfortranarray(x[:12].reshape(3, 4)),
    "transposed": lambda x: x[:12].reshape(3, 4).T,
    "a window of a matrix": lambda x: x[:60].reshape(6, 10)[1:4, 2:6],
    "three dimensions": lambda x: x[:12].reshape(2, 2, 3).transpose(2, 0, 1),
    "no dimension": lambda x: x[3:4].reshape(()),
}


@pytest.mark.parametrize("layout", layouts)
def test_every_layout_arrives_in_c_order_and_changes_in_place(load, layout):
    base = np.arange(100, dtype=np.int32)
    x = layouts[layout](base)
    outside = base.sum() - x.sum()
    expected = x * 2
    assert load("arrays", "total")(x, np.int32(x.size)) == x.sum()
    load("arrays", "doubled")(x, np.int32(x.size))
    np.testing.assert_array_equal(x, expected)
    if np.shares_memory(x, base):
        assert base.sum() - x.sum() == outside


def test_only_the_first_elements_count_in_c_order(load):
    x = np.arange(6, dtype=np.int32).reshape(2, 3)
    assert load("arrays", "total")(x.T, np.int32(3)) == 0 + 3 + 1


def test_a_matrix_product_is_what_numpy_says(load):
    random = np.random.default_rng(1)
    a = random.integers(-9, 9, (7, 5)).astype(np.float32)
    b = random.integers(-9, 9, (5, 6)).astype(np.float32)
    c = np.empty((7, 6), np.float32)
    load("arrays", "matrix_product")(a, b, c, np.int32(7), np.int32(5), np.int32(6))
    np.testing.assert_array_equal(c, a @ b)


def test_truth_values_come_as_an_array(load):
    x = np.array([True, False, True])
    load("arrays", "flip")(x, np.int32(3))
    assert x.tolist() == [False, True, False]


@pytest.mark.parametrize("kind", ["u1", "i2", "f4", "f8", "?"])
def test_a_pointer_to_void_takes_every_type(load, kind):
    x = np.ones(9, kind)
    load("arrays", "clear")(x, np.uint32(x.nbytes))
    assert not x.any()


def test_structures_come_as_they_are_or_as_their_bytes(load):
    pairs = np.array([(1, 2), (3, 4), (-5, 6)], [("low", np.int16), ("high", np.int16)])
    assert load("arrays", "sum_of_pairs")(pairs, np.int32(3)) == 2 + 12 - 30
    assert load("arrays", "sum_of_pairs")(pairs.view(np.uint8), np.int32(3)) == 2 + 12 - 30


def test_none_is_a_null_pointer(load):
    is_null = load("arrays", "is_null")
    assert is_null(None) == 1
    assert is_null(np.zeros(1, np.int32)) == 0
    assert is_null(np.zeros(0, np.int32)) == 0


def test_arrays_lie_aligned_in_psram(load):
    x = np.zeros(3, np.int32)
    assert load("arrays", "alignment_of")(x) == 0
    address = load("arrays", "address_of")(x)
    assert type(address) is np.uint32
    assert 0x4800_0000 <= address < 0x4A00_0000


def test_a_megabyte_goes_and_comes(load):
    x = np.arange(300_000, dtype=np.int32)
    assert load("arrays", "total")(x, np.int32(x.size)) == np.sum(x, dtype=np.int32)
    load("arrays", "doubled")(x, np.int32(x.size))
    np.testing.assert_array_equal(x, 2 * np.arange(300_000))


def test_an_array_may_have_all_the_memory_there_is(kernels):
    jit = P4JIT(port="virtual")  # where nothing is in the way
    total, doubled = (jit.load(kernels / "arrays.c", name) for name in ("total", "doubled"))
    free = jit.get_heap_stats(print_s=False)["free_spiram"]
    x = np.arange((free - 4096) // 4, dtype=np.int32)
    assert x.nbytes > 28 << 20
    doubled(x, np.int32(1000))
    assert x[999] == 1998 and x[1000] == 1000
    assert doubled.last_call.round_trips <= 6
    assert total(x[-1000:], np.int32(1000)) == x[-1000:].sum(dtype=np.int32)
    assert jit.get_heap_stats(print_s=False)["free_spiram"] == free


def test_arrays_with_a_place_alias_if_they_are_the_same_and_are_read_only_where_nothing_is_written(device, refusal):
    internal = p4jit.MALLOC_CAP_INTERNAL | p4jit.MALLOC_CAP_8BIT
    code = """
        typedef const int fixed;
        int both(int *x, int *y) { x[0] = 1; y[0] += 5; return x[0]; }
        unsigned where(fixed *x) { return (unsigned)x; }
    """
    with device.module(code=code) as m:
        x = device.set_p4_mem_location(np.zeros(4, np.int32), internal)
        assert m.both(x, x) == 6 and x.tolist() == [6, 0, 0, 0]
        for other in (x[:2], np.asarray(x)):
            assert "shares memory" in refusal(p4jit.ArgumentValueError, m.both, x, other)
        x.flags.writeable = False
        assert 0x4FF00000 <= m.where(x) < 0x4FFC0000
        assert "read-only" in refusal(p4jit.ArgumentTypeError, m.both, x, np.zeros(1, np.int32))
        assert x.tolist() == [6, 0, 0, 0]
