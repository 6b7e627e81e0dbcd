"""config/toolchain.yaml, if there is one: docs/compat.md tells what counts of it."""

import logging
import os
import pathlib
import sys

from .errors import SourceNotFound, UsageError
from .utils.logger import INFO_VERBOSE

logger = logging.getLogger(__name__)

DEFAULT = "config/toolchain.yaml"


def _candidates(path):
    """Where a file named so may be: beside a folder `host` from which modules are imported, and here if it was asked for.

    It names programs to run, so the current folder is no place to look into unasked.
    """
    if path != DEFAULT or os.path.isabs(path):
        yield pathlib.Path(path)
    for entry in sys.path:
        try:
            folder = pathlib.Path(entry or ".").resolve()
        except OSError:  # the current folder has been removed
            continue
        if folder.name == "host":
            yield folder.parent / path


def _parse(path):
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        raise UsageError(f"{path} is there, but reading it needs PyYAML: pip install PyYAML") from None
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    if data is not None and not isinstance(data, dict):
        raise UsageError(f"{path}: expected sections such as 'compiler:', got {data!r}")
    return data or {}


class Config:
    """What a config file says; everything has a default.

    Args:
        path: of the file. The default one may be missing, any other must be there.

    Raises SourceNotFound (a FileNotFoundError), UsageError for a mistake in it.
    """

    def __init__(self, path=DEFAULT):
        path = os.fspath(path)
        self.path = next((found for found in _candidates(path) if found.is_file()), None)
        if self.path is None and path != DEFAULT:
            raise SourceNotFound(f"there is no {path}")
        self._data = _parse(self.path) if self.path else {}
        if self.path:
            logger.log(INFO_VERBOSE, "Using %s", self.path)
        self._check()

    def _check(self):
        size = self._get("wrapper", "args_array_size", int, 32)
        if size != 32:
            raise UsageError(f"{self.path}: wrapper.args_array_size {size}: blocks of arguments have 32 slots")
        self.optimization, self.flags, self.max_size  # noqa: B018

    def _get(self, section, key, kind, default):
        values = self._data.get(section) or {}
        value = values.get(key) if isinstance(values, dict) else values
        if value is None:
            return default
        if not isinstance(values, dict) or not isinstance(value, kind):
            name = " or ".join(k.__name__ for k in kind) if isinstance(kind, tuple) else kind.__name__
            raise UsageError(f"{self.path}: {section}.{key}: expected {name}, got {value!r}")
        return value

    @property
    def optimization(self):
        """compiler.optimization: "O3"."""
        return self._get("compiler", "optimization", str, "O3").removeprefix("-")

    @property
    def flags(self):
        """compiler.flags, besides -flto."""
        return [flag for flag in self._get("compiler", "flags", list, []) if flag != "-flto"]

    @property
    def lto(self):
        """Is -flto among compiler.flags?"""
        return "-flto" in self._get("compiler", "flags", list, [])

    @property
    def toolchain(self):
        """The compiler that toolchain.path has, as P4JIT_TOOLCHAIN names one; empty if there is none."""
        folder = self._get("toolchain", "path", str, "")
        names = self._get("toolchain", "compilers", dict, {})
        prefix = self._get("toolchain", "prefix", str, "riscv32-esp-elf")
        compiler = pathlib.Path(folder) / names.get("gcc", f"{prefix}-gcc")
        if not folder or compiler.is_file():
            return str(compiler) if folder else ""
        logger.log(INFO_VERBOSE, "%s: there is no %s; taking the compiler that is found", self.path, compiler)
        return ""

    @property
    def firmware_elf(self):
        """linker.firmware_elf, relative to the folder above the file's; None if it is not there."""
        name = self._get("linker", "firmware_elf", str, "")
        if not name:
            return None
        elf = self.path.resolve().parent.parent / name
        if elf.is_file():
            return elf
        logger.log(INFO_VERBOSE, "%s: there is no %s; the virtual board brings its own firmware", self.path, elf)
        return None

    @property
    def max_size(self):
        """memory.max_size in bytes; "128K" if it is not given."""
        text = str(self._get("memory", "max_size", (str, int), "128K")).strip().upper()
        units = {"K": 1024, "M": 1024 * 1024}
        number, unit = (text[:-1], units[text[-1]]) if text[-1:] in units else (text, 1)
        if not number.isdigit():
            raise UsageError(f"{self.path}: memory.max_size: expected a number with K or M, got {text!r}")
        return int(number) * unit

    @property
    def include_dirs(self):
        """The file's folder, for std_types.h."""
        return [str(self.path.resolve().parent)] if self.path else []
