"""P4Array: an array that says in which memory of the device it wants to be during a call."""

import numpy as np

from .errors import ArgumentValueError


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
    """Calls with such arrays in buffers of their own, and copies back what may have changed.

    Raises ArgumentValueError for arrays that share memory and are not the same:
    they cannot be in two places.
    """
    passed, placed = [], {}
    try:
        for arg in args:
            if wants_place((arg,)):
                plain = arg.view(np.ndarray)
                if _whereabouts(plain) not in placed:
                    _check_apart(plain, args)
                    buffer = arg._p4jit.buffer(plain, caps=arg.p4_caps, readonly=not plain.flags.writeable)
                    placed[_whereabouts(plain)] = (plain, buffer)
                arg = placed[_whereabouts(plain)][1]
            passed.append(arg)
        result = call(*passed)
        for plain, buffer in placed.values():
            may_have_changed = any(arg is buffer and not const for arg, const in zip(passed, is_const))
            if sync_arrays and may_have_changed:
                buffer.copy_to(plain)
        return result
    finally:
        for _, buffer in placed.values():
            buffer.free()


def _whereabouts(array):
    return array.__array_interface__["data"][0], array.shape, array.strides, array.dtype


def _check_apart(plain, args):
    for other in args:
        if not isinstance(other, np.ndarray) or not np.may_share_memory(plain, other):
            continue
        if not wants_place((other,)) or _whereabouts(other) != _whereabouts(plain):
            raise ArgumentValueError(
                "an array with a place of its own shares memory with another argument. Pass a copy of one"
            )
