"""The possible results of a request: a body, *not modified*, or a failure with its reason."""

from __future__ import annotations

from kiosque.archive.feed_memory import Validators
from kiosque.model import Record


class Body(Record, frozen=True):
    """The bytes of an answer, decompressed.

    - ``url``: the address that the bytes came from, after redirects.
    - ``moved``: the same address if each redirect was permanent, else empty.
    - ``fresh``: for how many seconds the server says that the answer stays fresh.
    """

    data: bytes
    url: str
    content_type: str = ""
    validators: Validators = Validators()
    moved: str = ""
    fresh: float | None = None


class NotModified(Record, frozen=True):
    """The server answered that nothing has changed (304). For ``moved`` and ``fresh`` see ``Body``."""

    moved: str = ""
    fresh: float | None = None


class Failure(Record, frozen=True):
    """The request failed. ``message`` gives the reason in plain words.

    - ``gone``: the server answered 410.
    - ``missing``: the server answered 404, or the address is ``unreachable``.
    - ``unreachable``: no server has this name.
    - ``no_feed``: a body came, and it is no feed.
    - ``wait``: for how many seconds the server asks to wait before the next request (``Retry-After``).
    """

    message: str
    gone: bool = False
    missing: bool = False
    unreachable: bool = False
    no_feed: bool = False
    wait: float | None = None


Answer = Body | NotModified | Failure
