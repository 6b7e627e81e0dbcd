"""The installed package: what it offers and what it carries."""

import builtins
import importlib.metadata
import pathlib
import re
import subprocess
import sys
import sysconfig

import p4jit

ROOT = pathlib.Path(__file__).parents[2]
PACKAGE = pathlib.Path(p4jit.__file__).parent


def rows(table, macro):
    return re.findall(rf"^{macro}\((\w+),\s*(.*)\)$", (ROOT / "spec" / table).read_text(), re.MULTILINE)


def test_the_tests_run_on_the_installed_package():
    assert ROOT not in PACKAGE.parents or ".venv" in PACKAGE.parts


def test_its_version_is_the_projects():
    written = re.search(r"project\(p4jit VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert p4jit.__version__ == importlib.metadata.version("p4jit") == written


def test_every_kind_of_error_is_an_exception_with_a_meaning():
    for name, rest in rows("errors.def", "ERROR_KIND"):
        bases, meaning = re.fullmatch(r'"(.*)", "(.*)"', rest).groups()
        kind = getattr(p4jit, name)
        assert kind.__doc__ == meaning and kind.__module__ == "p4jit"
        for base in bases.split(", "):
            assert issubclass(kind, getattr(builtins, base))
        assert issubclass(kind, p4jit.Error) == (name != "Interrupted")


def test_every_capability_is_a_constant():
    table = rows("chip/caps.def", "MEMORY_CAP")
    assert len(table) > 20
    for name, rest in table:
        assert getattr(p4jit, f"MALLOC_CAP_{name}") == 1 << int(rest.split(",")[0])


def test_every_public_name_has_a_docstring():
    for owner in (p4jit, p4jit.P4JIT, p4jit.JITFunction):
        for name, value in vars(owner).items():
            if name.startswith("_") or isinstance(value, (int, str)):
                continue
            assert value.__doc__, f"{owner.__name__}.{name}"


def test_importing_it_opens_and_prints_nothing():
    code = "import sys, p4jit; print(len([m for m in sys.modules if m.startswith('p4jit')]) > 1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_it_carries_the_shell_command():
    command = pathlib.Path(sysconfig.get_path("scripts")) / "p4jit"
    done = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=60)
    assert done.stdout == f"p4jit {p4jit.__version__}\n"


def test_it_carries_the_firmware_image():
    image = (PACKAGE / "firmware" / "p4jit-virtual.elf").read_bytes()
    assert image[:5] == b"\x7fELF\x01" and image[18:20] == b"\xf3\x00"


def test_it_carries_the_headers_with_all_they_include(tmp_path):
    source = tmp_path / "use.cpp"
    headers = ("p4jit.hpp", "jit/doctor.hpp", "jit/disassembly.hpp", "jit/serve.hpp")
    source.write_text("".join(f"#include <p4jit/{header}>\n" for header in headers) + "int main() {}\n")
    include = PACKAGE / "include"
    subprocess.run(["g++", "-std=c++20", "-fsyntax-only", f"-I{include}", source], check=True, timeout=120)


def test_it_carries_no_sources_and_no_tests():
    names = [str(path) for path in importlib.metadata.files("p4jit")]
    assert not [name for name in names if name.endswith((".cpp", ".c")) or "test" in name]
    assert "p4jit/include/p4jit/p4jit.hpp" in names


def test_a_script_with_a_console_of_its_own_ends_without_a_word():
    script = """
from p4jit import P4JIT
device = P4JIT(port="virtual", console=lambda text: None)
module = device.module(code="int one(void) { return 1; }")
print(module.one())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "1"
    assert "leaked" not in done.stderr
