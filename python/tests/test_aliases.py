"""Arrays of one call that share memory, against the same loop in NumPy on the host."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import p4jit

TYPES = {
    "int8_t": np.int8,
    "uint16_t": np.uint16,
    "int32_t": np.int32,
    "int64_t": np.int64,
    "float": np.float32,
    "double": np.float64,
}
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def slices(draw, size):
    start, stop = sorted((draw(st.integers(0, size)), draw(st.integers(0, size))))
    step = draw(st.sampled_from([1, 1, 1, 2, 3]))
    backwards = draw(st.sampled_from([False, False, True]))
    return np.arange(size)[start:stop:step], backwards


@st.composite
def views(draw):
    """A function from an array of 60 elements to some view of it."""
    along = [draw(slices(size)) for size in draw(st.sampled_from([(60,), (60,), (6, 10), (3, 4, 5)]))]
    order = draw(st.permutations(range(len(along))))

    def view(base):
        x = base.reshape([len(np.arange(60))] if len(along) == 1 else ((6, 10) if len(along) == 2 else (3, 4, 5)))
        for axis, (indices, backwards) in enumerate(along):
            if indices.size == 0:
                chosen = slice(0, 0)
            else:
                chosen = slice(indices[0], indices[-1] + 1, indices[1] - indices[0] if indices.size > 1 else 1)
            x = x[(slice(None),) * axis + (chosen,)]
            if backwards:
                x = np.flip(x, axis)
        return x.transpose(order)

    return view


def places(x):
    """The address of each element in C order."""
    steps = [np.arange(count) * stride for count, stride in zip(x.shape, x.strides)]
    return x.__array_interface__["data"][0] + sum(np.ix_(*steps)).ravel()


def can_be_pointers(x, y):
    """Do the elements that both have lie equally far apart in both, as pointers into one memory would have it?"""
    of_x, of_y = places(x).tolist(), places(y).tolist()
    shared = [(i, of_y.index(place)) for i, place in enumerate(of_x) if place in of_y]
    if not shared:
        return True
    distance = shared[0][1] - shared[0][0]
    overlap = range(max(0, -distance), min(len(of_x), len(of_y) - distance))
    return len(overlap) == len(shared) and all(k - i == distance for i, k in shared)


def must_alias(x, y):
    contiguous = x.flags.c_contiguous and y.flags.c_contiguous
    same_steps = x.strides == y.strides and x.shape[1:] == y.shape[1:]
    return can_be_pointers(x, y) and (contiguous or same_steps)


def accumulate(y, x, n):
    for i in range(n):
        y.flat[i] += x.flat[i]


def exchange(y, x, n):
    for i in range(n):
        y.flat[i], x.flat[i] = x.flat[i] + x.dtype.type(1), y.flat[i]


@pytest.mark.parametrize("c_type", TYPES)
@examples
@given(y_view=views(), x_view=views())
def test_what_is_read_may_be_what_was_just_written(load, c_type, y_view, x_view):
    base = np.arange(1, 61).astype(TYPES[c_type])
    y, x = y_view(base), x_view(base)
    n = min(x.size, y.size)
    with np.errstate(over="ignore"):
        aliased, copied = base.copy(), base.copy()
        accumulate(y_view(aliased), x_view(aliased), n)
        accumulate(y_view(copied), x_view(base.copy()), n)
    load("aliases", f"accumulate_{c_type}")(y, x, np.int32(n))
    if must_alias(x, y):
        np.testing.assert_array_equal(base, aliased)
    elif not can_be_pointers(x, y):
        np.testing.assert_array_equal(base, copied)
    else:
        assert base.tolist() in (aliased.tolist(), copied.tolist())


@pytest.mark.parametrize("c_type", TYPES)
@examples
@given(y_view=views(), x_view=views())
def test_two_that_are_written_alias_or_are_refused(load, c_type, y_view, x_view):
    base = np.arange(1, 61).astype(TYPES[c_type])
    y, x = y_view(base), x_view(base)
    n = min(x.size, y.size)
    expected = base.copy()
    exchange(y_view(expected), x_view(expected), n)
    before = base.copy()
    try:
        load("aliases", f"exchange_{c_type}")(y, x, np.int32(n))
    except p4jit.ArgumentValueError:
        assert not must_alias(x, y)
        np.testing.assert_array_equal(base, before)
    else:
        assert can_be_pointers(x, y)
        np.testing.assert_array_equal(base, expected)


def test_the_same_array_twice_is_one_buffer(load):
    x = np.zeros((3, 5), np.int32)
    for view in (x, x.T, x[::-1], x[1:, ::2]):
        assert load("aliases", "distance")(view, view) == 0


def test_parts_of_an_array_are_as_far_apart_as_in_c(load):
    x = np.zeros(100, np.int16)
    distance = load("aliases", "distance")
    assert distance(x[10:50], x[30:90]) == 40
    assert distance(x[30:90], x[10:50]) == -40
    assert distance(x, x.view(np.uint8)[7:]) == 7
    assert distance(x[::2], x[10::2]) == 10
    matrix = x.reshape(10, 10)
    assert distance(matrix, matrix[3:4]) == 60
    assert distance(matrix.T, matrix.T[2:5]) == 40


def test_elements_are_aligned_wherever_the_shared_memory_begins(load):
    x = np.zeros(64, np.uint8)
    first = x.view(np.int64)[1:]
    assert load("arrays", "alignment_of")(x[:4].view(np.int32)) == 0
    assert load("aliases", "distance")(x[5:], first) == 3
    address = load("arrays", "address_of")
    assert address(x.view(np.int32)) % 128 == 0


def test_views_that_have_no_byte_in_common_are_apart(load):
    x = np.arange(16, dtype=np.int32)
    load("aliases", "exchange_int32_t")(x[::2], x[1::2], np.int32(8))
    assert x[::2].tolist() == [i + 1 for i in range(1, 16, 2)]
    assert x[1::2].tolist() == list(range(0, 16, 2))


def test_one_array_can_tie_two_others_together(load):
    x = np.zeros(30, np.uint8)
    total = load("aliases", "write_and_sum")(x[0:12], x[5:25], x[8:20], np.int32(12))
    assert total == 1 and x[11] == 1


def test_behind_const_what_cannot_alias_is_as_it_was_before_the_call(load):
    x = np.zeros(30, np.uint8)
    same, reversed_end = x[10:20], x[19:29][::-1]
    assert load("aliases", "write_and_sum")(x[10:20], same, reversed_end, np.int32(10)) == 1 + 1 + 0
    assert reversed_end[9] == 1


def test_a_long_array_and_its_parts_are_one_block(load):
    x = np.ones(600_000, np.int32)
    load("aliases", "accumulate_int32_t")(x[1:], x[:-1], np.int32(x.size - 1))
    np.testing.assert_array_equal(x, np.arange(1, 600_001))
    y = np.ones((600_000, 2), np.int32)
    load("aliases", "accumulate_int32_t")(y[1:, 1], y[:-1, 1], np.int32(599_999))
    np.testing.assert_array_equal(y[:, 1], np.arange(1, 600_001))
    assert y[:, 0].all()


def test_the_refusal_names_both_arguments_and_the_cure(load, refusal):
    x = np.zeros(8, np.int32)
    text = refusal(p4jit.ArgumentValueError, load("aliases", "exchange_int32_t"), x, x[::-1], np.int32(8))
    assert text.startswith("void exchange_int32_t(int32_t *y, int32_t *x, int n): arguments 1 'y' and 2 'x' share")
    assert text.endswith("Pass a copy of one, or declare the one that is only read const.")


@pytest.mark.parametrize(
    "lies_on_itself",
    [
        lambda x: np.lib.stride_tricks.as_strided(x, (5, 3), (4, 4)),
        lambda x: np.lib.stride_tricks.as_strided(x, (4, 2), (0, 4)),
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 4, writeable=True),
    ],
)
def test_an_array_whose_elements_lie_on_each_other_only_goes_behind_const(load, refusal, lies_on_itself):
    x = lies_on_itself(np.arange(8, dtype=np.int32))
    assert load("arrays", "total")(x, np.int32(x.size)) == x.sum()
    text = refusal(p4jit.ArgumentValueError, load("arrays", "doubled"), x, np.int32(x.size))
    assert "argument 1 'x' share memory" in text and "Pass a copy of it" in text


@pytest.mark.usefixtures("still_works")
def test_a_crash_changes_no_array_and_leaves_nothing_on_the_device(load):
    for size in (10, 400_000):
        a, b = np.arange(size, dtype=np.int32), np.arange(2 * size, dtype=np.int32)[::2]
        whole = b.base if b.base is not None else b
        before = a.tobytes(), whole.tobytes()
        with pytest.raises(p4jit.DeviceFault):
            load("aliases", "spoil")(a, b)
        assert (a.tobytes(), whole.tobytes()) == before
