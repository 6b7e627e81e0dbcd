"""Virtual boards with kernels on them, and the comparison of a kernel's forms."""
import os
import pathlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from p4jit import P4JIT

KERNELS = pathlib.Path(__file__).parent / "kernels"


@dataclass(frozen=True)
class Way:
    """How kernels are built and what they run on."""

    compiler: str  # "" is the default one
    revision: str

    def __str__(self):
        return f"{self.compiler or 'default'}-{self.revision}"


EVERY_WAY = [Way("", "1.3"), Way("clang-19", "1.3"), Way("", "3.1"), Way("clang-19", "3.1")]


@contextmanager
def variable(name, value):
    before = os.environ.get(name)
    os.environ.pop(name, None)
    if value:
        os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


class Board:
    """A virtual board; functions of kernels/ are loaded when first asked for."""

    def __init__(self, way, console=None):
        self.way = way
        # More data for the first way; the others show that nothing depends on it.
        self.thorough = way == EVERY_WAY[0]
        with variable("P4JIT_TOOLCHAIN", way.compiler):
            self.device = P4JIT(port="virtual", revision=way.revision, console=console)
        self.compared = Counter()
        self._functions = {}

    def function(self, file, name):
        key = file, name
        if key not in self._functions:
            with variable("P4JIT_TOOLCHAIN", self.way.compiler):
                self._functions[key] = self.device.load(KERNELS / f"{file}.c", name)
        return self._functions[key]

    def forms(self, file, name, forms):
        """The forms of a piece of work: forms("dot", "dot_s8", "c vector loop")."""
        return Forms(self, name, {form: self.function(file, f"{name}_{form}") for form in forms.split()})


@dataclass
class Forms:
    board: Board
    name: str
    functions: dict
    cycles: dict = field(default_factory=dict)

    def run(self, form, arguments):
        """The result and the arrays as the call leaves them."""
        given = [each.copy() if isinstance(each, np.ndarray) else as_scalar(each) for each in arguments]
        result = self.functions[form](*given)
        self.cycles[form] = self.functions[form].last_call.cycles
        return [result, *(each for each in given if isinstance(each, np.ndarray))]

    def compare(self, *arguments):
        """Runs all forms on the same arguments; returns what the C form gives."""
        expected = self.run("c", arguments)
        for form in self.functions:
            if form == "c":
                continue
            for index, (got, want) in enumerate(zip(self.run(form, arguments), expected)):
                assert np.array_equal(got, want), difference(self, form, index, got, want, arguments)
            self.board.compared[f"{self.name}_{form}"] += 1
        return expected

    def per_element(self, small, large, elements):
        """What each form takes for an element more, from calls with two sets of arguments."""
        self.compare(*small)
        before = dict(self.cycles)
        self.compare(*large)
        return {form: (self.cycles[form] - before[form]) / elements for form in self.functions}


def as_scalar(value):
    return np.int32(value) if isinstance(value, int) else value


def difference(forms, form, index, got, want, arguments):
    what = "the result" if index == 0 else f"array {index}"
    where = np.flatnonzero(np.ravel(got) != np.ravel(want))[:8]
    numbers = [each for each in arguments if not isinstance(each, np.ndarray)]
    return (f"{forms.name}_{form} on {forms.board.way}: {what} differs at {where}: {np.ravel(got)[where]}, "
            f"C has {np.ravel(want)[where]}; numbers {numbers}")


def integers(rng, dtype, size, kind="random"):
    """Test data: random, extremes (only the ends of the range, -1, 0, 1), least, most."""
    info = np.iinfo(dtype)
    if kind == "random":
        return rng.integers(info.min, info.max, size, dtype, endpoint=True)
    ends = {"extremes": [info.min, info.min + 1, -1 if info.min else 1, 0, 1, info.max - 1, info.max],
            "least": [info.min], "most": [info.max]}[kind]
    return rng.choice(np.array(ends, dtype), size)


KINDS = ["random", "extremes", "least", "most"]


def misaligned(rng, values, spare=16):
    """An array with the values at a random index, and that index."""
    at = int(rng.integers(0, spare + 1))
    around = integers(rng, values.dtype, at + values.size + spare)
    around[at:at + values.size] = values
    return around, at
