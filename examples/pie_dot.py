"""An int8 dot product in C, with <p4jit/pie.h> and in assembly with a hardware loop."""

import pathlib

import numpy as np

from p4jit import P4JIT

source = pathlib.Path(__file__).parent / "source" / "dot.c"
jit = P4JIT()

rng = np.random.default_rng(1)
n = 4096
a = rng.integers(-128, 128, n, dtype=np.int8)
b = rng.integers(-128, 128, n, dtype=np.int8)
expected = int(a.astype(np.int32) @ b.astype(np.int32))

print(f"{n} elements   cycles  per element  times fewer than C")
cycles = {}
for name in "dot_c", "dot_pie", "dot_loop":
    dot = jit.load(source=source, function_name=name)
    assert dot(a, b, np.int32(n)) == expected
    cycles[name] = dot.last_call.cycles
    print(f"{name:12} {cycles[name]:8}  {cycles[name] / n:11.3f}  {cycles['dot_c'] / cycles[name]:18.1f}")
