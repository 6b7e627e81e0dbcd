"""Module: many functions and the globals they share, loaded together.

    >>> m = jit.module(code='''
    ...     float gain = 1;
    ...     int table[4] = {1, 2, 3, 4};
    ...     float scaled(float x) { return gain * x; }
    ... ''')
    >>> m.gain = 0.5
    >>> m.scaled(np.float32(3))
    np.float32(1.5)
    >>> m.table[1:3] = 0
    >>> m.table
    <Buffer int32[4] at 0x48210b40>
    >>> m.reload(); m.gain
    np.float32(1.0)
"""

from difflib import get_close_matches

import numpy as np

from .binary import BinaryObject
from .buffer import Buffer
from .errors import ArgumentTypeError, ArgumentValueError, FunctionNotFound, UsageError, VariableNotFound
from .jit_function import JITFunction
from .on_device import refuse_to_copy


class Module:
    """Functions and globals of one or several sources, on the device.

    Functions are attributes, called as a JITFunction is. Globals are attributes,
    too: reading a number gives a NumPy scalar, reading an array or a structure a
    Buffer, which is a view of the device's memory; assigning writes to the device.
    What has the name of something that all modules have (`free`, `reload`,
    `binary` …), and symbols of C++, are m["free"]; names in C++ namespaces are m.geo.area or
    m["geo::area"].

    The module is freed by free(), at the end of ``with``, or when it and all its
    functions are forgotten.
    """

    def __init__(self, module, session, strict):
        self.__dict__.update(_module=module, _session=session, _strict=strict, _found={}, _binary=None)

    def _make_function(self, name):
        return JITFunction(self._module, name, self._session, self._strict, is_part=True)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _lookup(self, name)

    def __getitem__(self, name):
        """The function, or the value of the global, of that name. Raises VariableNotFound."""
        if not isinstance(name, str):
            raise TypeError(f"functions and globals of a module have names: m['gain'], not m[{name!r}]")
        return _lookup(self, name)

    def __setattr__(self, name, value):
        if hasattr(type(self), name):
            raise AttributeError(
                f"'{name}' belongs to every module and cannot be set; the global of that name is m[{name!r}] = …"
            )
        self[name] = value

    def __setitem__(self, name, value):
        """Writes to the global of that name: a number that its type holds exactly, or what fits its shape.

        Raises VariableNotFound, ArgumentTypeError, ArgumentValueError, ValueError
        for a const one or another shape.
        """
        if name in self.functions:
            raise AttributeError(f"'{name}' is a function of {self._module.name} and cannot be set; load the module anew")
        if name not in self.globals and _names(self, name + "::"):
            raise AttributeError(f"'{name}' is a namespace of {self._module.name}: set what is in it")
        _write(self, self._module.variable(name), value)

    def __dir__(self):
        return sorted({*super().__dir__(), *_names(self, "")})

    def __iter__(self):
        """The names of functions, then of globals."""
        return iter([*self.functions, *self.globals])

    def __len__(self):
        return len(self.functions) + len(self.globals)

    def __contains__(self, name):
        return name in self.functions or name in self.globals

    @property
    def functions(self):
        """Names of the functions that can be called, a tuple."""
        return tuple(self._module.functions)

    @property
    def globals(self):
        """Names of the global variables that are not static, a tuple."""
        return tuple(self._module.variables)

    @property
    def declarations(self):
        """{name: as C declares it} of functions and globals."""
        functions = {name: self[name].signature for name in self.functions if self.functions.count(name) == 1}
        return {**functions, **{name: self._module.variable(name).spelling for name in self.globals}}

    @property
    def binary(self):
        """What was loaded: sections, symbols, bytes, disassembly; a BinaryObject."""
        if self._binary is None:
            self.__dict__["_binary"] = BinaryObject(self._module.binary)
        return self._binary

    @property
    def valid(self):
        """Is it on the device? False after free(), and after reconnect()."""
        return self._module.is_loaded

    def dtype(self, name):
        """The NumPy dtype of a structure, union, enumeration or typedef: m.dtype("Point"). Raises UsageError."""
        return self._module.dtype(name)

    def address_of(self, name):
        """The address on the device of the function or global of that name."""
        if name in self.functions:
            return self._module.function(name).address
        return self._module.variable(name).address

    def reload(self):
        """Makes all data what they were when it was loaded, and runs constructors again.

        Buffers that view its globals stay good.
        """
        self._module.reload()

    def free(self):
        """Frees its memory on the device. Using its functions and globals afterwards is an error."""
        self._module.free()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.free()

    def __repr__(self):
        if not self.valid:
            return f"<Module {self._module.name} (freed)>"
        return f"<Module {self._module.name}: {_list(self.functions, 'function')}; {_list(self.globals, 'global')}>"


    __reduce_ex__ = refuse_to_copy


