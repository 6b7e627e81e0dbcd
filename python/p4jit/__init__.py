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
from .buffer import Buffer
from . import memory_caps
from .errors import *  # noqa: F403
from .memory_caps import *  # noqa: F403
from .module import Module
from .p4jit import JITFunction, P4JIT
from .runtime import DeviceManager, JITSession, RemoteFunction
from .toolchain import Builder
from .utils.logger import INFO_VERBOSE, enable_file_logging, set_global_level, set_log_level, setup_logger

__all__ = [
    "BinaryObject",
    "Buffer",
    "Builder",
    "DeviceManager",
    "INFO_VERBOSE",
    "JITFunction",
    "JITSession",
    "Module",
    "P4JIT",
    "RemoteFunction",
    "__version__",
    "disassemble",
    "enable_file_logging",
    "set_global_level",
    "set_log_level",
    "setup_logger",
    *memory_caps.__all__,
]


def load_ipython_extension(shell):
    """Called by `%load_ext p4jit` in a notebook: adds the cell magic %%p4jit."""
    from .notebook import load_ipython_extension as load

    load(shell)
