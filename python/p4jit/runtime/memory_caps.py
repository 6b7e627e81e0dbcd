"""Memory capabilities: the same as p4jit.memory_caps."""

from ..memory_caps import *  # noqa: F403
from ..memory_caps import __all__  # noqa: F401
