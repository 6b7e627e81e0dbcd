"""Every PIE instruction of the virtual chip against the model: all state, both encodings.

P4JIT_PIE_RUNNER names the runner program, P4JIT_PIE_CASES the number of cases an instruction gets,
P4JIT_PIE_SEED another choice of cases.
"""
import os
import queue
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

import semantics
from cases import as_cases, batches
from operands import instructions
from state import RESULT, STATE

DEFAULT_RUNNER = Path(__file__).parents[2] / "build/dev/tests/pie/p4jit_pie_runner"
RUNNER = Path(os.environ.get("P4JIT_PIE_RUNNER", DEFAULT_RUNNER))
CASES = int(os.environ.get("P4JIT_PIE_CASES", "512"))
SEED = int(os.environ.get("P4JIT_PIE_SEED", "1"))
ARGUMENTS = {"2.1": [], "2.2": ["--chip-revision", "3.1"]}
TIMEOUT = 600  # seconds


@pytest.fixture(scope="module")
def runner():
    if not RUNNER.exists():
        pytest.fail(f"there is no runner at {RUNNER}: build the target p4jit_pie_runner, "
                    "or name its program in P4JIT_PIE_RUNNER")
    return RUNNER


def assemble(runner, revision, texts):
    """The instruction words. A text the assembler refuses fails the test, with what it says."""
    done = subprocess.run([runner, "--assemble", *ARGUMENTS[revision]], input="\n".join(texts) + "\n",
                          capture_output=True, text=True, timeout=TIMEOUT, check=False)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 or lines, f"--assemble failed: {done.stderr}"
    assert len(lines) == len(texts), f"{len(texts)} instructions gave {len(lines)} lines: {done.stderr}"
    refused = [f"{text}: {line}" for text, line in zip(texts, lines) if line.startswith("error")]
    assert not refused, f"{len(refused)} not assembled, first: {refused[:10]}"
    return [int(line, 16) for line in lines]


class Session:
    """One runner process; cases are written by a thread while results are read."""

    def __init__(self, runner, revision):
        self._process = subprocess.Popen([runner, *ARGUMENTS[revision]], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        self._watch = threading.Timer(TIMEOUT, self._process.kill)
        self._watch.start()
        self._written = queue.Queue()
        self._thread = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._watch.cancel()
        if self._thread:
            self._thread.join()

    def run(self, work):
        """Yields (batch, results) of every batch and its word."""
        self._thread = threading.Thread(target=self._write, args=(work,))
        self._thread.start()
        while (batch := self._written.get()) is not None:
            yield batch, self._read(len(batch[2]), batch[0].mnemonic)
        assert self._process.stdout.read() == b"", "the runner wrote more results than it got cases"
        assert self._process.wait(TIMEOUT) == 0, "the runner failed after its last result"

    def _write(self, work):
        try:
            for batch, word in work:
                self._written.put(batch)
                self._process.stdin.write(as_cases(word, batch[2]).tobytes())
            self._process.stdin.close()
        except OSError:
            pass  # the reader sees the missing results and says so
        finally:
            self._written.put(None)

    def _read(self, count, mnemonic):
        data = self._process.stdout.read(count * RESULT.itemsize)
        assert len(data) == count * RESULT.itemsize, f"the runner ended in the cases of {mnemonic}"
        return np.frombuffer(data, RESULT)


def differing(expected_trap, expected, results):
    """Rows in which anything differs."""
    same = np.ascontiguousarray(expected).view(("V", STATE.itemsize)) \
        == np.ascontiguousarray(results["state"]).view(("V", STATE.itemsize))
    return np.flatnonzero(~same.reshape(-1) | (expected_trap != results["trap"]))


def describe(batch, revision, row, expected_trap, expected, results):
    """What went in, what came out and what the model says, field by field."""
    instruction, operands, states = batch
    before, got = states[row], results["state"][row]
    lines = [f"{instruction.text(operands)} ({revision}), case {row}: sar {before['sar']} "
             f"sar_byte {before['sar_byte']} cfg 0x{before['cfg']:03x}"]
    if expected_trap[row] != results["trap"][row]:
        lines.append(f"  trap: {results['trap'][row]}, model {expected_trap[row]}")
    for operand in instruction.operands:
        number = operands.get(operand.name)
        if operand.kind == "q":
            lines.append(f"  q{number} ({operand.name}) was {before['q'][number].tobytes().hex(' ')}")
        elif operand.kind == "gpr":
            lines.append(f"  x{number} ({operand.name}) was 0x{before['x'][number]:08x}")
    for field in STATE.names:
        want, have = expected[row][field], got[field]
        for index in np.argwhere(np.asarray(want != have)):
            place = tuple(index)
            lines.append(f"  {field}{[int(i) for i in index]}: 0x{int(have[place]):x}, "
                         f"model 0x{int(want[place]):x}, before 0x{int(before[field][place]):x}")
    return "\n".join(lines[:40])


@pytest.mark.parametrize("revision", ["2.1", "2.2"])
def test_every_instruction_leaves_the_state_the_model_predicts(runner, revision, capsys):
    words = assemble(runner, revision, [i.text(operands) for i, operands, _ in batches(revision, CASES, SEED)])
    wrong, ran, seen = {}, 0, set()
    with Session(runner, revision) as session:
        for batch, results in session.run(zip(batches(revision, CASES, SEED), words)):
            instruction, operands, states = batch
            trap, expected = semantics.execute(instruction.mnemonic, operands, states, revision)
            rows = differing(trap, expected, results)
            if len(rows) and instruction.mnemonic not in wrong:
                wrong[instruction.mnemonic] = describe(batch, revision, rows[0], trap, expected, results)
            ran, seen = ran + len(states), seen | {instruction.mnemonic}
    with capsys.disabled():
        print(f"\nPIE {revision}: {ran} cases of {len(seen)} instructions, {len(wrong)} instructions differ")
    assert seen == set(instructions(revision))
    assert not wrong, f"{len(wrong)} instructions differ: {' '.join(wrong)}\n" + "\n".join(
        list(wrong.values())[:20])
