"""The limits of requests, for sizes, times and numbers."""

from __future__ import annotations

from kiosque.model import Record


class Limits(Record, frozen=True):
    """The limits of requests.

    - ``connect``, ``silence``, ``total``: seconds to connect, without a byte, and for the whole request.
    - ``size``: bytes after decompression.
    - ``redirects``: how many redirects are followed.
    - ``at_once``, ``at_once_each_host``: concurrent requests in all, and to one host.
    - ``pause``: seconds between the starts of two requests to one host.
    - ``source``, ``round``: seconds for a source, and for a whole round.
    """

    connect: float = 10
    silence: float = 20
    total: float = 60
    size: int = 10_000_000
    redirects: int = 5
    at_once: int = 100
    at_once_each_host: int = 2
    pause: float = 0.5
    source: float = 120
    round: float = 600
