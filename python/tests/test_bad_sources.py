"""Sources, functions and compilers that are not there or not right."""

import numpy as np
import pytest

import p4jit

pytestmark = pytest.mark.usefixtures("still_works")


def test_a_missing_file_is_named(device, tmp_path, refusal):
    text = refusal(p4jit.SourceNotFound, device.load, tmp_path / "nix.c", "f")
    assert text == f"cannot open {tmp_path}/nix.c: No such file or directory"


def test_a_missing_relative_file_is_named_with_the_current_folder(device, tmp_path, monkeypatch, refusal):
    monkeypatch.chdir(tmp_path)
    text = refusal(p4jit.SourceNotFound, device.load, "nix.c", "f")
    assert text == f"cannot open nix.c (in {tmp_path}): No such file or directory"


@pytest.mark.parametrize("name", ["kernel", "kernel.py", "kernel.C"])
def test_a_file_of_no_known_language_tells_which_there_are(device, source, refusal, name):
    text = refusal(p4jit.UsageError, device.load, source("int f(void);", name), "f")
    assert name in text and ".c, .cpp, .cc, .cxx, .S" in text


def test_a_text_called_an_object_is_no_object(device, source, refusal):
    text = refusal(p4jit.BadObject, device.load, source("int f(void);", "kernel.o"), "f")
    assert "kernel.o" in text and "ELF" in text


def test_a_syntax_error_is_the_compilers_with_file_and_line(device, source, refusal):
    path = source("int f(int a)\n{\n    return a + ;\n}\n")
    text = refusal(p4jit.CompileError, device.load, path, "f")
    assert f"{path}:3:" in text and "error: expected expression" in text and "return a + ;" in text


def test_an_error_in_a_source_that_is_no_utf8_is_the_compilers_too(device, tmp_path, refusal):
    path = tmp_path / "latin.c"
    path.write_bytes("int f(void) { return größe; }\n".encode("latin-1"))
    text = refusal(p4jit.CompileError, device.load, path, "f")
    assert "latin.c:1" in text and "error: " in text


def test_a_missing_header_is_the_compilers_error(device, source, refusal):
    text = refusal(p4jit.CompileError, device.load, source('#include "nix.h"\nint f(void) { return 1; }'), "f")
    assert "nix.h: No such file" in text and "kernel.c:1" in text


def test_a_warning_is_logged_and_the_function_loads(device, source, caplog):
    path = source("#warning mind the gap\nint f(void) { return 1; }")
    with caplog.at_level("WARNING", logger="p4jit"):
        assert device.load(path, "f")() == 1
    assert "mind the gap" in caplog.text and "kernel.c:1" in caplog.text


def test_an_unknown_function_lists_those_there_are(device, source, refusal):
    path = source("int filter(int a) { return a; }\nint gain(int a) { return a; }\nstatic int own(int a) { return a; }")
    text = refusal(p4jit.FunctionNotFound, device.load, path, "fliter")
    assert text == "no function 'fliter' in kernel.c. It defines: filter, gain. Did you mean 'filter'?"
    text = refusal(p4jit.FunctionNotFound, device.load, path, "process")
    assert text == "no function 'process' in kernel.c. It defines: filter, gain."
    with pytest.raises(LookupError):
        device.load(path, "process")
    with pytest.raises(ValueError):
        device.load(path, "process")


def test_a_source_without_functions_says_so(device, source, refusal):
    text = refusal(p4jit.FunctionNotFound, device.load, source("int x = 1;"), "f")
    assert text == "no function 'f' in kernel.c. It defines no function."


def test_a_static_function_is_no_missing_one(device, kernels, still_works):
    hidden = device.load(kernels / "behaviour.c", "hidden")
    assert hidden(np.int32(7)) == 7
    hidden.free()


def test_missing_symbols_are_all_told_with_line_and_nearest_name(device, source, refusal):
    path = source(
        "int prinft(const char *);\nfloat sinff(float);\nint something_else(int);\n"
        'int f(int a)\n{\n    prinft("a");\n    a += (int)sinff(1);\n    return something_else(a);\n}\n'
    )
    text = refusal(p4jit.LinkError, device.load, path, "f")
    lines = text.splitlines()
    assert lines[0] == "kernel.c needs 3 symbols nobody provides:"
    assert any("prinft" in line and "kernel.c:6" in line and "the firmware has printf" in line for line in lines)
    assert any("sinff" in line and "kernel.c:7" in line and "the firmware has sinf" in line for line in lines)
    assert any("something_else" in line and "kernel.c:8" in line and "firmware" not in line for line in lines)


def test_what_another_function_of_the_source_misses_does_not_matter(device, source):
    path = source("int nobody(int);\nint bad(int a) { return nobody(a); }\nint good(int a) { return a; }")
    assert device.load(path, "good")(np.int32(3)) == 3