class Namespace:
    """What is in a C++ namespace of a module: m.geo.area, m.geo.scale = 2."""

    def __init__(self, module, prefix):
        self.__dict__.update(_module=module, _prefix=prefix)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _lookup(self._module, self._prefix + name)

    def __setattr__(self, name, value):
        self._module[self._prefix + name] = value

    def __dir__(self):
        return sorted(_names(self._module, self._prefix))

    def __repr__(self):
        return f"<namespace {self._prefix[:-2]}: {', '.join(sorted(_names(self._module, self._prefix)))}>"


def _list(names, what):
    if not names:
        return f"no {what}s"
    shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    return f"{what}{'s' if len(names) > 1 else ''} {shown}"


def _names(module, prefix):
    """The next part of all names behind a prefix: {"geo", "main"} of geo::area and main."""
    everything = [*module.functions, *module.globals]
    return {name[len(prefix) :].split("::")[0] for name in everything if name.startswith(prefix)}


def _lookup(module, name):
    """A function, a global's value, or a namespace."""
    found = module._found.get(name)
    if found is not None:
        return found
    try:
        found = module._make_function(name)
    except FunctionNotFound as error:
        if "several functions" in str(error):
            raise
    else:
        module._found[name] = found
        return found
    try:
        variable = module._module.variable(name)
    except VariableNotFound:
        if _names(module, name + "::"):
            return Namespace(module, name + "::")
        raise VariableNotFound(_not_found(module, name)) from None
    return _read(module, variable)


def _not_found(module, name):
    everything = [*module.functions, *module.globals]
    near = get_close_matches(name, everything, n=1)
    has = ", ".join(everything[:24]) or "none"
    if len(everything) > 24:
        has += f", … and {len(everything) - 24} more"
    text = f"no function or global '{name}' in {module._module.name}. It has: {has}."
    return text + (f" Did you mean '{near[0]}'?" if near else "")


def _view(module, variable):
    return Buffer(
        variable.memory,
        variable.dtype,
        variable.shape,
        first=variable.offset,
        readonly=variable.is_const,
        keep=module._session,
    )


def _read(module, variable):
    view = _view(module, variable)
    return view if variable.shape or view.dtype.names else view.numpy()[()]


def _write(module, variable, value):
    view = _view(module, variable)
    if variable.is_const:
        raise UsageError(
            f"{variable.spelling} is const: the compiler may have put its value into the code. Remove 'const' to change it"
        )
    if isinstance(value, (str, bytes)) and view.dtype == np.uint8 and view.ndim == 1:
        view[...] = _characters(variable, view.size, value)
    elif view.shape or (view.dtype.names and not isinstance(value, (tuple, dict))):
        view[...] = value
    elif (packed := _pack(variable, view.dtype, value)) is not None:
        view[...] = np.frombuffer(packed, view.dtype)[0]
    else:
        view[...] = _exactly(variable, view.dtype, value)


def _pack(variable, dtype, value):
    """The bytes of what is no number: a structure, a complex number, what a pointer points to."""
    is_address = dtype.kind == "u" and isinstance(value, (int, np.integer))
    return None if is_address else variable.pack(value)


def _characters(variable, size, text):
    """The bytes of a text, str as UTF-8, and zeros behind it."""
    text = text.encode() if isinstance(text, str) else text
    if len(text) > size:
        raise ArgumentValueError(f"{variable.spelling} cannot hold {len(text)} bytes")
    return np.frombuffer(text.ljust(size, b"\0"), np.uint8)


def _exactly(variable, dtype, value):
    """The number in the global's type, if that holds it exactly; a float is rounded, as in C."""
    kind = np.asarray(value).dtype.kind if not isinstance(value, int) else "i"
    if kind not in "biuf" or np.ndim(value) != 0:
        raise ArgumentTypeError(f"{variable.spelling} takes a number, not {value!r}")
    if dtype.kind == "f":
        return _rounded(variable, dtype, value, is_integer=kind != "f")
    if kind == "f" and not float(value).is_integer():
        raise ArgumentValueError(f"{variable.spelling} cannot hold {value!r}: it has no fractions")
    number = int(value)
    low, high = (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    if not low <= number <= high:
        raise ArgumentValueError(f"{variable.spelling} cannot hold {value!r}: it holds {low} to {high}")
    return dtype.type(number)


def _rounded(variable, dtype, value, is_integer):
    """The nearest number of a floating type; an integer must be that very number."""
    try:
        with np.errstate(over="ignore"):
            number = dtype.type(value)
    except OverflowError:
        number = dtype.type("inf")
    is_too_large = np.isinf(number) and (is_integer or not np.isinf(value))
    if is_too_large or (is_integer and int(number) != int(value)):
        raise ArgumentValueError(f"{variable.spelling} cannot hold {value!r}: the nearest number is {number}")
    return number
