"""From an edited source to its result in Python, beside the bare compiler.

    python bench/edit_to_result.py [ROUNDS]

As edit_to_result.cpp: P4JIT.load() and the first call of a changed add.c, and
`riscv64-unknown-elf-gcc -O3 -g -c add.c` on the same text, in turn.
"""
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

from p4jit import P4JIT

COMPILER = os.environ.get("P4JIT_TOOLCHAIN", "riscv64-unknown-elf-gcc")


def cpu_seconds() -> float:
    """What this process and those it has started and waited for have used."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def milliseconds(work) -> tuple:
    """The time on the clock, and the CPU time, which other work disturbs less."""
    start, cpu = time.perf_counter_ns(), cpu_seconds()
    work()
    return (time.perf_counter_ns() - start) / 1e6, 1e3 * (cpu_seconds() - cpu)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    device = P4JIT(port="virtual")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "add.c")
        bare = [COMPILER, "-O3", "-g", "-c", str(source), "-o", str(source.with_suffix(".o"))]
        ours, theirs = [], []
        for edit in range(count + 2):  # the first two warm caches
            source.write_text(f"// {time.time_ns()}\nint add(int a, int b) {{ return a + b + {edit}; }}\n")

            def load_and_call():
                assert device.load(source=source, function_name="add")(np.int32(1), np.int32(2)) == 3 + edit

            ours.append(milliseconds(load_and_call))
            theirs.append(milliseconds(lambda: subprocess.run(bare, check=True)))
    clock, cpu = zip(*ours[2:])
    bare_clock, bare_cpu = zip(*theirs[2:])
    ratio = statistics.median(a / b for a, b in zip(clock, bare_clock))
    median, mean = statistics.median, statistics.fmean
    print(f"edit to result from Python, {count} rounds  median   fastest  mean CPU")
    print(f"  load() and first call       {median(clock):12.2f}  {min(clock):8.2f}  {mean(cpu):8.2f} ms")
    print(f"  gcc -O3 -g -c add.c         {median(bare_clock):12.2f}  {min(bare_clock):8.2f}  {mean(bare_cpu):8.2f} ms")
    print(f"  ratio                       {ratio:12.3f}  {min(clock) / min(bare_clock):8.3f}  {mean(cpu) / mean(bare_cpu):8.3f}")


if __name__ == "__main__":
    main()
