"""Wrong arguments: what the message says, and that a good call follows."""

import numpy as np
import pytest

import p4jit

pytestmark = pytest.mark.usefixtures("still_works")

DOUBLED = "void doubled(int32_t *x, int n)"


def said_of(refusal, kind, function, *arguments):
    """What the refusal says behind the function's signature and the argument's place."""
    text = refusal(kind, function, *arguments)
    signature = function.signature
    assert text.startswith(signature), text
    return text[len(signature) :].removeprefix(": ")


@pytest.mark.parametrize("count", [0, 1, 3, 20])
def test_a_wrong_count_tells_the_right_one(load, refusal, count):
    said = said_of(refusal, p4jit.ArgumentCountError, load("behaviour", "add"), *[np.int32(1)] * count)
    assert said == f" takes 2 arguments, got {count}"


def test_keywords_are_refused(load):
    with pytest.raises(TypeError, match="b"):
        load("behaviour", "add")(np.int32(1), b=np.int32(2))


wrong_numbers = {
    "a Python int": (1, "got a Python int.\n  Python int not allowed. Pass np.int32(1), or load with strict=False to convert exact values."),
    "a Python float": (1.5, "got a Python float.\n  Python float not allowed. Pass an np.int32."),
    "a Python int that is too large": (2**31, "got a Python int.\n  Python int not allowed. Pass an np.int32."),
    "another integer": (np.int64(7), "got np.int64(7).\n  Pass np.int32(7), or load with strict=False"),
    "an unsigned integer": (np.uint32(7), "got np.uint32(7).\n  Pass np.int32(7)"),
    "a float": (np.float32(2.5), "got np.float32(2.5).\n  Pass an np.int32."),
    "a truth value": (np.bool_(True), "got np.bool_(true).\n  Pass np.int32(True)"),
    "a complex number": (np.complex64(1), "got np.complex64.\n  Pass an np.int32."),
    "text": ("1", "got a str.\n  Pass an np.int32."),
    "bytes": (b"1", "got a bytes.\n  Pass an np.int32."),
    "a list": ([1], "got a list.\n  Pass an np.int32."),
    "an object": (object(), "got an object.\n  Pass an np.int32."),
    "nothing": (None, "got None.\n  Pass an np.int32."),
    "an array": (np.array([1, 2], np.int32), "got an array of dtype int32.\n  Pass an np.int32."),
}


@pytest.mark.parametrize("what", wrong_numbers)
def test_what_is_no_int_is_named_and_the_cure_too(load, refusal, what):
    value, expected = wrong_numbers[what]
    said = said_of(refusal, p4jit.ArgumentTypeError, load("behaviour", "add"), np.int32(1), value)
    assert said.startswith("argument 2 'b' ")
    assert "int" in said.split(";")[0]
    assert expected in said


def test_a_python_float_for_a_float_is_suggested_as_it_is(load, refusal):
    said = said_of(refusal, p4jit.ArgumentTypeError, load("behaviour", "sine"), 0.1)
    assert "Pass np.float32(0.1)" in said


wrong_arrays = {
    "other elements": (np.zeros(4, np.int16), "elements of type int32_t; got an array of dtype int16.\n"),
    "elements of the same size": (np.zeros(4, np.uint32), "elements of type int32_t; got an array of dtype uint32.\n"),
    "text": (np.array(["a"]), "got an array of dtype <U1.\n"),
    "complex numbers": (np.zeros(4, complex), "got an array of dtype complex128.\n"),
    "a number": (np.int32(1), "got np.int32(1).\n"),
    "a Python number": (1, "got a Python int.\n  Python int not allowed. "),
    "a list": ([1, 2], "got a list.\n"),
    "bytes": (b"12345678", "got a bytes.\n"),
    "an array's type": (np.ndarray, "got a type.\n"),
}


