"""The bar that long transfers show."""

import sys
import time

WIDTH = 30
AFTER = 1.0  # seconds that a transfer must be going to take


class Bar:
    """On stderr, if that is a terminal or a notebook: called with done, total (bytes), and whether it has ended."""

    def __init__(self, stream=None, pause=0.05):
        self._stream = stream
        self._pause = pause  # seconds from one drawing to the next
        self._start = self._drawn = None
        self._length = 0

    def __call__(self, done, total, ended):
        stream = self._stream or sys.stderr
        if not _is_watched(stream):
            return
        now = time.monotonic()
        if self._start is None:
            self._start = now - AFTER / 4
        elif not ended and done < total and now - self._drawn < self._pause:
            return
        self._drawn = now
        line = "" if ended else self._line(done, total, now - self._start)
        stream.write("\r" + line.ljust(self._length) + ("\r" if ended else ""))
        stream.flush()
        self._length = len(line)
        if ended:
            self._start = None

    def _line(self, done, total, seconds):
        full = WIDTH * done // total
        left = seconds * (total - done) / done
        return (
            f"device memory [{'#' * full}{'.' * (WIDTH - full)}] {done / 2**20:.1f} of {total / 2**20:.1f} MiB, "
            f"{done / 2**20 / max(seconds, 1e-3):.1f} MiB/s, {left:.0f} s left"
        )


def _is_watched(stream):
    return type(stream).__module__.startswith("ipykernel.") or (hasattr(stream, "isatty") and stream.isatty())


def callback_for(progress):
    """What P4JIT(progress=…) means: (callback or None, seconds that a transfer must take)."""
    if progress is None or progress is True:
        return Bar(), AFTER
    if progress is False:
        return None, AFTER
    if not callable(progress):
        raise TypeError(f"progress={progress!r}: give None for a bar, False for none, or a function of (done, total)")
    return (lambda done, total, ended: None if ended else progress(done, total)), 0.0