@pytest.mark.parametrize(
    ("function", "why", "cure"),
    [("variadic", "it is variadic", "wrap it")],
)
def test_a_signature_that_cannot_be_called_tells_why(device, kernels, refusal, function, why, cure):
    text = refusal(p4jit.SignatureError, device.load, kernels / "behaviour.c", function)
    assert f"int {function}(" in text and why in text and cure in text


def test_an_assembly_function_tells_that_its_parameters_are_not_known(device, source, refusal):
    path = source(".globl f\n.type f, @function\nf: ret\n", "kernel.S")
    text = refusal(p4jit.SignatureError, device.load, path, "f")
    assert "no debug information" in text and "Declare it in a C file" in text


def test_an_unknown_optimization_lists_those_there_are(device, kernels, refusal):
    text = refusal(p4jit.UsageError, device.load, kernels / "behaviour.c", "add", optimization="O9")
    assert "'O9'" in text and "O0, O1, O2, O3, Os" in text


def test_an_unknown_flag_is_the_compilers_error(device, kernels, refusal):
    text = refusal(p4jit.CompileError, device.load, kernels / "behaviour.c", "add", flags=["-fnix"])
    assert "-fnix" in text


def test_flags_as_one_text_are_refused_with_the_list(device, kernels, refusal):
    text = refusal(p4jit.UsageError, device.load, kernels / "behaviour.c", "add", flags="-O1 -g")
    assert "['-O1', '-g']" in text


@pytest.mark.parametrize("alignment", [0, 3, 24])
def test_an_alignment_that_is_no_power_of_two_is_refused(device, kernels, refusal, alignment):
    text = refusal(p4jit.UsageError, device.load, kernels / "behaviour.c", "add", alignment=alignment)
    assert text.startswith(f"alignment {alignment} is no power of two")


def test_memory_that_no_heap_has_is_named(device, kernels, refusal):
    text = refusal(p4jit.OutOfMemory, device.load, kernels / "behaviour.c", "add", code_caps=p4jit.MALLOC_CAP_INVALID)
    assert "caps 0x80000000 [INVALID]" in text


def test_arguments_of_the_wrong_python_type_are_told_in_words(device, kernels):
    with pytest.raises(TypeError, match="not NoneType"):
        device.load(None, "add")
    with pytest.raises(TypeError, match="function_name=3: give the function's name as a str"):
        device.load(kernels / "behaviour.c", 3)


def loads(kernels):
    return p4jit.P4JIT(port="virtual").load(kernels / "behaviour.c", "add")(np.int32(1), np.int32(2))


def test_a_named_compiler_that_is_missing_is_told(environment, kernels, refusal):
    environment(P4JIT_TOOLCHAIN="/nowhere/gcc")
    text = refusal(p4jit.ToolchainNotFound, loads, kernels)
    assert "P4JIT_TOOLCHAIN names no compiler: '/nowhere/gcc'" in text and "Correct it, or remove it" in text
    environment(P4JIT_TOOLCHAIN=None)
    assert loads(kernels) == 3


def test_the_hosts_compiler_is_told_to_be_none_for_the_chip(environment, kernels, refusal):
    environment(P4JIT_TOOLCHAIN="gcc")
    text = refusal(p4jit.ToolchainNotFound, loads, kernels)
    assert "gcc" in text and "not for RISC-V" in text


def test_without_any_compiler_it_tells_where_it_looked_and_how_to_get_one(environment, kernels, tmp_path, refusal):
    environment(PATH=tmp_path, HOME=tmp_path, IDF_TOOLS_PATH=None)
    text = refusal(p4jit.ToolchainNotFound, loads, kernels)
    assert "P4JIT_TOOLCHAIN: not set" in text and "riscv64-unknown-elf-gcc: not on PATH" in text
    assert "sudo apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf" in text
    with pytest.raises(FileNotFoundError):
        loads(kernels)


def test_a_device_that_misses_its_compiler_works_once_there_is_one(environment, kernels, tmp_path, refusal):
    device = p4jit.P4JIT(port="virtual")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("P4JIT_TOOLCHAIN", "/nowhere")
        refusal(p4jit.ToolchainNotFound, device.load, kernels / "behaviour.c", "add")
    assert device.load(kernels / "behaviour.c", "add")(np.int32(1), np.int32(2)) == 3


def test_a_config_file_with_nonsense_is_named(environment, kernels, tmp_path, refusal):
    (tmp_path / "p4jit").mkdir()
    config = tmp_path / "p4jit" / "config.json"
    environment(XDG_CONFIG_HOME=tmp_path)
    config.write_text("{")
    text = refusal(p4jit.UsageError, loads, kernels)
    assert str(config) in text
    config.write_text('{"toolchain": "/nowhere"}')
    text = refusal(p4jit.ToolchainNotFound, loads, kernels)
    assert str(config) in text and "'/nowhere'" in text
    config.unlink()
    assert loads(kernels) == 3
