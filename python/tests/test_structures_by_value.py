"""Structures, unions, texts and references as values; functions that are asked for in other words than their name."""

import numpy as np
import p4jit
import pytest

SOURCE = r"""
#include <stdint.h>
struct Point { float x, y; };
struct Big { int32_t a[5]; double d; };
union Word { float f; uint32_t u; };
namespace geo {
float area(const Point &p) { return p.x * p.y; }
int area(int a, int b) { return a * b; }
template <class T, int n> T scale(T x) { return x * n; }
static int hidden(int x) { return x * 3; }
}
extern "C" {
Point middle(Point a, Point b) { return {(a.x + b.x) / 2, (a.y + b.y) / 2}; }
Big grown(int k, Big b) { for (auto &x : b.a) x += k; b.d *= 2; return b; }
uint32_t bits(Word w) { return w.u; }
int length(const char *s) { int n = 0; while (s[n]) n++; return n; }
void blank(char *s) { *s = ' '; }
int plus(const int &a, int &b) { return b += a; }
int apply(int (*f)(int), int x) { return f ? f(x) : -1; }
int twice(int x) { return 2 * x; }
_Complex float turned(_Complex float z) { return z * 1.0fi; }
int *same(int *p) { return p; }
}
"""
f32, i32 = np.float32, np.int32


@pytest.fixture(scope="module")
def kernel(device, tmp_path_factory):
    path = tmp_path_factory.mktemp("values") / "values.cpp"
    path.write_text(SOURCE)
    loaded = {}

    def kernel(name, **options):
        key = (name, *options.items())
        if key not in loaded:
            loaded[key] = device.load(path, name, **options)
        return loaded[key]

    yield kernel
    for function in loaded.values():
        function.free()


def test_a_structure_is_a_tuple_a_dict_or_what_another_call_returned(kernel):
    middle = kernel("middle")
    point = middle((f32(1), f32(2)), {"x": f32(3), "y": f32(5)})
    assert point.dtype.names == ("x", "y") and point["x"] == 2 and point["y"] == 3.5
    assert middle(point, point) == point
    assert middle(np.array(point), point) == point


def test_large_structures_go_and_come_by_address(kernel):
    big = kernel("grown")(i32(3), (np.arange(5, dtype=np.int32), np.float64(0.25)))
    assert big["a"].tolist() == [3, 4, 5, 6, 7] and big["d"] == 0.5


def test_of_a_union_one_field_is_given(kernel, refusal):
    assert kernel("bits")({"f": f32(1)}) == 0x3F800000
    assert "pass one field" in refusal(p4jit.ArgumentTypeError, kernel("bits"), (f32(1),))


wrong_points = {
    "Python numbers": ((1.0, 2.0), "Field 'x' is float. Python float not allowed. Pass np.float32(1.0)"),
    "too few": ((f32(1),), "It has 1 items; Point has the fields x, y."),
    "half a dict": ({"x": f32(1)}, "It has 1 of the fields x, y; give all."),
    "another field": ({"z": f32(1)}, "Point has no field 'z', but x, y."),
    "another type": ((f32(1), np.float64(2)), "Field 'y' is float. Pass an np.float32."),
    "a number": (f32(1), "argument 2 'b' is Point by value; got np.float32(1)."),
    "a Python int": (5, "Python int not allowed"),
    "an array": (np.zeros(2, f32), "got an array of dtype float32"),
    "None": (None, "got None."),
    "another structure": (np.zeros(1, [("x", "f4"), ("y", "i4")])[0], "field 'y' is float, the value has int32_t"),
}


@pytest.mark.parametrize("what", wrong_points)
def test_what_is_no_such_structure_is_told_with_its_field(kernel, refusal, what):
    value, said = wrong_points[what]
    good = (f32(0), f32(0))
    assert said in refusal(p4jit.ArgumentTypeError, kernel("middle"), good, value)


