"""p4jit run: arguments as words, results as text, errors on stderr."""

import re
import signal

import numpy as np
import pytest


def run(p4jit, *words):
    done = p4jit("run", *words)
    assert (done.status, done.err) == (0, ""), done.err
    return done.out


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (("k.c:add", "10", "20"), "30\n"),
        (("k.c:add", "0x10", "-1"), "15\n"),
        (("k.c:add", "10", "--", "-20"), "-10\n"),
        (("k.c:neg", "--", "-5"), "5\n"),
        (("k.c:neg", "-5"), "5\n"),
        (("k.c:half", "0.5"), "0.25\n"),
        (("k.c:half", "3"), "1.5\n"),
        (("k.c:half", "1e-3"), "0.0005\n"),
        (("k.c:third", "1"), "0.3333333333333333\n"),
        (("k.c:both", "true", "1"), "true\n"),
        (("k.c:wide", "9223372036854775807"), "9223372036854775807\n"),
        (("k.c:wide", "-9223372036854775808"), "-9223372036854775808\n"),
        (("k.c:nothing",), ""),
        (("k.c:where", "null"), "0x00000000\n"),
        (("k.c:say", "7"), "n = 7\n"),
        (("k.c:times", "6", "-D", "FACTOR=7"), "42\n"),
        (("-O2", "k.c:add", "1", "2"), "3\n"),
    ],
)
def test_a_call_prints_its_result(p4jit, words, out):
    assert run(p4jit, *words) == out


def test_arrays_are_printed_unless_they_are_const(p4jit):
    assert run(p4jit, "k.c:squares", "[1,2,3]", "zeros:3", "3") == "y            float[3]  1 4 9\n"
    assert run(p4jit, "k.c:squares", "[1, -2.5]", "[0,0]", "2") == "y            float[2]  1 6.25\n"


def test_long_arrays_are_cut(p4jit):
    out = run(p4jit, "k.c:squares", "zeros:100", "zeros:100", "100")
    assert out == "y            float[100]  0 0 0 0 0 0 0 0 …\n"


def test_an_array_may_be_empty(p4jit):
    assert run(p4jit, "k.c:total", "[]", "0") == "0\n"


def test_an_array_may_come_from_a_file_of_numpys(p4jit, folder):
    np.save(folder / "x.npy", np.arange(1000, dtype=np.int16))
    assert run(p4jit, "k.c:total", "@x.npy", "1000") == f"{np.arange(1000).sum()}\n"
    np.save(folder / "f.npy", np.array([0.5, 4], np.float32))
    assert run(p4jit, "k.c:squares", "@f.npy", "zeros:2", "2") == "y            float[2]  0.25 16\n"


def test_time_prints_cycles(p4jit):
    out = run(p4jit, "k.c:add", "1", "2", "--time").splitlines()
    assert out[0] == "3"
    cycles, _, rest = out[1].partition(" ")
    assert 0 < int(cycles) < 100 and rest.endswith("at 360 MHz · 1 round trip")
    time, unit = rest.removeprefix("cycles = ").split()[:2]
    assert unit == "µs" and float(time) == pytest.approx(int(cycles) / 360, rel=1e-3)


def test_verbose_tells_what_is_done(p4jit):
    done = p4jit("run", "k.c:add", "1", "2", "-v")
    assert done.status == 0
    assert "using the virtual ESP32-P4" in done.err
    assert "k.c" in done.out and "bytes at 0x48" in done.out and done.out.endswith("3\n")


def test_ctrl_c_tells_where_the_function_was_stopped(start, tmp_path):
    text = '#include <stdio.h>\nvoid spin(void) {\n    puts("here");\n    for (;;)\n        __asm__ volatile("");\n}\n'
    (tmp_path / "spin.c").write_text(text)
    command = start("run", "spin.c:spin", cwd=tmp_path)
    assert command.stdout.readline() == "here\n"
    command.send_signal(signal.SIGINT)
    assert command.wait(timeout=30) == 130
    said = command.stderr.read()
    assert re.fullmatch(r"interrupted: stopped spin\(\) after [\d.]+ s at spin\.c:\d; the device is fine\n", said)


