"""Numbers as arguments and results: every type, every value."""

import numpy as np
import pytest
from c_types import C_TYPES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

every_type = pytest.mark.parametrize("c_type", C_TYPES)
# The device outlives examples, and is as before after each.
examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def bits(x):
    """What tells -0.0 from 0.0, and is the same for every NaN."""
    return "nan" if np.isnan(x) else x.tobytes()


def sum_of(a, b):
    with np.errstate(all="ignore"):
        return type(a)(np.add(a, b, dtype=a.dtype))


@every_type
@examples
@given(data=st.data())
def test_a_number_of_every_type_comes_back_as_it_went(load, c_type, data):
    x = data.draw(npst.from_dtype(np.dtype(C_TYPES[c_type])))
    result = load("numbers", f"same_{c_type}")(x)
    assert type(result) is C_TYPES[c_type]
    assert bits(result) == bits(x)


@every_type
@examples
@given(data=st.data())
def test_a_sum_is_what_numpy_says(load, c_type, data):
    numbers = npst.from_dtype(np.dtype(C_TYPES[c_type]))
    a, b = data.draw(numbers), data.draw(numbers)
    assert bits(load("numbers", f"add_{c_type}")(a, b)) == bits(sum_of(a, b))


@every_type
def test_the_limits_of_every_type_pass(load, c_type):
    kind = np.dtype(C_TYPES[c_type])
    limits = np.iinfo(kind) if kind.kind in "iu" else np.finfo(kind)
    same = load("numbers", f"same_{c_type}")
    for limit in (limits.min, limits.max):
        assert same(kind.type(limit)) == kind.type(limit)


@examples
@given(a=st.booleans(), b=st.booleans())
def test_truth_values_pass(load, a, b):
    result = load("numbers", "both")(np.bool_(a), np.bool_(b))
    assert type(result) is np.bool_
    assert result == (a and b)


def test_char_is_unsigned_as_on_the_chip(load):
    assert load("numbers", "next_char")(np.uint8(199)) == 200
    result = load("numbers", "high_char")()
    assert type(result) is np.uint8 and result == 200


def test_long_is_32_bits(load):
    result = load("numbers", "long_sum")(np.int32(-7), np.uint32(10))
    assert type(result) is np.int32 and result == 3


def test_an_enumeration_is_the_integer_that_the_compiler_chose(load):
    result = load("numbers", "next_color")(np.uint32(0))
    assert result == 5


def test_arguments_of_all_sizes_find_their_registers(load):
    arguments = (
        np.int8(-3), np.float64(0.5), np.uint16(65535), np.float32(0.25), np.int64(-5_000_000_000),
        np.bool_(True), np.float32(-1.5), np.uint32(4_000_000_000), np.float64(1e10), np.int64(7_000_000_000),
    )  # fmt: skip
    expected = sum((i + 1) * float(x) for i, x in enumerate(arguments))
    assert load("numbers", "mixed")(*arguments) == expected


def test_more_than_eight_arguments_go_on_the_stack(load):
    assert load("numbers", "nine")(*[np.int32(i) for i in range(1, 10)]) == 987654321


@examples
@given(x=st.floats())
def test_python_floats_are_rounded_to_a_float_if_not_strict(load, x):
    same = load("numbers", "same_float", strict=False)
    with np.errstate(over="ignore"):
        rounded = np.float32(x)
    if np.isinf(rounded) and not np.isinf(x):
        with pytest.raises(OverflowError, match="does not fit float"):
            same(x)
    else:
        assert bits(same(x)) == bits(rounded)


@examples
@given(x=st.integers(-(2**40), 2**40))
def test_python_integers_pass_if_not_strict_where_they_fit(load, x):
    same = load("numbers", "same_int32_t", strict=False)
    if -(2**31) <= x < 2**31:
        assert same(x) == x
    else:
        with pytest.raises(OverflowError, match=f"{x} does not fit"):
            same(x)


def test_a_large_power_of_two_passes_for_a_float_if_not_strict(load):
    for x in (np.uint64(2**63), np.int64(-(2**63))):
        assert load("numbers", "same_float", strict=False)(x) == np.float32(x)


@examples
@given(data=st.data(), given_type=st.sampled_from(list(C_TYPES.values())), wanted=st.sampled_from(list(C_TYPES)))
def test_numpy_numbers_of_other_types_pass_if_not_strict_where_they_are_exact(load, data, given_type, wanted):
    x = data.draw(npst.from_dtype(np.dtype(given_type), allow_nan=False))
    same = load("numbers", f"same_{wanted}", strict=False)
    with np.errstate(all="ignore"):
        converted = x.astype(C_TYPES[wanted])
    # In Python's numbers a comparison is exact, whatever the types.
    if np.isinf(converted) and np.isinf(x) or not np.isinf(converted) and converted.item() == x.item():
        assert same(x) == converted
    else:
        with pytest.raises(ValueError, match="does not fit"):
            same(x)


def test_integers_beyond_64_bits_pass_for_a_float_if_not_strict_where_they_fit(load):
    same_float, same_double = (load("numbers", f"same_{name}", strict=False) for name in ("float", "double"))
    assert same_float(2**100) == 2.0**100 and same_double(-(10**22)) == -1e22
    for same, x in ((same_float, 10**30), (same_float, 2**200), (same_double, 2**100 + 1), (same_double, 10**400)):
        with pytest.raises(OverflowError, match=f"{x} does not fit"):
            same(x)
