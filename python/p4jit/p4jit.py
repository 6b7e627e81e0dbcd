"""P4JIT: a device that functions are loaded into."""

import math
import os

from . import placed_array
from .buffer import Buffer, contents_and_layout
from .config import DEFAULT, Config
from .errors import OutOfMemory, UsageError
from .jit_function import JITFunction
from .memory_caps import MALLOC_CAP_8BIT, MALLOC_CAP_SPIRAM, Caps
from .module import Module
from .on_device import refuse_to_copy
from .options import listed, load_options, macros, name_of_code, word
from .progress import callback_for
from .raw_function import load_raw
from .runtime.jit_session import JITSession
from .toolchain.builder import Builder
from .utils.logger import INFO_VERBOSE, setup_logger

logger = setup_logger(__name__)


class P4JIT(Caps):
    """An ESP32-P4 that functions can be loaded into.

    Args:
        port: a serial port ("/dev/ttyACM0"), a pseudo-terminal, or
            "socket://host:port". None: what the environment variable P4JIT_PORT
            says, else the first ESP32-P4 on USB that answers, else the virtual
            one in this process. "virtual": always that one.
        token: what a server at "socket://host:port" may ask for (p4jit serve
            --token-file). None: what the environment variable P4JIT_TOKEN says.
        unsafe: let read_memory() and write_memory() reach all memory that the device
            has, such as registers or the firmware's own data, and not only what
            was allocated here. A wrong address may crash the board. Needs a board
            that speaks protocol v2.
        config_path: config/toolchain.yaml, which may be missing: docs/compat.md.
        firmware_elf: ELF of the device's firmware, whose symbols kernels may
            use. The virtual board brings its own.
        revision: the chip's revision, "1.3" or "3.1". Code is built for it, and a
            virtual board becomes such a chip. None: what the device says it is;
            "1.3" for a virtual board, and for a board that cannot tell.
        lint: look for mistakes in the machine code of everything that is loaded, and
            log warnings; docs/lint.md lists them.
        progress: None: transfers that take more than a second show a bar on
            stderr, if that is a terminal or a notebook; False: none does; or a
            function of (done, total), in bytes, which is called after each piece
            of every transfer to and from device memory. It must not use the device.
        console: called with text that kernels print, and the virtual board's
            firmware. None: sys.stdout.

    Raises:
        ConnectError: the port is missing, busy or silent, or the token is wrong.
        BadObject: a firmware image is damaged.
        UsageError: there is no such chip revision, or the chip says it is another.

    Attributes:
        session: its JITSession; session.device allocates, reads, writes and executes
            by address.
        builder: a Builder for this device.
    """

    def __init__(
        self,
        port=None,
        config_path=DEFAULT,
        *,
        firmware_elf=None,
        console=None,
        revision=None,
        lint=True,
        token=None,
        unsafe=False,
        progress=None,
    ):
        logger.info("Initializing P4JIT System...")
        tell, after = callback_for(progress)
        self._config = Config(config_path)
        self.session = JITSession(
            firmware_elf=firmware_elf,
            board_firmware_elf=self._config.firmware_elf,
            toolchain=self._config.toolchain,
            revision=revision,
            unsafe=unsafe,
            lint=lint,
            token=token,
            console=console,
            log=logger.log,
            progress=tell,
            progress_after=after,
        )
        self.session.connect(port)
        self.builder = Builder(self._config, device=self.session.device, lint=lint)
        logger.info("P4JIT Initialized.")

    @property
    def _device(self):
        return self.session.device.core

    def load(
        self,
        source,
        function_name,
        base_address=None,
        arg_address=None,
        optimization=None,
        output_dir=None,
        use_firmware_elf=True,
        code_caps=MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT,
        data_caps=MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT,
        alignment=16,
        smart_args=True,
        *,
        flags=(),
        defines=(),
        include_dirs=(),
        lto=False,
        strict=True,
        lint=True,
    ):
        """Compiles a source and places one of its functions on the device.

        Sources beside it (.c, .cpp, .cc, .cxx, .S) are compiled and linked as far as
        it needs what they define: docs/modules.md.

        Args:
            source: path of a .c, .cpp, .cc, .cxx or .S file.
            function_name: the function to call.
            base_address, arg_address, output_dir: accepted for the original's
                scripts; the device chooses the addresses and nothing is written.
            optimization: "O0" to "O3", "Os"; None: what the config says, else "O3".
            use_firmware_elf: may the code use symbols of the firmware (printf, malloc)?
            code_caps: memory for code and constants, MALLOC_CAP_*.
            data_caps: memory for variables and for the arguments; one block with
                the code if it is the same.
            alignment: of the code, in bytes; a power of two.
            smart_args: False: the function takes the bytes of its block of arguments,
                4 for each, and its result is at args_addr + 124.
            flags: more flags for the compiler, given last; a list.
            defines: macros: a list of "NAME" and "NAME=value", or a dict.
            include_dirs: folders with headers, beside the source's own.
            lto: optimize all sources as a whole.
            strict: refuse plain Python numbers; False converts values that the
                parameter can hold, and rounds a Python float to a C float.
            lint: False: do not look for mistakes in the machine code.

        Raises:
            SourceNotFound, CompileError, LinkError, FunctionNotFound,
            SignatureError, OutOfMemory, ToolchainNotFound. The device is as
            before then.
        """
        if not isinstance(function_name, str):
            raise TypeError(f"function_name={function_name!r}: give the function's name as a str")
        logger.info("Loading '%s' from '%s'...", function_name, source)
        if not smart_args:
            return self._load_raw(
                source,
                function_name,
                code_caps,
                data_caps,
                alignment,
                optimization=optimization,
                output_dir=output_dir,
                use_firmware_elf=use_firmware_elf,
                flags=listed("flags", flags, "one flag an item"),
                defines=macros(defines),
                include_dirs=include_dirs,
                lto=lto,
                lint=lint,
            )
        module = self._load(
            [(os.fspath(source), None)],
            functions=[function_name],
            optimization=optimization,
            flags=flags,
            defines=defines,
            include_dirs=include_dirs,
            lto=lto,
            use_firmware_elf=use_firmware_elf,
            code_caps=code_caps,
            data_caps=data_caps,
            alignment=alignment,
            lint=lint,
        )
        try:
            function = JITFunction(module, function_name, self.session, strict)
            logger.info("  Code Allocated: 0x%08X (%d bytes)", module.address, module.size)
            logger.info("Function loaded successfully.")
            return function
        except BaseException:
            # The traceback would keep it on the device.
            module.free()
            raise

    def read_memory(self, address, size):
        """The device's memory from an address on, as bytes.

        Without P4JIT(unsafe=True) it must lie in memory that was allocated here:
        a function's code, its arguments. With it, anywhere the device has memory;
        registers are read as 32-bit words if address and size are multiples of 4.

        Args:
            address: in the device's address space.
            size: in bytes.

        Raises:
            AccessDenied: it may not be read.
        """
        return self._device.read_memory(word("address", address), word("size", size))

    def write_memory(self, address, data):
        """Writes to the device's memory; see read_memory() for what may be reached.

        Args:
            address: in the device's address space.
            data: bytes, or anything with a contiguous buffer, such as a NumPy array.

        Raises:
            AccessDenied: it may not be written.
        """
        self._device.write_memory(word("address", address), bytes(memoryview(data).cast("B")))

    def module(
        self,
        source=None,
        *,
        code=None,
        name=None,
        language="c",
        objects=(),
        functions=(),
        strict=True,
        **options,
    ):
        """Loads all functions and globals of one or several sources: docs/modules.md.

        Args:
            source: a path, or a list of paths that belong together.
            code: the text of a source instead, or beside it.
            name: how messages call the code, "filters.c"; its extension tells the
                language.
            language: of the code without a name: "c", "c++" or "asm".
            objects: .o and .a files to link as they are; of an archive what is
                needed, or all if there is nothing else.
            functions: names of functions to keep, with what they need. None
                given: everything is kept.
            strict: as in load().
            options: optimization, flags, defines, include_dirs, lto,
                use_firmware_elf, code_caps, data_caps, alignment, lint: as in load();
                use_siblings=False: a single source gets nothing from those beside it.

        Returns a Module.

        Raises what load() raises.
        """
        sources = [(os.fspath(path), None) for path in listed("source", source)]
        if code is not None:
            if not isinstance(code, str):
                raise TypeError(f"code is of type {type(code).__name__}: give the text of a source as a str")
            sources.append((name or name_of_code(language), code))
        sources += [(os.fspath(path), None) for path in listed("objects", objects)]
        if not sources:
            raise UsageError("module(): give a source, code or objects")
        core = self._load(sources, functions=listed("functions", functions), **options)
        return Module(core, self.session, strict)

    def _load_raw(self, *args, **options):
        function = load_raw(self.session, self.builder, *args, **options)
        logger.info("  Code Allocated: 0x%08X (%d bytes)", function.code_addr, function.stats["code_size"])
        logger.info("  Args Allocated: 0x%08X (%d bytes)", function.args_addr, function.stats["args_size"])
        logger.info("Function loaded successfully.")
        return function

    def _load(self, sources, *, optimization=None, flags=(), include_dirs=(), lto=False, **rest):
        config = self._config
        optimization = optimization or config.optimization
        logger.log(INFO_VERBOSE, "Compiling and linking %s (%s)", sources[0][0], optimization)
        options = load_options(
            optimization=optimization,
            flags=config.flags + listed("flags", flags, "one flag an item"),
            include_dirs=listed("include_dirs", include_dirs) + config.include_dirs,
            lto=lto or config.lto,
            **rest,
        )
        return self._device.load(sources, options)

    def buffer(self, what, dtype=None, caps=MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT, *, readonly=False):
        """Device memory that outlives calls, as an array that functions take by its address.

        Args:
            what: an array, or what np.asarray() makes one of, whose elements are
                copied there in C order; or a shape, an int or a tuple of them:
                the contents are what was in the memory before.
            dtype: of the elements; None: the array's.
            caps: which memory, MALLOC_CAP_*.
            readonly: refuse assignments, and functions that may write to it.

        Returns a Buffer, whose memory begins at a multiple of 128 bytes.

        Raises OutOfMemory, and UsageError for a dtype that C does not have.
        """
        elements, shape, dtype = contents_and_layout(what, dtype)
        size = dtype.itemsize * math.prod(shape)
        if size >= 2**32:
            raise OutOfMemory(f"buffer({what!r}): {size} bytes are more than any device has")
        if not 0 <= caps < 2**32:
            raise UsageError(f"caps={caps!r}: give MALLOC_CAP_* or several of them, joined by |")
        block = self._device.allocate(size, caps)
        if elements is not None:
            block._write(elements, 0)
        return Buffer(block, dtype, shape, readonly=readonly, keep=self.session)

    def set_p4_mem_location(self, array, caps):
        """A view of the array that calls put into device memory with these capabilities.

        Args:
            array: a NumPy array; the view shares its elements.
            caps: MALLOC_CAP_*, such as MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT.

        Calls of the view raise OutOfMemory where there is no such memory.
        """
        return placed_array.place(self, array, caps)

    def get_heap_stats(self, print_s=True):
        """Bytes free and in all, in PSRAM ("spiram") and internal RAM, as a dict."""
        stats = self._device.heap_stats()
        if print_s:
            logger.info("[Heap Params]")
            for key, value in stats.items():
                logger.info("  %-15s: %10d bytes (%6.2f KB)", key, value, value / 1024)
        return stats

    def reconnect(self, timeout=5.0):
        """Begins a new session with the board, which may have been unplugged or reset.

        Opens the port again, or the one where the same board is now, which its USB
        serial number tells. A virtual board of this process is started anew.
        Functions and buffers of the session before are gone: load them again.

        Args:
            timeout: seconds to wait for the board to be there; at most a day.

        Returns:
            What is gone, and where the board is: {"name": str, "modules": list of
            the sources' names, "buffers": int}.

        Raises:
            ConnectError: the board is not there, busy or silent.
            UsageError: the timeout is no such time, or it is another chip now.
            BadObject: its firmware is not the one of firmware_elf.
        """
        if not 0 <= timeout <= 86400:
            raise UsageError(f"timeout={timeout}: give seconds, from 0 to 86400")
        self.session.device.forget()
        return self._device.reconnect(timeout)

    @property
    def name(self):
        """What is at the other end: "virtual ESP32-P4", "/dev/ttyACM0"."""
        return self.session.device.name

    @property
    def revision(self):
        """The chip revision that code is built for: "1.3"."""
        return self._device.revision

    @property
    def is_virtual(self):
        """Is it the virtual board in this process?"""
        return self._device.is_virtual

    def __repr__(self):
        device = self.session.device
        return f"<P4JIT {device.name}{'' if device.is_open else ', not connected'}>"

    __reduce_ex__ = refuse_to_copy