def test_options_may_stand_anywhere(p4jit):
    assert run(p4jit, "-p", "virtual", "k.c:add", "1", "-O", "O0", "2") == "3\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("k.c",), "UsageError: 'k.c' names no function: write FILE:FUNCTION, such as add.c:add"),
        (("k.c:",), "names no function: write FILE:FUNCTION"),
        (("nix.c:f",), "SourceNotFound: cannot open nix.c (in "),
        (("k.c:addd", "1", "2"), "Did you mean 'add'?"),
        (("k.c:misses", "1"), "LinkError: k.c needs 1 symbol nobody provides:\n    missing"),
        (("k.c:add", "1"), "ArgumentCountError: int add(int a, int b) takes 2 arguments, got 1"),
        (("k.c:add", "1", "2", "3"), "takes 2 arguments, got 3"),
        (("k.c:add", "one", "2"), "argument 1 'a' is int, and 'one' is no number that fits it"),
        (("k.c:add", "1", "0.5"), "argument 2 'b' is int, and '0.5' is no number that fits it"),
        (("k.c:add", "1", "2147483648"), "'2147483648' is no number that fits it"),
        (("k.c:small", "256"), "is uint8_t, and '256' is no number that fits it"),
        (("k.c:small", "-1"), "'-1' is no number that fits it"),
        (("k.c:add", "[1]", "2"), "argument 1 'a' is int"),
        (("k.c:total", "1", "1"), "give an array as [1,2,3], zeros:1024 or @file.npy, or null"),
        (("k.c:total", "[1,x]", "1"), "'x' in '[1,x]' is no number that fits int16_t"),
        (("k.c:total", "[1,99999]", "1"), "'99999' in '[1,99999]' is no number that fits int16_t"),
        (("k.c:total", "[1,2", "1"), "'[1,2' is no array: write [1,2,3]"),
        (("k.c:total", "zeros:many", "1"), "'zeros:many' is no array: write zeros:1024"),
        (("k.c:total", "zeros:-1", "1"), "'zeros:-1' is no array"),
        (("k.c:total", "zeros:30000000", "1"), "OutOfMemory: int total(const int16_t *x, int n): no room"),
        (("k.c:total", "zeros:9000000000", "1"), "OutOfMemory: 'zeros:9000000000' is more than any device has"),
        (("k.c:total", "@nix.npy", "1"), "SourceNotFound: cannot open nix.npy"),
        (("k.c:total", "@k.c", "1"), "BadObject: k.c: not a NumPy array file; save one with np.save"),
        (("k.c:crash",), "DeviceFault: "),
        (("k.c:for_ever", "--timeout", "0.2"), "Timeout: no result after 0.2 s"),
        (("k.c:for_ever", "--timeout", "-1"), "UsageError: --timeout -1: give seconds, more than 0"),
        (("k.c:add", "1", "2", "-O", "9"), "UsageError: optimization '9' means nothing; use O0"),
        (("k.c:add", "1", "2", "-p", "/dev/ttyNIX"), "ConnectError: there is no port /dev/ttyNIX"),
        (("k.c:add", "1", "2", "--firmware-elf", "nix.elf"), "SourceNotFound: cannot open nix.elf"),
        (("k.c:add", "1", "2", "--firmware-elf", "k.c"), "BadObject: k.c: not an ELF file"),
    ],
)
def test_an_error_is_one_message_on_stderr_and_status_1(p4jit, words, said):
    done = p4jit("run", *words)
    assert done.status == 1
    assert said in done.err
    assert done.out == "" or done.out.startswith("p4jit: kernel fault")
    assert "terminate" not in done.err and "internal error" not in done.err


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.arange(3, dtype=np.int32), "elements of type int16_t"),
        (np.arange(3, dtype=">i2"), "elements of type '>i2' cannot be passed; convert to a little-endian number type"),
        (np.array(["a"]), "cannot be passed"),
        (np.zeros(2, [("x", "<f4")]), "its elements are structures; pass them from Python, or save numbers"),
        (np.asfortranarray(np.ones((2, 3), np.int16)), "it is in Fortran order; save np.ascontiguousarray(x)"),
    ],
)
def test_an_array_file_of_the_wrong_kind_is_told(p4jit, folder, array, said):
    np.save(folder / "wrong.npy", array)
    done = p4jit("run", "k.c:total", "@wrong.npy", "3")
    assert done.status == 1 and said in done.err


