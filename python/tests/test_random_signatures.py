"""Random C signatures with structures and unions, called on the device and on the host: the results are the same.

P4JIT_RANDOM_SIGNATURES=500 tries more functions than the few that every run does. The last test is slower for each
function, and makes one that fails as small as it can.
"""

import ctypes
import os
import random
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from p4jit import P4JIT

NUMBERS = {
    "int8_t": ctypes.c_int8, "uint8_t": ctypes.c_uint8, "int16_t": ctypes.c_int16, "uint16_t": ctypes.c_uint16,
    "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64,
    "float": ctypes.c_float, "double": ctypes.c_double,
}  # fmt: skip
COUNT = int(os.environ.get("P4JIT_RANDOM_SIGNATURES", "120"))


class Record:
    """A structure or union for both sides."""

    def __init__(self, chance, number, records):
        self.is_union = chance.random() < 0.2
        self.name = f"{'union' if self.is_union else 'struct'} r{number}"
        self.members = []
        for i in range(chance.choice([1, 1, 2, 2, 2, 3, 5])):
            kind = chance.choice(records) if records and chance.random() < 0.25 else chance.choice(list(NUMBERS))
            count = chance.choice([0, 0, 0, 1, 2, 3])
            self.members.append((f"m{i}", kind, count))
        fields = [(name, ctype(kind) * count if count else ctype(kind)) for name, kind, count in self.members]
        base = ctypes.Union if self.is_union else ctypes.Structure
        self.ctype = type(f"r{number}", (base,), {"_fields_": fields})

    def definition(self):
        members = " ".join(
            f"{kind if isinstance(kind, str) else kind.name} {name}{f'[{count}]' if count else ''};"
            for name, kind, count in self.members
        )
        return f"{self.name} {{ {members} }};\n"


def ctype(kind):
    return NUMBERS[kind] if isinstance(kind, str) else kind.ctype


def spelling(kind):
    return kind if isinstance(kind, str) else kind.name


class Signature:
    """A function that mixes the bytes of its arguments into its result and into what it has pointers to."""

    def __init__(self, chance, number, records):
        def kind():
            return chance.choice(records) if chance.random() < 0.6 else chance.choice(list(NUMBERS))

        self.name = f"f{number}"
        self.result = kind()
        self.parameters = [(kind(), chance.random() < 0.2) for _ in range(chance.choice([1, 2, 3, 5, 9, 12]))]

    def definition(self):
        parameters = ", ".join(f"{spelling(k)} {'*' if p else ''}p{i}" for i, (k, p) in enumerate(self.parameters))
        lines = [f"{spelling(self.result)} {self.name}({parameters}) {{ uint32_t h = 1;"]
        for i, (_, pointer) in enumerate(self.parameters):
            place, size = (f"p{i}", f"sizeof *p{i}") if pointer else (f"&p{i}", f"sizeof p{i}")
            lines.append(f"  h = mix(h, {place}, {size});")
        lines += [f"  spread(h + {i}, p{i}, sizeof *p{i});" for i, (_, pointer) in enumerate(self.parameters) if pointer]
        lines.append(f"  {spelling(self.result)} r; spread(h, &r, sizeof r); return r; }}\n")
        return "\n".join(lines)

    def trampoline(self):
        """For the host: ctypes cannot pass unions."""
        values = ", ".join(f"{'' if p else '*'}({spelling(k)} *)a[{i}]" for i, (k, p) in enumerate(self.parameters))
        return f"void host_{self.name}({spelling(self.result)} *r, void **a) {{ *r = {self.name}({values}); }}\n"


PRELUDE = """
#include <stdint.h>
static uint32_t mix(uint32_t h, const void *p, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) h = (h ^ ((const uint8_t *)p)[i]) * 16777619u;
    return h;
}
static void spread(uint32_t h, void *p, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) { h = h * 1664525u + 1013904223u; ((uint8_t *)p)[i] = (uint8_t)(h >> 27); }
}
"""


def random_value(chance, kind):
    """A NumPy scalar of random bytes, all of which are values and none is padding."""
    dtype = np.dtype(ctype(kind))
    # Small bytes make no NaN, which may lose bits on the way through a register of the host.
    return np.frombuffer(bytes(chance.randrange(1, 60) for _ in range(dtype.itemsize)), dtype)[0]


def has_padding(kind):
    """Padding is not passed on, so its bytes differ."""
    if isinstance(kind, str):
        return False
    sizes = [ctypes.sizeof(ctype(k)) * max(count, 1) for _, k, count in kind.members]
    inner = any(has_padding(k) for _, k, _ in kind.members)
    return inner or (max(sizes) if kind.is_union else sum(sizes)) != ctypes.sizeof(kind.ctype)


def source_of(records, functions):
    return PRELUDE + "".join(r.definition() for r in records) + "".join(f.definition() for f in functions)


def on_host(folder, text, functions):
    """The functions' trampolines in a library for this machine."""
    compiler = shutil.which("gcc") or shutil.which("cc") or shutil.which("clang-19")
    assert compiler, "needs a compiler for this machine"
    (folder / "host.c").write_text(text + "".join(f.trampoline() for f in functions))
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", folder / "host.so", folder / "host.c"], check=True)
    return ctypes.CDLL(str(folder / "host.so"))


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_functions_of_random_signatures_do_as_on_the_host(compiler, tmp_path, environment):
    if compiler == "clang":
        clang = shutil.which("clang-19") or shutil.which("clang")
        assert clang, "needs clang"
        environment(P4JIT_TOOLCHAIN=clang)

    chance = random.Random(f"{compiler} {COUNT}")
    records = []
    while len(records) < 40:
        record = Record(chance, len(records), records)
        if not has_padding(record):
            records.append(record)
    functions = [Signature(chance, i, records) for i in range(COUNT)]
    text = source_of(records, functions)
    path = tmp_path / "random.c"
    path.write_text(text)
    library = on_host(tmp_path, text, functions)
    jit, optimization = P4JIT(port="virtual"), chance.choice(["O0", "O2"])
    for function in functions:
        on_device = jit.load(path, function.name, optimization=optimization, lint=False)
        check(chance, function, on_device, getattr(library, "host_" + function.name))
        on_device.free()


@settings(max_examples=max(25, COUNT // 5), deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), optimization=st.sampled_from(["O0", "O1", "O3"]))
def test_a_function_of_any_signature_does_as_on_the_host(chance, optimization, device, tmp_path_factory):
    records = []
    for number in range(chance.randrange(1, 4)):
        records.append(Record(chance, number, records))
        assume(not has_padding(records[-1]))
    function = Signature(chance, 0, records)
    text = source_of(records, [function])
    library = on_host(tmp_path_factory.mktemp("host"), text, [function])
    with device.module(code=text, optimization=optimization, lint=False) as module:
        check(random.Random(1), function, module.f0, library.host_f0)


def check(chance, function, on_device, trampoline):
    values = [random_value(chance, kind) for kind, _ in function.parameters]
    ours = [np.array([v]) if pointer else v for v, (_, pointer) in zip(values, function.parameters)]
    theirs = [ctype(kind).from_buffer_copy(v.tobytes()) for v, (kind, _) in zip(values, function.parameters)]
    expected = ctype(function.result)()
    trampoline(ctypes.byref(expected), (ctypes.c_void_p * len(theirs))(*map(ctypes.addressof, theirs)))
    assert on_device(*ours).tobytes() == bytes(expected), function.definition()
    for our, their, (_, pointer) in zip(ours, theirs, function.parameters):
        assert not pointer or our.tobytes() == bytes(their), function.definition()
