"""DESIGN's table of floors is the part list of the root CMakeLists.txt; docs/README.md is a whole index."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[2]


def built():
    """{part: what it needs} as CMake has it."""
    listing = (ROOT / "CMakeLists.txt").read_text()
    parts = re.findall(r"^p4jit_part\((\w+)(?:\s+NEEDS((?:\s+[a-z]\w*)+))?", listing, re.MULTILINE)
    return {name: set(needs.split()) for name, needs in parts}


def told():
    """The same, as DESIGN tells it."""
    page = (ROOT / "DESIGN.md").read_text()
    rows = re.findall(r"^\| \d \| `(\w+)` \|.*\| ([^|]*) \|$", page, re.MULTILINE)
    return {name: set() if needs == "nothing" else set(needs.split(", ")) for name, needs in rows}


def test_the_table_of_floors_has_every_part_with_its_needs():
    assert len(built()) > 10
    assert told() == built()


def test_every_page_of_docs_is_in_the_index():
    index = (ROOT / "docs/README.md").read_text()
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages <= set(re.findall(r"\]\(([\w.-]+)\)", index))
