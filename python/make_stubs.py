"""Writes the type stubs of what is made in C++: make_stubs.py <folder of _core> <output folder>."""

import builtins
import pathlib
import sys

from nanobind.stubgen import StubGen


def core_stub(core):
    """The extension module's; its submodule of numbers is left to memory_caps.pyi."""
    generator = StubGen(core, include_private=True)
    generator.put(core)
    lines = generator.get().splitlines()
    lines = [line for line in lines if "import caps" not in line]
    # A class has a property of that name.
    lines = [line.replace("-> bytes:", "-> builtins.bytes:") for line in lines]
    return "\n".join([lines[0], "import builtins", *lines[1:], "__version__: str", ""])


def errors_stub(core):
    """p4jit.errors: a class for each exception, with the attributes that instances have."""
    lines = ["from typing import Any, Callable", ""]
    for name, value in vars(core).items():
        if not (isinstance(value, type) and issubclass(value, BaseException)):
            continue
        bases = ", ".join(
            f"builtins.{base.__name__}" if vars(builtins).get(base.__name__) is base else base.__name__
            for base in value.__bases__
        )
        lines.append(f"class {name}({bases}):")
        lines.append(f'    """{value.__doc__}"""' if value.__doc__ else "    ...")
        if name == "DeviceFault":
            lines += [
                "    cause: str | None",
                "    pc: int | None",
                "    address: int | None",
                "    place: str",
                "    backtrace: list[dict[str, Any]]",
                "    registers: dict[str, int]",
                "    dump: Callable[[], str]",
            ]
        lines.append("")
    return "import builtins\n" + "\n".join(lines)


def caps_stub(core):
    """p4jit.memory_caps: numbers."""
    names = [name for name in vars(core.caps) if name.startswith("MALLOC_CAP_")]
    numbers = [f"{name}: int" for name in names]
    return "\n".join([f"__all__ = {names!r}", *numbers, "", "class Caps:", *(f"    {line}" for line in numbers), ""])


def main():
    folder, output = map(pathlib.Path, sys.argv[1:])
    sys.path.insert(0, str(folder))
    import _core

    for name, text in [
        ("_core.pyi", core_stub(_core)),
        ("errors.pyi", errors_stub(_core)),
        ("memory_caps.pyi", caps_stub(_core)),
    ]:
        (output / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
