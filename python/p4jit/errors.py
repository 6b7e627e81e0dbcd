"""Everything that P4-JIT raises: a class for each row of spec/errors.def."""

from . import _core

__all__ = [
    name
    for name, value in vars(_core).items()
    if isinstance(value, type) and issubclass(value, BaseException)
]

globals().update({name: getattr(_core, name) for name in __all__})


def refuse_to_copy(self, protocol):
    """For copy and pickle."""
    raise TypeError(
        f"{self!r} is on a device, or is one: it cannot be copied or pickled. "
        "Open and load where it is needed; a buffer's elements are an array, buffer.numpy()"
    )
