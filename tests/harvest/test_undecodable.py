"""Headers of bytes that aren't UTF-8 cost a feed nothing, and a reason of such bytes is told without them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket

import pytest

from kiosque.archive import feed_memory
from kiosque.archive.feed_memory import Validators
from kiosque.harvest.harvest_round import harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.model import Feed, Source

from .test_hostile import speaking

_NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
_FEED = (
    b"<rss version='2.0'><channel><title>R</title><item><guid>1</guid><title>1</title></item></channel></rss>"
)
_LENGTH = b"Content-Length: %d\r\nConnection: close\r\n" % len(_FEED)


@pytest.mark.parametrize(
    ("head", "failure"),
    [
        (b'HTTP/1.1 200 OK\r\nETag: "\xff\xe9"\r\n', ""),
        (b"HTTP/1.1 200 OK\r\nLast-Modified: d\xe9cembre\r\n", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; x=\xe9\r\n", ""),
        (b"HTTP/1.1 200 \xe9t\xe9\r\n", ""),
        (b"HTTP/1.1 500 Erreur r\xe9seau\r\n", "the server answered 500 Erreur rseau"),
    ],
    ids=ascii,
)
def test_each_round_goes_on(tmp_path: Path, head: bytes, failure: str) -> None:
    """Two rounds in a row write what they learned."""

    def say(connection: socket) -> None:
        connection.sendall(head + _LENGTH + b"\r\n" + _FEED)

    with speaking(say) as url:
        source = Source(
            slug="radio", name="R", path="content/sources/radio.md", feeds=(Feed(url=url, line=4),)
        )
        for hours in (0, 48):
            options = Options(now=_NOW + timedelta(hours=hours), allow_private=True, limits=Limits(pause=0))
            [report] = harvest(tmp_path, [source], options).sources
            visit = feed_memory.load(tmp_path, "radio").visits[url]
            assert (False, failure, Validators()) == (report.unwritten, visit.failure, visit.validators)
