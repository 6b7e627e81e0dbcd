"""The benchmarks that are Python programs still run; nothing is timed here."""
import pathlib
import re
import subprocess
import sys

import pytest

BENCH = pathlib.Path(__file__).parents[2] / "bench"


def test_the_vector_benchmark_prints_its_figures():
    ran = subprocess.run([sys.executable, BENCH / "pie.py", "1"], capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    assert len(re.findall(r"\d+ M/s$", ran.stdout, re.MULTILINE)) == 3


@pytest.mark.parametrize("name", ["arrays", "call_latency", "edit_to_result"])
def test_benchmark_prints_its_figures(name):
    ran = subprocess.run(
        [sys.executable, BENCH / f"{name}.py", "3"], capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"median", ran.stdout) and re.search(r"\d+\.\d+", ran.stdout)
