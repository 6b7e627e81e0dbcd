"""jit.module(): many functions, and the globals they share."""

import gc

import numpy as np
import pytest

import p4jit
from p4jit import Buffer, UsageError, VariableNotFound

CODE = """
struct point { int x; float y[2]; };
struct point place = {1, {2, 3}};
float gain = 1;
int table[2][3] = {{1, 2, 3}, {4, 5, 6}};
const int fixed[2] = {7, 8};
const short one = 1;
const char *title = "a title";
unsigned char byte = 3;
_Bool flag;
long long wide = -5;
double precise = 0.1;
int zeros[100], starts;
static int hidden = 3;
__attribute__((constructor)) static void start(void) { ++starts; }
float scaled(float x) { return gain * x; }
int sum(void) { int s = hidden; for (int i = 0; i < 6; ++i) s += table[i / 3][i % 3]; return s + zeros[99]; }
int next(void) { return ++hidden; }
float y(int i) { return place.y[i]; }
int at(const int *p, int i) { return p[i]; }
"""


@pytest.fixture
def m(device):
    with device.module(code=CODE) as module:
        yield module


def test_functions_are_attributes_and_items(m):
    assert m.scaled(np.float32(3)) == m["scaled"](np.float32(3)) == 3
    assert m.next is m.next
    assert m.functions == ("scaled", "sum", "next", "y", "at")
    assert repr(m.sum) == "<JITFunction int sum(void)>"


def test_globals_are_read_as_numpy_scalars_of_their_type(m):
    values = {"gain": np.float32(1), "byte": np.uint8(3), "wide": np.int64(-5), "precise": np.float64(0.1), "one": np.int16(1)}
    for name, value in values.items():
        assert type(m[name]) is type(value) and m[name] == value
    assert m.flag is np.bool_(False)
    assert isinstance(m.title, np.uint32)


def test_globals_are_written_while_functions_use_them(m):
    m.gain = 0.5
    assert m.scaled(np.float32(3)) == 1.5
    m.gain = np.float32(2)
    m["byte"] = 255
    m.flag = True
    m.wide = -(1 << 62)
    assert (m.gain, m.byte, m.flag, m.wide) == (2, 255, True, -(1 << 62))


def test_arrays_are_views_of_the_devices_memory(m):
    assert isinstance(m.table, Buffer) and m.table.shape == (2, 3) and m.table.dtype == np.int32
    assert np.array_equal(m.table, [[1, 2, 3], [4, 5, 6]])
    assert m.table[1, 2] == 6
    m.table[0, 1:] = 0
    m.table[1][2] = 60
    assert m.sum() == 3 + 1 + 4 + 5 + 60
    m.table = np.ones((2, 3), np.int32)
    assert m.sum() == 9
    with pytest.raises(ValueError, match="broadcast"):
        m.table = [1, 2]


def test_an_array_is_an_argument_without_a_transfer(m):
    assert m.at(m.table, np.int32(4)) == 5
    assert m.at(m.table[1], np.int32(0)) == 4
    assert m.address_of("table") == m.table.address


def test_structures_have_named_fields(m):
    assert m.place.dtype == np.dtype([("x", np.int32), ("y", np.float32, 2)])
    assert m.dtype("point") == m.place.dtype
    assert m.place["x"].numpy() == 1
    m.place["y"][1] = 7
    assert m.y(np.int32(1)) == 7
    m.place = np.array((9, [8, 6]), m.place.dtype)
    assert m.y(np.int32(0)) == 8 and m.place.numpy()["x"] == 9


def test_what_does_not_fit_is_refused_and_changes_nothing(m, refusal):
    def assign(name, value):
        m[name] = value

    for name, value, why in (
        ("byte", 256, "it holds 0 to 255"),
        ("byte", -1, "it holds 0 to 255"),
        ("wide", 1 << 63, "it holds -9223372036854775808"),
        ("byte", 1.5, "has no fractions"),
        ("flag", 2, "it holds 0 to 1"),
    ):
        assert why in refusal(p4jit.ArgumentValueError, assign, name, value)
    assert "takes a number, not 'x'" in refusal(p4jit.ArgumentTypeError, assign, "gain", "x")
    assert m.byte == 3 and m.gain == 1


def test_const_globals_are_read_but_not_written(m, refusal):
    assert m.one == 1 and m.fixed[1] == 8
    assert m.fixed.readonly
    with pytest.raises(ValueError, match="read-only"):
        m.fixed[0] = 1
    for name in ("one", "fixed"):
        assert "is const" in refusal(UsageError, m.__setitem__, name, 1)
    m.title = 0  # the pointer is not const, what it points to is
    assert m.title == 0


