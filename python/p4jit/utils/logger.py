"""Progress and warnings: the logger "p4jit" and those below it, on stdout.

    >>> p4jit.set_log_level("INFO_VERBOSE")

Messages go to sys.stdout as it is at that moment, in a notebook the cell that
runs. All loggers named "p4jit.…" obey set_log_level(), which is "INFO" at first.
"""

import logging
import os
import sys

INFO_VERBOSE = 15  # each step of a load
logging.addLevelName(INFO_VERBOSE, "INFO_VERBOSE")

_FORMAT = "%(asctime)s [%(name)s] %(levelname)s: %(message)s"
_FILE_FORMAT = "[%(asctime)s] [%(name)s] %(levelname)s: %(message)s"


class Colors:
    """Terminal escape sequences."""

    RESET = "\033[0m"
    BOLD = "\033[1m"
    RED = "\033[91m"
    GREEN = "\033[92m"
    YELLOW = "\033[93m"
    BLUE = "\033[94m"
    MAGENTA = "\033[95m"
    CYAN = "\033[96m"
    GRAY = "\033[90m"


class ColoredFormatter(logging.Formatter):
    """A formatter that colours the level's name, unless the environment variable NO_COLOR is set."""

    COLORS = {
        "DEBUG": Colors.GRAY,
        "INFO_VERBOSE": Colors.CYAN,
        "INFO": Colors.BLUE,
        "WARNING": Colors.YELLOW,
        "ERROR": Colors.RED,
        "CRITICAL": Colors.RED + Colors.BOLD,
    }

    def formatMessage(self, record):
        name = record.levelname
        color = self.COLORS.get(name)
        if color is None or os.environ.get("NO_COLOR"):
            return super().formatMessage(record)
        record.levelname = f"{color}{name}{Colors.RESET}"
        try:
            return super().formatMessage(record)
        finally:
            record.levelname = name


class _Console(logging.StreamHandler):
    """Writes to what sys.stdout is when the message comes."""

    def __init__(self):
        logging.Handler.__init__(self)
        self.setFormatter(ColoredFormatter(_FORMAT, datefmt="%H:%M:%S"))

    @property
    def stream(self):
        return sys.stdout

    def emit(self, record):
        if sys.stdout is not None:
            super().emit(record)


class _File(logging.FileHandler):
    """The file of enable_file_logging()."""


def _console_of(logger):
    """The logger's console handler, which it is given if it has none."""
    for handler in logger.handlers:
        if isinstance(handler, _Console):
            return handler
    handler = _Console()
    handler.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    return handler


def setup_logger(name, level=None):
    """The logger of that name, which writes to stdout.

    Args:
        name: below "p4jit.", or any other: then it has a level and a handler of its
            own.
        level: None: for one below "p4jit." what set_log_level() says, else INFO.
    """
    logger = logging.getLogger(name)
    if name == "p4jit" or name.startswith("p4jit."):
        _console_of(logging.getLogger("p4jit"))
        return logger
    is_new = not logger.handlers
    console = _console_of(logger)
    if is_new:
        console.setLevel(logging.INFO if level is None else level)
        logger.setLevel(console.level)
    return logger


def _level(level):
    """A level's number; of an unknown name INFO's."""
    if not isinstance(level, str):
        return int(level)
    number = logging.getLevelName(level.upper())
    return number if isinstance(number, int) else logging.INFO


def set_log_level(level):
    """How much all of P4-JIT tells on stdout.

    Args:
        level: "DEBUG", "INFO_VERBOSE", "INFO", "WARNING", "ERROR", "CRITICAL", or a
            number as logging has them. A name that there is not means INFO.
    """
    logger = logging.getLogger("p4jit")
    _console_of(logger).setLevel(_level(level))
    _let_through(logger)


set_global_level = set_log_level


def enable_file_logging(filename="p4jit.log", level=logging.DEBUG):
    """Writes messages from that level on to a file as well, which is begun anew."""
    handler = _File(filename, mode="w", encoding="utf-8")
    handler.setLevel(_level(level))
    handler.setFormatter(logging.Formatter(_FILE_FORMAT, datefmt="%Y-%m-%d %H:%M:%S"))
    logger = logging.getLogger("p4jit")
    _console_of(logger)
    logger.addHandler(handler)
    _let_through(logger)


def _let_through(logger):
    """The logger passes what any of our handlers wants; those of others take what comes."""
    ours = (handler for handler in logger.handlers if isinstance(handler, (_Console, _File)))
    logger.setLevel(max(1, min(handler.level for handler in ours)))
