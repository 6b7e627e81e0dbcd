"""The interpreter beside qemu-system-riscv32, on the same ELF files.

    python bench/emulators.py --p4jit build/release/cli/p4jit [--rounds 5] PROGRAM.elf...

Both run each program in turn; a figure is the median over the rounds of retired
guest instructions divided by the time from start to exit, so start-up and
QEMU's translation are in it. CPU time counts (both use one thread for the
guest), so that other work on the computer falsifies little.
"""
import argparse
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys

QEMU = (
    "qemu-system-riscv32 -M virt -cpu rv32,d=false -m 512M -smp 1 -bios none -nographic -monitor none -serial none "
    "-semihosting-config enable=on,target=native -device loader,cpu-num=0,file="
)


def run(command: list) -> tuple:
    """The command's output and the CPU seconds it took."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {process.returncode}\n{out}{err}")
    return out, err, usage.ru_utime + usage.ru_stime


def compare(p4jit: str, program: str, rounds: int) -> tuple:
    """Millions of instructions a second: ours, QEMU's, and the median ratio."""
    ours, theirs, ratios = [], [], []
    for _ in range(rounds):
        out, statistics_, own = run([p4jit, "emulate", "--statistics", program])
        *printed, other = run((QEMU + program).split())
        expected = "".join(printed)  # on either, by version
        if out != expected:
            sys.exit(f"{program}: we print {out!r}, QEMU {expected!r}")
        millions = int(re.search(r"(\d+) instructions", statistics_).group(1)) / 1e6
        ours.append(millions / own)
        theirs.append(millions / other)
        ratios.append(other / own)
    return statistics.median(ours), statistics.median(theirs), statistics.median(ratios)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--p4jit", default="p4jit")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    print(f"{'MIPS':10} {'p4jit':>8} {'QEMU':>8} {'ratio':>7}   (median of {options.rounds})")
    rows = []
    for program in options.programs:
        rows.append(compare(options.p4jit, program, options.rounds))
        name = pathlib.Path(program).stem
        print(f"{name:10} {rows[-1][0]:8.0f} {rows[-1][1]:8.0f} {rows[-1][2]:7.2f}", flush=True)
    means = [math.exp(statistics.fmean(math.log(value) for value in column)) for column in zip(*rows)]
    print(f"{'geo. mean':10} {means[0]:8.0f} {means[1]:8.0f} {means[2]:7.2f}")


if __name__ == "__main__":
    main()