def test_python_numbers_in_structures_are_converted_if_not_strict(kernel, refusal):
    point = kernel("middle", strict=False)((1, 2), {"x": 0.1, "y": 3})
    assert point["x"] == (f32(1) + f32(0.1)) / f32(2) and point["y"] == 2.5
    text = refusal(p4jit.ArgumentValueError, kernel("grown", strict=False), 1, ([0, 0, 0, 0, 2**31], 0.5))
    assert "argument 2: field 'a': 2147483648 does not fit int32_t" in text


def test_texts_go_with_a_zero_behind_where_they_are_only_read(kernel, refusal):
    assert kernel("length")("häl") == 4 and kernel("length")(b"abc") == 3 and kernel("length")("") == 0
    assert kernel("length")(np.array([65, 66, 0], np.uint8)) == 2
    assert "may write to; a text is only for const" in refusal(p4jit.ArgumentTypeError, kernel("blank"), "x")


def test_references_take_arrays_and_const_ones_values_too(kernel, refusal):
    b = np.array([5], i32)
    assert kernel("plus")(i32(4), b) == 9 and b[0] == 9
    assert "a reference is never null" in refusal(p4jit.ArgumentTypeError, kernel("plus"), i32(4), None)
    assert kernel("geo::area(const Point&)")((f32(2), f32(3))) == 6


def test_functions_are_passed_to_functions(kernel, refusal):
    assert kernel("apply")(kernel("twice"), i32(21)) == 42
    assert kernel("apply")(np.uint32(kernel("twice")._function.address), i32(2)) == 4
    assert kernel("apply")(None, i32(2)) == -1
    assert "takes a function on the device" in refusal(p4jit.ArgumentTypeError, kernel("apply"), np.zeros(1, i32), i32(1))


def test_complex_numbers_pass(kernel, refusal):
    result = kernel("turned")(np.complex64(1 + 2j))
    assert type(result) is np.complex64 and result == -2 + 1j
    assert kernel("turned", strict=False)(1j) == -1
    assert "Python complex not allowed. Pass an np.complex64." in refusal(p4jit.ArgumentTypeError, kernel("turned"), 1j)


def test_an_address_that_was_returned_goes_in_again(device, kernel):
    buffer = device.buffer(np.arange(3, dtype=i32))
    address = kernel("same")(buffer)
    assert type(address) is np.uint32 and address == buffer.address == kernel("same")(address)


def test_overloads_templates_and_static_functions_are_chosen_by_expression(kernel):
    assert kernel("geo::area(int, int)")(i32(6), i32(7)) == 42
    assert kernel("geo::scale<float, 4>")(f32(1.5)) == 6
    assert kernel("geo::scale<int64_t, -2>")(np.int64(2**40)) == -(2**41)
    assert kernel("geo::hidden")(i32(5)) == 15


def test_an_ambiguous_name_lists_what_there_is(kernel, refusal):
    text = refusal(p4jit.FunctionNotFound, kernel, "geo::area")
    assert "geo::area(const Point &); geo::area(int, int)" in text
    text = refusal(p4jit.FunctionNotFound, kernel, "geo::area(double*)")
    assert "no function 'geo::area(double*)'" in text and "The compiler says" in text
    text = refusal(p4jit.FunctionNotFound, kernel, "geo::hiden")
    assert "no function 'geo::hiden'" in text and "The compiler says" not in text


def test_a_static_c_function_is_kept_and_called(device, source):
    function = device.load(source("static int f(int x) { return x + 1; }\nint g(int x) { return f(x) * 2; }\n"), "f")
    assert function(i32(4)) == 5
    function.free()


HIDING = r"""
struct Base { int a, b; };
struct Derived : Base { int a; };
struct Other { int b; };
struct Both : Base, Other { int c; };
struct Deep : Derived { int a; };
int one(Derived d) { return d.a * 100 + d.Base::a * 10 + d.b; }
int two(Both b) { return b.Base::b * 100 + b.Other::b * 10 + b.c; }
int three(const Deep &d) { return d.a * 100 + d.Derived::a * 10 + d.Base::a; }
struct Shape { int sides; virtual int area(); };
int sides(const Shape *s) { return s->sides; }
struct Refers { int &to; };
int referred(Refers r) { return r.to; }
int last(const int (&x)[4]) { return x[3]; }
"""


