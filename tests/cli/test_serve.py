"""p4jit serve: the virtual board behind a pseudo-terminal or a socket, used from Python and the shell."""

import pathlib
import re
import signal
import socket

import numpy as np
import pytest

import p4jit as package
from p4jit import P4JIT

IMAGE = pathlib.Path(package.__file__).parent / "firmware" / "p4jit-virtual.elf"
ways = pytest.mark.parametrize("options", [("--pty",), ("--tcp", "127.0.0.1:0"), ("--tcp", "localhost:0")])


def address_of(server):
    said = re.fullmatch(r"serving a virtual ESP32-P4 at (\S+)\n", server.stdout.readline())
    assert said, server.stderr.read()
    hint = server.stdout.readline()
    assert f'P4JIT(port="{said[1]}")' in hint and "Ctrl-C" in hint
    return said[1]


def check_all_of_it(device, folder):
    assert device.load(folder / "k.c", "add")(np.int32(40), np.int32(2)) == 42
    x, y = np.arange(5000, dtype=np.float32), np.zeros(5000, np.float32)
    squares = device.load(folder / "k.c", "squares")
    squares(x, y, np.int32(5000))
    np.testing.assert_array_equal(y, x * x)
    assert squares.last_call.cycles > 5000
    with pytest.raises(package.DeviceFault):
        device.load(folder / "k.c", "crash")()
    with pytest.raises(package.Timeout):
        device.load(folder / "k.c", "for_ever")(timeout=0.2)
    assert device.load(folder / "k.c", "add")(np.int32(1), np.int32(2)) == 3


@ways
def test_python_uses_it_like_a_board_one_client_after_the_other(start, folder, options):
    address = address_of(start("serve", *options))
    free = set()
    for _ in range(2):
        device = P4JIT(port=address)
        assert not device.is_virtual and address.removeprefix("socket://") in device.name
        free.add(device.get_heap_stats(print_s=False)["free_spiram"])
        check_all_of_it(device, folder)
        del device
    assert len(free) == 1


@ways
def test_the_shell_uses_it_like_a_board(start, p4jit, options):
    address = address_of(start("serve", *options))
    for _ in range(2):
        done = p4jit("run", "k.c:add", "10", "20", "--port", address)
        assert (done.status, done.out, done.err) == (0, "30\n", "")


def test_its_firmware_is_known_by_its_build_id_and_what_kernels_print_comes_to_the_caller(start, p4jit):
    done = p4jit("run", "k.c:say", "8", "--port", address_of(start("serve", "--pty")))
    assert (done.status, done.out, done.err) == (0, "n = 8\n", "")


def test_its_firmware_image_may_be_named(start, folder, p4jit):
    address = address_of(start("serve", "--pty"))
    said = []
    device = P4JIT(port=address, firmware_elf=IMAGE, console=said.append)
    device.load(folder / "k.c", "say")(np.int32(7))
    assert "".join(said) == "n = 7\n"
    del device
    done = p4jit("run", "k.c:say", "8", "--port", address, "--firmware-elf", IMAGE)
    assert (done.status, done.out, done.err) == (0, "n = 8\n", "")


def test_code_is_built_for_the_chip_that_the_board_says_it_is(start, p4jit):
    address = address_of(start("serve", "--pty", "--chip-revision", "3.1"))
    dot = pathlib.Path(__file__).parents[2] / "examples/source/dot.c"
    device = P4JIT(port=address)
    assert device.revision.startswith("3.")
    x = np.arange(32, dtype=np.int8)
    assert device.load(dot, "dot_pie")(x, x, np.int32(32)) == int(x.astype(int) @ x.astype(int))
    del device
    with pytest.raises(package.UsageError, match="is an ESP32-P4 of revisions v3.x, not of revision 1.3"):
        P4JIT(port=address, revision="1.3")
    done = p4jit("run", "k.c:add", "1", "2", "--port", address, "--chip-revision", "1.3")
    assert done.status == 1 and "leave the revision out" in done.err
    assert p4jit("run", "k.c:add", "1", "2", "--port", address, "--chip-revision", "3.1").out == "3\n"


