"""The interpreter beside qemu-system-riscv32, on the same ELF files.

    python bench/emulators.py --p4jit build/release/cli/p4jit [--rounds 5] PROGRAM.elf...

Both run each program in turn; a figure is the median over the rounds of retired
guest instructions divided by the time from start to exit, so start-up and
QEMU's translation are in it. CPU time counts (both use one thread for the
guest), so that other work on the computer falsifies little.
"""
import argparse
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


FLOAT_PROGRAMS = {"fir"}


def show(name: str, row: tuple) -> None:
    print(f"{name:24} {row[0]:8.0f} {row[1]:8.0f} {row[2]:7.2f}", flush=True)


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

    print(f"{'MIPS':24} {'p4jit':>8} {'QEMU':>8} {'ratio':>7}   (median of {options.rounds})")
    rows = {}
    for program in options.programs:
        name = pathlib.Path(program).stem
        rows[name] = compare(options.p4jit, program, options.rounds)
        show(name, rows[name])
    for kind in ("integer", "float"):
        chosen = [row for name, row in rows.items() if (name in FLOAT_PROGRAMS) == (kind == "float")]
        if chosen:
            show(f"geometric mean, {kind}", [statistics.geometric_mean(column) for column in zip(*chosen)])


if __name__ == "__main__":
    main()
