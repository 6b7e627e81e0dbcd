"""Every number type, its edge values, every place that an argument can be in, both compilers."""

import shutil

import numpy as np
import pytest
from c_types import C_TYPES

from p4jit import P4JIT

TYPES = C_TYPES | {
    "_Bool": np.bool_, "char": np.uint8, "signed char": np.int8, "short": np.int16, "unsigned": np.uint32,
    "long": np.int32, "unsigned long": np.uint32, "long long": np.int64, "unsigned long long": np.uint64,
    "enum colour": np.uint32, "alias2": np.int16, "size_t": np.uint32, "ptrdiff_t": np.int32, "uintptr_t": np.uint32,
}  # fmt: skip

# What stands before the argument: so it is in the first register of its kind, in
# the last one, in half a register pair, or on the stack.
PLACES = {
    "first": [],
    "after one": [np.int32(-1)],
    "after seven": [np.int32(-1)] * 7,
    "after eight integers": [np.int32(-1)] * 8,
    "after eight floats": [np.float32(-1)] * 8,
    "after eight of each": [np.int32(-1)] * 8 + [np.float32(-1)] * 8,
    "after nine integers": [np.int32(-1)] * 9,
}

# Signatures that are no plain text: made by macros, over several lines, with
# attributes and comments in them.
DRESSED = """
#define DEFINE(type, name) type name(type value /* , int no_parameter */)
#define WITH(...) __VA_ARGS__
typedef const volatile int *restrict_like;
__attribute__((noinline))
DEFINE(int, from_macro) { return value + 1; }
WITH(int several_lines)
(   // int several_lines(float wrong)
    int a,
    /* two */ float (*b)[2],
    int c[const 3], char *d[]
) { return a + (int)(*b)[1] + c[2] + (d != 0); }
int attributed(int __attribute__((unused)) a, register int b) { return b; }

"""


def edges(dtype):
    if dtype is np.bool_:
        return [np.bool_(False), np.bool_(True)]
    if np.issubdtype(dtype, np.floating):
        info = np.finfo(dtype)
        values = [0.0, -0.0, 1.5, -2.25, info.max, info.min, info.tiny, info.smallest_subnormal, np.inf, -np.inf, np.nan]
        return [dtype(value) for value in values]
    info = np.iinfo(dtype)
    return [dtype(value) for value in {0, 1, info.min, info.max, info.max // 3, info.min // 3, info.max - 1}]


def parameters(before):
    return ", ".join(f"{'int' if isinstance(value, np.int32) else 'float'} p{n}" for n, value in enumerate(before))


def source():
    lines = ["#include <stdint.h>\n#include <stddef.h>\nenum colour { red, green };\ntypedef short alias; typedef alias alias2;"]
    for t, name in enumerate(TYPES):
        for p, before in enumerate(PLACES.values()):
            comma = ", " if before else ""
            # A second one behind it finds a wrong count of registers or words.
            lines.append(f"{name} at_{t}_{p}({parameters(before)}{comma}{name} x, int y) {{ return y == 77 ? x : 0; }}")
        lines.append(f"{name} by_pointer_{t}(const {name} *x, {name} *y) {{ y[1] = x[2]; return x[1]; }}")
    return "\n".join(lines) + DRESSED


@pytest.fixture(scope="module", params=["riscv64-unknown-elf-gcc", "clang-19"])
def module(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("P4JIT_TOOLCHAIN", shutil.which(request.param))
        device = P4JIT(port="virtual")
        with device.module(code=source(), optimization="O1") as module:
            yield module


def same(a, b):
    return type(a) is type(b) and a.tobytes() == b.tobytes()


@pytest.mark.parametrize("name", TYPES)
def test_a_number_arrives_and_comes_back_wherever_it_is_passed(module, name):
    t, dtype = list(TYPES).index(name), TYPES[name]
    for p, (place, before) in enumerate(PLACES.items()):
        function = module[f"at_{t}_{p}"]
        for value in edges(dtype):
            result = function(*before, value, np.int32(77))
            assert same(result, value), f"{name} {value} {place}: {result!r}"


@pytest.mark.parametrize("name", TYPES)
def test_numbers_behind_pointers_arrive_and_come_back(module, name):
    t, values = list(TYPES).index(name), edges(TYPES[name])
    for i, value in enumerate(values):
        x = np.array([values[0], value, values[i - 1]], TYPES[name])
        y = np.zeros(2, TYPES[name])
        assert same(module[f"by_pointer_{t}"](x, y), value)
        assert same(y[1], x[2])


def test_signatures_are_what_the_compiler_read_and_not_what_stands_in_the_text(module):
    assert module.from_macro(np.int32(4)) == 5
    x = np.array([1.0, 20.0], np.float32)
    assert module.several_lines(np.int32(1), x, np.array([0, 0, 300], np.int32), None) == 321
    assert module.attributed(np.int32(1), np.int32(2)) == 2
    assert "several_lines(int a, float (*b)[2], int *const c, char **d)" in module.several_lines.signature
