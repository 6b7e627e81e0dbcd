"""The device by hand: sessions, memory, remote functions.

P4JIT does all of it by itself. This is for who allocates, writes and executes in
steps of their own; docs/compat.md has an example.
"""

from .device_manager import DeviceManager
from .jit_session import JITSession
from .remote_function import RemoteFunction

__all__ = ["DeviceManager", "JITSession", "RemoteFunction"]
