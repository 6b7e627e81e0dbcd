"""config/toolchain.yaml: found, obeyed, refused with the place of the mistake."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest

import p4jit
from p4jit.config import Config


@pytest.fixture
def project(tmp_path, monkeypatch):
    """project("compiler:\\n  …"): a folder with that config/toolchain.yaml, from whose `host` scripts import."""

    def make(text):
        (tmp_path / "config").mkdir(exist_ok=True)
        (tmp_path / "config" / "toolchain.yaml").write_text(text)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "host")])
        return tmp_path

    return make


# What the original has by default, besides its comments.
ORIGINAL = """
toolchain:
  path: "C:/Espressif/tools/bin"
  prefix: "riscv32-esp-elf"
  compilers: {gcc: "riscv32-esp-elf-gcc", g++: "riscv32-esp-elf-g++", as: "riscv32-esp-elf-as"}
extensions:
  compile: {".c": gcc, ".cpp": g++, ".S": gcc}
compiler:
  arch: "rv32imafc_zicsr_zifencei_xesppie"
  abi: "ilp32f"
  optimization: "O2"
  flags: ["-ffreestanding", "-fno-builtin", "-ffunction-sections", "-fdata-sections", "-msmall-data-limit=0", "-flto"]
linker:
  garbage_collection: true
  flags: ["-flto"]
  firmware_elf: "firmware/build/p4_jit_firmware.elf"
memory: {max_size: "128K", alignment: 4}
build: {output_dir: "build", generate_debug: true}
wrapper: {template_file: "temp.c", wrapper_entry: "call_remote", args_array_size: 32}
"""


def test_the_config_of_the_original_works_as_it_is(project, sources):
    project(ORIGINAL)
    jit = p4jit.P4JIT()
    assert jit.builder.config.optimization == "O2" and jit.builder.config.lto
    func = jit.load(sources / "project" / "pipeline.c", "pipeline")
    assert func(np.arange(3, dtype=np.int32), np.int32(3)) == 26
    raw = jit.load(sources / "mixed" / "entry.c", "entry", smart_args=False)
    assert raw(bytes([4, 0, 0, 0, 6, 0, 0, 0])) == 0
    assert jit.session.device.read_memory(raw.args_addr + 124, 4) == bytes([30, 0, 0, 0])


def test_the_current_folder_is_not_looked_into_unasked(project, monkeypatch):
    project("compiler: {optimization: Os}")
    assert Config().optimization == "Os"
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if not entry.endswith("host")])
    assert Config().path is None and Config().optimization == "O3"
    assert Config("./config/toolchain.yaml").optimization == "Os"


def test_optimization_and_flags_reach_the_compiler(project, source):
    project("compiler: {optimization: O0, flags: ['-DANSWER=42']}")
    path = source("#ifdef __OPTIMIZE__\n#error optimized\n#endif\nint f(void) { return ANSWER; }")
    jit = p4jit.P4JIT()
    assert jit.load(path, "f")() == 42
    with pytest.raises(p4jit.CompileError, match="optimized"):
        jit.load(path, "f", optimization="O1")


def test_headers_beside_the_config_are_found(project, source):
    root = project("")
    (root / "config" / "std_types.h").write_text("typedef struct { int x, y; } Pair;\n")
    path = source('#include "std_types.h"\nint sum(Pair *p) { return p->x + p->y; }')
    assert p4jit.Builder().build(path, "sum", 0x40800000).total_size > 0


def test_a_toolchain_path_is_taken_if_the_compiler_is_there(project, environment):
    root = project("toolchain: {path: %s}" % pathlib.Path(__file__).parent)
    assert Config().toolchain == ""
    compiler = root / "riscv32-esp-elf-gcc"
    compiler.write_text("#!/bin/sh\nexit 1\n")
    compiler.chmod(0o755)
    project(f"toolchain: {{path: {root}}}")
    assert Config().toolchain == str(compiler)
    with pytest.raises(p4jit.ToolchainNotFound, match="riscv32-esp-elf-gcc"):
        p4jit.Builder().build(__file__.replace("test_config.py", "source/scaled_sum.c"), "mean", 0)


def test_an_image_larger_than_max_size_is_refused(project, source):
    project("memory: {max_size: 1K}")
    path = source("int table[1000] = {1}; int get(int i) { return table[i]; }")
    with pytest.raises(ValueError, match="Total size .* exceeds max 1024"):
        p4jit.Builder().build(path, "get", 0x40800000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("compiler: {optimization: 3}", "compiler.optimization: expected str, got 3"),
        ("compiler: {flags: -O2}", "compiler.flags: expected list"),
        ("compiler: fast", "expected str, got 'fast'|compiler"),
        ("memory: {max_size: lots}", "memory.max_size"),
        ("wrapper: {args_array_size: 64}", "32 slots"),
        ("- a list", "expected sections"),
        ("a: [", "toolchain.yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place(project, text, words):
    project(text)
    with pytest.raises(ValueError, match=words):
        Config()


def test_a_config_that_was_named_must_be_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="mine.yaml"):
        p4jit.P4JIT(config_path=tmp_path / "mine.yaml")


def test_a_current_folder_that_was_removed_is_no_trouble(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    program = "from p4jit import P4JIT; print(P4JIT(port='virtual').is_virtual)"
    words = f'cd {gone} && rmdir {gone} && {sys.executable} -c "{program}"'
    done = subprocess.run(words, shell=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("\nTrue\n"), done.stderr
