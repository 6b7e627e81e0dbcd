"""A part includes only what the root CMakeLists.txt says it needs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def floors():
    """The parts in order, each with all that it may include."""
    parts = {}
    text = (ROOT / "CMakeLists.txt").read_text()
    for name, needs in re.findall(r"^p4jit_part\((\w+)(?:\s+NEEDS((?:\s+[a-z]\w*)+))?", text, re.MULTILINE):
        parts[name] = {name}
        for need in (needs or "").split():
            assert need in parts, f"{name} needs {need}, which stands below it in CMakeLists.txt"
            parts[name] |= parts[need]
    return parts


FLOORS = floors()


def includes(folder):
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".c", ".h", ".cpp", ".hpp", ".def", ".S"}:
            for name in INCLUDE.findall(path.read_text()):
                yield path.relative_to(ROOT), name


def test_every_folder_of_the_sources_is_a_part():
    assert {path.name for path in (ROOT / "src/p4jit").iterdir() if path.is_dir()} == set(FLOORS)


@pytest.mark.parametrize("part", FLOORS)
def test_a_part_includes_only_what_it_needs(part):
    found = list(includes(ROOT / "src/p4jit" / part))
    assert found
    for path, name in found:
        if name.startswith("p4jit/"):
            assert name.split("/")[1] in FLOORS[part], f"{path} includes {name}"
        else:
            assert name.startswith(("spec/", "tests/")) or (ROOT / path).with_name(name).exists(), f"{path}: {name}"
        assert not name.startswith("tests/") or ".test." in path.name, f"{path} includes {name}"


def test_the_firmware_core_includes_only_itself_and_the_rows():
    found = list(includes(ROOT / "firmware/core"))
    assert found
    for path, name in found:
        assert name.startswith(("firmware/core/", "spec/")), f"{path} includes {name}"


def test_the_table_in_design_has_every_part_with_its_needs():
    rows = re.findall(r"^\| \d \| `(\w+)` \|.*\| ([^|]*) \|$", (ROOT / "DESIGN.md").read_text(), re.MULTILINE)
    told = {name: set() if needs == "nothing" else set(needs.split(", ")) for name, needs in rows}
    text = (ROOT / "CMakeLists.txt").read_text()
    built = {
        name: set(needs.split())
        for name, needs in re.findall(r"^p4jit_part\((\w+)(?:\s+NEEDS((?:\s+[a-z]\w*)+))?", text, re.MULTILINE)
    }
    assert told == built
