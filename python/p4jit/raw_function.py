"""RawFunction: what load(smart_args=False) gives, a function called with the bytes of its arguments."""

import inspect
import logging

from .errors import UsageError, UseAfterFree
from .jit_function import JITFunction

logger = logging.getLogger(__name__)


def load_raw(session, builder, source, function_name, code_caps, data_caps, alignment, **options):
    """Builds once for the sizes and once for the addresses, and writes it there."""
    device = session.device
    wrapper = builder.wrapper
    probe = wrapper.build_with_wrapper(source, function_name, 0, 0, **options)
    code_addr = device.allocate(probe.total_size, code_caps, max(alignment, probe.alignment))
    args_addr = None
    try:
        args_addr = device.allocate(probe.metadata["addresses"]["args_array_bytes"], data_caps, alignment)
        binary = wrapper.build_with_wrapper(source, function_name, code_addr, args_addr, **options)
        return RawFunction(session, binary, code_addr, args_addr)
    except BaseException:
        for address in (code_addr, args_addr):
            if address is not None:
                device.free(address)
        raise


class RawFunction(JITFunction):
    """A function that takes the bytes of its block of arguments.

    Calls return what the entry code does, 0; the function's result is at
    args_addr + 124.
    """

    valid = True

    def __init__(self, session, binary, code_addr, args_addr):
        self.session = session
        self._remote = session.load_function(binary, args_addr)
        self.smart_args = False
        self._raw_binary = binary
        self._code_addr = code_addr
        self._args_addr = args_addr
        self.__name__ = binary.metadata["name"]
        self.__doc__ = self.signature

    def __call__(self, *args):
        """Calls it with the bytes of its arguments, 4 for each: see metadata["arguments"].

        Raises UsageError (a ValueError) for anything else, UseAfterFree, DeviceFault.
        """
        if not self.valid:
            logger.error("Attempted to call freed JITFunction")
            raise UseAfterFree("JITFunction has been freed and is no longer valid")
        return self._remote(*args)

    def free(self):
        """Frees its code and its arguments on the device."""
        if not self.valid:
            return
        self.valid = False
        device = self.session.device
        for address in (self._code_addr, self._args_addr):
            if address in device.allocations:
                device.free(address)

    @property
    def remote_func(self):
        """The RemoteFunction that a call runs."""
        return self._remote

    @property
    def sync_arrays(self):
        """For the original's scripts: there are no arrays to copy."""
        return self._remote.sync_enabled

    @sync_arrays.setter
    def sync_arrays(self, value):
        self._remote.sync_enabled = value

    @property
    def signature(self):
        """The function as C declares it."""
        metadata = self._raw_binary.metadata
        parameters = ", ".join(f"{p['type']} {p['name']}" for p in metadata["parameters"])
        return f"{metadata['return_type']} {metadata['name']}({parameters})"

    @property
    def __signature__(self):
        return inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.POSITIONAL_ONLY)])

    def dtype(self, name):
        """Not known here: raises UsageError."""
        raise UsageError(f"dtype({name!r}): load the function without smart_args=False to ask for its types")

    @property
    def last_call(self):
        """None: nothing is measured."""
        return None

    @property
    def code_addr(self):
        """Where its code is on the device."""
        return self._code_addr

    @property
    def args_addr(self):
        """Where its block of arguments is."""
        return self._args_addr

    @property
    def binary(self):
        """What was loaded; a BinaryObject."""
        return self._raw_binary

    @property
    def stats(self):
        """Bytes on the device: {"code_size", "args_size"}."""
        return {
            "code_size": self._raw_binary.total_size,
            "args_size": self._raw_binary.metadata["addresses"]["args_array_bytes"],
        }
