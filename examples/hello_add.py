"""The first kernel from Python: compile add.c, run it on the ESP32-P4."""

import pathlib
import time

import numpy as np

from p4jit import P4JIT

source = pathlib.Path(__file__).parent / "source" / "add.c"

jit = P4JIT()  # a board if there is one, the virtual chip if not
print("using", jit.name)

start = time.perf_counter()
add = jit.load(source=source, function_name="add")
result = add(np.int32(10), np.int32(20))
elapsed = time.perf_counter() - start

print(f"10 + 20 = {result}")
print(f"{elapsed * 1e3:.1f} ms from source to result")
