"""Vector instructions per second on the virtual board.

    .venv/bin/python bench/pie.py [ROUNDS]

Three kernels with hardware loops; what their loops execute is counted from
their sources: it is nearly all there is. The processor's time of this process.
"""

import pathlib
import sys
import time

import numpy as np

from p4jit import P4JIT

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
source = pathlib.Path(__file__).parent / "programs" / "pie.c"
jit = P4JIT("virtual", lint=False)  # the kernels put vector instructions last on purpose
rng = np.random.default_rng(1)


def numbers(dtype, count):
    info = np.iinfo(dtype)
    return rng.integers(info.min // 2, info.max // 2, count, dtype=dtype)


n, taps, outputs, size = 4096, 32, 1024, 64
kernels = {  # name: what, arguments, vector instructions of the loops in a round
    "dot": ("int8 dot product, 4 KiB", (numbers(np.int8, n), numbers(np.int8, n), np.int32(n)), 2 * n // 16),
    "fir": (
        "int16 FIR, 32 taps, 1024 outputs",
        (numbers(np.int16, outputs + taps), numbers(np.int16, taps), np.int32(taps), np.zeros(outputs, np.int16), np.int32(outputs)),
        3 * taps * outputs // 8,
    ),
    "matmul": (
        "int8 matrix multiply, 64 x 64",
        (numbers(np.int8, size**2), numbers(np.int8, size**2), np.zeros(size**2, np.int8), np.int32(size)),
        3 * size * size * size // 16,
    ),
}

print(f"{'':34}{'vector instructions':>20}{'of all':>8}{'per second':>14}")
for name, (what, arguments, vectors) in kernels.items():
    kernel = jit.load(source=source, function_name=name)
    kernel(*arguments, np.int32(1))
    repeat = max(1, rounds * 512 // vectors)
    start = time.process_time()
    kernel(*arguments, np.int32(repeat))
    seconds = time.process_time() - start
    share = vectors * repeat / kernel.last_call.cycles
    print(f"{what:34}{vectors * repeat:20}{share:8.1%}{vectors * repeat / seconds / 1e6:10.0f} M/s")
