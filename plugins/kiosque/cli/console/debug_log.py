"""The lines of ``-v``: debug records of Kiosque's loggers on standard error, without passwords."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kiosque.model import spelt_out
from kiosque.urls import without_userinfo


class RedactPasswords(logging.Filter):
    """Replaces ``user:password@`` in the addresses of a message.

    No message should hold a password. The filter is a second barrier, for instance against the text of an
    error that quotes the whole address.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record's message, and put the error of ``exc_info`` into it.

        Let every record through.
        """
        message = record.getMessage()
        if record.exc_info and (error := record.exc_info[1]):
            message = f"{message} ({type(error).__name__}: {error})"
        record.msg = without_userinfo(message)
        record.args = record.exc_info = record.exc_text = None
        return True


class OneLine(logging.Formatter):
    """Formats a record as ``HH:MM:SS.mmm room: message``, in local time.

    The room is the first package below ``kiosque``. Line ends and control characters are shown as their
    numbers: text from a foreign server must not start a line of its own or move the terminal's cursor.
    """

    def __init__(self) -> None:
        """Set the format."""
        super().__init__("%(asctime)s.%(msecs)03d %(room)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        record.room = ".".join(record.name.split(".")[1:2]) or record.name
        return spelt_out(super().format(record))


@contextmanager
def debug_lines() -> Iterator[None]:
    """Print the debug records of Kiosque's loggers on standard error, unless they are printed already.

    Other libraries keep their own loggers, and Pelican's handlers see none of these records.
    """
    logger = logging.getLogger("kiosque")
    if logger.isEnabledFor(logging.DEBUG):
        yield
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    handler.addFilter(RedactPasswords())
    level, propagates = logger.level, logger.propagate
    _keep_repeated_records()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates


def _keep_repeated_records() -> None:
    """Make Kiosque's loggers plain ones.

    Pelican replaces the class of all loggers that are made after it. Its class drops a message that was shown
    before.
    """
    logging.Logger.manager.setLoggerClass(logging.Logger)
    for name, logger in logging.Logger.manager.loggerDict.items():
        if name.partition(".")[0] == "kiosque" and isinstance(logger, logging.Logger):
            logger.filters.clear()
