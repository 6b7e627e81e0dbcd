"""Device memory by its address: one's own always, any other only with unsafe=True."""

import numpy as np
import pytest

import p4jit
from p4jit import P4JIT

FLASH, UART_FIFO, L2MEM = 0x4000_0000, 0x500C_A000, 0x4FF8_0000

SOURCE = "int table[4] = {1, 2, 3, 4};\nint sum(void) { return table[0] + table[1] + table[2] + table[3]; }\n"


def loaded(device, folder):
    (folder / "table.c").write_text(SOURCE)
    return device.load(folder / "table.c", "sum")


def test_what_was_allocated_here_is_read_and_written(tmp_path):
    device = P4JIT(port="virtual")
    total = loaded(device, tmp_path)
    image = device.read_memory(total.code_addr, total.stats["code_size"])
    table = np.arange(1, 5, dtype=np.int32).tobytes()
    at = total.code_addr + image.index(table)
    device.write_memory(at, np.full(4, 10, np.int32))
    assert total() == 40
    assert device.read_memory(at, 16) == np.full(4, 10, np.int32).tobytes()
    device.write_memory(at + 4, b"\x01\0\0\0")
    assert total() == 31


def test_other_memory_is_closed_and_the_error_tells_how_it_is_opened(tmp_path):
    device = P4JIT(port="virtual")
    for access in (lambda: device.read_memory(FLASH, 4), lambda: device.write_memory(L2MEM, b"1234")):
        with pytest.raises(p4jit.AccessDenied, match="no block of this session is there.*unsafe=True"):
            access()
    assert issubclass(p4jit.AccessDenied, PermissionError)
    total = loaded(device, tmp_path)
    with pytest.raises(p4jit.AccessDenied, match="out of bounds"):
        device.read_memory(total.code_addr, total.stats["code_size"] + 1)


def test_unsafe_reaches_firmware_memory_and_registers():
    said = []
    device = P4JIT(port="virtual", unsafe=True, console=said.append)
    assert len(device.read_memory(FLASH, 10_000)) == 10_000
    device.write_memory(L2MEM, bytes(range(256)) * 20)
    assert device.read_memory(L2MEM + 1, 255) == bytes(range(1, 256))
    for letter in "Hi\n":
        device.write_memory(UART_FIFO, ord(letter).to_bytes(4, "little"))
    assert "".join(said) == "Hi\n"


def test_unsafe_refuses_what_is_not_there_and_the_board_lives(tmp_path):
    device = P4JIT(port="virtual", unsafe=True)
    for address, size in ((0, 4), (0x6000_0000, 1), (0xFFFF_FFFC, 4), (UART_FIFO + 1, 4), (FLASH, 1 << 29)):
        with pytest.raises(p4jit.AccessDenied):
            device.read_memory(address, size)
    with pytest.raises(p4jit.AccessDenied):
        device.write_memory(FLASH, b"1234")
    with pytest.raises(p4jit.UsageError, match="size=1099511627776: give a number from 0"):
        device.read_memory(0, 1 << 40)
    assert loaded(device, tmp_path)() == 10


def test_what_kernels_print_on_a_terminal_does_not_control_it(monkeypatch, capsys, tmp_path):
    text = r"\033[31mred\033[0m\033]0;x\007\n"
    (tmp_path / "say.c").write_text(f'#include <stdio.h>\nvoid say(void) {{ printf("{text}"); }}\n')
    say = P4JIT(port="virtual").load(tmp_path / "say.c", "say")
    capsys.readouterr()  # progress lines
    say()
    assert capsys.readouterr().out == "\x1b[31mred\x1b[0m\x1b]0;x\x07\n"
    device = P4JIT(port="virtual")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    say = device.load(tmp_path / "say.c", "say")
    capsys.readouterr()
    say()
    assert capsys.readouterr().out == "\x1b[31mred\x1b[0m\\x1b]0;x\\x07\n"
