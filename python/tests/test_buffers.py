"""Buffers: arrays that stay on the device, against NumPy's arrays."""

import copy
import gc
import pickle
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import p4jit
from p4jit import MALLOC_CAP_8BIT, MALLOC_CAP_INTERNAL, P4JIT, Buffer

examples = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

POINT = np.dtype([("x", "<f4"), ("tags", "u1", (2, 2)), ("n", "<i8")], align=True)
DTYPES = ["<i4", "<f8", "u1", "?", "<c8", "<f2", POINT]


def numbers(shape, dtype=np.int32):
    """An array with other contents in each byte."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape)) * dtype.itemsize
    return (np.arange(size, dtype=np.uint32) % (2 if dtype == bool else 251)).astype(np.uint8).view(dtype).reshape(shape)


@pytest.fixture
def nothing_stays(device):
    """Checks when the test has ended that it has given all device memory back."""
    gc.collect()
    before = device.get_heap_stats(print_s=False)
    yield
    gc.collect()
    assert device.get_heap_stats(print_s=False) == before


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (1,), (7,), (0,), (3, 0, 2), (2, 3, 4)])
def test_a_buffer_looks_like_its_array(device, nothing_stays, dtype, shape):
    x = numbers(shape, dtype)
    b = device.buffer(x)
    for name in ("shape", "dtype", "ndim", "size", "nbytes"):
        assert getattr(b, name) == getattr(x, name), name
    assert b.address % 128 == 0
    copy = b.numpy()
    assert copy.dtype == x.dtype and copy.shape == x.shape and copy.tobytes() == x.tobytes()
    if shape:
        assert len(b) == len(x)
    else:
        with pytest.raises(TypeError, match="without dimensions"):
            len(b)


def index_of(shape):
    return npst.basic_indices(shape, allow_newaxis=True, max_dims=8) | st.just(()) | st.just(...)


@examples
@given(data=st.data(), shape=npst.array_shapes(max_dims=4, max_side=5, min_side=0), dtype=st.sampled_from(DTYPES))
def test_an_index_finds_what_numpy_finds(device, data, shape, dtype):
    x = numbers(shape, dtype)
    b = device.buffer(x)
    key = data.draw(index_of(shape))
    expected, found = x[key], b[key]
    assert isinstance(found, Buffer) == isinstance(expected, np.ndarray), key
    if isinstance(expected, np.ndarray):
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        if expected.size:
            start = [array.__array_interface__["data"][0] for array in (x, expected)]
            assert found.address - b.address == start[1] - start[0]
        key = data.draw(index_of(expected.shape))
        expected, found = expected[key], found[key]
    assert np.asarray(found).tobytes() == np.asarray(expected).tobytes()


@examples
@given(data=st.data(), shape=npst.array_shapes(max_dims=3, max_side=5, min_side=0))
def test_an_assignment_changes_what_numpy_changes(device, data, shape):
    x = numbers(shape)
    b = device.buffer(x)
    x = x.copy()
    key = data.draw(index_of(shape))
    value = data.draw(st.sampled_from(["number", "one dimension", "all"]))
    target = np.asarray(x[key])
    if value == "number":
        value = -7
    elif value == "one dimension":
        value = np.arange(1000, 1000 + (target.shape[-1] if target.ndim else 1))
    else:
        value = np.arange(5000, 5000 + target.size).reshape(target.shape)
    if np.ndim(value) > target.ndim:
        value = 11
    x[key] = value
    b[key] = value
    np.testing.assert_array_equal(b.numpy(), x)
    if isinstance(b[key], Buffer):
        b[key].fill(42)
        x[key] = 42
        np.testing.assert_array_equal(b.numpy(), x)


def test_fields_of_structures_are_views(device):
    x = numbers((3,), POINT)
    b = device.buffer(x)
    np.testing.assert_array_equal(b["tags"].numpy(), x["tags"])
    b["n"][1:] = 5
    assert b.numpy()["n"].tolist() == [x["n"][0], 5, 5]
    assert b[2]["x"].shape == () if isinstance(b[2], Buffer) else b[2]["x"] == x[2]["x"]
    with pytest.raises(KeyError, match="no field 'y'"):
        b["y"]


@pytest.mark.parametrize(
    "key, kind, said",
    [
        (4, IndexError, "index 4 is out of bounds for axis 0 with size 4"),
        ((0, -6), IndexError, "index -6 is out of bounds for axis 1 with size 5"),
        ((0, 0, 0), IndexError, "too many indices"),
        ((..., ...), IndexError, "single ellipsis"),
        ([0, 1], TypeError, r"not list; index an array with the same, buffer.numpy\(\)"),
        (np.array([True] * 4), TypeError, "not ndarray"),
        (True, TypeError, "not bool"),
        (1.0, TypeError, "not float"),
        (slice(0, 2, 0), ValueError, "step cannot be zero"),
        (slice("a", None), TypeError, "slice indices must be integers"),
    ],
)
def test_other_indices_are_refused(device, key, kind, said):
    b = device.buffer((4, 5), np.int32)
    with pytest.raises(kind, match=said):
        b[key]
    with pytest.raises(kind, match=said):
        b[key] = 0


def test_shapes_dtypes_and_contents_are_told_in_every_way(device):
    assert device.buffer(5, np.float32).shape == (5,)
    assert device.buffer(np.int64(5), "f4").shape == (5,)
    assert device.buffer((2, 3), np.uint8).nbytes == 6
    assert device.buffer([1, 2, 3], np.int16).numpy().tolist() == [1, 2, 3]
    assert device.buffer(np.arange(3), np.float32).numpy().dtype == np.float32
    assert device.buffer(numbers((4, 6)).T[::-1]).numpy().tolist() == numbers((4, 6)).T[::-1].tolist()
    b = device.buffer(device.buffer(numbers(6))[::2])
    assert b.numpy().tolist() == numbers(6)[::2].tolist()


@pytest.mark.parametrize(
    "what, dtype, said",
    [
        (5, None, r"give the dtype of the elements too: buffer\(5, np.float32\)"),
        ((2, -1), np.int8, "no negative counts"),
        (np.zeros(3, ">i4"), None, "its bytes are in the other order.*Give dtype=int32"),
        ([{}], None, "holds Python objects"),
        (3, object, "holds Python objects"),
    ],
)
def test_what_cannot_be_on_the_device_is_refused(device, what, dtype, said):
    with pytest.raises(p4jit.UsageError, match=said):
        device.buffer(what, dtype)


def test_more_than_there_is_is_refused(device, nothing_stays):
    with pytest.raises(p4jit.OutOfMemory, match="Free what is no longer needed"):
        device.buffer(10 << 20, np.float64)
    with pytest.raises(p4jit.OutOfMemory, match="more than any device has"):
        device.buffer(1 << 40, np.float64)


def test_a_function_works_on_the_device_without_a_transfer(device, load):
    doubled, total = load("arrays", "doubled"), load("arrays", "total")
    b = device.buffer(np.arange(500_000, dtype=np.int32))
    doubled(b, np.int32(b.size))
    assert doubled.last_call.round_trips == 1
    assert total(b[10:20], np.int32(10)) == 2 * sum(range(10, 20))
    assert load("arrays", "address_of")(b[7:]) == b.address + 28
    np.testing.assert_array_equal(b.numpy(), 2 * np.arange(500_000))


def test_parts_of_one_buffer_alias(device, load):
    b = device.buffer(np.ones(50, np.int32))
    load("aliases", "accumulate_int32_t")(b[1:], b[:-1], np.int32(49))
    assert b.numpy().tolist() == list(range(1, 51))


def test_buffers_and_arrays_go_together(device, load):
    b = device.buffer(np.arange(5, dtype=np.int32))
    x = np.full(5, 10, np.int32)
    load("aliases", "exchange_int32_t")(x, b, np.int32(5))
    assert x.tolist() == [1, 2, 3, 4, 5] and b.numpy().tolist() == [10] * 5


def test_a_buffer_must_have_the_parameters_elements(device, load, refusal):
    doubled = load("arrays", "doubled")
    text = refusal(p4jit.ArgumentTypeError, doubled, device.buffer(4, np.float32), np.int32(1))
    assert "argument 1 'x' is int32_t *" in text and "got a buffer of dtype float32" in text
    assert "Pass a NumPy array of dtype np.int32" in text
    text = refusal(p4jit.ArgumentTypeError, doubled, device.buffer(4, POINT), np.int32(1))
    assert "elements of type int32_t" in text
    text = refusal(p4jit.ArgumentTypeError, doubled, device.buffer(8, np.int32)[::2], np.int32(1))
    assert "not one behind the other" in text and "jit.buffer(x.numpy())" in text
    text = refusal(p4jit.ArgumentTypeError, load("arrays", "sum_of_pairs"), device.buffer(3, np.int16), np.int32(1))
    assert "of 4 bytes each" in text
    assert load("arrays", "alignment_of")(device.buffer((4, 1, 3), np.int32)[1:, 0]) == 12


def test_what_is_read_only_stays_as_it_is(device, load, refusal):
    b = device.buffer(np.arange(4, dtype=np.int32), readonly=True)
    assert b.readonly and b[1:].readonly and "read-only" in repr(b)
    assert load("arrays", "total")(b, np.int32(4)) == 6
    assert "the buffer is read-only" in refusal(p4jit.ArgumentTypeError, load("arrays", "doubled"), b, np.int32(4))
    for change in (lambda: b.fill(0), lambda: b.copy_from(np.zeros(4)), lambda: b[1:].__setitem__(0, 1)):
        with pytest.raises(ValueError, match="read-only"):
            change()
    assert b.numpy().tolist() == [0, 1, 2, 3]


def test_a_buffer_of_another_device_is_refused(load, refusal):
    other = P4JIT(port="virtual")
    b = other.buffer(4, np.int32)
    assert "a buffer on another device" in refusal(
        p4jit.ArgumentValueError, load("arrays", "doubled"), b, np.int32(1)
    )


def test_elements_are_copied_from_and_to_arrays(device):
    b = device.buffer((3, 4), np.int32)
    b.copy_from(np.arange(12))
    x = np.zeros((4, 3), np.float64)
    b.copy_to(x.T)
    np.testing.assert_array_equal(x.T, np.arange(12).reshape(3, 4))
    b[1].copy_from(np.full((2, 2), 9, np.int8))
    b[:, 3].copy_to(y := np.zeros(3, np.int32))
    assert y.tolist() == [3, 9, 11]
    with pytest.raises(p4jit.UsageError, match="the buffer has 12 elements, the array 11"):
        b.copy_from(np.zeros(11, np.int32))
    with pytest.raises(p4jit.UsageError, match="the buffer has 4 elements, the array 5"):
        b[0].copy_to(np.zeros(5, np.int32))
    with pytest.raises(TypeError, match="Cannot cast"):
        b.copy_from(np.zeros(12, np.float32))


def test_numpy_takes_a_buffer_for_an_array(device):
    x = numbers((2, 3))
    b = device.buffer(x)
    np.testing.assert_array_equal(np.asarray(b), x)
    assert np.asarray(b, np.float64).dtype == np.float64
    assert np.sum(b) == x.sum() and (np.add(b, 1) == x + 1).all()
    assert [row.tolist() for row in b] == x.tolist()
    with pytest.raises(ValueError, match="always a copy"):
        b.__array__(copy=False)
    array = b.__array__(copy=True)
    array[0] = 0
    np.testing.assert_array_equal(b.numpy(), x)


def test_the_memory_goes_with_the_last_view(device, nothing_stays):
    before = device.get_heap_stats(print_s=False)["free_spiram"]
    b = device.buffer(np.arange(1000, dtype=np.int32))
    view = b[500:][::2]
    del b
    gc.collect()
    assert view.numpy()[0] == 500
    assert device.get_heap_stats(print_s=False)["free_spiram"] < before
    del view
    assert device.get_heap_stats(print_s=False)["free_spiram"] == before


def test_free_and_with_give_it_back_now(device, load, nothing_stays):
    with device.buffer(100, np.int32) as b:
        view = b[10:]
        assert repr(b) == f"<Buffer int32[100] at {b.address:#010x}>"
    other = device.buffer(100, np.int32)
    other[5:].free()
    other.free()
    for gone in (b, view, other):
        assert gone.is_freed and repr(gone).endswith(" freed>")
        uses = (
            gone.numpy,
            lambda: gone[0],
            lambda: gone.fill(0),
            lambda: gone.address,
            lambda: gone.__setitem__(0, 1),
            lambda: load("arrays", "doubled")(gone, np.int32(1)),
        )
        for use in uses:
            with pytest.raises(p4jit.UseAfterFree, match="has been freed"):
                use()
    with pytest.raises(ZeroDivisionError), device.buffer(4, np.int8) as b:
        1 / 0
    assert b.is_freed


def test_a_buffer_lies_where_its_caps_say(device):
    b = device.buffer(4, np.int32, caps=MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)
    assert 0x4FF0_0000 <= b.address < 0x4FFC_0000
    assert 0x4800_0000 <= device.buffer(4, np.int32).address < 0x4A00_0000


@pytest.mark.usefixtures("still_works")
def test_a_crash_leaves_buffers_as_they_are(device, load):
    b = device.buffer(np.arange(4, dtype=np.int32))
    with pytest.raises(p4jit.DeviceFault):
        load("aliases", "spoil")(np.zeros(1, np.int32), b[1:])
    assert b.numpy().tolist() == [0, 1, 99, 3]
    b.free()


def test_dropping_buffers_while_another_thread_is_in_a_call_waits_for_nothing(source, nothing_stays):
    text = "int spin(volatile int *x, int n) { for (int i = 0; i < n; i++) x[0] = i; return 1; }"
    jit = P4JIT(port="virtual")
    spin = jit.load(source(text), "spin")
    x = jit.buffer(1, np.int32)
    before = jit.get_heap_stats(print_s=False)
    buffers = [jit.buffer(1000, np.int32) for _ in range(20)]
    thread = threading.Thread(target=lambda: [spin(x, np.int32(3_000_000)) for _ in range(10)])
    thread.start()
    while buffers:
        buffers.pop()
    thread.join()
    assert jit.get_heap_stats(print_s=False) == before


def test_what_is_on_a_device_is_neither_copied_nor_pickled(device, load):
    for thing in (device, device.buffer(2, np.int32), load("behaviour", "add"), device.module(code="int x;")):
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="cannot be copied or pickled"):
                attempt(thing)


def test_impossible_sizes_caps_and_targets_are_refused_in_words(device, refusal):
    assert "more than any device has" in refusal(p4jit.OutOfMemory, device.buffer, 2**62, np.int64)
    for caps in (-1, 1 << 40):
        assert "MALLOC_CAP" in refusal(p4jit.UsageError, device.buffer, 2, np.int8, caps)
    assert "not a list" in refusal(TypeError, device.buffer(2, np.int8).copy_to, [0, 0])


@pytest.mark.parametrize("what", ["text", np.zeros(2, "M8[s]"), np.zeros(2, "m8[ms]")])
def test_elements_that_c_does_not_have_are_refused(device, refusal, what):
    assert "C has no such type" in refusal(p4jit.UsageError, device.buffer, what)


def test_a_dtype_that_is_an_array_adds_dimensions(device):
    b = device.buffer(3, np.dtype((np.int32, (2,))))
    assert b.shape == (3, 2) and b.dtype == np.int32
    b[1] = 5
    assert b[1].numpy().tolist() == [5, 5]
