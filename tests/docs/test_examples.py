"""The examples in Python, run as a user would."""

import pathlib
import re
import subprocess
import sys

import pytest

EXAMPLES = sorted((pathlib.Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs_from_anywhere(example, tmp_path):
    done = subprocess.run([sys.executable, example], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    assert not list(tmp_path.iterdir())


def test_vector_instructions_take_a_twelfth_of_what_c_takes_at_most():
    (example,) = [path for path in EXAMPLES if path.name == "pie_dot.py"]
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, timeout=300, check=True)
    times = dict(re.findall(r"^(\w+) .* ([\d.]+)$", done.stdout, re.MULTILINE))
    assert float(times["dot_pie"]) >= 12 and float(times["dot_loop"]) >= 12


def test_hello_add_says_what_the_readme_promises():
    (example,) = [path for path in EXAMPLES if path.name == "hello_add.py"]
    done = subprocess.run([sys.executable, example], capture_output=True, text=True, timeout=300, check=True)
    assert re.search(r"^10 \+ 20 = 30$", done.stdout, re.MULTILINE)
    assert re.search(r"^[\d.]+ ms from source to result$", done.stdout, re.MULTILINE)