@pytest.mark.parametrize("size", [0, 5, 7, 9, 20, 127, 133])
def test_an_array_file_that_was_cut_is_told(p4jit, folder, size):
    np.save(folder / "whole.npy", np.arange(3, dtype=np.int16))
    whole = (folder / "whole.npy").read_bytes()
    assert len(whole) == 134
    (folder / "cut.npy").write_bytes(whole[:size])
    done = p4jit("run", "k.c:total", "@cut.npy", "3")
    assert done.status == 1 and done.err.startswith("BadObject: cut.npy: ")
    assert p4jit("run", "k.c:total", "@whole.npy", "3").out == "3\n"


STRUCTURES = """
typedef struct { float x, y; } Point;
typedef struct { Point corner; short size[2]; union { unsigned word; float real; } tag; } Box;
Point middle(Point a, Point b) { return (Point){(a.x + b.x) / 2, (a.y + b.y) / 2}; }
Box grow(Box b, int by) { b.size[0] += by; b.size[1] += by; b.corner.y = -1; return b; }
int length(const char *text) { int n = 0; while (text[n]) n++; return n; }
"""


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (("middle", "{1,2}", "{3,5}"), "{2,3.5}\n"),
        (("middle", "{1, 2}", "{}"), "{0.5,1}\n"),
        (("grow", "{{1,2},{3,4},{7}}", "10"), "{{1,-1},{13,14},{7}}\n"),
        (("length", "hello world"), "11\n"),
        (("length", "12"), "2\n"),
    ],
)
def test_structures_and_texts_are_words(p4jit, tmp_path, words, out):
    (tmp_path / "s.c").write_text(STRUCTURES)
    assert run(p4jit, f"{tmp_path}/s.c:{words[0]}", *words[1:]) == out


CPP = """
struct Point { float x, y; };
namespace geo { int area(int a, int b) { return a * b; } }
Point middle(const Point &a, const Point &b) { return {(a.x + b.x) / 2, (a.y + b.y) / 2}; }
int next(const int &a) { return a + 1; }
void count(int &a) { a++; }
template <typename T> T twice(T a) { return a + a; }
"""


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (("geo::area", "3", "4"), "12\n"),
        (("twice<float>", "1.5"), "3\n"),
        (("middle(const Point &, const Point &)", "{1,2}", "{3,5}"), "{2,3.5}\n"),
        (("next", "4"), "5\n"),
        (("next", "[4]"), "5\n"),
        (("count", "[4]"), "a            int32_t[1]  5\n"),
    ],
)
def test_functions_of_cpp_have_their_names_and_references(p4jit, tmp_path, words, out):
    (tmp_path / "s.cpp").write_text(CPP)
    assert run(p4jit, f"{tmp_path}/s.cpp:{words[0]}", *words[1:]) == out


def test_a_reference_that_is_written_to_wants_an_array(p4jit, tmp_path):
    (tmp_path / "s.cpp").write_text(CPP)
    done = p4jit("run", f"{tmp_path}/s.cpp:count", "4")
    assert done.status == 1 and "argument 1 'a'" in done.err and "int &" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("middle", "1", "{1,2}"), "is Point; give its fields as {1,2}"),
        (("middle", "{1,x}", "{1,2}"), "'x' is no number that fits float"),
        (("middle", "{1,2,3}", "{1,2}"), "expected '}' before '3}'"),
        (("middle", "{1,2", "{1,2}"), "expected '}' before ''"),
        (("middle", "{1,2}}", "{1,2}"), "'}' is more than fits"),
        (("grow", "{{1,2},{3,99999}}", "1"), "'99999' is no number that fits int16_t"),
    ],
)
def test_words_that_are_no_structure_are_told(p4jit, tmp_path, words, said):
    (tmp_path / "s.c").write_text(STRUCTURES)
    done = p4jit("run", f"{tmp_path}/s.c:{words[0]}", *words[1:])
    assert done.status != 0 and said in done.err
