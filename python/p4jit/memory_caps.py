"""Memory capabilities, ESP-IDF's MALLOC_CAP_*: what an allocation may ask for."""

from ._core import caps

__all__ = [name for name in vars(caps) if name.startswith("MALLOC_CAP_")]

globals().update({name: getattr(caps, name) for name in __all__})

#: The same as attributes of a class.
Caps = type("Caps", (), {"__doc__": "Memory capabilities.", **{name: getattr(caps, name) for name in __all__}})
