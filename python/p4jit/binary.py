"""What a loaded function or module is made of: sections, symbols, bytes, machine code.

    >>> add.binary.print_sections()
    Sections:
      .text                0x48210b00      92 bytes
    >>> print(add.binary.disassembly())
    >>> add.binary.save_elf("add.elf")          # for objdump, readelf, gdb
"""

import json
import logging
import os

from .errors import UsageError

logger = logging.getLogger(__name__)

LARGEST_WRAPPED = 128 * 1024  # bytes: what the original's linker script had room for


def _write(path, content):
    """Writes text or bytes to a file, and makes the folders above it."""
    folder = os.path.dirname(os.fspath(path))
    if folder:
        os.makedirs(folder, exist_ok=True)
    if isinstance(content, str):
        content = content.encode()
    with open(path, "wb") as file:
        file.write(content)


class BinaryObject:
    """A linked image at its addresses on the device.

    It is the host's own: it can be asked after free(), and tells what was loaded,
    not what has become of variables since.

    Attributes:
        metadata: of the function that it was loaded for: its name, the types of
            result and parameters, and where each argument is passed. A dict;
            empty for a module of several functions. UseAfterFree if it is asked
            for the first time after free().
    """

    def __init__(self, binary, metadata=None):
        self._binary = binary
        self._metadata = metadata or {}

    @property
    def metadata(self):
        if callable(self._metadata):
            self._metadata = self._metadata()
        return self._metadata

    @property
    def data(self):
        """The bytes as they were loaded, .bss as zeros, padded to a multiple of 4.

        If code and data were put into different memory, the data's bytes follow
        the code's; `sections` has the addresses.
        """
        bytes_ = self._binary.bytes
        return bytes_ + bytes(-len(bytes_) % 4)

    @property
    def total_size(self):
        """Bytes in all, .bss and padding included."""
        return len(self.data)

    @property
    def base_address(self):
        """The address on the device of the first byte."""
        return self._binary.address

    @property
    def entry_point(self):
        """Name of the code that the device calls: it loads arguments and calls the function."""
        return self._binary.entry_name

    @property
    def entry_address(self):
        """Address of the entry point."""
        return self._binary.entry_address

    @property
    def sections(self):
        """{".text": {"address", "size", "type"}, …}: .text, .rodata, .data and .bss, if not empty."""
        return {
            section["name"]: {key: section[key] for key in ("address", "size", "type")}
            for section in self._binary.sections
        }

    @property
    def symbols(self):
        """All symbols by address: dicts of name, address, size, type ("FUNC", "OBJECT", "NOTYPE"), is_global."""
        return self._binary.symbols

    @property
    def functions(self):
        """Functions by address: dicts of name, address, size, type ("FUNC").

        Labels of assembly sources in .text count as functions; one without a size
        extends to the next symbol.
        """
        text = self.sections.get(".text", {"address": 0, "size": 0})
        return [
            {"name": s["name"], "address": s["address"], "size": s["size"], "type": "FUNC"}
            for s in self.symbols
            if s["type"] == "FUNC"
            or (s["type"] == "NOTYPE" and s["is_global"] and 0 <= s["address"] - text["address"] < text["size"])
        ]

    def get_data(self):
        """The same as `data`."""
        return self.data

    def get_function_address(self, name):
        """The address of the function of that symbol name, or None."""
        return next((f["address"] for f in self.functions if f["name"] == name), None)

    def get_metadata_dict(self):
        """Entry point, addresses (as hexadecimal text), sizes, sections and functions, ready for JSON."""
        return {
            "entry_point": self.entry_point,
            "entry_address": f"0x{self.entry_address:08x}",
            "base_address": f"0x{self.base_address:08x}",
            "total_size": self.total_size,
            "sections": {
                name: {**section, "address": f"0x{section['address']:08x}"} for name, section in self.sections.items()
            },
            "functions": [
                {"name": f["name"], "address": f"0x{f['address']:08x}", "size": f["size"]} for f in self.functions
            ],
        }

    def validate(self):
        """Checks what the original's loader needs, and returns True.

        Raises:
            UsageError (a ValueError): the address is no multiple of 4, there are
                more than 128 KiB, or there is no entry point.
        """
        if self.base_address % 4 != 0:
            raise UsageError(f"Base address 0x{self.base_address:08x} not 4-byte aligned")
        if self.total_size > LARGEST_WRAPPED:
            raise UsageError(f"Binary exceeds 128KB limit: it has {self.total_size} bytes")
        if self.get_function_address(self.entry_point) is None:
            raise UsageError(f"Entry point '{self.entry_point}' not found")
        return True

    def save_bin(self, path):
        """Writes `data` to a file; folders above it are made."""
        _write(path, self.data)

    def save_elf(self, path):
        """Writes an ELF executable with symbols and debug information, for objdump, readelf and gdb."""
        _write(path, self._binary.elf())

    def save_metadata(self, path):
        """Writes get_metadata_dict() as JSON."""
        _write(path, json.dumps(self.get_metadata_dict(), indent=2))

    def disassembly(self, source_intermix=True, *, aliases=True):
        """The machine code as text, esp.* instructions included.

        Args:
            source_intermix: the lines of the source between the instructions.
            aliases: "ret" instead of "c.jr ra".
        """
        return self._binary.disassemble(aliases=aliases, source=source_intermix)

    def disassemble(self, output=None, source_intermix=True):
        """Writes disassembly() to the file `output`, or logs it at INFO."""
        text = self.disassembly(source_intermix)
        if output:
            _write(output, text)
            logger.info("Disassembly saved to %s", output)
        else:
            logger.info("%s", text)

    def print_sections(self):
        """Logs name, address and size of each section at INFO."""
        logger.info("Sections:")
        for name, section in self.sections.items():
            logger.info("  %-20s 0x%08x  %6d bytes", name, section["address"], section["size"])

    def print_symbols(self):
        """Logs name, address and size of each function at INFO."""
        logger.info("Functions:")
        for function in self.functions:
            logger.info("  %-30s 0x%08x  %4d bytes", function["name"], function["address"], function["size"])

    def print_memory_map(self):
        """Logs the sections by offset, and the padding behind them, at INFO; for each block of memory."""
        for base, rows in self._memory_map():
            logger.info("Memory Map (Base: 0x%08x):", base)
            logger.info("  %s", "─" * 60)
            for offset, name, size in rows:
                logger.info("  %6d  │ %-12s %6d bytes", offset, name, size)
            logger.info("  %s", "─" * 60)
        logger.info("  Total: %d bytes", self.total_size)

    def _memory_map(self):
        """For each block of memory its address, and (offset, name, size) of what is in it.

        The block of the code is first.
        """
        blocks, end = [], None
        for name, section in sorted(self.sections.items(), key=lambda item: item[1]["address"]):
            address, size = section["address"], section["size"]
            if end is None or address - end >= 4096:  # other memory
                blocks.append((address, []))
            base, rows = blocks[-1]
            if end is not None and rows and address > end:
                rows.append((end - base, "[padding]", address - end))
            rows.append((address - base, name, size))
            end = address + size
        for base, rows in blocks:
            offset, _, size = rows[-1]
            if (offset + size) % 4:
                rows.append((offset + size, "[padding]", -(offset + size) % 4))
        return sorted(blocks, key=lambda block: block[0] != self.base_address)

    def __len__(self):
        return self.total_size

    def __repr__(self):
        sections = ", ".join(f"{name} {s['size']}" for name, s in self.sections.items())
        return f"<BinaryObject {self.total_size} bytes at 0x{self.base_address:08x}: {sections}>"
