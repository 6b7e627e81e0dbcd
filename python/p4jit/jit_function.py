"""JITFunction: a function on the device, called like one of Python's."""

import inspect
import keyword

import numpy as np

from . import placed_array
from .binary import BinaryObject
from .errors import UsageError
from .on_device import refuse_to_copy


class JITFunction:
    """A function on the device; call it like one of Python's.

    Numbers are NumPy scalars of the parameter's kind and size, pointers NumPy
    arrays of the elements' type, or None. Arrays that the function may change
    (not const) are changed in place. The result is a NumPy scalar, or None for
    void.

    Attributes:
        sync_arrays: copy arrays that the function may change back; True at first.
        smart_args: does it take values, and not the bytes of its arguments?
        session: the JITSession of its device.
        valid: is it on the device? False after free(), and after reconnect().
    """

    smart_args = True

    def __init__(self, module, function_name, session, strict=True, is_part=False):
        self._module = module
        self._is_part = is_part
        self.session = session
        self._function = module.function(function_name)
        self._code_addr = module.address
        self._args_addr = self._function.arguments_address
        self._strict = strict
        self._binary = None
        self.sync_arrays = True
        self.__name__ = function_name
        self.__doc__ = self._function.signature

    def __call__(self, *args, timeout=None):
        """Calls the function.

        Args:
            timeout: seconds after which it is stopped; None: it may run for
                ever, or until Ctrl-C.

        Raises:
            ArgumentCountError, ArgumentTypeError, ArgumentValueError: wrong
                arguments. Nothing was run.
            DeviceFault: it crashed. The exception has cause, address, place,
                pc, backtrace, registers and dump().
            Timeout, KeyboardInterrupt: it was stopped. In each case the device
                is fine and arrays are as before.
            UseAfterFree: after free().
        """
        if timeout is not None and not isinstance(timeout, (int, float, np.number)):
            raise TypeError(f"timeout={timeout!r}: give seconds as a number, or None for no limit")
        if placed_array.wants_place(args):
            return placed_array.call_with_places(
                lambda *rest: self._function.call(
                    *rest, strict=self._strict, sync_arrays=self.sync_arrays, timeout=timeout
                ),
                args,
                self._function.points_to_const,
                self.sync_arrays,
            )
        return self._function.call(*args, strict=self._strict, sync_arrays=self.sync_arrays, timeout=timeout)

    def free(self):
        """Frees its memory on the device. Calling it afterwards is an error."""
        if self._is_part:
            raise UsageError(f"{self.__name__} is part of a module, which is freed as a whole: module.free()")
        self._module.free()

    @property
    def valid(self):
        """Is it on the device?"""
        return self._module.is_loaded

    def dtype(self, name):
        """The NumPy dtype of a structure, union, enumeration or typedef that the
        signature mentions: np.zeros(10, f.dtype("Point")).

        Pointers in it are np.uint32, bit fields that share bytes one number
        ("ready:1,mode:3", lowest bits first), members of a union lie on each other.

        Raises UsageError, which lists what there is.
        """
        return self._function.dtype(name)

    @property
    def remote_func(self):
        """The original's name for what a call runs: with values as arguments it is this function itself."""
        return self

    @property
    def dm(self):
        """session.device, by the name that the original's remote_func has for it."""
        return self.session.device

    @property
    def sync_enabled(self):
        """sync_arrays, by the name that the original's remote_func has for it."""
        return self.sync_arrays

    @sync_enabled.setter
    def sync_enabled(self, value):
        self.sync_arrays = value

    @property
    def signature(self):
        """The function as C declares it: "int add(int a, int b)"."""
        return self._function.signature

    @property
    def __signature__(self):
        """For inspect, help() and editors: the parameters as C names them."""
        parameters = []
        for i, (name, _) in enumerate(self._function.parameters):
            usable = name.isidentifier() and not keyword.iskeyword(name) and name != "timeout"
            parameters.append(inspect.Parameter(name if usable else f"argument{i + 1}", inspect.Parameter.POSITIONAL_ONLY))
        parameters.append(inspect.Parameter("timeout", inspect.Parameter.KEYWORD_ONLY, default=None))
        return inspect.Signature(parameters)

    @property
    def last_call(self):
        """What the last call took: cycles, cpu_hz, seconds, host_seconds, round_trips."""
        return self._function.last_call

    @property
    def code_addr(self):
        """Where its code is on the device, or was before free()."""
        return self._code_addr

    @property
    def args_addr(self):
        """Where its arguments are on the device, or were before free()."""
        return self._args_addr

    @property
    def binary(self):
        """What was loaded: sections, symbols, bytes, disassembly; a BinaryObject."""
        if self._binary is None:
            self._binary = BinaryObject(self._module.binary, self._metadata)
        return self._binary

    def _metadata(self):
        """What the original wrote into signature.json."""
        function, arguments = self._function, self.args_addr
        parameters = [
            {"name": name, "type": type_, "category": "pointer" if "*" in type_ or "[" in type_ else "value"}
            for name, type_ in function.parameters
        ]
        return {
            "name": self.__name__,
            "return_type": function.result,
            "parameters": parameters,
            "function": {
                "name": self.__name__,
                "return_type": function.result,
                "wrapper_entry": self._module.binary.entry_name,
            },
            "addresses": {
                "code_base": f"0x{self.code_addr:08x}",
                "arg_base": f"0x{arguments:08x}",
                "args_array_size": 32,
                "args_array_bytes": 128,
            },
            "arguments": [
                {"index": i, **parameter, "address": f"0x{arguments + 4 * i:08x}"}
                for i, parameter in enumerate(parameters)
            ],
            "result": {"type": function.result, "index": 31, "address": f"0x{arguments + 124:08x}"},
        }

    @property
    def stats(self):
        """Bytes on the device: {"code_size", "args_size"}."""
        return {"code_size": self._module.size, "args_size": 128}

    def __repr__(self):
        state = "" if self.valid else " (freed)"
        return f"<JITFunction {self.signature}{state}>"

    __reduce_ex__ = refuse_to_copy
