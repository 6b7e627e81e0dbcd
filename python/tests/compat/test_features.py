"""What the original's tests/features and tests/smart_args do, in its two passes by hand."""

import struct

import numpy as np
import pytest

import p4jit
from p4jit.runtime.memory_caps import MALLOC_CAP_8BIT, MALLOC_CAP_INTERNAL, MALLOC_CAP_SPIRAM

PSRAM = MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT


def result_of(session, function, kind):
    return struct.unpack(f"<{kind}", session.device.read_memory(function.args_addr + 124, 4))[0]


def put(session, data, caps=PSRAM):
    address = session.device.allocate(len(data), caps=caps, alignment=128)
    session.device.write_memory(address, data)
    return address


def test_array_sum_takes_a_packed_block_of_arguments(session, in_two_passes):
    values = put(session, struct.pack("5b", 10, 20, 30, 40, 50))
    sum_array = in_two_passes("sum_array.c", "sum_array")
    assert sum_array(struct.pack("<Ii", values, 5)) == 0
    assert result_of(session, sum_array, "i") == 150


def coefficients(f=0.05, q=0.7071):
    w = 2 * np.pi * f
    alpha = np.sin(w) / (2 * q)
    b1 = 1 - np.cos(w)
    return np.array([b1 / 2, b1, b1 / 2, -2 * np.cos(w), 1 - alpha], np.float64) / (1 + alpha)


def cascade(signal, k):
    out = signal.astype(np.float64)
    for _ in range(3):
        w, done = [0.0, 0.0], []
        for x in out:
            d = x - k[3] * w[0] - k[4] * w[1]
            done.append(k[0] * d + k[1] * w[0] + k[2] * w[1])
            w = [d, w[0]]
        out = np.array(done)
    return out


@pytest.mark.parametrize("caps", [PSRAM, MALLOC_CAP_INTERNAL], ids=["PSRAM", "INTERNAL"])
def test_biquad_cascade_filters_in_any_memory_and_counts_cycles(session, in_two_passes, caps):
    signal = np.sin(np.arange(64) * 0.3).astype(np.float32)
    k = coefficients()
    source, target = put(session, signal.tobytes(), caps), put(session, bytes(signal.nbytes), caps)
    setting, state = put(session, k.astype(np.float32).tobytes(), caps), put(session, bytes(24), caps)
    function = in_two_passes("biquad.c", "filter", code_caps=caps, data_caps=caps)
    function(struct.pack("<IIiII", source, target, len(signal), setting, state))
    out = np.frombuffer(session.device.read_memory(target, signal.nbytes), np.float32)
    assert np.allclose(out, cascade(signal, k), atol=1e-5) and abs(out).max() > 0.01
    assert 64 * 3 < result_of(session, function, "I") < 1_000_000


def test_biquad_simple_returns_nothing_from_a_void_function(session, in_two_passes):
    target = put(session, b"\xff" * 16)
    silence = in_two_passes("biquad.c", "silence", smart_args=False)
    assert silence(struct.pack("<Ii", target, 3)) == 0
    assert session.device.read_memory(target, 16) == bytes(12) + b"\xff" * 4


def test_complex_c_links_three_files(session, in_two_passes):
    pipeline = in_two_passes("project/pipeline.c", "pipeline", smart_args=True)
    result = pipeline(np.arange(5, dtype=np.int32), np.int32(5))
    assert result == 30 + 35 and type(result) is np.int32


def test_jit_demo_returns_a_float_from_ints_with_other_dummy_addresses(session, in_two_passes):
    mean = in_two_passes("scaled_sum.c", "mean", first=(0x01003008, 0x01001008))
    mean(struct.pack("<ii", 20, 40))
    assert result_of(session, mean, "f") == 30.0


def test_printf_runs_from_internal_memory_with_dummy_addresses_of_0(in_two_passes, capfd):
    hello = in_two_passes("hello.c", "hello", code_caps=MALLOC_CAP_INTERNAL, first=(0, 0))
    assert hello(b"") == 0
    assert "Hello through the bridge\n" in capfd.readouterr().out


@pytest.mark.parametrize("count", [1, 2, 31, 64])
def test_rompler_kernels_with_and_without_hardware_loop_agree(session, in_two_passes, count):
    signal = np.linspace(-1, 1, count, dtype=np.float32)
    outputs = []
    for name in ("gain_plain", "gain_loop"):
        out = np.zeros(count, np.float32)
        function = in_two_passes("gain.c", name, True, MALLOC_CAP_INTERNAL, MALLOC_CAP_INTERNAL)
        assert function(signal, out, np.int32(count), np.float32(0.3)) is None
        outputs.append(out)
    assert (outputs[0] == outputs[1]).all() and (outputs[0] == signal * np.float32(0.3)).all()


def test_smart_args_takes_arrays_and_numbers(in_two_passes):
    function = in_two_passes("scaled_sum.c", "scaled_sum", smart_args=True)
    values = np.array([10, 20, 30, 40, 50], np.int32)
    result = function(values, np.int32(5), np.float32(2.0))
    assert result == 300 and type(result) is np.int32


@pytest.mark.parametrize("caps", [1, 2])
def test_test_types_passes_every_type_with_bare_numbers_as_caps(in_two_passes, caps):
    function = in_two_passes("every_type.c", "every_type", True, caps, caps)
    values = np.array([7], np.uint8)
    arguments = np.int8(-5), np.uint8(200), np.int16(-3000), np.uint16(60000), np.int32(100000), np.uint32(100)
    assert function(*arguments, np.float32(26.5), values) == -5 + 200 - 3000 + 60000 + 100000 + 100 + 26 + 7


def test_c_cpp_and_assembly_link_together(in_two_passes):
    assert in_two_passes("mixed/entry.c", "entry", smart_args=True)(np.int32(4), np.int32(6)) == 30


def test_64_bit_numbers_have_the_room_that_the_metadata_says(session, in_two_passes, sources):
    wide = in_two_passes("point.c", "wide", smart_args=True)
    assert wide(np.int32(3), np.int64(10**12)) == 3 * 10**12
    assert wide.signature["result"]["index"] == 32
    assert wide.signature["addresses"]["args_array_bytes"] == 136


def test_what_a_call_runs_has_the_originals_name(sources):
    jit = p4jit.P4JIT()
    func = jit.load(sources / "sum_array.c", "sum_array")
    func.remote_func.sync_enabled = False
    assert func.sync_arrays is False
    assert func.remote_func.dm is jit.session.device
    raw = jit.load(sources / "sum_array.c", "sum_array", smart_args=False)
    assert isinstance(raw.remote_func, p4jit.RemoteFunction)
