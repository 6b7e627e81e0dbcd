"""DeviceManager, JITSession and RemoteFunction: results, and exceptions with the original's types and words."""

import inspect
import os
import pty
import struct

import numpy as np
import pytest

import p4jit
from p4jit.runtime import DeviceManager, JITSession, RemoteFunction

PSRAM = 0x404


@pytest.fixture
def device(session):
    return session.device


def test_memory_is_written_and_read_inside_an_allocation(device):
    address = device.allocate(size=100, caps=PSRAM, alignment=64)
    assert address % 64 == 0
    assert device.allocations == {address: {"size": 100, "caps": PSRAM, "align": 64}}
    device.write_memory(address + 10, b"hello")
    device.write_memory(address + 20, np.arange(3, dtype=np.int16))
    assert device.read_memory(address + 10, 5) == b"hello"
    assert device.read_memory(address + 20, 6) == bytes([0, 0, 1, 0, 2, 0])
    assert device.read_memory(address + 100, 0) == b""
    device.free(address)
    assert device.allocations == {}


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (lambda device, end: device.write_memory(end - 2, b"abcd"), "Segmentation Fault: Write to 0x.* out of bounds"),
        (lambda device, end: device.read_memory(end - 2, 4), "Segmentation Fault: Read from 0x.* out of bounds"),
        (lambda device, end: device.write_memory(0xDEADBEEF, b"x"), "Write to 0xDEADBEEF out of bounds"),
        (lambda device, end: device.execute(0x40000000), "Segmentation Fault: Execute at 0x40000000 not in valid"),
    ],
)
def test_what_is_outside_is_a_segmentation_fault_on_the_host(device, access, words):
    address = device.allocate(64, PSRAM, 16)
    with pytest.raises(PermissionError, match=words):
        access(device, address + 64)
    assert device.ping()


def test_freeing_what_is_not_allocated_is_a_value_error(device):
    with pytest.raises(ValueError, match="Address 0x48000000 not tracked in allocation table"):
        device.free(0x48000000)


@pytest.mark.parametrize(
    ("size", "caps", "alignment"), [(0, PSRAM, 16), (1 << 28, PSRAM, 16), (16, PSRAM, 24), (16, 0, 16), (16, 0x401, 16)]
)
def test_failed_allocations_are_memory_errors(device, size, caps, alignment, capsys):
    with pytest.raises(MemoryError, match="Allocation failed on device. Error: 3"):
        device.allocate(size, caps, alignment)
    assert "Wrapper: Allocation Failed! requested_size=" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("access", "error", "words"),
    [
        (lambda device: device.allocate(1.5, PSRAM, 16), TypeError, "size=1.5: give an int"),
        (lambda device: device.allocate(16, -1, 16), ValueError, "caps=-1: give a number from 0 to 0xFFFFFFFF"),
        (lambda device: device.read_memory(0x48000000, -4), ValueError, "size=-4: give a number from 0"),
        (lambda device: device.write_memory(None, b""), TypeError, "address=None: give an int"),
        (lambda device: device.execute(1 << 40), ValueError, "address=1099511627776: give a number"),
        (lambda device: device.free("here"), TypeError, "address='here': give an int"),
    ],
)
def test_what_is_no_number_of_32_bits_is_named(device, access, error, words):
    with pytest.raises(error, match=words):
        access(device)


def test_numbers_may_be_numpys(device):
    device.free(np.uint32(device.allocate(np.int64(16), np.uint32(PSRAM), np.int32(16))))


def test_ping_tells_and_never_raises(device):
    assert device.ping() is True
    assert device.ping(b"x" * 100) is True
    device.disconnect()
    assert device.ping() is False
    assert DeviceManager().ping() is False


def test_a_disconnected_device_says_so_and_can_be_connected_again(session):
    device = session.device
    device.allocate(64, PSRAM, 16)
    assert device.serial.is_open
    device.disconnect()
    device.disconnect()
    assert device.serial is None and device.allocations == {}
    with pytest.raises(RuntimeError, match="Device not connected"):
        device.read_memory(0x48000000, 4)
    device.connect()
    assert device.ping()


def test_heap_info_has_the_keys_of_the_original(device):
    info = device.get_heap_info()
    assert list(info) == ["free_spiram", "total_spiram", "free_internal", "total_internal"]
    assert info["total_spiram"] == 32 * 1024 * 1024


def test_a_silent_port_is_a_runtime_error():
    ours, theirs = pty.openpty()
    try:
        with pytest.raises(RuntimeError):
            JITSession().connect(os.ttyname(theirs))
    finally:
        os.close(ours)
        os.close(theirs)
    with pytest.raises(RuntimeError, match="no_such"):
        JITSession().connect("/dev/no_such_port")


