"""The whole model: importing this enters every family; `execute` runs one instruction on many states."""
import model_accumulators  # noqa: F401
import model_fft  # noqa: F401
import model_lanes  # noqa: F401
import model_memory  # noqa: F401
import model_moves  # noqa: F401
from model import SEMANTICS, execute

__all__ = ["SEMANTICS", "execute"]
