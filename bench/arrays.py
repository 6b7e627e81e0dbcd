"""A call with an array that travels, beside the same call with one that stays on the device.

    python bench/arrays.py [ROUNDS]

The function touches one element, so what is measured is the way there and back.
Virtual board, in this process.
"""

import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np

from p4jit import P4JIT

SOURCE = "int first(const int *x) { return x[0]; }\nvoid set(int *x) { x[0] = 7; }\n"
SIZES = {"16 B": 4, "4 KiB": 1 << 10, "256 KiB": 1 << 16, "12 MiB": 3 << 20}


def microseconds(call, argument, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        call(argument)
        times.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(times)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    jit = P4JIT(port="virtual")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "touch.c"
        source.write_text(SOURCE)
        first, change = jit.load(source, "first"), jit.load(source, "set")
    print(f"medians of up to {rounds} calls: microseconds, round trips, bytes of arrays on the line")
    for name, count in SIZES.items():
        x = np.zeros(count, np.int32)
        few = max(3, min(rounds, rounds * 100_000 // x.nbytes))
        with jit.buffer(x) as resident:
            cells = []
            for call, argument, moved in ((first, x, x.nbytes), (change, x, 2 * x.nbytes), (change, resident, 0)):
                took = microseconds(call, argument, few)
                cells.append(f"{took:.0f} us, {call.last_call.round_trips}, {moved}")
            print(f"{name:>8} | in: {cells[0]} | in and out: {cells[1]} | resident: {cells[2]}")


if __name__ == "__main__":
    main()
