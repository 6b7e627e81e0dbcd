"""What the original's tests/legacy and tests/examples do: images for addresses, without a device."""

import json

import numpy as np
import pytest

import p4jit
from p4jit.toolchain import BinaryObject, Builder


@pytest.fixture
def builder():
    return Builder()


def test_single_file_builds_for_an_address_without_a_device(builder, sources, tmp_path):
    binary = builder.build(source=sources / "scaled_sum.c", entry_point="mean", base_address=0x40800000)
    assert isinstance(binary, BinaryObject)
    assert binary.base_address == 0x40800000 and binary.entry_address == binary.get_function_address("mean")
    assert binary.entry_point == "mean" and binary.validate()
    binary.save_bin(tmp_path / "output" / "simple.bin")
    assert (tmp_path / "output" / "simple.bin").read_bytes() == binary.data
    binary.save_metadata(tmp_path / "output" / "metadata.json")
    assert json.loads((tmp_path / "output" / "metadata.json").read_text())["entry_point"] == "mean"


def test_multi_file_takes_what_it_needs_from_beside_it(builder, sources):
    binary = builder.build(str(sources / "project" / "pipeline.c"), "pipeline", "0x40800000")
    assert {f["name"] for f in binary.functions} >= {"pipeline"}
    assert set(binary.sections) == {".text"}


def test_wrapper_writes_its_signature_where_it_is_told_and_nowhere_else(builder, sources, tmp_path):
    before = sorted(p.name for p in sources.rglob("*"))
    binary = builder.wrapper.build_with_wrapper(
        source=sources / "scaled_sum.c",
        function_name="scaled_sum",
        base_address=0x40800000,
        arg_address=0x50000000,
        output_dir=tmp_path / "output",
    )
    assert binary.entry_point == "call_remote"
    assert binary.entry_address == binary.base_address == 0x40800000
    signature = json.loads((tmp_path / "output" / "signature.json").read_text())
    assert signature == binary.metadata
    assert [a["address"] for a in signature["arguments"]] == ["0x50000000", "0x50000004", "0x50000008"]
    assert [a["category"] for a in signature["arguments"]] == ["pointer", "value", "value"]
    assert signature["result"]["address"] == "0x5000007c" and signature["addresses"]["args_array_bytes"] == 128
    assert sorted(p.name for p in sources.rglob("*")) == before


def test_the_entry_is_at_the_base_whatever_sorts_before_it(builder, sources):
    binary = builder.wrapper.build_with_wrapper(sources / "several" / "compute.c", "compute", 0x48000100, 0x48000000)
    assert binary.entry_address == 0x48000100 < binary.get_function_address("compute")


def test_multi_func_example_compares_optimizations(builder, sources):
    sizes = {}
    for level in ("O0", "O3"):
        binary = builder.build(
            source=sources / "several" / "compute.c", entry_point="compute", base_address=0x40800000, optimization=level
        )
        sizes[level] = binary.sections[".text"]["size"]
        assert {"compute", "helper"} <= {f["name"] for f in binary.functions}
        assert "esp.zero.qacc" in binary.disassembly()
    assert sizes["O0"] > sizes["O3"]


def test_a_base_that_is_not_aligned_is_padded(builder, source):
    path = source("__attribute__((aligned(64))) int table[4] = {1, 2, 3, 4}; int get(int i) { return table[i]; }")
    for base in (0x40800004, 0x4080003C, 0x40800040):
        binary = builder.build(path, "get", base)
        assert binary.alignment == 64
        assert binary.base_address == base and len(binary.data) == binary.total_size
        table = next(s for s in binary.symbols if s["name"] == "table")
        assert table["address"] % 64 == 0
        at = table["address"] - base
        assert np.frombuffer(binary.data[at : at + 16], np.int32).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"base_address": 0x40800002}, ValueError, "not 4-byte aligned"),
        ({"base_address": "here"}, ValueError, "0x40800000"),
        ({"base_address": 1 << 32}, ValueError, "32 bits"),
        ({"entry_point": ""}, ValueError, "Invalid entry point name"),
        ({"entry_point": "nothing"}, ValueError, "Function 'nothing' not found in"),
        ({"source": "no_such.c"}, FileNotFoundError, "Source file not found: no_such.c"),
        ({"optimize": "O2"}, TypeError, "no option 'optimize'"),
    ],
)
def test_what_cannot_be_built_is_told(builder, sources, change, kind, words):
    given = {"source": sources / "scaled_sum.c", "entry_point": "mean", "base_address": 0x40800000, **change}
    with pytest.raises(kind, match=words):
        builder.build(**given)


def test_errors_of_the_compiler_and_of_the_linker_are_runtime_errors(builder, source):
    with pytest.raises(RuntimeError, match="kernel.c:1"):
        builder.build(source("int f(void) { return 1 }"), "f", 0x40800000)
    with pytest.raises(RuntimeError, match="nowhere"):
        builder.build(source("int nowhere(void); int f(void) { return nowhere(); }"), "f", 0x40800000)


def test_firmware_symbols_are_left_alone_if_told(builder, sources):
    wrapper = builder.wrapper.build_with_wrapper
    assert wrapper(sources / "hello.c", "hello", 0, 0).total_size > 0
    with pytest.raises(p4jit.LinkError, match="printf|puts"):
        wrapper(sources / "hello.c", "hello", 0, 0, use_firmware_elf=False)
