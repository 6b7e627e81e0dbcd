"""Builder: compiles and links a function for an address; what loads it is up to you.

    >>> builder = Builder()
    >>> binary = builder.build("compute.c", entry_point="compute", base_address=0x40800000)
    >>> binary.save_bin("compute.bin")
"""

import json
import logging
import os

from .. import _core
from ..binary import BinaryObject
from ..config import DEFAULT, Config
from ..errors import FunctionNotFound, SourceNotFound, UsageError
from ..options import listed, load_options
from ..runtime.remote_function import Signature
from ..utils.logger import INFO_VERBOSE

logger = logging.getLogger(__name__)


class BuiltBinary(BinaryObject):
    """An image for the address that it was built for, on no device yet."""

    def __init__(self, build, metadata=None):
        super().__init__(build.binary, metadata)
        self._build = build
        self._data = build.data + bytes(-len(build.data) % 4)

    @property
    def data(self):
        """The bytes from base_address on, .bss as zeros, padded to a multiple of 4."""
        return self._data

    @property
    def base_address(self):
        """The address that it was built for."""
        return self._build.address

    @property
    def entry_point(self):
        """Name of the function, or of the code that calls it with arguments: "call_remote"."""
        return self._build.entry_name

    @property
    def entry_address(self):
        """Its address."""
        return self._build.entry_address

    @property
    def alignment(self):
        """Addresses that are a multiple of it need no padding before the image."""
        return self._build.alignment

    @property
    def constructors(self):
        """Address of code that runs static constructors once the bytes are there; None if there are none."""
        return self._build.constructors


def _address(given, name):
    """An address, which may be text: "0x40800000"."""
    if isinstance(given, str):
        try:
            given = int(given, 0)
        except ValueError:
            raise UsageError(f"{name}={given!r}: give a number, or text such as '0x40800000'") from None
    if isinstance(given, bool) or not isinstance(given, int):
        raise UsageError(f"{name}={given!r}: give an address as an int")
    if not 0 <= given < 1 << 32:
        raise UsageError(f"{name}={given:#x}: addresses have 32 bits")
    return given


class Builder:
    """Compiles and links functions for given addresses.

    Args:
        config_path: config/toolchain.yaml, which may be missing.
        device: a connected DeviceManager, for whose chip and firmware to build;
            None: for the virtual board's, or the firmware that the config names.

    Attributes:
        wrapper: builds functions together with the code that gets their arguments.
    """

    def __init__(self, config_path=DEFAULT, *, device=None, lint=True, revision=None):
        self.config = config_path if isinstance(config_path, Config) else Config(config_path)
        self._device = device
        self._lint = lint
        self._revision = None if revision is None else str(revision)

    @property
    def wrapper(self):
        # Made anew: a builder that kept it would keep itself, and its device's port.
        return WrapperBuilder(self)

    def _core(self):
        if self._device is not None:
            return _core.Builder.of_device(self._device.core)
        elf = self.config.firmware_elf
        return _core.Builder.make(
            firmware_elf=str(elf) if elf else "",
            toolchain=self.config.toolchain,
            revision=self._revision,
            lint=self._lint,
            log=logger.log,
        )

    def build(
        self, source, entry_point, base_address, optimization=None, output_dir="build", use_firmware_elf=True, **options
    ):
        """Builds a function, and what it needs of the sources beside it, for an address.

        Args:
            source: path of a .c, .cpp, .cc, .cxx or .S file.
            entry_point: the function.
            base_address: where the image will be, a multiple of 4; text such as
                "0x40800000" will do.
            optimization: "O0" to "O3", "Os"; None: what the config says, else "O3".
            output_dir: accepted for the original's scripts; nothing is written.
            use_firmware_elf: may the code use symbols of the firmware?
            options: flags, defines, include_dirs, lto, lint: as P4JIT.load()'s.

        Returns a BinaryObject.

        Raises SourceNotFound, CompileError, LinkError, ToolchainNotFound;
        UsageError (a ValueError) for a bad address or an image above the config's
        memory.max_size; FunctionNotFound (a ValueError).
        """
        return self._build(source, entry_point, base_address, None, optimization, use_firmware_elf, options)

    def _build(self, source, function, base_address, arg_address, optimization, use_firmware_elf, options):
        path = os.fspath(source)
        if not os.path.isfile(path):
            raise SourceNotFound(f"Source file not found: {path}")
        if not isinstance(function, str) or not function.strip():
            raise UsageError(f"Invalid entry point name: {function!r}")
        base = _address(base_address, "base_address")
        arguments = None if arg_address is None else _address(arg_address, "arg_address")
        load = self._load_options(optimization, use_firmware_elf, options)
        logger.log(INFO_VERBOSE, "Compiling and linking %s (%s)", os.path.basename(path), load.optimization)
        try:
            build = self._core().build(path, function, load, base, arguments)
        except FunctionNotFound as error:
            raise FunctionNotFound(f"Function '{function}' not found in {path}: {error}") from None
        binary = BuiltBinary(build, _metadata(function, build, base, arguments))
        if binary.total_size > self.config.max_size:
            raise UsageError(f"Total size {binary.total_size} exceeds max {self.config.max_size}")
        logger.info("Build validation passed")
        return binary

    def _load_options(self, optimization, use_firmware_elf, options):
        config = self.config
        for name in options:
            if name not in ("flags", "defines", "include_dirs", "lto", "lint", "alignment"):
                raise TypeError(f"there is no option {name!r}")
        ours = {
            "optimization": optimization or config.optimization,
            "use_firmware_elf": use_firmware_elf,
            "flags": config.flags + listed("flags", options.get("flags"), "one flag an item"),
            "include_dirs": listed("include_dirs", options.get("include_dirs")) + config.include_dirs,
            "lto": options.get("lto", config.lto),
        }
        return load_options(**{**options, **ours})

    def __repr__(self):
        return f"<Builder for {self._device!r}>" if self._device else "<Builder>"


