"""docs/compat.md: its script does what it says, and the names it lists are there."""

import importlib
import pathlib
import re

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "compat.md"


def test_the_script_of_the_page_runs_as_printed(tmp_path, monkeypatch, capsys):
    script = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL).group(1)
    (tmp_path / "add.c").write_text("int add(int a, int b) { return a + b; }")
    monkeypatch.chdir(tmp_path)
    exec(compile(script, "compat.md", "exec"), {})
    assert "\n30\n" in capsys.readouterr().out


def test_the_names_of_the_page_are_where_it_says():
    rows = re.findall(r"^\| `(p4jit[\w.]*)` \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(rows) >= 5
    for module, names in rows:
        for name in re.findall(r"`(\w+)`", names):
            assert hasattr(importlib.import_module(module), name), (module, name)
