"""The package's type hints: what is made in C++ has stubs, and a type checker is content with them."""

import ast
import pathlib
import subprocess
import sys

import p4jit
from p4jit import _core

PACKAGE = pathlib.Path(p4jit.__file__).parent


def check(*what, folder):
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", folder / "cache", *what],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=300,
    )
    return run.returncode, run.stdout + run.stderr


def test_a_type_checker_finds_no_mistake_in_the_package(tmp_path):
    assert check("-p", "p4jit", folder=tmp_path)[0] == 0, check("-p", "p4jit", folder=tmp_path)[1]


def test_a_type_checker_knows_what_a_script_uses(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import numpy as np\n"
        "from p4jit import MALLOC_CAP_8BIT, MALLOC_CAP_SPIRAM, P4JIT, Builder, DeviceFault, JITFunction, JITSession\n"
        "jit = P4JIT(port='virtual')\n"
        "function: JITFunction = jit.load('add.c', 'add', code_caps=MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT)\n"
        "address: int = jit.session.device.allocate(4, P4JIT.MALLOC_CAP_SPIRAM, 16)\n"
        "size: int = Builder().build('add.c', 'add', 0x40800000).total_size\n"
        "try:\n"
        "    print(function(np.int32(1), np.int32(2)))\n"
        "except DeviceFault as fault:\n"
        "    print(fault.cause, fault.dump())\n"
        "JITSession().connect()\n"
    )
    status, words = check(script, folder=tmp_path)
    assert status == 0, words
    script.write_text("import p4jit\np4jit.P4JIT().lod('add.c', 'add')\np4jit.MALLOC_CAP_NONE\n")
    status, words = check(script, folder=tmp_path)
    assert status == 1 and '"lod"' in words and "MALLOC_CAP_NONE" in words


def names(stub):
    """What a stub defines: {name: names inside}."""
    found = {}
    for node in ast.parse((PACKAGE / stub).read_text()).body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            inside = getattr(node, "body", [])
            found[node.name] = {n.name for n in inside if isinstance(n, ast.FunctionDef)}
        elif isinstance(node, ast.AnnAssign):
            found[node.target.id] = set()
    return found


def test_the_stubs_have_all_that_is_there():
    stub = names("_core.pyi")
    for name, value in vars(_core).items():
        if name == "caps" or (name.startswith("__") and name != "__version__"):
            continue
        if isinstance(value, type) and issubclass(value, BaseException):
            assert name in names("errors.pyi")
            continue
        assert name in stub, name
        if isinstance(value, type):
            assert {n for n in vars(value) if not n.startswith("__")} <= stub[name], name
    caps = {name for name in vars(_core.caps) if name.startswith("MALLOC_CAP_")}
    assert caps <= set(names("memory_caps.pyi"))
    assert (PACKAGE / "py.typed").is_file()