def test_ctrl_c_ends_it_without_a_word(start):
    server = start("serve", "--tcp", "127.0.0.1:0")
    address_of(server)
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=10) == 0
    assert server.stderr.read() == ""


def test_a_server_that_dies_in_a_call_is_told_in_one_line(start, tmp_path):
    (tmp_path / "spin.c").write_text('#include <stdio.h>\nvoid spin(void) { puts("here"); for (;;) __asm__ volatile(""); }\n')
    server = start("serve", "--tcp", "127.0.0.1:0")
    address = address_of(server)
    client = start("run", "spin.c:spin", "-p", address, cwd=tmp_path)
    assert client.stdout.readline() == "here\n"
    server.kill()
    assert client.wait(timeout=30) == 1
    assert client.stderr.read() == f"ConnectionLost: the far end of {address} closed the connection\n"


def test_a_server_that_dies_is_a_lost_connection(start, folder):
    server = start("serve", "--tcp", "127.0.0.1:0")
    device = P4JIT(port=address_of(server))
    add = device.load(folder / "k.c", "add")
    server.kill()
    server.wait(timeout=10)
    with pytest.raises(package.ConnectionLost):
        add(np.int32(1), np.int32(2))


def test_a_pseudo_terminal_that_is_in_use_is_told(start, p4jit):
    address = address_of(start("serve", "--pty"))
    device = P4JIT(port=address)
    done = p4jit("run", "k.c:add", "1", "2", "--port", address)
    assert done.status == 1 and "in use by another program" in done.err
    del device
    assert p4jit("run", "k.c:add", "1", "2", "--port", address).out == "3\n"


TOKEN = "3b1f0c5d9a7e4426"


def serve_with_token(start, monkeypatch, *options):
    """A server that only TOKEN opens; the test's own environment has none."""
    monkeypatch.setenv("P4JIT_TOKEN", TOKEN)
    address = address_of(start("serve", "--tcp", "127.0.0.1:0", *options))
    monkeypatch.delenv("P4JIT_TOKEN")
    return address


def test_who_knows_the_token_uses_it_like_a_board(start, folder, p4jit, monkeypatch):
    address = serve_with_token(start, monkeypatch)
    device = P4JIT(port=address, token=TOKEN)
    check_all_of_it(device, folder)
    del device
    monkeypatch.setenv("P4JIT_TOKEN", TOKEN)
    for _ in range(2):
        assert p4jit("run", "k.c:add", "10", "20", "--port", address).out == "30\n"


def test_who_does_not_is_told_how_to(start, p4jit, monkeypatch):
    address = serve_with_token(start, monkeypatch)
    with pytest.raises(package.ConnectError, match="asks for a token: set the environment variable P4JIT_TOKEN"):
        P4JIT(port=address)
    with pytest.raises(package.ConnectError, match="refused the token: it is not the one"):
        P4JIT(port=address, token=TOKEN[::-1])
    done = p4jit("run", "k.c:add", "1", "2", "--port", address)
    assert done.status == 1 and "asks for a token" in done.err
    P4JIT(port=address, token=TOKEN)


def test_those_who_connect_and_say_nothing_keep_nobody_out(start, monkeypatch):
    address = serve_with_token(start, monkeypatch)
    host, port = address.removeprefix("socket://").split(":")
    silent = [socket.create_connection((host, int(port))) for _ in range(30)]
    assert all(one.recv(8) == b"P4JITtk1" for one in silent[-8:])
    P4JIT(port=address, token=TOKEN)
    silent[-1].settimeout(10)
    assert len(silent[-1].recv(32)) == 32
    assert silent[-1].recv(1) == b""  # sent away, without having reached the board
    for one in silent:
        one.close()


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\xc5\x34\x01", bytes(range(256)) * 64])
def test_strangers_at_a_plain_server_keep_nobody_out(start, said):
    address = address_of(start("serve", "--tcp", "127.0.0.1:0"))
    host, port = address.removeprefix("socket://").split(":")
    strangers = [socket.create_connection((host, int(port))) for _ in range(20)]
    for one in strangers:
        one.sendall(said)
    P4JIT(port=address)
    for one in strangers:
        one.close()