def test_a_base_s_member_that_is_hidden_has_the_base_s_name_before_it(device):
    with device.module(code=HIDING, name="hiding.cpp") as m:
        assert m.dtype("Derived").names == ("Base::a", "b", "a")
        assert m.dtype("Both").names == ("a", "Base::b", "Other::b", "c")
        assert m.dtype("Deep").names == ("Base::a", "b", "Derived::a", "a")
        assert m.one((i32(1), i32(2), i32(3))) == 312
        assert m.one({"a": i32(3), "Base::a": i32(1), "b": i32(2)}) == 312
        assert m.two((i32(0), i32(1), i32(2), i32(3))) == 123
        assert m.three((i32(1), i32(0), i32(2), i32(3))) == 321


def test_classes_with_virtual_functions_and_references_have_dtypes(device):
    with device.module(code=HIDING, name="hiding.cpp") as m:
        shape = np.zeros(1, m.dtype("Shape"))
        shape["sides"] = 5
        assert m.sides(shape) == 5
        number = device.buffer(np.array([7], np.int32))
        assert m.dtype("Refers")["to"] == np.uint32
        assert m.referred((number,)) == 7


def test_a_reference_to_an_array_needs_all_of_its_elements(device, refusal):
    with device.module(code=HIDING, name="hiding.cpp") as m:
        x = np.arange(4, dtype=np.int32)
        assert m.last(x) == 3
        said = refusal(p4jit.ArgumentTypeError, m.last, x[:3])
        assert "refers to 16 bytes, and the array has 12" in said


def test_of_members_that_are_the_same_bytes_one_is_given(device, refusal):
    code = """
        struct Value { int kind; union { int number; float real; }; };
        int number(struct Value v) { return v.kind == 1 ? v.number : (int)v.real; }
    """
    with device.module(code=code) as m:
        assert m.number({"kind": i32(1), "number": i32(5)}) == 5
        assert m.number({"kind": i32(2), "real": f32(6)}) == 6
        said = refusal(p4jit.ArgumentTypeError, m.number, (i32(1), i32(5), f32(0)))
        assert "fields 'number' and 'real' are the same bytes: pass a dict" in said
        both = {"kind": i32(1), "number": i32(5), "real": f32(0)}
        assert "are the same bytes: give one" in refusal(p4jit.ArgumentTypeError, m.number, both)
        assert "give all" in refusal(p4jit.ArgumentTypeError, m.number, {"number": i32(5)})


def test_addresses_on_another_device_and_of_freed_functions_are_refused(device, refusal):
    code = """
        struct Job { int (*run)(int); int *at; };
        int call(int (*f)(int), int x) { return f(x); }
        int work(struct Job j) { return j.run(*j.at); }
        int half(int x) { return x / 2; }
    """
    other = p4jit.P4JIT(port="virtual")
    there = other.module(code=code)
    number = device.buffer(np.array([8], np.int32))
    with device.module(code=code) as m:
        half = m.half
        assert m.call(half, i32(8)) == 4 and m.work((half, number)) == 4
        apart = device.buffer(4, np.int32)[::2]
        assert "no pointer to a slice" in refusal(p4jit.ArgumentTypeError, m.work, (half, apart))
        assert "on another device" in refusal(p4jit.ArgumentValueError, m.call, there.half, i32(8))
        assert "on another device" in refusal(p4jit.ArgumentValueError, m.work, (there.half, number))
        assert "on another device" in refusal(
            p4jit.ArgumentValueError, m.work, (half, other.buffer(np.array([8], np.int32)))
        )
    with device.module(code=code) as m:
        assert "freed" in refusal(p4jit.UseAfterFree, m.call, half, i32(8))


def test_a_text_that_is_no_text_is_refused_as_python_does(kernel):
    with pytest.raises(UnicodeEncodeError):
        kernel("length")("\ud800")
