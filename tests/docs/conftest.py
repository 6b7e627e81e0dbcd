"""Snippets and examples run on the virtual board, whatever is plugged in."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def virtual_board():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("P4JIT_PORT", "virtual")
        patch.delenv("P4JIT_TOOLCHAIN", raising=False)
        yield
