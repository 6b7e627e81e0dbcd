"""What the original's README shows and promises, each as a test; its longer examples are in test_examples.py."""

import numpy as np
import pytest

import p4jit
from p4jit import P4JIT


@pytest.fixture(scope="module")
def jit():
    return P4JIT()


@pytest.fixture
def add(jit, source):
    return jit.load(source=source("int add(int a, int b) { return a + b; }", "add.c"), function_name="add")


def test_step_5_verifies_the_connection(jit):
    assert jit.get_heap_stats()["total_spiram"] // 1024 // 1024 == 32


def test_the_quick_start_adds(add):
    result = add(np.int32(10), np.int32(20))
    assert f"10 + 20 = {result}" == "10 + 20 = 30"
    add.free()
    with pytest.raises(RuntimeError, match="freed"):
        add(np.int32(10), np.int32(20))


def test_method_1_computes_with_floats(jit, source):
    compute = jit.load(source=source("float compute(float x, float y) { return x * x + y * y; }"), function_name="compute")
    result = compute(np.float32(3.0), np.float32(4.0))
    assert result == 25.0 and type(result) is np.float32


def test_method_2_finds_the_files_beside_the_entry(jit, sources):
    func = jit.load(source=str(sources / "project" / "pipeline.c"), function_name="pipeline")
    assert func(np.array([3, 4], np.int32), np.int32(2)) == 9 + 7 + 16 + 7


def test_method_3_calls_the_firmware(jit, source, capfd):
    path = source(
        "#include <stdio.h>\n#include <stdlib.h>\n"
        "int test_firmware_calls(void) {\n"
        'printf("Hello from JIT!\\n"); int *data = (int*)malloc(10 * sizeof(int));\n'
        'if (data) { data[0] = 42; printf("Allocated and set data[0] = %d\\n", data[0]); free(data); }\n'
        "return 0; }"
    )
    assert jit.load(source=path, function_name="test_firmware_calls", use_firmware_elf=True)() == 0
    assert "Hello from JIT!\nAllocated and set data[0] = 42\n" in capfd.readouterr().out


def test_smart_arguments_convert_and_bring_back(jit, source):
    path = source("int scale(int *data, int len, float s) { for (int i = 0; i < len; i++) data[i] *= s; return len; }")
    data = np.array([1, 2, 3], dtype=np.int32)
    assert jit.load(path, "scale")(data, np.int32(len(data)), np.float32(2.5)) == 3
    assert data.tolist() == [2, 5, 7]


def test_type_safety_refuses_python_numbers_and_says_what_to_write(add):
    with pytest.raises(TypeError, match="np.int32"):
        add(10, 20)
    assert add(np.int32(10), np.int32(20)) == 30


def test_memory_safety_refuses_addresses_on_the_host(jit):
    with pytest.raises(PermissionError, match="0xDEADBEEF"):
        jit.session.device.write_memory(0xDEADBEEF, b"data")


@pytest.mark.parametrize(
    ("c_type", "numpy_type", "edges"),
    [
        ("int8_t", np.int8, (-128, 127)),
        ("uint8_t", np.uint8, (0, 255)),
        ("int16_t", np.int16, (-32768, 32767)),
        ("uint16_t", np.uint16, (0, 65535)),
        ("int32_t", np.int32, (-(2**31), 2**31 - 1)),
        ("uint32_t", np.uint32, (0, 2**32 - 1)),
        ("float", np.float32, (-3.4028235e38, 1.17549435e-38)),
        # What its README lists as not supported.
        ("int64_t", np.int64, (-(2**63), 2**63 - 1)),
        ("uint64_t", np.uint64, (0, 2**64 - 1)),
        ("double", np.float64, (-1.7976931348623157e308, 5e-324)),
    ],
)
def test_the_type_table_holds_at_the_edges(jit, source, c_type, numpy_type, edges):
    same = jit.load(source(f"#include <stdint.h>\n{c_type} same({c_type} x) {{ return x; }}"), "same")
    for edge in edges:
        result = same(numpy_type(edge))
        assert result == numpy_type(edge) and type(result) is numpy_type


def test_a_port_may_be_named():
    assert P4JIT(port="virtual").is_virtual
    with pytest.raises(RuntimeError, match="COM3"):
        P4JIT(port="COM3")


def test_a_missing_array_is_a_type_error(jit, source):
    func = jit.load(source("int first(int *data) { return data[0]; }"), "first")
    with pytest.raises(TypeError):
        func(10)


def test_all_names_of_the_original_are_there():
    namespace = {}
    exec("from p4jit import *", namespace)
    for name in ("P4JIT", "Builder", "JITSession", "MALLOC_CAP_SPIRAM", "MALLOC_CAP_TCM", "set_log_level", "INFO_VERBOSE"):
        assert name in namespace
    assert not {"SystemError", "Timeout"} & set(namespace)
    from p4jit.runtime import memory_caps

    caps = [name for name in dir(memory_caps) if name.startswith("MALLOC_CAP_")]
    assert len(caps) >= 22
    assert p4jit.MALLOC_CAP_SPIRAM | p4jit.MALLOC_CAP_8BIT == 0x404 == P4JIT.MALLOC_CAP_SPIRAM | P4JIT.MALLOC_CAP_8BIT
    assert p4jit.p4jit.JITFunction is p4jit.JITFunction
