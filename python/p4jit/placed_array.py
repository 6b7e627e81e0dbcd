"""P4Array: an array that says in which memory of the device it wants to be during a call."""

import numpy as np


class P4Array(np.ndarray):
    """A view of an array; P4JIT.set_p4_mem_location() makes one.

    Attributes:
        p4_caps: which memory, MALLOC_CAP_*; None: the usual.
    """

    p4_caps = None
    _p4jit = None

    def __array_finalize__(self, source):
        self.p4_caps = getattr(source, "p4_caps", None)
        self._p4jit = getattr(source, "_p4jit", None)


def place(jit, array, caps):
    """A view of the array that calls put into memory with these capabilities."""
    view = np.asarray(array).view(P4Array)
    view.p4_caps = caps
    view._p4jit = jit
    return view


def wants_place(args):
    """Is there an array among them that wants to be somewhere?"""
    return any(type(arg) is P4Array and arg.p4_caps is not None for arg in args)


def call_with_places(call, args, is_const, sync_arrays):
    """Calls with such arrays in buffers of their own, and copies back what may have changed."""
    passed, buffers = [], []
    try:
        for arg, const in zip(args, is_const):
            if wants_place((arg,)):
                plain = arg.view(np.ndarray)
                buffer = arg._p4jit.buffer(plain, caps=arg.p4_caps)
                buffers.append((buffer, plain, const))
                arg = buffer
            passed.append(arg)
        result = call(*passed, *args[len(passed) :])
        for buffer, plain, const in buffers:
            if sync_arrays and not const:
                buffer.copy_to(plain)
        return result
    finally:
        for buffer, _, _ in buffers:
            buffer.free()
