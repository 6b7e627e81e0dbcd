"""p4jit doctor, devices, disassemble, emulate; help, version and wrong command lines."""

import re
import subprocess

import pytest

COMMANDS = ["run", "doctor", "devices", "disassemble", "assemble", "lint", "emulate", "serve"]
GCC = ["riscv64-unknown-elf-gcc", "-march=rv32imafc_zicsr", "-mabi=ilp32f"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_version(p4jit, command):
    done = p4jit(command, "--help")
    assert (done.status, done.err) == (0, "")
    assert f"Usage: p4jit {command}" in done.out
    version = p4jit(command, "--version")
    assert (version.status, version.err) == (0, "")
    assert version.out == p4jit("--version").out
    assert re.fullmatch(r"p4jit \d+\.\d+\.\d+\n", version.out)


def test_the_help_lists_every_command(p4jit):
    done = p4jit("--help")
    assert done.status == 0
    assert re.findall(r"^  (\w+) ", done.out.partition("Subcommands:")[2], re.MULTILINE) == COMMANDS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "p4jit: give a command\nSee p4jit --help.\n"),
        (("rum",), "p4jit: 'rum' is no command; there are run, doctor,"),
        (("docter",), "Did you mean 'doctor'?"),
        (("run",), "p4jit run: FUNCTION is required\nSee p4jit run --help.\n"),
        (("disassemble",), "p4jit disassemble: FILE is required"),
        (("emulate",), "p4jit emulate: PROGRAM is required"),
        (("devices", "--nix"), "p4jit devices: "),
        (("--nix",), "p4jit: "),
        (("serve", "--pty", "--tcp", "localhost:0"), "--pty excludes --tcp"),
        (("run", "k.c:add", "--timeout", "soon"), "--timeout"),
        (("emulate", "k.elf", "--max-instructions", "-5"), "--max-instructions: '-5' is no number\n"),
        (("emulate", "k.elf", "--harts", "3"), "--harts: 3 not in {1,2}\n"),
    ],
)
def test_a_wrong_command_line_is_told_with_status_2(p4jit, words, said):
    done = p4jit(*words)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_doctor_finds_everything(p4jit):
    done = p4jit("doctor")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["compiler", "board", "virtual", "firmware"]
    assert "gcc" in lines[0] or "clang" in lines[0]
    assert lines[-1] == "all good"


def test_doctor_tells_in_detail_where_it_looked(p4jit):
    assert "P4JIT_TOOLCHAIN: not set" in p4jit("doctor", "-v").out


