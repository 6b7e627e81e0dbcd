"""DeviceManager: a device's memory, and what runs there, by address."""

import logging
import os
import sys
import weakref

from .. import _core
from ..errors import ConnectionLost, OutOfMemory, UsageError
from ..options import checked, word
from ..utils.logger import INFO_VERBOSE

logger = logging.getLogger(__name__)

# Those that are connected to a board: a port belongs to one of them.
_connected: "weakref.WeakSet[DeviceManager]" = weakref.WeakSet()


class _Console:
    """Prints what kernels print; on a terminal without what would do more than print."""

    def __init__(self):
        self._filter = _core.TerminalFilter()

    def __call__(self, text):
        if sys.stdout is None:  # pythonw, a service: as print() has it
            return
        is_terminal = getattr(sys.stdout, "isatty", bool)()
        sys.stdout.write(self._filter(text) if is_terminal else text)
        sys.stdout.flush()


def _give_up_port(port):
    """Disconnects whoever in this process has that port; None: any board's."""
    for other in list(_connected):
        if port is None or port in (other.port, other.name):
            logger.warning("Port %s is already open by another instance. Forcing disconnect...", other.name)
            other.disconnect()


class DeviceManager:
    """The device at a port.

    Args:
        port: as P4JIT's; None: the first board that is found, else the virtual one.
        baudrate: accepted for the original's scripts; USB has no such thing.
        options: firmware_elf, board_firmware_elf, toolchain, revision, unsafe, lint,
            token, console: as P4JIT's.

    Attributes:
        port: where it is, or will be looked for.
        allocations: what allocate() has handed out: {address: {"size", "caps", "align"}}.
    """

    def __init__(self, port=None, baudrate=115200, **options):
        self.port = port
        self.baudrate = baudrate
        self.allocations = {}
        self._blocks = {}
        self._options = options
        self._core = None

    def connect(self):
        """Opens the device. Raises ConnectError if there is none, or it is busy."""
        if self._core is not None:
            return
        port = os.fspath(self.port) if self.port else None
        if port != "virtual":
            _give_up_port(port or os.environ.get("P4JIT_PORT"))
        if port and port != "virtual":
            logger.info("Connecting to %s at %d baud...", port, self.baudrate)
        watchers = {name: self._weakly(name) for name in ("console", "progress") if self._options.get(name) is not None}
        self._core = self._open(port, **{**self._options, **watchers})
        if self.port is None:
            self.port = "virtual" if self._core.is_virtual else self._core.name
        if not self._core.is_virtual:
            _connected.add(self)
        logger.info("Connected.")

    def _weakly(self, name):
        """The callable of an option, for the library: the garbage collector cannot see who refers to it there.

        A function that refers to the device that it watches would never be freed.
        """
        if not callable(self._options[name]):
            raise TypeError(f"{name}={self._options[name]!r}: give a function")
        manager = weakref.ref(self)

        def call(*arguments):
            if (alive := manager()) is not None:
                alive._options[name](*arguments)

        return call

    @staticmethod
    def _open(
        port,
        firmware_elf=None,
        board_firmware_elf=None,
        toolchain=None,
        revision=None,
        unsafe=False,
        lint=True,
        token=None,
        console=None,
        log=None,
        progress=None,
        progress_after=0.0,
    ):
        return _core.Device.open(
            port=port or "",
            token=checked("token", token or "", str),
            firmware_elf=os.fspath(firmware_elf) if firmware_elf else "",
            board_firmware_elf=os.fspath(board_firmware_elf) if board_firmware_elf else "",
            toolchain=toolchain or "",
            revision=None if revision is None else str(revision),
            unsafe=checked("unsafe", unsafe, bool),
            lint=checked("lint", lint, bool),
            console=console or _Console(),
            log=log or logger.log,
            progress=progress,
            progress_after=progress_after,
        )

    def disconnect(self):
        """Frees what is allocated there and gives up the port. Its functions cannot be called any more."""
        if self._core is None:
            return
        logger.log(INFO_VERBOSE, "Disconnecting %s...", self.port)
        core, self._core = self._core, None
        _connected.discard(self)
        self.forget()
        core.close()
        logger.info("Disconnected.")

    def forget(self):
        """Forgets what was allocated: it goes, or is gone, with the session."""
        self.allocations.clear()
        self._blocks.clear()

    @property
    def core(self):
        """The C++ library's handle of the device. Raises ConnectionLost unless connected."""
        if self._core is None:
            raise ConnectionLost("Device not connected")
        return self._core

    @property
    def name(self):
        """What is at the other end: "virtual ESP32-P4", "/dev/ttyACM0"."""
        return self._core.name if self._core else self.port

    @property
    def is_open(self):
        """Is it connected?"""
        return self._core is not None

    @property
    def serial(self):
        """The open line, whose is_open tells whether it still is; None if there is none."""
        return self if self.is_open else None

    def ping(self, data=b"\xca\xfe\xba\xbe"):
        """Does the device answer? Never raises."""
        try:
            self.core.ping(bytes(data))
        except Exception as error:
            logger.debug("Ping failed: %s", error)
            return False
        return True

    def allocate(self, size, caps, alignment):
        """Allocates device memory and returns its address.

        Args:
            size: in bytes, 1 at least.
            caps: which memory, MALLOC_CAP_*.
            alignment: of the address, a power of two.

        Raises OutOfMemory (a MemoryError) if there is none of that kind.
        """
        # The original's device refused a size that is none.
        size, caps, alignment = word("size", size, -(2**32)), word("caps", caps), word("alignment", alignment)
        try:
            if size <= 0:
                raise OutOfMemory(f"Allocation failed on device. Error: 3\n  asked for {size} bytes")
            if alignment == 0 or alignment & (alignment - 1):
                raise OutOfMemory(
                    f"Allocation failed on device. Error: 3\n  alignment {alignment} is no power of two"
                )
            logger.log(INFO_VERBOSE, "Allocating %d bytes (caps=%d, align=%d)", size, caps, alignment)
            block = self.core.allocate(size, caps, alignment)
        except OutOfMemory:
            self._tell_why_not(size)
            raise
        address = block._block_address
        self._blocks[address] = block
        self.allocations[address] = {"size": size, "caps": caps, "align": alignment}
        logger.debug("Allocated %d bytes at 0x%08X", size, address)
        return address

    def _tell_why_not(self, size):
        logger.error("Wrapper: Allocation Failed! requested_size=%d", size)
        logger.error("Tip: Check if available memory is sufficient.")
        logger.info("[Heap Status]")
        for key, value in self.get_heap_info().items():
            logger.info("  %s: %d", key, value)

    def free(self, address):
        """Frees what allocate() has handed out. Raises UsageError (a ValueError) for anything else."""
        address = word("address", address)
        if address not in self.allocations:
            raise UsageError(f"Address 0x{address:08X} not tracked in allocation table")
        self._blocks.pop(address).free()
        del self.allocations[address]
        logger.debug("Freed memory at 0x%08X", address)

    def write_memory(self, address, data, skip_bounds=False):
        """Writes bytes to device memory.

        Args:
            address: in memory that was allocated on this device.
            data: bytes, or anything with a contiguous buffer.
            skip_bounds: let it be any memory. The device must have been opened with
                P4JIT(unsafe=True).

        Raises AccessDenied (a PermissionError) otherwise; nothing is written.
        """
        data = bytes(memoryview(data).cast("B"))
        self._check_skip(skip_bounds)
        logger.log(INFO_VERBOSE, "Writing %d bytes to 0x%08X", len(data), address)
        self._logged(self.core.write_memory, word("address", address), data)

    def read_memory(self, address, size, skip_bounds=False):
        """Reads `size` bytes of device memory; raises as write_memory()."""
        self._check_skip(skip_bounds)
        return self._logged(self.core.read_memory, word("address", address), word("size", size))

    def execute(self, address):
        """Calls int f(void) at an address in allocated memory, and returns what it does, unsigned.

        Raises AccessDenied outside of such memory, DeviceFault if it crashes.
        """
        logger.log(INFO_VERBOSE, "Executing at 0x%08X", address)
        return self._logged(self.core.execute, word("address", address))

    def get_heap_info(self):
        """Bytes free and in all: {"free_spiram", "total_spiram", "free_internal", "total_internal"}."""
        return self.core.heap_stats()

    def _check_skip(self, skip_bounds):
        if skip_bounds and not self._options.get("unsafe"):
            raise UsageError("skip_bounds=True needs a device that was opened with unsafe=True: P4JIT(unsafe=True)")

    @staticmethod
    def _logged(access, *arguments):
        try:
            return access(*arguments)
        except PermissionError as error:
            logger.error("%s", error)
            raise

    def __repr__(self):
        return f"<DeviceManager {self.name or 'of any device'}{'' if self.is_open else ', not connected'}>"
