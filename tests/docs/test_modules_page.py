"""docs/modules.md tells what there is: options of load() and module(), and what a binary can be asked."""

import inspect
import pathlib
import re

import numpy as np
import pytest

from p4jit import P4JIT, BinaryObject, _core

PAGE = (pathlib.Path(__file__).parents[2] / "docs" / "modules.md").read_text()


def rows(heading):
    """The first cells of the table below a heading."""
    part = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]


def names(cells):
    return {name for cell in cells for name in re.findall(r"`(\w+)", cell)}


def test_every_option_is_in_the_table():
    options = {name for name in dir(_core.LoadOptions) if not name.startswith("_")}
    assert names(rows("Options")) == options


def test_everything_a_binary_can_be_asked_is_in_the_table():
    asked = names(rows("Inside"))
    public = {name for name, _ in inspect.getmembers(BinaryObject) if not name.startswith("_")}
    assert asked <= public
    assert public - asked == {"get_data", "get_metadata_dict", "validate"}


@pytest.fixture
def module():
    code = """
    struct place { int x; } place;
    float gain = 1;
    int table[4] = {1, 2, 3, 4}, *input;
    char title[16];
    int fir(const int *p, int n) { int s = 0; while (n--) s += *p++; return s; }
    """
    with P4JIT(port="virtual").module(code=code) as module:
        yield module


def test_the_examples_of_globals_work(module):
    example = PAGE.split("## Globals\n")[1].split("```python\n")[1].split("```")[0]
    here = {"m": module, "np": np}
    for line in example.splitlines():
        if not line.startswith(" "):
            exec(line.split("#")[0].strip().rstrip(","), here)
    assert module.gain == 0.5
    assert module.table.numpy().tolist() == [1, 0, 0, 4]
    assert module.place["x"][()] == 3
    assert module.input == module.table.address
    assert bytes(module.title.numpy()) == b"left" + bytes(12)
    assert module.fir(module.table, np.int32(4)) == 5
