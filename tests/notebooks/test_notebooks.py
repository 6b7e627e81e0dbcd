"""Every notebook runs from a clean kernel, and what is committed is what it shows.

P4JIT_UPDATE_DOCS=1 writes the notebooks with the outputs of this run.
"""

import os
import pathlib
import re

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = pathlib.Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def run(path):
    """The notebook as it is after running all its cells; a cell that fails raises."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", record_timing=False, resources={"metadata": {"path": FOLDER}}
    ).execute()
    return notebook


def shown(notebook):
    """What a reader sees of each cell, without what differs from run to run: addresses, times, sizes of the heap."""
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        texts = [text_of(output) for output in cell.outputs]
        kinds = [sorted(output.get("data", {"text": ""})) for output in cell.outputs]
        # Machine code and sizes are the compiler's, and change with it.
        text = "" if ".binary." in cell.source else re.sub(r"0x[0-9a-fA-F]+|[+-]?\d[\d.]*", "#", "".join(texts))
        yield cell.source, kinds, re.sub(r" +", " ", text)


def text_of(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.name for path in NOTEBOOKS])
def test_it_runs_and_shows_what_is_committed(path):
    ran = run(path)
    if os.environ.get("P4JIT_UPDATE_DOCS"):
        nbformat.write(ran, path)
    nbformat.validate(ran)
    assert list(shown(nbformat.read(path, as_version=4))) == list(shown(ran))


def test_there_are_notebooks():
    assert [path.name for path in NOTEBOOKS] == ["01_first_kernel.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.name for path in NOTEBOOKS])
def test_the_committed_one_has_pictures_and_no_paths_or_errors(path):
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert str(FOLDER.parent) not in path.read_text() and "/tmp/" not in path.read_text()