def test_skip_bounds_needs_a_device_that_is_opened_for_it(device):
    with pytest.raises(ValueError, match="unsafe=True"):
        device.read_memory(0x4FF00000, 4, skip_bounds=True)
    unsafe = JITSession(unsafe=True)
    unsafe.connect()
    assert len(unsafe.device.read_memory(0x4FF00000, 4, skip_bounds=True)) == 4
    unsafe.device.disconnect()


def test_the_functions_of_a_closed_device_say_that_it_is_closed(source):
    jit = p4jit.P4JIT()
    func = jit.load(source("int f(void) { return 1; }"), "f")
    assert func() == 1
    jit.session.device.disconnect()
    with pytest.raises(RuntimeError, match="Device not connected"):
        func()
    func.free()
    assert repr(jit) == "<P4JIT virtual, not connected>"


def test_a_remote_function_takes_bytes_or_values(session, in_two_passes):
    raw = in_two_passes("scaled_sum.c", "mean")
    for wrong in ((), (bytearray(8),), (b"", b""), (1,)):
        with pytest.raises(ValueError, match=r"In legacy mode \(smart_args=False\), expected single bytes argument"):
            raw(*wrong)
    smart = in_two_passes("scaled_sum.c", "mean", smart_args=True)
    assert smart(np.int32(1), np.int32(2)) == 1.5
    with pytest.raises(ValueError):
        smart(np.int32(1))
    with pytest.raises(TypeError):
        smart(1, 2)
    with pytest.raises(ValueError, match="no signature"):
        RemoteFunction(session.device, 0x48000000, 0x48000000, smart_args=True)
    with pytest.raises(ValueError, match="metadata of a BinaryObject"):
        RemoteFunction(session.device, 0x48000000, 0x48000000, signature={"name": "f"}, smart_args=True)


def test_an_image_for_other_addresses_is_refused(session, sources):
    binary = p4jit.Builder().wrapper.build_with_wrapper(sources / "scaled_sum.c", "mean", 0x40800000, 0x50000000)
    with pytest.raises(PermissionError):
        session.load_function(binary, 0x50000000)
    code = session.device.allocate(binary.total_size, PSRAM, 128)
    binary = p4jit.Builder().wrapper.build_with_wrapper(sources / "scaled_sum.c", "mean", code, 0x50000000)
    with pytest.raises(ValueError, match="built for arguments at 0x50000000"):
        session.load_function(binary, code, smart_args=True)
    with pytest.raises(PermissionError, match="block of arguments needs 128 bytes"):
        session.load_function(binary, 0x50000000, smart_args=True)


def test_constructors_run_when_an_image_is_loaded(session, source):
    path = source("static int f() { return 41; }\nint value = f() + 1;\nextern \"C\" int get() { return value; }", "k.cpp")
    builder = p4jit.Builder()
    probe = builder.wrapper.build_with_wrapper(path, "get", 0, 0)
    code, args = (session.device.allocate(size, PSRAM, 128) for size in (probe.total_size, 128))
    get = session.load_function(builder.wrapper.build_with_wrapper(path, "get", code, args), args, smart_args=True)
    assert get() == 42


def test_a_raw_function_is_a_jit_function_and_frees_its_memory(source):
    jit = p4jit.P4JIT()
    before = jit.get_heap_stats(print_s=False)
    func = jit.load(source("short f(short a, float b) { return a + b; }"), "f", smart_args=False)
    assert isinstance(func, p4jit.JITFunction) and not func.smart_args and func.valid
    assert func.code_addr == func.binary.entry_address and "f(" in repr(func)
    assert str(inspect.signature(func)) == "(arguments, /)"
    assert func(struct.pack("<if", -300, 2.5)) == 0
    assert struct.unpack("<h", jit.session.device.read_memory(func.args_addr + 124, 2))[0] == -297
    with pytest.raises(ValueError, match="expected single bytes argument"):
        func(np.int16(1), np.float32(2))
    func.free()
    func.free()
    with pytest.raises(RuntimeError, match="freed"):
        func(b"")
    assert jit.get_heap_stats(print_s=False) == before


def test_nothing_stays_behind_when_a_raw_load_fails(source):
    jit = p4jit.P4JIT()
    before = jit.get_heap_stats(print_s=False)
    for options in ({"data_caps": 0x401}, {"code_caps": 0x401}):
        with pytest.raises(MemoryError):
            jit.load(source("int f(void) { return 1; }"), "f", smart_args=False, **options)
    assert jit.get_heap_stats(print_s=False) == before
