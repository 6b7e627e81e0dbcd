"""func.binary: what a loaded function is made of."""

import json
import re
import subprocess

import numpy as np
import pytest

from p4jit import P4JIT, BinaryObject, UsageError

SOURCE = r"""
#include <stdio.h>
int table[4] = {1, 2, 3, 4};
int zeros[10];
const short constants[3] = {7, 8, 9};
static __attribute__((noinline)) int helper(int x) { return x * table[x & 3]; }
int add(int a, const int *b) { printf("%d\n", a); zeros[a & 3]++; return helper(a) + *b + constants[a & 1] + zeros[a & 3]; }
"""


@pytest.fixture
def add(device, source):
    function = device.load(source(SOURCE, "add.c"), "add")
    yield function
    function.free()


def said(caplog):
    return [record.getMessage() for record in caplog.records]


def test_sections_follow_each_other_and_add_up(add):
    binary = add.binary
    assert list(binary.sections) == [".text", ".rodata", ".data", ".bss"]
    assert binary.sections[".data"] == {"address": binary.sections[".data"]["address"], "size": 16, "type": "PROGBITS"}
    assert binary.sections[".bss"]["size"] == 40 and binary.sections[".bss"]["type"] == "NOBITS"
    assert binary.base_address == binary.sections[".text"]["address"] == add.code_addr
    last = binary.sections[".bss"]
    assert binary.total_size == len(binary) == last["address"] + last["size"] - binary.base_address
    assert repr(binary).startswith(f"<BinaryObject {binary.total_size} bytes at 0x{add.code_addr:08x}: .text ")


def test_data_is_what_was_loaded(add):
    binary = add.binary
    at = binary.sections[".data"]["address"] - binary.base_address
    assert np.frombuffer(binary.data[at : at + 16], "<i4").tolist() == [1, 2, 3, 4]
    add(np.int32(1), np.int32([5]))
    assert binary.get_data() == binary.data and binary.data.endswith(bytes(40))


def test_symbols_tell_functions_and_variables(add):
    binary = add.binary
    functions = {f["name"]: f for f in binary.functions}
    assert set(functions) == {"add", "helper", "call_remote"}
    assert functions["call_remote"]["address"] == binary.entry_address and binary.entry_point == "call_remote"
    assert binary.get_function_address("add") == add.code_addr + (functions["add"]["address"] - add.code_addr)
    assert binary.get_function_address("nothing") is None
    objects = {s["name"]: s["size"] for s in binary.symbols if s["type"] == "OBJECT"}
    assert objects == {"constants": 6, "table": 16, "zeros": 40}
    assert not next(s for s in binary.symbols if s["name"] == "helper")["is_global"]


def test_what_is_printed_has_the_originals_form(add, caplog):
    with caplog.at_level("INFO"):
        add.binary.print_sections()
        add.binary.print_symbols()
        add.binary.print_memory_map()
    lines = said(caplog)
    base = add.code_addr
    text, bss = add.binary.sections[".text"], add.binary.sections[".bss"]
    assert lines[0] == "Sections:"
    assert lines[1] == f"  .text                0x{base:08x}  {text['size']:6d} bytes"
    assert lines[5] == "Functions:"
    assert re.fullmatch(r"  call_remote                    0x[0-9a-f]{8}   \d{3} bytes", lines[8])
    assert lines[9:11] == [f"Memory Map (Base: 0x{base:08x}):", "  " + "─" * 60]
    assert lines[11] == f"       0  │ .text        {text['size']:6d} bytes"
    assert any("[padding]" in line for line in lines)
    assert lines[-3] == f"  {bss['address'] - base:6d}  │ .bss             40 bytes"
    assert lines[-1] == f"  Total: {add.binary.total_size} bytes"


def test_disassembly_has_source_lines_if_wanted(add, caplog, tmp_path):
    text = add.binary.disassembly()
    assert f"{add.binary.entry_address:08x} <call_remote>:" in text
    assert "add.c:6  static __attribute__((noinline)) int helper" in text
    assert "add.c:6" not in add.binary.disassembly(source_intermix=False)
    with caplog.at_level("INFO"):
        assert add.binary.disassemble() is None
        add.binary.disassemble(output=str(tmp_path / "new" / "asm.txt"), source_intermix=False)
    assert said(caplog) == [text, f"Disassembly saved to {tmp_path / 'new' / 'asm.txt'}"]
    assert (tmp_path / "new" / "asm.txt").read_text() == add.binary.disassembly(source_intermix=False)


