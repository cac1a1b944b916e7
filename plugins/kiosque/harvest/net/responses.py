"""What asking for an address can give: bytes, *not modified*, or a failure that says why."""

from __future__ import annotations

from kiosque.archive.feed_memory import Validators
from kiosque.model import Record


class Body(Record, frozen=True):
    """Bytes, decompressed; ``url`` is where they were in the end.

    ``moved`` is that address where every redirect on the way was a permanent one; ``fresh`` is for how many seconds
    the server says that they hold.
    """

    data: bytes
    url: str
    content_type: str = ""
    validators: Validators = Validators()
    moved: str = ""
    fresh: float | None = None


class NotModified(Record, frozen=True):
    """What lies there is as it was; ``moved`` and ``fresh`` as of a body."""

    moved: str = ""
    fresh: float | None = None


class Failure(Record, frozen=True):
    """It couldn't be had; ``message`` says why, in plain words.

    ``gone`` is for an answer 410, ``missing`` where the address leads nowhere: an answer 404, or ``unreachable``, no
    server of that name.
    ``wait`` is for how many seconds the server asks not to come back (``Retry-After``).
    """

    message: str
    gone: bool = False
    missing: bool = False
    unreachable: bool = False
    wait: float | None = None


Fetched = Body | NotModified | Failure
