"""What the tests of the Python package share: devices, sources, private folders."""

import gc
import logging
import os
import pathlib

import numpy as np
import pytest

from p4jit import P4JIT

# For caplog. Else they do not: what they say is on stdout once.
logging.getLogger("p4jit").propagate = True

KERNELS = pathlib.Path(__file__).parent / "kernels"


@pytest.fixture(scope="session")
def device():
    """One virtual device for all tests that leave it as it was."""
    return P4JIT(port="virtual")


@pytest.fixture(scope="session")
def load(device):
    """load("numbers", "add_float"): a function of kernels/numbers.c, loaded once."""
    loaded = {}

    def load(kernel, function, **options):
        key = (kernel, function, *options.items())
        if key not in loaded:
            loaded[key] = device.load(KERNELS / f"{kernel}.c", function, **options)
        return loaded[key]

    load.loaded = loaded
    return load


@pytest.fixture
def kernels():
    return KERNELS


@pytest.fixture
def source(tmp_path):
    """source("int f(void) { … }"): a file with that text."""

    def write(text, name="kernel.c"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def still_works(device, load):
    """Checks when the test has ended: the device answers, and nothing of its memory is lost."""
    add = load("behaviour", "add")
    gc.collect()  # buffers that a test before held in a cycle
    before = device.get_heap_stats(print_s=False)
    loaded = set(load.loaded)
    yield
    for key in set(load.loaded) - loaded:
        load.loaded.pop(key).free()
    gc.collect()
    assert add(np.int32(2), np.int32(3)) == 5
    assert device.get_heap_stats(print_s=False) == before


@pytest.fixture
def environment(monkeypatch):
    """environment(PATH=…): sets variables for the rest of the test; None removes one."""

    def change(**variables):
        for name, value in variables.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, os.fspath(value))

    return change


@pytest.fixture
def refusal():
    """refusal(Kind, call, …): the message of the error of that kind that the call raises."""

    def refusal(kind, call, *arguments, **options):
        with pytest.raises(kind) as caught:
            call(*arguments, **options)
        assert type(caught.value) is kind, type(caught.value)
        return str(caught.value)

    return refusal
