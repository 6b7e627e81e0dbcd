"""Every way to crash on the device: what the exception says, and that all goes on."""

import pickle

import numpy as np
import pytest

import p4jit
from p4jit import P4JIT

# Function of kernels/faults.c, argument, pieces of cause and place, innermost function.
CRASHES = [
    ("illegal", 0, "illegal instruction", "instruction 0x0", "illegal"),
    ("load", 0, "load access fault", "NULL", "load"),
    ("load", 0x20000000, "load access fault", "", "load"),
    ("store", 0xFFFFFFF0, "store access fault", "", "store"),
    ("store", 0x40000010, "store access fault", "in the firmware's", "store"),
    ("jump", 0x20000000, "instruction access fault", "", None),
    ("atomic", 0x48000002, "misaligned", "", "atomic"),
    ("overflow", 1, "stack overflow", "the stack has 65536 bytes", "overflow"),
    ("breakpoint", 0, "breakpoint", "", "breakpoint"),
    ("environment", 0, "environment call", "", "environment"),
    ("twice_freed", 100, "breakpoint", "", "abort"),
    ("wrong_free", 0x4FF12345, "breakpoint", "", "abort"),
    ("give_up", 0, "breakpoint", "", "abort"),
    ("claim", 3, "breakpoint", "", "abort"),
    ("copy_from", 0, "load access fault", "NULL", "memcpy"),
    ("length", 0x20000000, "load access fault", "", "strlen"),
    ("lost_stack", 0x1000, "load access fault", "NULL", "lost_stack"),
]


def line_of(kernels, function):
    lines = (kernels / "faults.c").read_text().splitlines()
    return 1 + next(i for i, line in enumerate(lines) if f" {function}(uint32_t" in line)


@pytest.mark.parametrize("function, argument, cause, place, innermost", CRASHES)
@pytest.mark.usefixtures("still_works")
def test_a_crash_tells_what_where_and_who_called(load, kernels, function, argument, cause, place, innermost):
    with pytest.raises(p4jit.DeviceFault) as caught:
        load("faults", function, optimization="O1")(np.uint32(argument))
    fault = caught.value
    assert cause in fault.cause and place in fault.place
    assert "the device is fine" in str(fault)
    if innermost:
        assert fault.backtrace[0]["function"] == innermost
    own = [level for level in fault.backtrace if level["function"] == function]
    assert own and own[0]["line"] == line_of(kernels, function)
    assert "a0" in fault.dump()


def test_firmware_that_was_written_over_starts_again_and_is_found_again(load, kernels, refusal):
    device = P4JIT(port="virtual", console=lambda text: None)
    add = device.load(kernels / "faults.c", "add")
    fill = device.load(kernels / "faults.c", "fill")
    # All that the firmware keeps between its stacks and its heap.
    text = refusal(p4jit.ConnectionLost, fill, np.uint32(0x4FF13E00), np.uint32(0x2C00), np.uint32(0))
    assert "reconnect()" in text
    assert device.reconnect() == {"name": device.name, "modules": ["faults.c", "faults.c"], "buffers": 0}
    assert "went with an earlier session" in refusal(p4jit.UseAfterFree, add, np.int32(1), np.int32(2))
    assert device.load(kernels / "faults.c", "add")(np.int32(1), np.int32(2)) == 3


@pytest.mark.parametrize("timeout", [-1, float("nan"), 1e9])
def test_a_time_to_reconnect_in_that_is_no_such_time_is_refused(device, refusal, timeout):
    assert f"timeout={timeout}" in refusal(p4jit.UsageError, device.reconnect, timeout)


def test_a_fault_goes_from_process_to_process_whatever_is_written_in_its_line(device, tmp_path):
    path = tmp_path / "kernel.c"
    path.write_bytes("int f(int *p) { return *p; } // größe".encode("latin-1"))
    with pytest.raises(p4jit.DeviceFault) as caught:
        device.load(path, "f")(None)
    fault = caught.value
    there = pickle.loads(pickle.dumps(fault))
    assert str(there) == str(fault) and "gr\\xf6\\xdfe" in str(fault)
    assert there.pc == fault.pc and there.backtrace == fault.backtrace and there.dump() == fault.dump()
