"""What the tests of the original's classes share: sources, and its way of loading in two passes."""

import pathlib

import pytest

from p4jit.runtime import JITSession
from p4jit.runtime.memory_caps import MALLOC_CAP_8BIT, MALLOC_CAP_SPIRAM
from p4jit.toolchain import Builder

SOURCES = pathlib.Path(__file__).parent / "source"
PSRAM = MALLOC_CAP_SPIRAM | MALLOC_CAP_8BIT


@pytest.fixture
def sources():
    return SOURCES


@pytest.fixture
def session():
    """A session of its own, without a port: the virtual board."""
    session = JITSession()
    session.connect()
    yield session
    session.device.disconnect()


@pytest.fixture
def in_two_passes(session):
    """in_two_passes("sum_array.c", "sum_array"): a RemoteFunction, built by hand as the original's tests do."""
    builder = Builder()

    def load(source, function, smart_args=False, code_caps=PSRAM, data_caps=PSRAM, first=(0x03000004, 0x00030004)):
        def build(base, arguments):
            return builder.wrapper.build_with_wrapper(
                source=SOURCES / source, function_name=function, base_address=base, arg_address=arguments
            )

        probe = build(*first)
        code = session.device.allocate(probe.total_size + 64, caps=code_caps, alignment=128)
        size = probe.metadata["addresses"]["args_array_bytes"]
        args = session.device.allocate(size, caps=data_caps, alignment=128)
        return session.load_function(build(code, args), args, smart_args=smart_args)

    return load