def test_names_that_are_not_there_are_told_with_what_is(m, refusal):
    text = refusal(VariableNotFound, getattr, m, "gian")
    assert "no function or global 'gian' in kernel.c. It has: scaled, " in text and "Did you mean 'gain'?" in text
    assert not hasattr(m, "hidden")
    assert "no global variable 'sums'" in refusal(VariableNotFound, m.__setattr__, "sums", 1)
    assert "is a function" in refusal(AttributeError, m.__setattr__, "sum", 1)
    assert "m['free']" in refusal(AttributeError, m.__setattr__, "free", 1)
    with pytest.raises(LookupError):
        m["nothing"]


def test_completion_iteration_and_membership_know_the_names(m):
    assert {"scaled", "gain", "table", "free", "reload", "binary"} <= set(dir(m))
    assert list(m)[:2] == ["scaled", "sum"] and "gain" in m and "hidden" not in m
    assert len(m) == len(m.functions) + len(m.globals)
    assert m.declarations["table"] == "int table[2][3]" and m.declarations["sum"] == "int sum(void)"
    assert repr(m).startswith("<Module kernel.c: functions scaled, sum, next, y, at; globals place, gain")


def test_reload_makes_data_what_they_were_and_constructors_run_again(m):
    view = m.table
    for _ in range(3):
        assert (m.starts, m.gain, m.sum(), m.next()) == (1, 1, 24, 4)
        m.starts, m.gain, m.zeros[99], view[0, 0] = 9, 9, 9, 9
        m.reload()
    assert view[0, 0] == 1


def test_memory_comes_back_however_a_module_ends(device):
    device.module(code="int warm;").free()
    before = device.get_heap_stats(print_s=False)
    with device.module(code=CODE) as module:
        next_ = module.next
        table = module.table
        assert device.get_heap_stats(print_s=False) != before
    assert device.get_heap_stats(print_s=False) == before
    assert not module.valid and not next_.valid and "(freed)" in repr(module)
    for use in (next_, table.numpy, module.reload, lambda: module.gain):
        with pytest.raises(p4jit.UseAfterFree):
            use()
    module.free()
    module = device.module(code=CODE, data_caps=p4jit.MALLOC_CAP_INTERNAL)
    module.next()
    del module
    gc.disable()  # by counting alone
    try:
        assert device.get_heap_stats(print_s=False) == before
    finally:
        gc.enable()


def test_a_function_or_view_keeps_what_it_needs(device):
    next_ = device.module(code=CODE).next
    assert next_() == 4
    table = device.module(code=CODE).table
    assert table[1, 0] == 4
    with pytest.raises(UsageError, match="freed with the module"):
        table[1:].free()


def test_a_function_of_a_module_is_not_freed_alone(m, refusal):
    assert "part of a module" in refusal(UsageError, m.next.free)
    assert m.next() == 4


def test_namespaces_are_attributes(device):
    code = "namespace geo { int scale = 2; int area(int a) { return a * scale; } namespace deep { short z = 1; } }\n"
    with device.module(code=code, language="c++") as module:
        assert module.geo.area(np.int32(4)) == module["geo::area"](np.int32(4)) == module.area(np.int32(4)) == 8
        module.geo.scale = 5
        assert module.geo.area(np.int32(4)) == 20
        assert module.geo.deep.z == module.z == 1
        assert dir(module.geo) == ["area", "deep", "scale"]
        with pytest.raises(VariableNotFound, match="no function or global 'geo::x'"):
            module.geo.x


def test_several_sources_objects_and_options_make_one_module(device, source, tmp_path):
    paths = [
        source("float gain = START; float twice(float); float f(float x) { return twice(x) * gain; }", "a.c"),
        source('#include "gift.h"\nextern "C" float twice(float x) { return GIFT * x; }', "b.cpp"),
    ]
    (tmp_path / "headers").mkdir()
    (tmp_path / "headers" / "gift.h").write_text("#define GIFT 2\n")
    options = {"defines": {"START": 3, "UNUSED": True}, "include_dirs": [tmp_path / "headers"], "optimization": "Os"}
    for lto in (False, True):
        with device.module(paths, lto=lto, **options) as module:
            assert module.f(np.float32(1)) == 6
            module.gain = 0.5
            assert module.f(np.float32(1)) == 1
            assert repr(module).startswith("<Module a.c and b.cpp: functions f, twice")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.c", "b.cpp", "headers"]


