"""Options of load() and module() as the library takes them."""

import operator
import os

from . import _core
from .errors import UsageError


def load_options(*, flags=(), defines=(), include_dirs=(), **rest):
    """A LoadOptions. Raises UsageError for a text where a list belongs, TypeError for what is no option or of
    another type."""
    options = _core.LoadOptions()
    rest["flags"] = listed("flags", flags, "one flag an item")
    rest["defines"] = macros(defines)
    rest["include_dirs"] = [os.fspath(folder) for folder in listed("include_dirs", include_dirs)]
    for key, value in rest.items():
        if not hasattr(options, key):
            raise TypeError(f"there is no option {key!r}")
        try:
            setattr(options, key, value)
        except TypeError:
            raise TypeError(f"{key}={value!r}: give {_EXPECTED[type(getattr(options, key))]}") from None
    return options


_EXPECTED = {str: "a str", bool: "True or False", int: "an int from 0 to 0xFFFFFFFF", list: "a list of str"}


def checked(name, value, kind, expected=None):
    """The value, if it is of that kind; raises TypeError, which says what is expected."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}={value!r}: give {expected or _EXPECTED[kind]}")
    return value


def word(name, value, least=0):
    """An address, a size or a set of bits: a number of 32 bits. Raises TypeError, and UsageError out of that range."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}={value!r}: give an int") from None
    if not least <= number <= 0xFFFFFFFF:
        raise UsageError(f"{name}={number}: give a number from {least} to 0xFFFFFFFF")
    return number


def listed(what, value, hint="even a single one"):
    """A list of what the user gave for an option that takes several; a path may stand alone."""
    if value is None:
        return []
    if isinstance(value, (str, os.PathLike)):
        if what in ("source", "include_dirs"):
            return [value]
        raise UsageError(f"{what}={value!r}: give a list, {hint}, such as {str(value).split()}")
    return list(value)


def macros(defines):
    """["NAME=value", …] of a list or a dict; True and None are no value."""
    if isinstance(defines, dict):
        return [name if value is None or value is True else f"{name}={value}" for name, value in defines.items()]
    return listed("defines", defines)


def name_of_code(language):
    names = {"c": "kernel.c", "c++": "kernel.cpp", "cpp": "kernel.cpp", "asm": "kernel.S"}
    if language not in names:
        raise UsageError(f"language={language!r}: there are {', '.join(map(repr, names))}")
    return names[language]
