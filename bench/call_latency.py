"""The round trip of a call of add() on the virtual board, from Python.

    python bench/call_latency.py [ROUNDS]
"""
import pathlib
import statistics
import sys
import time

import numpy as np

from p4jit import P4JIT

SOURCE = pathlib.Path(__file__).parent.parent / "examples" / "source" / "add.c"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    add = P4JIT(port="virtual").load(source=SOURCE, function_name="add")
    times = []
    for i in map(np.int32, range(count)):
        start = time.perf_counter_ns()
        total = add(i, i)
        times.append((time.perf_counter_ns() - start) / 1000)
        assert total == 2 * i
    print(
        f"call of add() from Python, {count} rounds: median {statistics.median(times):.2f} us, "
        f"99 of 100 below {sorted(times)[count * 99 // 100]:.2f} us"
    )


if __name__ == "__main__":
    main()