def test_bad_options_are_refused_in_words(device, refusal):
    assert "give a source, code or objects" in refusal(UsageError, device.module)
    assert "one flag an item" in refusal(UsageError, device.module, code="int x;", flags="-DA -DB")
    assert "there is no option 'colour'" in refusal(TypeError, device.module, code="int x;", colour=1)
    assert "language='rust'" in refusal(UsageError, device.module, code="int x;", language="rust")


def test_only_functions_asked_for_are_kept(device):
    with device.module(code=CODE, functions=["scaled"]) as module:
        assert module.functions == ("scaled",) and module.globals == ("gain", "starts")
        assert module.binary.total_size < 400


def test_the_binary_of_a_module_has_all_functions(m):
    names = {f["name"] for f in m.binary.functions}
    assert {"scaled", "sum", "call_scaled", "call_sum", "call_constructors"} <= names
    assert "struct point" not in repr(m.binary) and m.binary.metadata == {}


def test_c_plus_plus_headers_work_where_the_compiler_has_them(device):
    code = """
    #include <algorithm>
    #include <array>
    #include <cmath>
    #include <cstdint>
    #include <numeric>
    #include <span>
    std::array<int, 5> values = {5, 3, 1, 4, 2};
    int median() { auto copy = values; std::sort(copy.begin(), copy.end()); return copy[2]; }
    int total(const int *p, int n) { std::span<const int> s(p, n); return std::accumulate(s.begin(), s.end(), 0); }
    float root(float x) { return std::sqrt(x); }
    """
    with device.module(code=code, language="c++", flags=["-std=c++20"]) as module:
        assert module.median() == 3
        assert module.total(np.arange(5, dtype=np.int32), np.int32(5)) == 10
        assert module.root(np.float32(2)) == np.sqrt(np.float32(2))
        module.values["_M_elems" if "_M_elems" in module.values.dtype.names else module.values.dtype.names[0]][0] = 0
        assert module.median() == 2


def test_pieces_of_libraries_come_with_the_kernel(device, refusal):
    code = "long long d(long long a, long long b) { return a / b; }"
    with device.module(code=code, use_firmware_elf=False) as module:
        assert module.d(np.int64(1 << 40), np.int64(3)) == (1 << 40) // 3
        assert any("div" in f["name"] for f in module.binary.functions)


def test_two_modules_have_data_of_their_own(device):
    with device.module(code=CODE) as a, device.module(code=CODE) as b:
        a.gain = 5
        assert (a.gain, b.gain) == (5, 1)
        assert a.next() == a.next() - 1 == b.next()


def test_a_const_array_goes_where_the_pointer_is_to_const(m):
    assert m.at(m.fixed, np.int32(1)) == 8
    with pytest.raises(ValueError):
        m.fixed.fill(0)


def test_a_crash_in_code_shows_its_line(device):
    with device.module(code="int f(int *p) {\n  return *p + 1;\n}", name="cell.c") as module:
        with pytest.raises(p4jit.DeviceFault) as caught:
            module.f(None)
    assert "cell.c:2" in str(caught.value) and "return *p + 1;" in str(caught.value)


def test_sources_beside_the_one_loaded_provide_what_it_lacks(device, source, tmp_path):
    path = source("int helper(int); int f(int x) { return helper(x) + 1; }", "f.c")
    source("int helper(int x) { return 10 * x; }", "helper.cc").write_text('extern "C" int helper(int x) { return 10 * x; }')
    source("int main(void) { this does not compile", "other.c")
    assert device.load(path, "f")(np.int32(4)) == 41
    assert device.load(path, "f", lto=True)(np.int32(4)) == 41
    assert sorted(file.name for file in tmp_path.iterdir()) == ["f.c", "helper.cc", "other.c"]


def test_functions_in_assembly_are_called_as_c_declares_them(device, source):
    path = source("float mix(const float *x, int n, float gain);\nint unrelated(void) { return 0; }", "main.c")
    source(".globl mix\n.type mix, @function\nmix: flw fa1, 0(a0)\n fmul.s fa0, fa0, fa1\n ret\n", "mix.S")
    x = np.array([3], np.float32)
    mix = device.load(path, "mix")
    assert mix(x, np.int32(1), np.float32(0.5)) == 1.5
    assert mix.signature == "float mix(const float *, int, float)"
    with device.module([path, path.with_name("mix.S")]) as module:
        assert module.mix(x, np.int32(1), np.float32(2)) == 6


