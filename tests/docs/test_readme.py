"""The README's snippets, run as they are printed.

```c                the source that the others use
```c dot            a part of examples/source/dot.c
```python           run in order, in one namespace; a comment behind print() is what it prints
```python raises    raises an error with the comment's text
```cpp              is the example of that name, and prints what its comments say
```console          commands and what they print; … stands for anything
"""

import ast
import contextlib
import io
import pathlib
import re
import shlex
import subprocess
import sys
import sysconfig

import pytest

ROOT = pathlib.Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(*languages):
    """(language, text) of the README's blocks in these languages, in order."""
    found = [(info, text) for info, text in BLOCK.findall(README.read_text()) if info in languages]
    assert found, f"the README has no block in {languages}"
    return found


def matches(expected, actual):
    """Is it the expected text, … standing for anything, lines included?"""
    return re.fullmatch(".*".join(map(re.escape, expected.split("…"))), actual, re.DOTALL) is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the snippets run: it has the README's source alone."""
    folder = tmp_path_factory.mktemp("readme")
    ((_, source),) = blocks("c")
    (folder / "scale.c").write_text(source)
    (folder / "dot.c").write_text((ROOT / "examples/source/dot.c").read_text())
    return folder


def comment_behind(source, statement):
    """The comment at the end of a statement's last line, or nothing."""
    line = source.splitlines()[statement.end_lineno - 1]
    return line[statement.end_col_offset :].strip().removeprefix("#").strip()


def comments_below(source, statement):
    lines = source.splitlines()[statement.end_lineno :]
    return "\n".join(line.removeprefix("# ") for line in lines if line.startswith("#"))


def run(statement, namespace):
    """What one statement prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(ast.Module([statement], []), "README.md", "exec"), namespace)
    return out.getvalue()


def run_python(source, namespace, raises):
    for statement in ast.parse(source).body:
        if raises:
            with pytest.raises(Exception) as caught:
                run(statement, namespace)
            assert str(caught.value) == comments_below(source, statement)
            continue
        out, comment = run(statement, namespace), comment_behind(source, statement)
        if ast.unparse(statement).startswith("print(") and comment:
            assert out == comment + "\n"


def test_the_matcher_tells_equal_from_different():
    assert matches("a\n…\nc\n", "a\nb\nb\nc\n") and matches("x…", "x") and matches("a", "a")
    assert not matches("a\n…\nc\n", "a\nb\nd\n") and not matches("a", "ab") and not matches("a.", "ab")


def test_python_that_prints_something_else_is_found():
    run_python("x = 1  # one\nprint(x)  # 1\n", {}, False)
    with pytest.raises(AssertionError):
        run_python("print(1)  # 2\n", {}, False)
    run_python('raise ValueError("a\\n  b")\n# a\n#   b\n', {}, True)
    with pytest.raises(AssertionError):
        run_python('raise ValueError("b")\n# a\n', {}, True)


def test_the_source_is_the_examples():
    ((_, source),) = blocks("c")
    assert source == (ROOT / "examples/source/scale.c").read_text()


def test_the_vector_kernel_is_the_examples_and_takes_what_the_table_says():
    ((_, kernel),) = blocks("c dot")
    source = (ROOT / "examples/source/dot.c").read_text()
    include, function = kernel.split("\n\n", 1)
    assert include in source and function in source
    done = subprocess.run([sys.executable, ROOT / "examples/pie_dot.py"], capture_output=True, text=True, timeout=300)
    measured = [(int(cycles), each) for cycles, each in re.findall(r"^dot_\w+ +(\d+) +([\d.]+)", done.stdout, re.MULTILINE)]
    table = re.findall(r"^\| .* \| ([\d ]+) \| ([\d.]+) \|.*\|$", README.read_text(), re.MULTILINE)
    assert len(table) == 3
    for (said, each), (cycles, exactly) in zip(table, measured):
        assert int(said.replace(" ", "")) == cycles and float(each) == round(float(exactly), 2)


def test_the_python_snippets_do_what_they_say(folder, monkeypatch):
    monkeypatch.chdir(folder)
    namespace = {}
    for language, source in blocks("python", "python raises"):
        run_python(source, namespace, language == "python raises")
    assert namespace["x"].tolist() == [0.5, 1.0, 1.5, 2.0]


def example_program(name):
    """The built C++ example; `pip install .` and the presets build it."""
    built = sorted((ROOT / "build").glob(f"*/examples/example_{name}"), key=lambda path: path.stat().st_mtime)
    assert built, f"no example_{name} under build/: cmake --build --preset dev --target example_{name}"
    return built[-1]


def test_the_cpp_snippet_is_the_example_and_prints_what_it_says(folder):
    ((_, source),) = blocks("cpp")
    (path,) = re.findall(r"\[examples/(\w+)\.cpp\]", README.read_text())
    assert source == (ROOT / f"examples/{path}.cpp").read_text()
    expected = [line.partition(" // ")[2] for line in source.splitlines() if "printf(" in line]
    done = subprocess.run([example_program(path)], cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == expected


def test_the_console_snippets_print_what_they_say(folder):
    command = pathlib.Path(sysconfig.get_path("scripts")) / "p4jit"
    for _, text in blocks("console"):
        for line, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            words = shlex.split(line)
            assert words[0] == "p4jit", line
            done = subprocess.run([command, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=60)
            assert (done.returncode, done.stderr) == (0, ""), line
            assert matches(expected, done.stdout), f"{line}\n{done.stdout}"
