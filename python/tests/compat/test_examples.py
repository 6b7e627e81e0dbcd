"""The examples of the original's tests/p4jit, by their names."""

import logging
import struct

import numpy as np
import pytest

import p4jit
from p4jit import MALLOC_CAP_8BIT, MALLOC_CAP_EXEC, MALLOC_CAP_INTERNAL, MALLOC_CAP_SPIRAM, P4JIT
from p4jit.utils.logger import INFO_VERBOSE

PSRAM = MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT


@pytest.fixture
def jit():
    jit = P4JIT()
    yield jit
    jit.session.device.disconnect()


def test_advanced_example_packs_a_structure_and_reads_the_result_by_hand(jit, sources):
    func = jit.load(source=sources / "point.c", function_name="sum_point", smart_args=False)
    device = jit.session.device
    point = device.allocate(8, PSRAM, 16)
    device.write_memory(point, struct.pack("<fi", 10.5, 20))
    values = device.allocate(2, PSRAM, 16)
    device.write_memory(values, struct.pack("<H", 100))
    assert func(struct.pack("<IiI", point, -5, values)) == 0
    assert struct.unpack("<f", device.read_memory(func.args_addr + 124, 4))[0] == 125.5
    device.free(point)
    device.free(values)
    func.free()
    assert device.allocations == {}


def test_bidirectional_sync_example_brings_arrays_back_unless_told_not_to(jit, source):
    path = source("int modify_array(int* data, int len) { for (int i = 0; i < len; i++) data[i] *= 2; return data[0]; }")
    func = jit.load(path, "modify_array")
    data = np.array([1, 2, 3, 4], dtype=np.int32)
    result = func(data, np.int32(4))
    assert result == 2 and type(result) is np.int32 and data.tolist() == [2, 4, 6, 8]
    func.sync_arrays = False
    data = np.array([10, 20, 30, 40], dtype=np.int32)
    assert func(data, np.int32(4)) == 20
    assert data.tolist() == [10, 20, 30, 40]


def test_firmware_symbols_example_prints_through_the_firmware(jit, source, capfd):
    path = source(
        """
        #include <stdio.h>
        #include <stdlib.h>
        int test_dynamic(void)
        {
            char *buffer = malloc(64);
            if (buffer == NULL) return -1;
            snprintf(buffer, 64, "magic %X", 0xDEADBEEF);
            printf("[JIT] %s\\n", buffer);
            free(buffer);
            return 42;
        }
        """
    )
    func = jit.load(source=path, function_name="test_dynamic", use_firmware_elf=True)
    assert func() == 42
    assert "[JIT] magic DEADBEEF\n" in capfd.readouterr().out


def test_heap_info_example_sees_a_mebibyte_go_and_come_back(jit):
    before = jit.get_heap_stats(print_s=False)
    address = jit.session.device.allocate(1024 * 1024, PSRAM, 16)
    during = jit.get_heap_stats()
    assert before["free_spiram"] - during["free_spiram"] >= 1024 * 1024
    jit.session.device.free(address)
    assert jit.get_heap_stats(print_s=False) == before


def test_simple_logging_example_shows_what_the_level_says(capsys):
    logger = logging.getLogger("p4jit.test")
    shown = []
    for level in ("INFO", "INFO_VERBOSE", "DEBUG"):
        p4jit.set_log_level(level)
        logger.info("milestone")
        logger.log(INFO_VERBOSE, "step")
        logger.debug("detail")
        text = capsys.readouterr().out
        shown.append([word for word in ("milestone", "step", "detail") if word in text])
    p4jit.set_log_level("INFO")
    assert shown == [["milestone"], ["milestone", "step"], ["milestone", "step", "detail"]]


def test_workflow_example_inspects_what_it_loaded(jit, source, tmp_path, capsys):
    path = source(
        "#include <stdint.h>\n"
        "float apply_gain(uint8_t* data, int len, float gain)\n"
        "{ for (int i = 0; i < len; i++) data[i] = (uint8_t)(data[i] * gain); return gain; }\n"
    )
    func = jit.load(source=path, function_name="apply_gain", code_caps=PSRAM, data_caps=PSRAM)
    data = np.arange(100, dtype=np.uint8)
    expected = (data * 1.5).astype(np.uint8)
    assert func(data, np.int32(100), np.float32(1.5)) == 1.5
    assert (data == expected).all()
    func.binary.disassemble(output=tmp_path / "build" / "disassembly.txt", source_intermix=True)
    assert "apply_gain" in (tmp_path / "build" / "disassembly.txt").read_text()
    func.binary.print_sections()
    func.binary.print_symbols()
    func.binary.print_memory_map()
    text = capsys.readouterr().out
    for line in ("Sections:", "Functions:", "Memory Map (Base: 0x", "call_remote"):
        assert line in text
    func.free()
    with pytest.raises(RuntimeError, match="freed"):
        func(data, np.int32(100), np.float32(1.5))


def test_memory_test_places_code_and_arrays_where_it_is_told(jit, source):
    path = source("int total(int *data, int len) { int s = 0; for (int i = 0; i < len; i++) { s += data[i]++; } return s; }")
    internal = MALLOC_CAP_INTERNAL | MALLOC_CAP_EXEC
    func = jit.load(path, "total", code_caps=internal, data_caps=P4JIT.MALLOC_CAP_INTERNAL | P4JIT.MALLOC_CAP_8BIT)
    assert 0x4FF00000 <= func.code_addr < 0x4FFC0000
    data = jit.set_p4_mem_location(np.arange(10, dtype=np.int32), MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)
    assert data.p4_caps == MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT
    assert func(data, np.int32(10)) == 45
    assert data.tolist() == list(range(1, 11))


def test_a_placed_array_really_is_in_that_memory(jit, source):
    path = source("#include <stdint.h>\nuint32_t where(int *data) { return (uint32_t)data; }")
    where = jit.load(path, "where")
    data = np.zeros(4, np.int32)
    assert 0x48000000 <= where(data) < 0x4C000000
    assert 0x4FF00000 <= where(jit.set_p4_mem_location(data, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT)) < 0x4FFC0000
    before = jit.get_heap_stats(print_s=False)
    where(jit.set_p4_mem_location(data, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT))
    assert jit.get_heap_stats(print_s=False) == before


def test_array_double_example_doubles_and_sums(jit, source):
    path = source(
        "int double_all(int *data, int len) { int s = 0; for (int i = 0; i < len; i++) s += data[i] *= 2; return s; }"
    )
    data = np.arange(1, 6, dtype=np.int32)
    assert jit.load(path, "double_all")(data, np.int32(5)) == 30
    assert data.tolist() == [2, 4, 6, 8, 10]
