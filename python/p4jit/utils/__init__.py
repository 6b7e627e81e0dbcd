"""Logging; see p4jit.utils.logger."""
