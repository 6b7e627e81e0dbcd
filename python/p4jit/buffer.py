"""Buffer: an array that stays on the device."""

import operator

import numpy as np

from . import _core
from .errors import UsageError
from .on_device import refuse_to_copy


class Buffer(_core.DeviceElements):
    """Device memory with a shape and a dtype; P4JIT.buffer() makes one.

    Passed to a function it is its address: nothing is transferred. Slices,
    integers, ``...`` and ``None`` as indices give views of the same memory, a
    field's name one of that field; all indices give the element. Assignments
    write to the device.

    The memory is freed by free(), at the end of ``with``, with the last view, or
    with the session. Using it later raises UseAfterFree.
    """

    def __init__(self, block, dtype, shape, strides=None, first=0, readonly=False, keep=None):
        self._keep = keep or getattr(block, "_keep", None)  # for as long as there is memory to use
        self._first = first
        self.dtype = dtype
        self.shape = shape
        self._strides = _c_strides(shape, dtype.itemsize) if strides is None else strides
        self.readonly = readonly
        reach = [(count - 1) * stride for count, stride in zip(shape, self._strides)] if self.size else []
        self._low = first + sum(step for step in reach if step < 0) if self.size else 0
        self._extent = sum(map(abs, reach)) + dtype.itemsize if self.size else 0
        super().__init__(block, dtype, self._low, self._extent, readonly, self._is_contiguous())

    @property
    def size(self):
        """The number of elements."""
        size = 1
        for count in self.shape:
            size *= count
        return size

    @property
    def ndim(self):
        """The number of dimensions."""
        return len(self.shape)

    @property
    def nbytes(self):
        """Bytes of all elements."""
        return self.size * self.dtype.itemsize

    @property
    def address(self):
        """Where the first element is on the device. Raises UseAfterFree."""
        return self._block_address + self._first

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of a buffer without dimensions")
        return self.shape[0]

    def __iter__(self):
        return iter(self.numpy())

    def __getitem__(self, key):
        """A view of the same memory, or with all indices given the element."""
        view = self._view(key)
        indices = key if isinstance(key, tuple) else (key,)
        is_element = len(indices) == self.ndim and all(_is_integer(index) for index in indices)
        return view.numpy()[()] if is_element else view

    def __setitem__(self, key, value):
        """Writes to the device; the value is broadcast and converted as in NumPy."""
        self._view(key)._change(lambda elements: operator.setitem(elements, ..., value))

    def numpy(self):
        """A new array with what is on the device now."""
        memory = np.empty(self._extent, np.uint8)
        self._read(memory, self._low)
        elements = self._elements_in(memory)
        return elements if self._is_contiguous() else elements.copy()

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("The elements of a buffer are on the device: an array of them is always a copy.")
        array = self.numpy()
        return array if dtype is None else array.astype(dtype, copy=False)

    def copy_from(self, array):
        """Copies as many elements as there are from an array, in C order.

        Raises UsageError if it has another number of elements, TypeError if its
        dtype is of another kind.
        """
        array = self._same_size(np.asarray(array)).reshape(self.shape)
        self._change(lambda elements: np.copyto(elements, array))

    def copy_to(self, array):
        """Copies all elements into an array, in C order; raises as copy_from()."""
        if not isinstance(array, np.ndarray):
            raise TypeError(f"copy_to() takes a NumPy array, not a {type(array).__name__}")
        np.copyto(self._same_size(array), self.numpy().reshape(array.shape))

    def fill(self, value):
        """Sets all elements to the value, which is converted as in NumPy."""
        if not self._is_contiguous():
            self[...] = value
            return
        self._check_writable()
        element = np.empty((), self.dtype)
        element[...] = value
        self._fill(element, self._first, self.size)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.free()

    def __repr__(self):
        where = "freed" if self.is_freed else f"at {self.address:#010x}"
        return f"<Buffer {self.dtype}{list(self.shape)} {where}{', read-only' if self.readonly else ''}>"

    __reduce_ex__ = refuse_to_copy

    def _is_contiguous(self):
        return self.size == 0 or all(
            count == 1 or stride == expected
            for count, stride, expected in zip(self.shape, self._strides, _c_strides(self.shape, self.dtype.itemsize))
        )

    def _elements_in(self, memory):
        """The elements in a copy of the device's memory from _low on."""
        return np.ndarray(self.shape, self.dtype, memory, self._first - self._low if self.size else 0, self._strides)

    def _check_writable(self):
        if self.readonly:
            raise ValueError("This buffer is read-only.")

    def _change(self, assign):
        """Lets assign(elements) change a copy of the elements, and writes it to the device."""
        self._check_writable()
        memory = np.empty(self._extent, np.uint8)
        if not self._is_contiguous():
            self._read(memory, self._low)
        assign(self._elements_in(memory))
        self._write(memory, self._low)

    def _same_size(self, array):
        if array.size != self.size:
            raise UsageError(f"the buffer has {self.size} elements, the array {array.size}")
        return array

    def _view(self, key):
        if isinstance(key, str):
            return self._field(key)
        shape, strides, first = [], [], self._first
        axis = 0
        for index in _without_ellipsis(key, self.ndim):
            if index is None:
                shape.append(1)
                strides.append(0)
                continue
            count, stride = self.shape[axis], self._strides[axis]
            axis += 1
            if isinstance(index, slice):
                chosen = range(*index.indices(count))
                first += chosen.start * stride if chosen else 0
                shape.append(len(chosen))
                strides.append(stride * chosen.step)
            else:
                number = operator.index(index)
                if not -count <= number < count:
                    raise IndexError(f"index {number} is out of bounds for axis {axis - 1} with size {count}")
                first += number % count * stride
        return Buffer(self, self.dtype, tuple(shape), tuple(strides), first, self.readonly)

    def _field(self, name):
        if name not in (self.dtype.names or ()):
            raise KeyError(f"no field {name!r} in {self.dtype}")
        dtype, offset = self.dtype.fields[name][:2]
        shape = self.shape + dtype.shape
        strides = self._strides + _c_strides(dtype.shape, dtype.base.itemsize)
        return Buffer(self, dtype.base, shape, strides, self._first + offset, self.readonly)


