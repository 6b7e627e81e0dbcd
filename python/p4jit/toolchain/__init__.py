"""Images for addresses of your own choice, with or without a device."""

from .. import __version__
from ..binary import BinaryObject
from .builder import Builder

__all__ = ["BinaryObject", "Builder", "__version__"]
