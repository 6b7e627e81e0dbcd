"""P4-JIT: native functions on a running ESP32-P4, from Python.

    >>> import numpy as np
    >>> from p4jit import P4JIT
    >>> jit = P4JIT()                  # a board if there is one, the virtual chip if not
    >>> add = jit.load(source="add.c", function_name="add")
    >>> add(np.int32(10), np.int32(20))
    np.int32(30)
"""

from ._core import __version__, disassemble
from .binary import BinaryObject
from .errors import *  # noqa: F403
from .memory_caps import *  # noqa: F403
from .p4jit import JITFunction, P4JIT

__all__ = ["BinaryObject", "JITFunction", "P4JIT", "__version__", "disassemble"]