def test_doctor_tells_what_is_missing(p4jit, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    done = p4jit("doctor")
    assert done.status == 1
    assert "compiler   none" in done.out and "sudo apt install gcc-riscv64-unknown-elf" in done.out
    assert done.out.endswith("something is missing: see above\n")


@pytest.mark.parametrize(
    ("port", "status", "said"),
    [("/dev/ttyNIX", 1, "is not there"), ("socket://localhost:3333", 0, "named by P4JIT_PORT"), ("virtual", 0, "named by")],
)
def test_doctor_tells_of_the_port_that_the_environment_names(p4jit, port, status, said):
    done = p4jit("doctor", P4JIT_PORT=port)
    assert done.status == status
    assert re.search(rf"^board +{port} +.*{said}", done.out, re.MULTILINE)


@pytest.mark.parametrize("words", [("doctor",), ("disassemble", "k.c"), ("run", "k.c:add", "1", "2")])
def test_output_that_cannot_be_written_is_an_error(command, folder, words):
    with open("/dev/full", "w") as full:
        done = subprocess.run([command, *words], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "SystemError: cannot write what is printed: No space left on device\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_files_that_are_closed_are_no_trouble(command, folder, closed):
    for words, status in (("run k.c:add 1 2", 0), ("run k.c:crash", 1)):
        done = subprocess.run(f"{command} {words} {closed}", shell=True, cwd=folder, capture_output=True, timeout=60)
        assert done.returncode == status


def test_an_object_may_go_to_a_device(p4jit):
    assert p4jit("assemble", "k.c", "-o", "/dev/null").status == 0
    full = p4jit("assemble", "k.c", "-o", "/dev/full")
    assert (full.status, full.err) == (1, "SystemError: cannot write /dev/full: No space left on device\n")


def test_a_folder_that_was_removed_is_told(command, folder, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    words = f"cd {gone} && rmdir {gone} && {command} run {folder}/k.c:add 1 2"
    done = subprocess.run(words, shell=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "SystemError: the current folder has been removed: change to one that is there\n"


def test_devices_ends_with_the_virtual_one(p4jit):
    done = p4jit("devices")
    assert done.status == 0
    assert done.out.splitlines()[-1].split() == "virtual the virtual ESP32-P4 in this program".split()


def test_disassemble_takes_sources_objects_and_images(p4jit, folder):
    (folder / "d.c").write_text("int add(int a, int b) { return a + b; }\n")
    subprocess.run([*GCC, "-O2", "-c", "d.c", "-o", "d.o"], cwd=folder, check=True, timeout=60)
    for file in ("d.c", "d.o"):
        done = p4jit("disassemble", file)
        assert (done.status, done.err) == (0, "")
        assert "<add>:" in done.out and re.search(r"\badd a0,a0,a1$", done.out, re.MULTILINE)
    assert "return a + b" in p4jit("disassemble", "d.c").out
    plain = p4jit("disassemble", "d.c", "--no-source", "--no-aliases").out
    assert "return a + b" not in plain and "c.jr ra" in plain


@pytest.mark.parametrize(
    ("file", "said"),
    [("nix.o", "SourceNotFound: cannot open nix.o"), ("text.o", "BadObject: text.o: "), (".", "is a folder")],
)
def test_what_cannot_be_disassembled_is_named(p4jit, folder, file, said):
    (folder / "text.o").write_text("nothing to see\n")
    done = p4jit("disassemble", file)
    assert (done.status, done.out) == (1, "") and said in done.err


def test_a_file_whose_name_begins_with_a_bracket_is_a_file(p4jit, folder):
    (folder / "[k].c").write_text("int f(int a) { return a; }\n")
    assert "<f>:" in p4jit("disassemble", "[k].c").out
    assert p4jit("run", "[k].c:f", "3").out == "3\n"


PROGRAM = """
.globl _start
_start: # SYS_WRITE0, then SYS_EXIT_EXTENDED with status 7
    la a1, text
    li a0, 4
    call semihosting
    la a1, status
    li a0, 0x20
    call semihosting
.balign 16
.option push
.option norvc
semihosting:
    slli x0, x0, 0x1f
    ebreak
    srai x0, x0, 7
    ret
.option pop
.data
status: .word 0x20026, 7
text: .asciz "hello\\n"
"""


def test_emulate_runs_a_program_to_its_exit_status(p4jit, folder):
    (folder / "hello.S").write_text(PROGRAM)
    subprocess.run(
        [*GCC, "-nostdlib", "-Wl,-Ttext=0x40001000,-Tdata=0x48000000", "hello.S", "-o", "hello.elf"],
        cwd=folder, check=True, timeout=60,
    )  # fmt: skip
    done = p4jit("emulate", "hello.elf", "--statistics")
    assert (done.status, done.out) == (7, "hello\n")
    assert re.fullmatch(r"\d+ instructions\n", done.err)


@pytest.mark.parametrize("file", ["nix.elf", "k.c", "/bin/true"])
def test_what_cannot_be_emulated_is_named(p4jit, file):
    done = p4jit("emulate", file)
    assert (done.status, done.out) == (1, "") and file in done.err


def test_assemble_takes_definitions_before_the_file(p4jit, folder):
    (folder / "defined.S").write_text("f: li a0, VALUE\n ret\n")
    done = p4jit("assemble", "-D", "VALUE=7", "-I", ".", "defined.S", "-o", "defined.o")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert "li a0,7" in p4jit("disassemble", "defined.o").out
