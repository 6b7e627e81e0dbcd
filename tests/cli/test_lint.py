"""p4jit lint, and the linter's warnings of p4jit run."""

import pathlib

import pytest

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples/source"

CLOBBERS = """
    .globl clobbers
    .type clobbers, @function
clobbers:
    li s1, 1
    ret
"""
LOOP = """
    .globl ends_in_a_load
    .type ends_in_a_load, @function
    .option norvc
    .balign 4
ends_in_a_load:
    esp.lp.setup 0, a1, last
    nop
last:
    esp.vld.128.ip q0, a0, 16
    ret
"""
CALLER = """
int f(int a) { __asm__ volatile("li s5, 7"); return a + 1; }
"""


@pytest.fixture(scope="module", autouse=True)
def sources(folder):
    for name, text in {"clobbers.S": CLOBBERS, "loop.S": LOOP, "caller.c": CALLER}.items():
        (folder / name).write_text(text)


def test_a_warning_names_the_line_and_the_cure_and_the_status_is_1(p4jit):
    done = p4jit("lint", "clobbers.S")
    assert done.status == 1 and done.err == ""
    first, second = done.out.splitlines()
    assert first.startswith("clobbers.S:5: warning: 'li s1,1' in clobbers: s1 belongs to the caller")
    assert first.endswith("[callee-saved]") and second.strip().startswith("use t0-t6 or a0-a7")


def test_a_note_is_printed_and_the_status_is_0(p4jit):
    done = p4jit("lint", "loop.S")
    assert done.status == 0
    assert done.out.startswith("loop.S:10: note: 'esp.vld.128.ip q0,a0,16' in ends_in_a_load") and "[loop-last-access]" in done.out


def test_clean_code_prints_nothing(p4jit):
    done = p4jit("lint", "k.c")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_an_object_is_linted_without_compiling(p4jit):
    assert p4jit("assemble", "clobbers.S", "-o", "clobbers.o").status == 0
    done = p4jit("lint", "clobbers.o")
    assert done.status == 1 and "[callee-saved]" in done.out


def test_an_object_of_the_other_family_is_refused(p4jit):
    assert p4jit("assemble", "loop.S", "-o", "loop.o").status == 0
    done = p4jit("lint", "loop.o", "--chip-revision", "3.1")
    assert done.status == 1 and done.err.startswith("LinkError: ")


def test_a_source_is_compiled_for_the_revision(p4jit):
    done = p4jit("lint", "loop.S", "--chip-revision", "3.1")
    assert done.status == 0 and "[loop-last-access]" in done.out


def test_a_missing_file_is_named(p4jit):
    done = p4jit("lint", "nix.S")
    assert done.status == 1 and "nix.S" in done.err and done.out == ""


def test_run_warns_unless_told_not_to(p4jit):
    done = p4jit("run", "caller.c:f", "1")
    assert done.out == "2\n" and "[callee-saved]" in done.err
    quiet = p4jit("run", "--no-lint", "caller.c:f", "1")
    assert (quiet.out, quiet.err) == ("2\n", "")


@pytest.mark.parametrize("kernel", sorted(path.name for path in EXAMPLES.glob("*.c")))
@pytest.mark.parametrize("revision", ["1.3", "3.1"])
def test_the_examples_have_no_warnings(p4jit, kernel, revision):
    done = p4jit("lint", EXAMPLES / kernel, "--chip-revision", revision)
    assert (done.status, done.err) == (0, "")
    assert "warning" not in done.out