def _is_integer(index):
    return not isinstance(index, (bool, np.bool_, np.ndarray)) and hasattr(index, "__index__")


def _c_strides(shape, itemsize):
    strides = []
    for count in reversed(shape):
        strides.append(itemsize)
        itemsize *= count
    return tuple(reversed(strides))


def _without_ellipsis(key, ndim):
    """One index for each dimension, and None where there are new ones."""
    key = key if isinstance(key, tuple) else (key,)
    for index in key:
        if not (index is None or index is ... or isinstance(index, slice) or _is_integer(index)):
            raise TypeError(
                f"a buffer takes integers, slices, ... and None as indices, not {type(index).__name__}; "
                "index an array with the same, buffer.numpy()"
            )
    missing = ndim - sum(index is not None and index is not ... for index in key)
    ellipses = sum(index is ... for index in key)
    if missing < 0:
        raise IndexError(f"too many indices: the buffer has {ndim} dimensions")
    if ellipses > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    at = next((i for i, index in enumerate(key) if index is ...), len(key))
    return (*key[:at], *[slice(None)] * missing, *key[at + ellipses :])


def contents_and_layout(what, dtype):
    """The elements for a new buffer in C order, or None; its shape; its dtype."""
    if isinstance(what, (int, np.integer)) or (isinstance(what, tuple) and all(map(_is_integer, what))):
        if dtype is None:
            raise UsageError(f"buffer({what!r}): give the dtype of the elements too: buffer({what!r}, np.float32)")
        shape = tuple(operator.index(count) for count in (what if isinstance(what, tuple) else (what,)))
        if any(count < 0 for count in shape):
            raise UsageError(f"buffer({what!r}): a shape has no negative counts")
        dtype = _checked(np.dtype(dtype))
        return None, shape + dtype.shape, dtype.base
    elements = np.asarray(what, dtype)
    return np.ascontiguousarray(elements).reshape(elements.shape), elements.shape, _checked(elements.dtype)


def _checked(dtype):
    if dtype.hasobject:
        raise UsageError(f"dtype {dtype} holds Python objects, which the device has not")
    if dtype.kind in "UMm":
        raise UsageError(f"dtype {dtype}: C has no such type; texts are bytes (dtype S), times are numbers")
    if not dtype.isnative:
        raise UsageError(f"dtype {dtype}: its bytes are in the other order; the device is little-endian. "
                         f"Give dtype={dtype.newbyteorder('=')!s}")
    return dtype
