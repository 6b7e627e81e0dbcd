"""The two classes that most scripts need: P4JIT and JITFunction."""

import logging
import os
import sys

from . import _core
from .binary import BinaryObject
from .errors import UsageError
from .memory_caps import MALLOC_CAP_8BIT, MALLOC_CAP_SPIRAM  # noqa: F401

logger = logging.getLogger(__name__)


def _print_console(text):
    sys.stdout.write(text)
    sys.stdout.flush()


class P4JIT:
    """An ESP32-P4 that functions can be loaded into.

    Args:
        port: a serial port ("/dev/ttyACM0"), a pseudo-terminal, or
            "socket://host:port". None: what the environment variable P4JIT_PORT
            says, else the first ESP32-P4 on USB that answers, else the virtual
            one in this process. "virtual": always that one.
        config_path: accepted for the original's scripts; not used yet.
        firmware_elf: ELF of the device's firmware, whose symbols kernels may
            use. The virtual board brings its own.
        revision: the chip's revision, "1.3" or "3.1". Code is built for it, and a
            virtual board becomes such a chip. None: what the device says it is;
            "1.3" for a virtual board, and for a board that cannot tell.
        lint: look for mistakes in the machine code of everything that is loaded, and
            log warnings; docs/lint.md lists them.
        console: called with text that kernels print, and the virtual board's
            firmware. None: sys.stdout.

    Raises:
        ConnectError: the port is missing, busy or silent.
        BadObject: a firmware image is damaged.
        UsageError: there is no such chip revision, or the chip says it is another.
    """

    def __init__(
        self,
        port=None,
        config_path="config/toolchain.yaml",
        *,
        firmware_elf=None,
        console=None,
        revision=None,
        lint=True,
    ):
        self._device = _core.Device.open(
            port=os.fspath(port) if port else "",
            firmware_elf=os.fspath(firmware_elf) if firmware_elf else "",
            revision=None if revision is None else str(revision),
            lint=lint,
            console=console or _print_console,
            log=logger.log,
        )

    def load(
        self,
        source,
        function_name,
        base_address=None,
        arg_address=None,
        optimization="O3",
        output_dir=None,
        use_firmware_elf=True,
        code_caps=MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT,
        data_caps=MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT,
        alignment=16,
        *,
        flags=(),
        strict=True,
        lint=True,
    ):
        """Compiles a source and places one of its functions on the device.

        Args:
            source: path of a .c, .cpp, .cc, .cxx or .S file.
            function_name: the function to call.
            base_address, arg_address, output_dir: accepted for the original's
                scripts; the device chooses the addresses and nothing is written.
            optimization: "O0" to "O3", "Os".
            use_firmware_elf: may the code use symbols of the firmware (printf, malloc)?
            code_caps, data_caps: memory for code and for the arguments, MALLOC_CAP_*.
            alignment: of the code, in bytes; a power of two.
            flags: more flags for the compiler, given last.
            strict: refuse plain Python numbers; False converts values that the
                parameter can hold, and rounds a Python float to a C float.
            lint: False: do not look for mistakes in the machine code.

        Raises:
            SourceNotFound, CompileError, LinkError, FunctionNotFound,
            SignatureError, OutOfMemory, ToolchainNotFound. The device is as
            before then.
        """
        if isinstance(flags, str):
            raise UsageError(f"flags={flags!r}: give a list, one flag an item, such as {flags.split()}")
        if not isinstance(function_name, str):
            raise TypeError(f"function_name={function_name!r}: give the function's name as a str")
        module = self._device.load(
            source=os.fspath(source),
            text=None,
            functions=[function_name],
            optimization=optimization,
            flags=list(flags),
            use_firmware_symbols=use_firmware_elf,
            code_caps=code_caps,
            data_caps=data_caps,
            alignment=alignment,
            lint=lint,
        )
        try:
            return JITFunction(module, function_name, strict)
        except BaseException:
            # The traceback would keep it on the device.
            module.free()
            raise

    def get_heap_stats(self, print_s=True):
        """Bytes free and in all, in PSRAM ("spiram") and internal RAM, as a dict."""
        stats = self._device.heap_stats()
        if print_s:
            logger.info("[Heap Params]")
            for key, value in stats.items():
                logger.info("  %-15s: %10d bytes (%6.2f KB)", key, value, value / 1024)
        return stats

    @property
    def name(self):
        """What is at the other end: "virtual ESP32-P4", "/dev/ttyACM0"."""
        return self._device.name

    @property
    def revision(self):
        """The chip revision that code is built for: "1.3"."""
        return self._device.revision

    @property
    def is_virtual(self):
        """Is it the virtual board in this process?"""
        return self._device.is_virtual

    def __repr__(self):
        return f"<P4JIT {self.name}>"


class JITFunction:
    """A function on the device; call it like one of Python's.

    Numbers are NumPy scalars of the parameter's kind and size, pointers NumPy
    arrays of the elements' type, or None. Arrays that the function may change
    (not const) are changed in place. The result is a NumPy scalar, or None for
    void.
    """

    def __init__(self, module, function_name, strict=True):
        self._module = module
        self._function = module.function(function_name)
        self._strict = strict
        self._binary = None
        self.sync_arrays = True
        self.valid = True
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
        return self._function.call(*args, strict=self._strict, sync_arrays=self.sync_arrays, timeout=timeout)

    def free(self):
        """Frees its memory on the device. Calling it afterwards is an error."""
        if self.valid:
            self.valid = False
            self._module.free()

    @property
    def signature(self):
        """The function as C declares it: "int add(int a, int b)"."""
        return self._function.signature

    @property
    def last_call(self):
        """What the last call took: cycles, cpu_hz, seconds, host_seconds, round_trips."""
        return self._function.last_call

    @property
    def code_addr(self):
        """Where its code is on the device."""
        return self._module.address

    @property
    def args_addr(self):
        """Where its arguments are on the device."""
        return self._function.arguments_address

    @property
    def binary(self):
        """What was loaded: sections, symbols, bytes, disassembly; a BinaryObject."""
        if self._binary is None:
            self._binary = BinaryObject(self._module.binary, self._metadata())
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
