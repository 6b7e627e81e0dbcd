"""RemoteFunction: code at an address, called with a block of arguments at another."""

import logging

from ..errors import UsageError

logger = logging.getLogger(__name__)


class Signature(dict):
    """A function's metadata, and the image that it describes."""

    def __init__(self, entries, build):
        super().__init__(entries)
        self.build = build


class RemoteFunction:
    """Code on the device that takes its arguments from a block of 32-bit slots.

    Args:
        device_manager: where it is.
        code_addr: its entry, `int call_remote(void)`.
        args_addr: the block: argument i at args_addr + 4 * i, the result at
            args_addr + 124.
        signature: metadata of the BinaryObject, for smart_args.
        smart_args: calls take NumPy values, and return the result. Otherwise they
            take the block's bytes, and return what the entry does: 0.
        sync_arrays: arrays that the function may change are copied back.
    """

    def __init__(self, device_manager, code_addr, args_addr, signature=None, smart_args=False, sync_arrays=True):
        if smart_args and not signature:
            raise UsageError("Smart args enabled but no signature provided")
        self.dm = device_manager
        self.code_addr = code_addr
        self.args_addr = args_addr
        self.signature = signature
        self.smart_args = smart_args
        self.sync_enabled = sync_arrays
        self._function = self._attached() if smart_args else None

    def _attached(self):
        build = getattr(self.signature, "build", None)
        if build is None:
            raise UsageError(
                "signature: give the metadata of a BinaryObject, which knows the types; "
                "a dict made by hand does not"
            )
        expected = int(self.signature["addresses"]["arg_base"], 16)
        if expected != self.args_addr:
            raise UsageError(
                f"it was built for arguments at 0x{expected:08x}, not at 0x{self.args_addr:08x}: "
                "build it again with arg_address"
            )
        return self.dm.core.attach(build)

    def __call__(self, *args, strict=True, timeout=None):
        """Calls it; raises what JITFunction's calls do, and UsageError for anything but bytes without smart_args."""
        if self._function is not None:
            return self._function.call(*args, strict=strict, sync_arrays=self.sync_enabled, timeout=timeout)
        if len(args) != 1 or not isinstance(args[0], bytes):
            raise UsageError("In legacy mode (smart_args=False), expected single bytes argument")
        if args[0]:
            self.dm.write_memory(self.args_addr, args[0])
        return self.dm.execute(self.code_addr)

    def __repr__(self):
        name = self.signature["name"] if self.signature else "code"
        return f"<RemoteFunction {name} at 0x{self.code_addr:08x}, arguments at 0x{self.args_addr:08x}>"
