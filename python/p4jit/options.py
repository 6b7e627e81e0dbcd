"""Options of load() and module() as the library takes them."""

import operator
import os

from . import _core
from .errors import UsageError


TAKES = {
    "optimization": 'a text such as "O2"',
    "code_caps": "MALLOC_CAP_*, or several of them joined by |",
    "data_caps": "MALLOC_CAP_*, or several of them joined by |",
    "alignment": "a power of two",
    **dict.fromkeys(("lto", "lint", "use_firmware_elf", "use_siblings"), "True or False"),
}


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
            raise TypeError(f"{key}={value!r}: it takes {TAKES.get(key, 'a list of texts')}") from None
    return options


def checked(name, value, kind):
    """The value, if it is a str, or a bool, as `kind` says; raises TypeError, which says what is expected."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}={value!r}: give {'True or False' if kind is bool else 'a str'}")
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
