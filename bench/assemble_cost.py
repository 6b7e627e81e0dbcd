#!/usr/bin/env python3
"""What the esp.* macros cost: milliseconds a file, with and without them.

    python3 bench/assemble_cost.py [P4JIT]

P4JIT is the shell command (default: build/release/cli/p4jit). A file is
assembled with nothing in the cache. Processor time of p4jit and all that it
starts, least of RUNS: unlike the clock's, a busy machine changes it little.
"""

import os
import resource
import subprocess
import sys
import tempfile

RUNS = 15
COMPILERS = ("riscv64-unknown-elf-gcc", "clang-19")


def kernel(lines, mnemonic):
    """A .S file of so many instructions."""
    return "f:\n" + f" {mnemonic}\n" * lines + " ret\n"


FILES = {
    "kernel.S, 200 plain lines, no macros": ("k.S", kernel(200, "addi a0, a0, 1")),
    "kernel.S, 1 esp.* line, 199 plain": ("k.S", kernel(199, "addi a0, a0, 1") + " esp.zero.q q0\n"),
    "kernel.S, 200 esp.* lines": ("k.S", kernel(200, "esp.vmulas.s16.xacc.ld.ip q0, a0, 16, q1, q2")),
    "kernel.c, no esp.*": ("k.c", 'int f(int x) { __asm__ volatile("nop"); return x; }\n'),
    "kernel.c, 1 esp.* line": ("k.c", 'int f(int x) { __asm__ volatile("esp.zero.q q0"); return x; }\n'),
}


def milliseconds(command, environment):
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime) * 1000


def measure(p4jit, compiler, folder, name, text):
    source = os.path.join(folder, name)
    command = [p4jit, "assemble", source, "-o", os.path.join(folder, "k.o")]
    environment = dict(os.environ, P4JIT_TOOLCHAIN=compiler, XDG_CACHE_HOME=os.path.join(folder, "cache"))
    times = []
    for run in range(RUNS + 1):
        with open(source, "w") as file:
            file.write(text + f"/* {run} */\n")  # never the same text twice: nothing is in the cache
        times.append(milliseconds(command, environment))
    return min(times[1:])  # the first one asked the compiler what it can


def main():
    p4jit = sys.argv[1] if len(sys.argv) > 1 else "build/release/cli/p4jit"
    print(f"{'file':<40}" + "".join(f"{compiler:>26}" for compiler in COMPILERS))
    for title, (name, text) in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            row = [measure(p4jit, compiler, folder, name, text) for compiler in COMPILERS]
        print(f"{title:<40}" + "".join(f"{value:>23.1f} ms" for value in row))


if __name__ == "__main__":
    main()
