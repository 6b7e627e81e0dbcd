"""JITSession: a device, found and connected."""

import logging

from .device_manager import DeviceManager
from .remote_function import RemoteFunction

logger = logging.getLogger(__name__)


class JITSession:
    """A connection to a device.

    Args:
        options: as DeviceManager's.

    Attributes:
        device: its DeviceManager.
    """

    def __init__(self, **options):
        self.device = DeviceManager(**options)

    def connect(self, port=None):
        """Connects to the device at that port; None: to the first board that is found, else the virtual one.

        Raises ConnectError (a RuntimeError) if the port is missing, busy or silent.
        """
        if port is not None:
            logger.info("Connecting to specified port: %s", port)
            self.device.port = port
        else:
            logger.info("Auto-detecting JIT device...")
        self.device.connect()
        if port is None:
            logger.info("Found JIT Device at %s", self.device.name)

    def load_function(self, binary_object, args_addr, smart_args=False):
        """Writes an image to where it was built for, and returns its function.

        Args:
            binary_object: what Builder.wrapper.build_with_wrapper() has made for
                allocated memory.
            args_addr: the block of arguments that it was built with.
            smart_args: the function takes NumPy values, and not the block's bytes.

        Raises AccessDenied unless that memory is allocated, UsageError if it was
        built for other arguments.
        """
        self.device.write_memory(binary_object.base_address, binary_object.data)
        constructors = getattr(binary_object, "constructors", None)
        if constructors is not None:
            self.device.execute(constructors)
        signature = binary_object.metadata if smart_args else None
        return RemoteFunction(self.device, binary_object.entry_address, args_addr, signature, smart_args)

    def __repr__(self):
        return f"<JITSession {self.device!r}>"
