"""What a hostile folder, a hostile name and a signal at a bad moment can do: nothing."""

import os
import re
import signal
import time

import pytest


def source_that_was_never_compiled(folder):
    """Its object is in no cache."""
    file = folder / "add.c"
    file.write_text(f"// {time.time_ns()}\nint add(int a, int b) {{ return a + b; }}\n")
    return file


def test_nothing_in_the_current_folder_decides_what_runs(p4jit, tmp_path):
    marker = tmp_path / "it-ran"
    trap = f"#!/bin/sh\ntouch '{marker}'\n"
    for name in ("riscv32-esp-elf-gcc", "riscv64-unknown-elf-gcc", "clang", "cc", "as", "ld", "sh"):
        program = tmp_path / name
        program.write_text(trap)
        program.chmod(0o755)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "toolchain.yaml").write_text(f"compiler: {tmp_path}/clang\ntoolchain: {tmp_path}/clang\n")
    (tmp_path / "config.json").write_text(f'{{"toolchain": "{tmp_path}/clang"}}')
    source_that_was_never_compiled(tmp_path)
    done = p4jit("run", "add.c:add", 1, 2, "--port", "virtual", cwd=tmp_path, PATH=f".::{os.environ['PATH']}")
    assert (done.out, done.err) == ("3\n", "")
    assert not marker.exists()


@pytest.mark.parametrize(
    "name",
    [
        "a;touch it-ran.c",
        "$(touch it-ran).c",
        "`touch it-ran`.c",
        "a b'c\"d.c",
        "-o.c",
        "-include.c",
        "@list.c",
        "a|b&c.c",
    ],
)
def test_a_name_is_never_a_word_of_a_shell_nor_an_option(p4jit, tmp_path, name):
    source_that_was_never_compiled(tmp_path).rename(tmp_path / name)
    (tmp_path / "list.c").write_text("-o it-ran")
    done = p4jit("run", "--port", "virtual", "--", f"{name}:add", 1, 2, cwd=tmp_path)
    assert (done.out, done.err) == ("3\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "list.c"])


def test_a_name_that_a_terminal_would_obey_is_told_in_plain_text(p4jit, tmp_path):
    done = p4jit("run", "\x1b]0;title\x07.c:add", cwd=tmp_path)
    assert done.status == 1
    assert "\\x1b]0;title\\x07.c" in done.err
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", done.err)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_a_compile_leaves_no_file(start, tmp_path, how):
    os.mkfifo(tmp_path / "never.h")  # the compiler waits for somebody to write to it
    (tmp_path / "waits.c").write_text('#include "never.h"\nint f(void) { return 1; }\n')
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = start("run", "waits.c:f", "--port", "virtual", cwd=tmp_path, TMPDIR=temporary)
    deadline = time.monotonic() + 30
    while not any(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    folder = next(temporary.iterdir())
    assert folder.stat().st_mode & 0o777 == 0o700
    command.send_signal(how)
    assert command.wait(timeout=30) == 128 + how
    assert command.stderr.read() == "interrupted\n"
    assert list(temporary.iterdir()) == []


def test_a_cache_that_others_can_write_to_is_not_used_and_that_is_told(p4jit, tmp_path):
    cache = tmp_path / "p4jit"
    cache.mkdir()
    cache.chmod(0o777)
    source_that_was_never_compiled(tmp_path)
    for _ in range(2):
        done = p4jit("run", "-v", "add.c:add", 1, 2, "--port", "virtual", cwd=tmp_path, XDG_CACHE_HOME=tmp_path)
        assert done.out.endswith("\n3\n") and "from the cache" not in done.out
        assert f"compiled objects are not kept: {cache} can be written by others (chmod 700 helps)" in done.err
    assert list(cache.iterdir()) == []
    said = p4jit("doctor", "-v", cwd=tmp_path, XDG_CACHE_HOME=tmp_path).out
    assert f"objects are not kept: {cache} can be written by others (chmod 700 helps)" in said


def test_files_that_have_no_end_are_refused(p4jit, tmp_path):
    for words in (("disassemble", "/dev/zero"), ("emulate", "/dev/zero")):
        done = p4jit(*words, cwd=tmp_path)
        assert done.status == 1 and "/dev/zero is a device or a pipe, not a file" in done.err


def test_a_server_that_is_told_to_end_ends_in_order(start):
    server = start("serve", "--tcp", "127.0.0.1:0")
    assert server.stdout.readline()
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=10) == 0
    assert server.stderr.read() == ""
