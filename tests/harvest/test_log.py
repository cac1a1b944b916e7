"""The debug lines of a round: each stage with its reason and time, and no secret of an address."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosque.harvest.discover.feeds import discover
from kiosque.harvest.harvest_round import harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.model import Feed, Source

from .conftest import Server

NOW = datetime(2026, 3, 15, 8, 0, tzinfo=UTC)
FEED = (
    '<rss version="2.0"><channel><title>R</title><link>https://r.example/</link>'
    "<item><guid>1</guid><title>Un</title><pubDate>Sat, 10 Jan 2026 12:00:00 GMT</pubDate></item>"
    "</channel></rss>"
)


@pytest.fixture(autouse=True)
def _debug(caplog: pytest.LogCaptureFixture) -> None:
    """Record debug lines."""
    caplog.set_level(logging.DEBUG, logger="kiosque")


def go(root: Path, url: str, now: datetime = NOW) -> None:
    """Run a round for one feed."""
    source = Source(slug="radio", name="Radio", path="content/sources/radio.md", feeds=(Feed(url=url),))
    harvest(root, [source], Options(now=now, allow_private=True, limits=Limits(pause=0)))


def lines(caplog: pytest.LogCaptureFixture, root: Path, server: Server) -> list[str]:
    """Return the lines of harvest and archive, with short names for times, server and folder."""
    found = []
    for record in caplog.records:
        if record.name.startswith(("kiosque.harvest", "kiosque.archive")):
            line = record.getMessage().replace(server.url, "SERVER").replace(str(root), "HUB")
            found.append(re.sub(r"\d+\.\d\d s\b", "TIME", line))
    caplog.clear()
    return found


def test_a_round_logs_its_stages(tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """A round says what is due, asked, answered, decided and written, and how long each stage takes."""
    go(tmp_path, server.says("/feed", FEED))
    assert lines(caplog, tmp_path, server) == [
        "round at 2026-03-15T08:00:00+00:00: 1 of 1 sources",
        "radio: no memory of past visits",
        "SERVER/feed: due (next visit unset; always due: False)",
        "GET SERVER/feed: 200, 183 bytes, TIME",
        "HUB/archive/radio/2026.jsonl: 168 bytes written",
        "radio: archive written in TIME",
        "SERVER/feed: 1 add (new) in TIME; next visit 2026-03-15 08:55:00+00:00",
        "SERVER/feed: lasting state has changed",
        "radio: 1 of 1 feeds due, asked in TIME, 1 new bodies and 0 older pages read in TIME",
        "HUB/archive/radio/state.json: state of 1 feeds written",
        "sources visited in TIME: 1 feeds visited, 0 problems",
        "pages need 0 pictures and 0 companions of other hosts, listed in TIME",
        "0 files removed that no page shows any more",
        "pictures: 0 files due, 0 of them failed before; 0 failures remembered",
        "companions: 0 files due, 0 of them failed before; 0 failures remembered",
        "round done in TIME",
    ]


def test_a_feed_that_is_not_due_is_named(
    tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """A feed that is skipped is named with the time of its next visit; nothing is asked."""
    url = server.says("/feed", FEED)
    go(tmp_path, url)
    caplog.clear()
    go(tmp_path, url, NOW + timedelta(minutes=10))
    assert [line for line in lines(caplog, tmp_path, server) if "radio" in line or "SERVER" in line] == [
        "SERVER/feed: skipped (next visit 2026-03-15 08:55:00+00:00; always due: False)",
        "radio: 0 of 1 feeds due, asked in TIME, 0 new bodies and 0 older pages read in TIME",
    ]


def test_no_line_holds_the_query_of_an_address(
    tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """A token in the query of a feed, a redirect, a page or a dead host is in no line."""
    target = f"{server.says('/new', FEED)}?token=secret"
    for url in (
        f"{server.says('/feed', FEED)}?token=secret",
        server.says("/old", status=302, Location=target),
        "http://kiosque.invalid/feed?token=secret",
    ):
        go(tmp_path / str(len(url)), url)
    page = server.says(
        "/", '<html><link rel="alternate" type="application/rss+xml" href="/new?token=secret">'
    )
    discover(tmp_path, f"{page}?token=secret", "Kiosque", allow_private=True)
    assert "SERVER/old: 302, redirects to SERVER/new" in caplog.text.replace(server.url, "SERVER")
    assert "secret" not in caplog.text
