"""The floors of the house: every #include goes down, as the part list says.

The list is that of the root CMakeLists.txt: p4jit_part(<name> NEEDS <part>…).
"""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PART = re.compile(r"^p4jit_part\((\w+)(?:\s+NEEDS((?:\s+\w+)*?))?(?:\s+LIBS[^)]*)?\)", re.MULTILINE)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
SOURCES = {".c", ".cpp", ".h", ".hpp", ".S", ".in"}

# What the C standard lets a program without an operating system have, and memory's functions.
FREESTANDING = {"stdbool.h", "stddef.h", "stdint.h", "stdalign.h", "limits.h", "string.h"}


def parts_of(listing):
    """{part: the parts it needs directly}, in the list's order."""
    return {name: needs.split() for name, needs in PART.findall(listing)}


def below(parts, name):
    """The part itself and all it needs, directly or through others."""
    found, todo = set(), [name]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += parts[one]
    return found


def includes(path):
    """The files that a file includes, as from the project's folder: p4jit/base/bits.hpp."""
    for kind, name in INCLUDE.findall(path.read_text()):
        if kind == '"' and "/" not in name:
            yield str((path.parent / name).relative_to(ROOT)).removeprefix("src/")
        else:
            yield name


def files(folder):
    return sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in SOURCES)


def part_of(include):
    """The part that an include is of: "base"; "p4jit.hpp" for the API's head; nothing for others."""
    return include.split("/")[1] if include.startswith("p4jit/") else None


def ups(path, allowed, parts, also=()):
    """What the file includes and may not: parts that are not allowed, folders not in `also`."""
    wrong = []
    for include in includes(path):
        part, folder = part_of(include), include.split("/")[0]
        if part in parts or part == "p4jit.hpp":
            good = part in allowed
        elif (ROOT / folder).is_dir() and "/" in include:
            good = folder in {"spec", *also}
        else:
            good = part is None
        if not good:
            wrong.append(f"{path.relative_to(ROOT)} includes {include}")
    return wrong


@pytest.fixture(scope="module")
def parts():
    return parts_of((ROOT / "CMakeLists.txt").read_text())


def test_the_list_is_read_as_it_is_written():
    text = "p4jit_part(base)\np4jit_part(elf   NEEDS base LIBS ZLIB::ZLIB)\np4jit_part(dwarf NEEDS elf)\n"
    parts = parts_of(text)
    assert parts == {"base": [], "elf": ["base"], "dwarf": ["elf"]}
    assert below(parts, "dwarf") == {"dwarf", "elf", "base"}


def test_an_include_that_goes_up_is_found(parts, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    for folder in ("spec", "tests", "firmware"):
        (tmp_path / folder).mkdir()
    file = tmp_path / "a.cpp"
    file.write_text(
        '#include "p4jit/base/bits.hpp"\n#  include <p4jit/jit/device.hpp>\n#include "p4jit/p4jit.hpp"\n'
        '#include "p4jit/nix/nix.hpp"\n#include "tests/hex.hpp"\n#include "spec/errors.def"\n#include <vector>\n'
    )
    wrong = [line.split()[-1] for line in ups(file, {"base"}, parts)]
    assert wrong == ["p4jit/jit/device.hpp", "p4jit/p4jit.hpp", "p4jit/nix/nix.hpp", "tests/hex.hpp"]
    assert ups(file, {"base", "jit", "p4jit.hpp"}, parts, also={"tests"}) == ["a.cpp includes p4jit/nix/nix.hpp"]


def test_every_part_stands_behind_what_it_needs(parts):
    assert len(parts) > 10
    for index, (name, needs) in enumerate(parts.items()):
        assert set(needs) <= set(list(parts)[:index]), name


def test_every_folder_is_a_part_and_every_part_a_folder(parts):
    folders = {path.name for path in (ROOT / "src/p4jit").iterdir() if path.is_dir()}
    assert folders == set(parts)


def test_every_include_of_the_project_exists():
    missing = []
    for folder in ("src", "firmware", "cli", "python", "examples", "tests"):
        for path in files(folder):
            for include in includes(path):
                if include.startswith(("p4jit/", "spec/", "firmware/", "tests/")):
                    if not any((ROOT / root / include).exists() for root in ("", "src", "kernel")):
                        missing.append(f"{path.relative_to(ROOT)} includes {include}")
    assert not missing


def test_parts_include_only_what_they_need(parts):
    wrong = []
    for part in parts:
        for path in files(f"src/p4jit/{part}"):
            # Tests may use what tests share; nobody else may.
            is_test = ".test." in path.name or path.name.startswith("test_")
            wrong += ups(path, below(parts, part), parts, also={"tests"} if is_test else ())
    assert not wrong


def test_the_api_is_what_jit_offers(parts):
    assert not ups(ROOT / "src/p4jit/p4jit.hpp", {"jit"}, parts)


def test_firmware_uses_no_host_code(parts):
    wrong = [line for path in files("firmware") for line in ups(path, set(), parts, also={"firmware"})]
    assert not wrong


def test_the_firmwares_core_knows_no_port_and_no_library():
    wrong = []
    for path in files("firmware/core"):
        for include in includes(path):
            if not include.startswith(("firmware/core/", "spec/")) and include not in FREESTANDING:
                wrong.append(f"{path.relative_to(ROOT)} includes {include}")
    assert not wrong


def test_the_roof_uses_the_api_only(parts):
    """The shell, Python and the examples: jit, and base for errors and text; `p4jit emulate` also the board."""
    wrong = []
    for folder in ("cli", "python", "examples"):
        for path in files(folder):
            if path.parent.name == "source":
                continue  # kernels: they include kernel/p4jit
            allowed = {"p4jit.hpp", "jit", "base"} | ({"board"} if path.name == "emulate.cpp" else set())
            wrong += ups(path, allowed, parts, also={folder})
    assert not wrong
