"""p4jit.disassemble(): sources, objects, archives, images, and damaged ones."""

import pathlib
import random
import subprocess

import pytest

import p4jit

GCC = ["riscv64-unknown-elf-gcc", "-march=rv32imafc_zicsr", "-mabi=ilp32f", "-O1", "-g", "-c"]
IMAGE = pathlib.Path(p4jit.__file__).parent / "firmware" / "p4jit-virtual.elf"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """An object and an archive with two, from a small source."""
    folder = tmp_path_factory.mktemp("objects")
    for name in ("one", "two"):
        (folder / f"{name}.c").write_text(f"int {name}(int a)\n{{\n    return a * a + 3;\n}}\n")
        subprocess.run([*GCC, f"{name}.c", "-o", f"{name}.o"], cwd=folder, check=True, timeout=60)
    subprocess.run(["ar", "rc", "both.a", "one.o", "two.o"], cwd=folder, check=True, timeout=60)
    return folder


def test_labels_source_lines_and_instructions_are_shown(kernels):
    text = p4jit.disassemble(str(kernels / "behaviour.c"))
    assert "<add>:" in text and "return a + b" in text and " ret" in text
    plain = p4jit.disassemble(str(kernels / "behaviour.c"), aliases=False, source=False)
    assert "return a + b" not in plain and "c.jr ra" in plain


def test_an_object_is_shown_as_its_source_is(compiled):
    text = p4jit.disassemble(str(compiled / "one.o"))
    assert "<one>:" in text and "; one.c:3  return a * a + 3;" in text and "mul a0,a0,a0" in text


def test_every_member_of_an_archive_is_shown(compiled):
    text = p4jit.disassemble(str(compiled / "both.a"))
    assert "one.o" in text and "<one>:" in text and "two.o" in text and "<two>:" in text


def test_a_whole_image_is_shown():
    text = p4jit.disassemble(str(IMAGE))
    assert "<printf>:" in text and "<sinf>:" in text


@pytest.mark.parametrize("name", ["one.o", "both.a"])
def test_a_cut_or_damaged_file_is_refused_or_shown_but_never_a_crash(compiled, tmp_path, name):
    whole = (compiled / name).read_bytes()
    chance = random.Random(1)
    path = tmp_path / name
    refused = 0
    for attempt in range(600):
        damaged = bytearray(whole)
        if attempt < 200:
            del damaged[chance.randrange(len(whole)) :]
        else:
            for _ in range(chance.randint(1, 4)):
                damaged[chance.randrange(len(whole))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            p4jit.disassemble(str(path))
        except p4jit.BadObject as error:
            refused += 1
            assert name.split(".")[0] in str(error)
    assert refused > 150
    assert "<one>:" in p4jit.disassemble(str(compiled / name))
