"""Warnings about machine code when it is loaded."""

import logging

import pytest

from p4jit import P4JIT

TEXT = 'int f(int a) { __asm__ volatile("li s%d, 7"); return a + 1; }\n'


@pytest.fixture
def told(caplog):
    """Loads and returns the warnings that were logged."""

    def told(device, path, **options):
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="p4jit"):
            device.load(path, "f", **options).free()
        return [record.getMessage() for record in caplog.records]

    return told


def test_a_warning_is_logged_once_a_process(device, source, told):
    path = source(TEXT % 5, "once.c")
    (text,) = told(device, path)
    assert text.startswith("once.c:1: warning: 'li s5,7' in f: s5 belongs to the caller")
    assert told(device, path) == []


def test_lint_false_loads_in_silence(device, source, told):
    path = source(TEXT % 6, "quiet.c")
    assert told(device, path, lint=False) == []
    assert len(told(device, path)) == 1


def test_a_device_may_do_without_it(source, told):
    path = source(TEXT % 7, "never.c")
    assert told(P4JIT(port="virtual", lint=False), path) == []


def test_good_code_is_loaded_in_silence(device, source, told):
    assert told(device, source("int f(int a) { return a + 1; }\n", "good.c")) == []
