"""Everything that P4-JIT raises: a class for each row of spec/errors.def."""

from . import _core

__all__ = [
    name
    for name, value in vars(_core).items()
    if isinstance(value, type) and issubclass(value, BaseException)
]

globals().update({name: getattr(_core, name) for name in __all__})
