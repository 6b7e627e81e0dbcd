"""How far long transfers are: the bar, and who asks for it."""

import contextlib
import io
import os
import pty
import subprocess
import sys

import numpy as np
import pytest

from p4jit import P4JIT
from p4jit.progress import Bar

LONG = np.zeros(1 << 20, np.float32)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(written):
    """What a terminal shows on its line after each write, and at the end."""
    lines, line = [], ""
    for piece in written.split("\r"):
        line = piece + line[len(piece) :]
        lines.append(line.rstrip())
    return lines


def test_a_function_is_told_of_every_piece_to_the_last():
    told = []
    jit = P4JIT(port="virtual", progress=lambda done, total: told.append((done, total)))
    b = jit.buffer(LONG)
    assert told[-1] == (LONG.nbytes, LONG.nbytes) and len(told) > 10
    told.clear()
    b.numpy()
    assert told[-1] == (LONG.nbytes, LONG.nbytes)
    assert told == sorted(told)


def test_what_the_function_raises_is_reported_and_stops_no_transfer(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: reported.append(report.exc_type))
    jit = P4JIT(port="virtual", progress=lambda done, total: 1 / 0)
    assert jit.buffer(np.arange(5, dtype=np.int32)).numpy().tolist() == [0, 1, 2, 3, 4]
    assert reported == [ZeroDivisionError] * 2


def test_other_things_are_refused():
    with pytest.raises(TypeError, match="progress='yes': give None for a bar, False for none, or a function"):
        P4JIT(port="virtual", progress="yes")


def test_the_bar_grows_tells_the_truth_and_goes_away():
    terminal = Terminal()
    bar = Bar(terminal, pause=0)
    mebibyte = 1 << 20
    for done in range(0, 33, 8):
        if done:
            bar(done * mebibyte, 32 * mebibyte, False)
    bar(32 * mebibyte, 32 * mebibyte, True)
    lines = [line for line in shown(terminal.getvalue()) if line]
    assert [line.split("]")[0].count("#") for line in lines] == [7, 15, 22, 30]
    assert lines[0].startswith("device memory [#######.") and "] 8.0 of 32.0 MiB, " in lines[0]
    assert lines[-1].endswith(" 0 s left")
    assert shown(terminal.getvalue())[-1] == ""


def test_the_bar_is_for_terminals_and_notebooks_only():
    file = io.StringIO()
    Bar(file)(1, 2, False)
    assert file.getvalue() == ""
    notebook = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})()
    Bar(notebook)(1, 2, False)
    assert "of 0.0 MiB" in notebook.getvalue()


SCRIPT = """
import numpy as np, sys, p4jit, p4jit.progress
p4jit.progress.AFTER = {after}
jit = p4jit.P4JIT(port="virtual"{option})
jit.buffer(np.zeros(1 << 20, np.float32)).numpy()
"""


def on_a_terminal(**how):
    """What the script writes to a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", SCRIPT.format(**how)], stderr=theirs) as script:
        os.close(theirs)
        text = b""
        with contextlib.suppress(OSError):  # what Linux says when nobody has the terminal any more
            while piece := os.read(ours, 1 << 16):
                text += piece
    os.close(ours)
    assert script.returncode == 0
    return text.decode()


def test_transfers_show_a_bar_on_a_terminal_if_they_are_long_and_nobody_said_no():
    assert on_a_terminal(after=1.0, option="") == ""
    assert on_a_terminal(after=0.0, option=", progress=False") == ""
    lines = shown(on_a_terminal(after=0.0, option=""))
    assert any("[##############################] 4.0 of 4.0 MiB" in line for line in lines)
    assert lines[-1] == ""
