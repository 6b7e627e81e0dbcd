"""Functions that crash, never end, or are interrupted. The device lives on."""

import _thread
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import p4jit

pytestmark = pytest.mark.usefixtures("still_works")


@pytest.mark.parametrize("function", ["jump_away", "illegal"])
def test_a_crash_is_a_device_fault(load, refusal, function):
    text = refusal(p4jit.DeviceFault, load("behaviour", function))
    assert "crashed" in text and "the device is fine" in text


def test_a_crash_leaves_arrays_as_they_were(load, refusal):
    x = np.array([1, 2], np.int32)
    refusal(p4jit.DeviceFault, load("behaviour", "write_null"), x)
    assert x.tolist() == [1, 2]


def test_a_stack_that_overflows_is_a_device_fault(load, refusal):
    refusal(p4jit.DeviceFault, load("behaviour", "deep"), np.int32(0))


def test_the_function_that_crashed_can_be_called_again(load, refusal):
    for _ in range(3):
        refusal(p4jit.DeviceFault, load("behaviour", "illegal"))


def test_a_function_is_stopped_at_its_timeout(load, refusal):
    x = np.array([1, 2], np.int32)
    start = time.monotonic()
    text = refusal(p4jit.Timeout, load("behaviour", "for_ever"), x, timeout=0.2)
    assert 0.15 < time.monotonic() - start < 5
    assert "no result after 0.2 s" in text and "the device is fine" in text
    assert x.tolist() == [1, 2]


def test_a_timeout_is_pythons_too(load):
    with pytest.raises(TimeoutError):
        load("behaviour", "for_ever")(np.zeros(1, np.int32), timeout=0.05)


def test_a_timeout_that_is_not_reached_changes_nothing(load):
    assert load("behaviour", "add")(np.int32(1), np.int32(2), timeout=30) == 3
    assert load("behaviour", "add")(np.int32(1), np.int32(2), timeout=float("inf")) == 3


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_that_is_no_duration_is_refused(load, refusal, timeout):
    text = refusal(p4jit.UsageError, load("behaviour", "add"), np.int32(1), np.int32(2), timeout=timeout)
    assert f"timeout={timeout}" in text and "seconds" in text and "None" in text


def test_ctrl_c_stops_a_function(load):
    x = np.array([1, 2], np.int32)
    timer = threading.Timer(0.3, _thread.interrupt_main, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt, match="the device is fine"):
        load("behaviour", "for_ever")(x)
    timer.join()
    assert x.tolist() == [1, 2]


def test_ctrl_c_is_no_exception_of_the_common_kind():
    assert issubclass(p4jit.Interrupted, KeyboardInterrupt)
    assert not issubclass(p4jit.Interrupted, Exception)


def test_a_program_may_end_while_a_thread_of_its_is_in_a_kernel(tmp_path):
    program = """if True:
        import threading, time
        from p4jit import P4JIT
        started = threading.Event()
        jit = P4JIT(port="virtual", console=lambda text: started.set() if "here" in text else None)
        m = jit.module(code='#include <stdio.h>\\nvoid spin(void) { puts("here"); for (;;) __asm__ volatile(""); }')
        threading.Thread(target=m.spin, daemon=True).start()
        started.wait(30)
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
