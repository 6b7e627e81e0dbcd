"""P4-JIT installed, and a C++ program of somebody else that finds and uses it."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CONSUMER = pathlib.Path(__file__).parent / "consumer"


def run(*command, **environment):
    """What the command prints; fails with all that it said."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=300, env=os.environ | environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module", params=["wheel", "cmake --install"])
def prefix(request, tmp_path_factory):
    if request.param == "wheel":
        return pathlib.Path(run(sys.executable, "-m", "p4jit", "--prefix"))
    folder = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", ROOT / "build" / "dev", "--component", "cxx", "--prefix", folder)
    return folder


def test_cmake_finds_it(prefix, tmp_path):
    run("cmake", "-G", "Ninja", "-S", CONSUMER, "-B", tmp_path, f"-Dp4jit_ROOT={prefix}")
    run("cmake", "--build", tmp_path)
    assert run(tmp_path / "consumer") == "321"


@pytest.mark.parametrize("compiler", ["g++", "clang++-19"])
def test_pkg_config_finds_it(prefix, tmp_path, compiler):
    (folder,) = prefix.rglob("pkgconfig")
    flags = run("pkg-config", "--cflags", "--libs", "p4jit", PKG_CONFIG_PATH=str(folder)).split()
    run(compiler, "-std=c++20", CONSUMER / "main.cpp", "-o", tmp_path / "consumer", *flags)
    assert run(tmp_path / "consumer") == "321"


def test_it_may_be_moved(prefix, tmp_path):
    """No path of the build or of the folder it was installed in is in its files."""
    moved = tmp_path / "moved"
    shutil.copytree(prefix, moved, ignore=shutil.ignore_patterns("*.so", "*.hpp", "*.py", "__pycache__"))
    for file in [*moved.rglob("*.cmake"), *moved.rglob("*.pc")]:
        text = file.read_text()
        assert str(ROOT) not in text and str(prefix) not in text, file


def test_a_program_asks_the_package_where_it_is():
    folder = pathlib.Path(run(sys.executable, "-m", "p4jit", "--pkgconfig-dir"))
    assert (folder / "p4jit.pc").exists()


def test_an_older_cpp_is_told_in_the_first_line():
    include = ROOT / "src"
    done = subprocess.run(
        ["g++", "-std=c++17", "-fsyntax-only", "-I", include, CONSUMER / "main.cpp"], capture_output=True, text=True, timeout=60
    )
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    assert done.returncode != 0 and "P4-JIT needs C++20: compile with -std=c++20" in errors[0]