class WrapperBuilder:
    """Builds functions together with the code that gets their arguments from a block of memory."""

    def __init__(self, builder):
        self._builder = builder

    def build_with_wrapper(
        self,
        source,
        function_name,
        base_address,
        arg_address,
        output_dir=None,
        use_firmware_elf=True,
        *,
        optimization=None,
        **options,
    ):
        """Builds a function, and before it `int call_remote(void)`, which calls it.

        Args:
            base_address: where the image will be: of call_remote, if it is a multiple
                of the image's alignment (16).
            arg_address: where the block of arguments will be. Argument i is taken
                from arg_address + 4 * i, the result put at arg_address + 124;
                metadata["arguments"] and metadata["result"] have it where 64-bit
                numbers want more room.
            output_dir: folder for signature.json; None: it is not written.

        The others, and what is raised, as in Builder.build().
        """
        logger.info("Generating wrapper for '%s'", function_name)
        binary = self._builder._build(
            source, function_name, base_address, arg_address, optimization, use_firmware_elf, options
        )
        if output_dir is not None:
            path = os.path.join(os.fspath(output_dir), "signature.json")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                json.dump(binary.metadata, file, indent=2)
            logger.info("Wrapper build complete. Metadata saved to %s", path)
        return binary


def _metadata(function, build, base, arguments):
    """What the original wrote into signature.json; nothing for an image without arguments."""
    if arguments is None:
        return {}
    result_type, result_at, _ = build.result
    parameters = [
        {"name": name, "type": type_, "category": "pointer" if "*" in type_ or "[" in type_ else "value"}
        for name, type_, _, _ in build.parameters
    ]
    return Signature(
        {
            "name": function,
            "return_type": result_type,
            "parameters": parameters,
            "function": {"name": function, "return_type": result_type, "wrapper_entry": build.entry_name},
            "addresses": {
                "code_base": f"0x{base:08x}",
                "arg_base": f"0x{arguments:08x}",
                "args_array_size": build.block_size // 4,
                "args_array_bytes": build.block_size,
            },
            "arguments": [
                {"index": at // 4, **parameter, "address": f"0x{arguments + at:08x}"}
                for parameter, (_, _, at, _) in zip(parameters, build.parameters)
            ],
            "result": {"type": result_type, "index": result_at // 4, "address": f"0x{arguments + result_at:08x}"},
        },
        build,
    )
