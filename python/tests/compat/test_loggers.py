"""What is told, where, and in the original's format."""

import logging
import re
import subprocess
import sys

import numpy as np
import pytest

import p4jit
from p4jit.utils import logger as loggers


@pytest.fixture(autouse=True)
def same_level():
    yield
    p4jit.set_log_level("INFO")


def levels(text):
    plain = re.sub(r"\033\[\d+m", "", text)
    return re.findall(r"^\d\d:\d\d:\d\d \[(p4jit[\w.]*)\] (\w+): (.*)$", plain, re.MULTILINE)


def load_and_call(source):
    jit = p4jit.P4JIT()
    func = jit.load(source("int add(int a, int b) { return a + b; }"), "add")
    func(np.int32(1), np.int32(2))
    return jit, func


def test_milestones_are_told_at_info_in_the_order_that_they_happen(source, capsys):
    _, func = load_and_call(source)
    told = levels(capsys.readouterr().out)
    assert {level for _, level, _ in told} == {"INFO"}
    messages = [message for _, _, message in told]
    assert messages[:2] == ["Initializing P4JIT System...", "Auto-detecting JIT device..."]
    expected = [
        "Found JIT Device at virtual ESP32-P4",
        "P4JIT Initialized.",
        messages[-3],
        f"  Code Allocated: 0x{func.code_addr:08X} ({func.stats['code_size']} bytes)",
        "Function loaded successfully.",
    ]
    assert messages[-5:] == expected and messages[-3].startswith("Loading 'add' from ")


def test_verbose_tells_the_steps_with_their_times(source, capsys):
    p4jit.set_log_level("INFO_VERBOSE")
    load_and_call(source)
    steps = [message for _, level, message in levels(capsys.readouterr().out) if level == "INFO_VERBOSE"]
    assert any(message.startswith("Compiling and linking ") for message in steps)
    assert any("bytes at 0x48" in message and "compiled in" in message for message in steps)


def test_a_high_level_silences_all_loggers(source, capsys):
    p4jit.set_log_level("WARNING")
    load_and_call(source)
    assert capsys.readouterr().out == ""


def test_debug_shows_the_conversation(source, capsys):
    p4jit.set_log_level("debug")
    jit, _ = load_and_call(source)
    jit.session.device.free(jit.session.device.allocate(16, 0x404, 16))
    assert any(level == "DEBUG" for _, level, _ in levels(capsys.readouterr().out))


def test_levels_may_be_numbers_and_unknown_names_mean_info(capsys):
    test = logging.getLogger("p4jit.test")
    for level, shown in ((15, True), ("nonsense", False), (logging.ERROR, False), ("info_verbose", True)):
        p4jit.set_log_level(level)
        test.log(p4jit.INFO_VERBOSE, "step")
        assert ("step" in capsys.readouterr().out) == shown


def test_level_names_are_coloured(capsys):
    logging.getLogger("p4jit.test").warning("careful")
    assert "\033[93mWARNING\033[0m: careful" in capsys.readouterr().out


def test_no_color_is_obeyed(capsys, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    logging.getLogger("p4jit.test").warning("careful")
    assert "WARNING: careful" in capsys.readouterr().out


def test_another_logger_has_its_own_level(capsys):
    mine = loggers.setup_logger("my.program", logging.WARNING)
    mine.info("quiet")
    mine.warning("loud")
    assert loggers.setup_logger("my.program") is mine
    out = capsys.readouterr().out
    assert "loud" in out and "quiet" not in out and out.count("loud") == 1


def test_a_file_gets_everything_while_the_console_stays_quiet(tmp_path, capsys):
    loggers.enable_file_logging(tmp_path / "p4jit.log")
    handler = logging.getLogger("p4jit").handlers[-1]
    try:
        logging.getLogger("p4jit.test").debug("detail")
    finally:
        logging.getLogger("p4jit").removeHandler(handler)
        handler.close()
    assert re.search(r"^\[\d{4}-\d\d-\d\d .*\] \[p4jit.test\] DEBUG: detail$", (tmp_path / "p4jit.log").read_text())
    assert "detail" not in capsys.readouterr().out


def test_messages_appear_once_even_if_the_program_logs_itself():
    program = (
        "import logging; logging.basicConfig(level=0)\n"
        "import p4jit; logging.getLogger('p4jit.test').info('once')"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (run.stdout + run.stderr).count("once") == 1