def test_a_client_that_does_not_read_loses_the_board_to_one_that_does(start, folder, p4jit):
    address = address_of(start("serve", "--tcp", "127.0.0.1:0"))
    (folder / "flood.c").write_text('#include <stdio.h>\nvoid flood(void) { for (;;) printf("%1000d\\n", 1); }\n')
    flooding = start("run", "flood.c:flood", "--port", address)
    assert flooding.stdout.readline()
    flooding.send_signal(signal.SIGSTOP)
    try:
        done = p4jit("run", "k.c:add", "10", "20", "--port", address)
        assert (done.status, done.out, done.err) == (0, "30\n", "")
    finally:
        flooding.send_signal(signal.SIGCONT)
    flooding.communicate(timeout=20)
    assert flooding.returncode != 0


def test_the_token_may_come_from_a_file_that_nobody_else_can_read(start, p4jit, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o644)
    done = p4jit("serve", "--tcp", "127.0.0.1:0", "--token-file", file)
    assert done.status == 1 and "others may read the token" in done.err and "chmod 600" in done.err
    file.chmod(0o600)
    address = address_of(start("serve", "--tcp", "127.0.0.1:0", "--token-file", file))
    P4JIT(port=address, token=TOKEN)


def test_an_address_beyond_this_computer_needs_a_token(start, p4jit, monkeypatch):
    monkeypatch.delenv("P4JIT_TOKEN", raising=False)
    for address in ("0.0.0.0:0", "[::]:0"):
        done = p4jit("serve", "--tcp", address)
        assert (done.status, done.out) == (1, "")
        assert "can be reached from other computers" in done.err and "--token-file" in done.err
    monkeypatch.setenv("P4JIT_TOKEN", TOKEN)
    port = address_of(start("serve", "--tcp", "0.0.0.0:0")).rpartition(":")[2]
    P4JIT(port=f"socket://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tcp", "127.0.0.1:0", "--token", "short"), "a token of 5 characters can be guessed"),
        (("--pty", "--token", TOKEN), "a token guards a TCP port"),
        (("--tcp", "127.0.0.1:0", "--token-file", "no-such-file"), "cannot open the token file no-such-file"),
    ],
)
def test_a_token_that_makes_no_sense_is_told(p4jit, options, said):
    done = p4jit("serve", *options)
    assert (done.status, done.out) == (1, "") and said in done.err


def test_a_plain_client_of_a_plain_server_sees_the_boards_bytes_alone(start):
    host, port = address_of(start("serve", "--tcp", "127.0.0.1:0")).removeprefix("socket://").split(":")
    request = bytes.fromhex("a55a 01 00 02000000 0102")  # PING of protocol v1
    request += sum(request).to_bytes(2, "little")
    with socket.create_connection((host, int(port)), timeout=10) as plain:
        plain.sendall(request)
        echo = plain.recv(64)
    assert echo[:3] == b"\xa5\x5a\x01" and echo[8:10] == b"\x01\x02" and len(echo) == 12


def test_a_socket_that_is_taken_is_told(p4jit):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = p4jit("serve", "--tcp", f"127.0.0.1:{port}")
    assert (done.status, done.out) == (1, "")
    assert f"port {port} is in use by another program; choose another, or 0 for any" in done.err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("localhost", "'localhost' names no port: write HOST:PORT"),
        ("localhost:high", "the port is not a number"),
        ("localhost:70000", "the port is not a number up to 65535"),
        (":3333", "it names no host"),
        ("host.invalid:0", "unknown host 'host.invalid'"),
    ],
)
def test_an_address_to_listen_at_that_is_none_is_told(p4jit, address, said):
    done = p4jit("serve", "--tcp", address)
    assert (done.status, done.out) == (1, "") and said in done.err
