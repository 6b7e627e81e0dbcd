"""What is on a device is there once."""


def refuse_to_copy(self, protocol):
    """For copy and pickle."""
    raise TypeError(
        f"{self!r} is on a device, or is one: it cannot be copied or pickled. "
        "Open and load where it is needed; a buffer's elements are an array, buffer.numpy()"
    )
