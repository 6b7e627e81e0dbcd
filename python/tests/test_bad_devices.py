"""Ports with no device behind them, and firmware images that are none."""

import fcntl
import os
import pathlib
import socket
import time
import tty

import numpy as np
import pytest

import p4jit
from p4jit import P4JIT

IMAGE = pathlib.Path(p4jit.__file__).parent / "firmware" / "p4jit-virtual.elf"


@pytest.fixture
def silent_port():
    """The path of a serial port whose far end never says a word."""
    far_end, port = os.openpty()
    tty.setraw(port)
    yield os.ttyname(port)
    os.close(far_end)
    os.close(port)


def test_a_missing_port_is_named(refusal):
    text = refusal(p4jit.ConnectError, P4JIT, port="/dev/ttyNIX")
    assert text.startswith("there is no port /dev/ttyNIX. ") and "USB" in text
    with pytest.raises(ConnectionError):
        P4JIT(port="/dev/ttyNIX")


def test_a_silent_port_is_told_within_seconds(silent_port, refusal):
    start = time.monotonic()
    text = refusal(p4jit.ConnectError, P4JIT, port=silent_port)
    assert time.monotonic() - start < 5
    assert text == f"Device at {silent_port} did not respond to PING: is the P4-JIT firmware running there?"


def test_a_port_that_another_program_uses_is_told(silent_port, refusal):
    other = os.open(silent_port, os.O_RDWR | os.O_NOCTTY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        text = refusal(p4jit.ConnectError, P4JIT, port=silent_port)
        assert silent_port in text and "in use by another program" in text and "close that first" in text
    finally:
        os.close(other)
    assert "PING" in refusal(p4jit.ConnectError, P4JIT, port=silent_port)


def test_a_failed_open_lets_go_of_the_port(silent_port, refusal):
    for _ in range(2):
        assert "PING" in refusal(p4jit.ConnectError, P4JIT, port=silent_port)


def test_the_environment_names_the_port_if_the_call_does_not(environment, refusal):
    environment(P4JIT_PORT="/dev/ttyNIX")
    assert "there is no port /dev/ttyNIX" in refusal(p4jit.ConnectError, P4JIT)
    assert P4JIT(port="virtual").is_virtual
    environment(P4JIT_PORT="virtual")
    assert P4JIT().is_virtual


@pytest.mark.parametrize(
    ("port", "said"),
    [
        ("nix", "bad address 'nix': it is neither a serial port (/dev/ttyACM0) nor socket://host:port"),
        ("null", "did you mean /dev/null?"),
        ("/dev/null", "/dev/null is not a serial port"),
        ("/etc/passwd", "/etc/passwd is not a serial port"),
        ("socket://localhost", "it names no port; write socket://host:port"),
        ("socket://localhost:high", "the port is not a number"),
        ("socket://:3333", "it names no host"),
        ("http://localhost:3333", "it does not start with socket://"),
        ("socket://host.invalid:3333", "unknown host 'host.invalid'"),
    ],
)
def test_an_address_that_is_none_tells_what_one_is(refusal, port, said):
    assert said in refusal(p4jit.ConnectError, P4JIT, port=port)


def test_a_socket_where_nobody_listens_is_told(refusal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        text = refusal(p4jit.ConnectError, P4JIT, port=f"socket://127.0.0.1:{port}")
    assert text == f"nobody listens at socket://127.0.0.1:{port}: is `p4jit serve` running there?"


def test_a_socket_that_says_nothing_is_told(refusal):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        text = refusal(p4jit.ConnectError, P4JIT, port=f"socket://127.0.0.1:{listening.getsockname()[1]}")
    assert "did not respond to PING" in text


def test_a_port_of_the_wrong_type_is_told_in_words():
    with pytest.raises(TypeError, match="not int"):
        P4JIT(port=3333)


def test_the_installed_image_is_what_the_board_boots(kernels):
    device = P4JIT(port="virtual", firmware_elf=IMAGE)
    assert device.load(kernels / "behaviour.c", "sine")(np.float32(0)) == 0


def test_a_missing_image_is_named(tmp_path, refusal):
    text = refusal(p4jit.SourceNotFound, P4JIT, port="virtual", firmware_elf=tmp_path / "nix.elf")
    assert text == f"cannot open {tmp_path}/nix.elf: No such file or directory"


damages = {
    "empty": lambda image: b"",
    "text": lambda image: b"int f(void);\n",
    "no magic": lambda image: b"\x00" + image[1:],
    "64 bits": lambda image: image[:4] + b"\x02" + image[5:],
    "another machine": lambda image: image[:18] + b"\x3e" + image[19:],
    "cut in its header": lambda image: image[:30],
    "cut behind its header": lambda image: image[:52],
    "cut in the middle": lambda image: image[: len(image) // 2],
    "cut at the end": lambda image: image[:-1],
    "segments far outside": lambda image: image[:28] + b"\xf0\xff\xff\x7f" + image[32:],
    "sections far outside": lambda image: image[:32] + b"\xf0\xff\xff\x7f" + image[36:],
}


@pytest.mark.parametrize("damage", damages)
def test_a_damaged_image_is_named_and_refused(tmp_path, refusal, damage):
    path = tmp_path / "firmware.elf"
    path.write_bytes(damages[damage](IMAGE.read_bytes()))
    text = refusal(p4jit.BadObject, P4JIT, port="virtual", firmware_elf=path)
    assert text.startswith(str(path)) and len(text) > len(str(path)) + 10
    assert P4JIT(port="virtual").is_virtual


def test_an_image_that_does_not_run_is_told(tmp_path, refusal):
    image = bytearray(IMAGE.read_bytes())
    entry = int.from_bytes(image[24:28], "little")
    # Wherever a segment holds the entry: an endless loop, j 0.
    for at in range(int.from_bytes(image[28:32], "little"), 10_000, 32):
        offset, address, _, size = (int.from_bytes(image[at + i : at + i + 4], "little") for i in (4, 8, 12, 16))
        if address <= entry < address + size:
            image[offset + entry - address : offset + entry - address + 2] = b"\x01\xa0"
            break
    path = tmp_path / "firmware.elf"
    path.write_bytes(image)
    text = refusal(p4jit.BadObject, P4JIT, port="virtual", firmware_elf=path)
    assert str(path) in text and "does not come up" in text and "p4jit-virtual.elf" in text


def test_no_flipped_byte_in_an_image_does_more_than_refuse(tmp_path):
    """Headers and section tables, a byte at a time: good, or BadObject, never a crash."""
    image = IMAGE.read_bytes()
    sections = int.from_bytes(image[32:36], "little")
    path = tmp_path / "firmware.elf"
    for at in [*range(52), *range(sections, len(image), 41), *range(0, len(image), len(image) // 40 + 997)]:
        path.write_bytes(image[:at] + bytes([image[at] ^ 0xFF]) + image[at + 1 :])
        try:
            P4JIT(port="virtual", firmware_elf=path, console=lambda text: None)
        except p4jit.BadObject:
            pass