def test_pointers_complex_numbers_structures_and_texts_are_assigned_as_they_are_passed(device, refusal):
    code = """
        #include <complex.h>
        int table[3] = {1, 2, 3}, *at; float _Complex z; char text[6] = "never";
        struct Point { int x; float y; } place; union { int word; float real; } word; float real;
        int (*run)(int); int twice(int x) { return 2 * x; }
        int first(void) { return *at; } int ran(int x) { return run ? run(x) : -1; }
        extern const int later[]; const int later[2] = {8, 9};
    """
    with device.module(code=code) as m:
        m.at = m.table[1:]
        assert m.first() == 2
        kept = device.buffer(np.array([7], np.int32))
        m.at = kept
        assert m.first() == 7
        m.at, m.run = None, m.twice
        assert m.at == 0 and m.ran(np.int32(4)) == 8
        m.run = None
        assert m.ran(np.int32(4)) == -1
        m.z = 1 + 2j
        assert m.z == np.complex64(1 + 2j)
        m.place = {"x": 3, "y": 0.5}
        assert m.place.numpy()[()].tolist() == (3, 0.5)
        m.word = {"real": 1.0}
        assert m.word.numpy()["word"] == 0x3F800000
        m.text = "hi"
        assert m.text.numpy().tobytes() == b"hi\0\0\0\0"
        assert m.later.numpy().tolist() == [8, 9] and m.declarations["later"] == "const int later[2]"
        assert "7 bytes" in refusal(p4jit.ArgumentValueError, m.__setattr__, "text", "hello w")
        assert "same bytes" in refusal(p4jit.ArgumentTypeError, m.__setattr__, "word", {"real": 1.0, "word": 2})
        assert "a loaded function" in refusal(p4jit.ArgumentTypeError, m.__setattr__, "run", "twice")
        for x in (1e300, 2**24 + 1, 10**400):
            assert "cannot hold" in refusal(p4jit.ArgumentValueError, m.__setattr__, "real", x)
        m.real = float("inf")
        assert np.isinf(m.real)


ASKED = """
    namespace dsp {
    template <class T, int n> T scale(T x) { return x * n; }
    static int hidden(int x) { return x + 1; }
    float area(int x) { return x; }
    }
    int gain = 3;
"""


@pytest.mark.parametrize("lto", [False, True])
def test_functions_that_are_asked_for_leave_nothing_else_in_the_module(device, lto):
    asked = ["dsp::scale<float, 4>", "dsp::scale<int,2>", "dsp::hidden", "dsp::area(int)"]
    with device.module(code=ASKED, name="asked.cpp", functions=asked, lto=lto) as m:
        assert m["dsp::scale<float,4>"](np.float32(2)) == 8 and m["scale<int, 2>"](np.int32(2)) == 4
        assert m.dsp.hidden(np.int32(2)) == 3 and m["area( int )"](np.int32(2)) == 2
        assert len(m.functions) == 4 and set(m.globals) <= {"gain"}
        assert not [s["name"] for s in m.binary.symbols if "wanted" in s["name"]]


def test_what_is_no_function_is_refused_when_it_is_asked_for(device, refusal, source):
    path = source(ASKED, "asked.cpp")
    for name in ("gain", "dsp::scale<float>", "dsp::hidden(float)"):
        assert "no function" in refusal(p4jit.FunctionNotFound, device.load, path, name, lto=True)
        assert "It defines: dsp::area" in refusal(p4jit.FunctionNotFound, device.load, path, name)


def test_modules_functions_and_buffers_know_that_a_session_ended():
    device = p4jit.P4JIT(port="virtual")
    b, m = device.buffer(2, np.int32), device.module(code="int one(void) { return 1; }")
    one = m.one
    assert m.valid and one.valid and not b.is_freed
    device.reconnect()
    assert not m.valid and not one.valid and b.is_freed
    assert "(freed)" in repr(m) and "(freed)" in repr(one) and "freed" in repr(b)


def test_what_was_loaded_is_told_after_free_too(device):
    with device.module(code="int one(void) { return 1; }") as m:
        one = m.one
    assert one.binary.total_size == m.binary.total_size
    assert one.binary.metadata["addresses"]["code_base"] == f"0x{one.code_addr:08x}"
    with pytest.raises(TypeError, match="have names"):
        m[0]