def test_vector_instructions_are_disassembled(device, source):
    text = "int f(const void *p) { __asm__ volatile(\"esp.vld.128.ip q0, %0, 16\" : \"+r\"(p)); return (int)p; }"
    assert "esp.vld.128.ip q0,a0,16" in device.load(source(text), "f").binary.disassembly()


def test_saved_files_are_what_tools_read(add, tmp_path):
    binary = add.binary
    binary.save_bin(tmp_path / "deep" / "er" / "add.bin")
    binary.save_elf(tmp_path / "add.elf")
    binary.save_metadata(str(tmp_path / "add.json"))
    assert (tmp_path / "deep" / "er" / "add.bin").read_bytes() == binary.data
    assert json.loads((tmp_path / "add.json").read_text()) == binary.get_metadata_dict()

    def tool(name, *options):
        command = [f"riscv64-unknown-elf-{name}", *options, tmp_path / "add.elf"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert not done.stderr
        return done.stdout

    assert f"Entry point address:               {binary.entry_address:#x}" in tool("readelf", "-h")
    symbols = {}
    for line in tool("nm", "-S").splitlines():
        address, *_, name = line.split()
        symbols[name] = int(address, 16)
    assert {f["name"] for f in binary.functions} < set(symbols)
    assert symbols["table"] == binary.sections[".data"]["address"]
    listing = tool("objdump", "-dS")
    assert "return helper(a) + *b" in listing and "<printf>" in listing
    tool("objcopy", "-O", "binary", "--gap-fill=0")


def test_metadata_is_the_originals_signature_file(add):
    metadata = add.binary.metadata
    assert metadata["name"] == "add" and metadata["return_type"] == "int"
    assert metadata["parameters"] == [
        {"name": "a", "type": "int", "category": "value"},
        {"name": "b", "type": "const int *", "category": "pointer"},
    ]
    assert metadata["addresses"]["code_base"] == f"0x{add.code_addr:08x}"
    assert metadata["arguments"][1]["address"] == f"0x{add.args_addr + 4:08x}"
    assert metadata["result"] == {"type": "int", "index": 31, "address": f"0x{add.args_addr + 124:08x}"}


def test_a_binary_outlives_its_function(device, source):
    function = device.load(source(SOURCE, "add.c"), "add")
    binary = function.binary
    function.free()
    assert binary.total_size > 0 and "<add>" in binary.disassembly()


def test_what_the_original_could_not_load_is_told(device, source, refusal):
    assert device.load(source("int f(void) { return 1; }"), "f").binary.validate()
    big = device.load(source("char room[200000]; char *f(void) { return room; }"), "f").binary
    assert "128KB" in refusal(UsageError, big.validate)


def test_code_and_data_in_different_memory_have_their_own_addresses(source, caplog):
    device = P4JIT(port="virtual")
    before = device.get_heap_stats(print_s=False)
    function = device.load(source(SOURCE, "add.c"), "add", code_caps=0x800, data_caps=0x404)
    sections = function.binary.sections
    assert sections[".text"]["address"] >> 20 == sections[".rodata"]["address"] >> 20 == 0x4FF
    assert sections[".data"]["address"] >> 24 == sections[".bss"]["address"] >> 24 == 0x48
    assert [function(np.int32(1), np.int32([5])) for _ in range(2)] == [2 + 5 + 8 + 1, 2 + 5 + 8 + 2]
    with caplog.at_level("INFO"):
        function.binary.print_memory_map()
    bases = [f"Memory Map (Base: 0x{sections[name]['address']:08x}):" for name in (".text", ".data")]
    assert [line for line in said(caplog) if "Base" in line] == bases
    function.free()
    assert device.get_heap_stats(print_s=False) == before
    assert isinstance(function.binary, BinaryObject)