@pytest.mark.parametrize("what", wrong_arrays)
@pytest.mark.parametrize("strict", [True, False])
def test_what_is_no_array_of_the_type_is_named_and_the_cure_too(load, refusal, what, strict):
    value, expected = wrong_arrays[what]
    doubled = load("arrays", "doubled", strict=strict)
    said = said_of(refusal, p4jit.ArgumentTypeError, doubled, value, np.int32(1))
    assert said.startswith("argument 1 'x' ")
    assert "int32_t *" in said
    assert expected in said
    assert said.endswith("Pass a NumPy array of dtype np.int32, or None for a null pointer.")


@pytest.mark.parametrize("function", ["doubled", "clear"])
def test_bytes_in_the_other_order_are_refused_with_the_cure(load, refusal, function):
    x = np.zeros(4, ">i4")
    said = said_of(refusal, p4jit.ArgumentTypeError, load("arrays", function), x, np.int32(1))
    assert "got an array of dtype >i4.\n  Its bytes are in the other order: pass x.astype(np.int32)" in said


@pytest.mark.parametrize("function", ["doubled", "clear"])
def test_python_objects_do_not_go_to_the_device(load, refusal, function):
    x = np.array([{}])
    said = said_of(refusal, p4jit.ArgumentTypeError, load("arrays", function), x, np.int32(1))
    assert "got an array of dtype object.\n  It holds Python objects" in said


def test_a_read_only_array_that_may_be_written_to_is_refused(load, refusal):
    x = np.arange(4, dtype=np.int32)
    x.flags.writeable = False
    said = said_of(refusal, p4jit.ArgumentTypeError, load("arrays", "doubled"), x, np.int32(4))
    assert "read-only" in said and "Pass a copy of it, or declare the parameter const." in said


def test_bytes_that_are_no_whole_structures_are_refused(load, refusal):
    said = said_of(refusal, p4jit.ArgumentTypeError, load("arrays", "sum_of_pairs"), np.zeros(3, np.uint8), np.int32(1))
    assert "of 4 bytes each" in said and "got an array of dtype uint8" in said


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 2**64, 10**400, 1.5, float("nan"), float("inf")])
def test_a_value_that_does_not_fit_is_shown_as_it_is(load, refusal, value):
    said = said_of(refusal, p4jit.ArgumentValueError, load("behaviour", "add", strict=False), 1, value)
    assert said == f"argument 2 'b': {value} does not fit int (int32_t)"


@pytest.mark.parametrize("value", [-1, 256, np.int64(300), np.float64(0.5)])
def test_nothing_is_cut_off_silently(load, refusal, value):
    said = said_of(refusal, p4jit.ArgumentValueError, load("numbers", "same_uint8_t", strict=False), value)
    assert "does not fit uint8_t" in said


def test_an_array_larger_than_the_heap_tells_how_much_there_is(load, device, refusal):
    x = np.zeros(10 << 20, np.int32)
    free = device.get_heap_stats(print_s=False)["free_spiram"]
    text = refusal(p4jit.OutOfMemory, load("arrays", "doubled"), x, np.int32(1))
    assert text.startswith(f"{DOUBLED}: no room on the device for an array of {x.nbytes} bytes.")
    assert f"free: {free} bytes of PSRAM" in text and "Free what is no longer needed" in text


def test_arrays_that_fit_only_one_by_one_are_refused_and_nothing_stays(load, refusal):
    x, y, z = (np.zeros(5 << 20, np.int32) for _ in range(3))
    refusal(p4jit.OutOfMemory, load("numbers", "add_arrays_int32_t"), x, y, z, np.int32(1))


def test_the_errors_are_pythons_own_as_well(load):
    add = load("behaviour", "add")
    for kind, arguments in ((TypeError, ()), (ValueError, ()), (TypeError, (1, 2)), (p4jit.Error, (1, 2))):
        with pytest.raises(kind):
            add(*arguments)
    with pytest.raises(MemoryError):
        load("arrays", "doubled")(np.zeros(10 << 20, np.int32), np.int32(1))
