"""Debug lines that say how long a stage of the work took."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def timed_stage(logger: logging.Logger, message: str, *arguments: object) -> Iterator[None]:
    """Write a debug line at the end of a stage: ``message`` with its ``arguments``, and the stage's seconds.

    A stage that raises has its line too, which says so.
    """
    start = time.perf_counter()
    ending = "failed after"
    try:
        yield
        ending = "took"
    finally:
        whole_message = f"{message}: {ending} %.3f s"
        logger.debug(whole_message, *arguments, time.perf_counter() - start)
