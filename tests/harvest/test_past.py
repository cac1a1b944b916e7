"""The past of a feed is brought in once, and politely."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from kiosque.harvest.harvest_round import Report, harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.harvest.store import source_archive
from kiosque.model import Feed, Source

from .conftest import Server

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)


def rss(*numbers: int, channel: str = "") -> str:
    items = "".join(
        f"<item><guid>{n}</guid><title>No. {n}</title><link>https://r.example/{n}</link></item>"
        for n in numbers
    )
    head = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>R</title>{channel}'
    return f"{head}{items}</channel></rss>"


def never(server: Server, path: str) -> str:
    """Answer a path when everybody has gone; return its address."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        await server.closing.wait()
        return web.Response()

    server.routes[path] = handler
    return server.url + path


def go(root: Path, url: str, hours: int = 0, limits: Limits = Limits(pause=0)) -> Report:
    source = Source(slug="radio", name="R", path="content/sources/radio.md", feeds=(Feed(url=url),))
    now = NOW + timedelta(hours=hours)
    return harvest(root, [source], Options(now=now, allow_private=True, limits=limits))


def asked(server: Server) -> list[str]:
    return [request.path_qs for request in server.requests]


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
def test_pages_and_archives_are_followed_once(tmp_path: Path, server: Server, rel: str) -> None:
    """The pages that a feed names (RFC 5005) are read at its first visit, and never again."""
    link = f'<atom:link rel="{rel}" href="{server.url}/{{}}"/>'
    server.says("/feed", rss(5, 6, channel=link.format("2")))
    server.says("/2", rss(3, 4, channel=link.format("3")))
    server.says("/3", rss(1, 2))
    assert [6] == [one.added for one in go(tmp_path, f"{server.url}/feed").sources]
    assert ["/feed", "/2", "/3"] == asked(server)
    server.says("/feed", rss(6, 7, channel=link.format("2")))
    assert [1] == [one.added for one in go(tmp_path, f"{server.url}/feed", hours=2).sources]
    assert ["/feed", "/2", "/3", "/feed"] == asked(server)


def test_wordpress_counts_its_pages(tmp_path: Path, server: Server) -> None:
    """A feed of WordPress has pages that it doesn't name: they are counted until one isn't there."""
    generator = "<generator>https://wordpress.org/?v=6.7</generator>"
    pages = {"": (5, 6), "2": (3, 4), "3": (1, 2)}

    async def handler(request: web.Request) -> web.StreamResponse:
        page = pages.get(request.query.get("paged", ""))
        return web.Response(body=rss(*page, channel=generator).encode()) if page else web.Response(status=404)

    server.routes["/feed"] = handler
    assert [6] == [one.added for one in go(tmp_path, f"{server.url}/feed?x=1").sources]
    assert ["/feed?x=1", "/feed?x=1&paged=2", "/feed?x=1&paged=3", "/feed?x=1&paged=4"] == asked(server)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://127.0.0.2:1/2", ["/feed"]),
        ("{server}/feed", ["/feed"]),
        ("{server}/same", ["/feed", "/same"]),
        ("{server}/html", ["/feed", "/html"]),
        ("{server}/endless?1", ["/feed", *[f"/endless?{n}" for n in range(1, 61)]]),
        ("file:///etc/passwd", ["/feed"]),
    ],
)
def test_a_past_that_leads_nowhere_ends(
    tmp_path: Path, server: Server, target: str, expected: list[str]
) -> None:
    """Pages of another host, that repeat themselves, that are none, or without end are not followed
    further.
    """
    link = '<atom:link rel="next" href="{}"/>'
    server.says("/feed", rss(1, 2, channel=link.format(target.format(server=server.url))))
    server.says("/same", rss(1, 2, channel=link.format(f"{server.url}/other")))
    server.says("/html", "<html></html>")

    async def endless(request: web.Request) -> web.StreamResponse:
        number = int(request.query_string)
        channel = link.format(f"{server.url}/endless?{number + 1}")
        return web.Response(body=rss(number + 10, channel=channel).encode())

    server.routes["/endless"] = endless
    go(tmp_path, f"{server.url}/feed")
    assert expected == asked(server)


def test_a_past_that_was_cut_off_is_brought_in_later(tmp_path: Path, server: Server) -> None:
    """Where a server fails amid the pages, what came is kept, and the next round goes on from there."""
    link = f'<atom:link rel="next" href="{server.url}/{{}}"/>'
    server.says("/feed", rss(5, 6, channel=link.format("2")))
    server.says("/2", rss(3, 4, channel=link.format("3")))
    server.says("/3", status=503)
    assert [4] == [one.added for one in go(tmp_path, f"{server.url}/feed").sources]
    server.says("/3", rss(1, 2))
    assert [2] == [one.added for one in go(tmp_path, f"{server.url}/feed", hours=2).sources]
    server.says("/feed", rss(7, 8, channel=link.format("2")))
    assert [2] == [one.added for one in go(tmp_path, f"{server.url}/feed", hours=4).sources]
    assert ["/feed", "/2", "/3", "/feed", "/3", "/feed"] == asked(server)


@pytest.mark.parametrize("older", ["http://localhost:{port}/2", "{url}/2?paged=" + 1000 * "9"])
def test_a_feed_sends_nobody_elsewhere_nor_astray(tmp_path: Path, server: Server, older: str) -> None:
    """A page on another host isn't asked for, and a page number without end is no number."""
    named = older.format(port=server.port, url=server.url)
    server.says("/feed", rss(5, 6, channel=f'<atom:link rel="next" href="{named}"/>'))
    server.says("/2", rss(3, 4))
    (report,) = go(tmp_path, f"{server.url}/feed").sources
    added, last = (2, "/feed") if "localhost" in named else (4, "/2")
    assert (added, last, ()) == (report.added, asked(server)[-1].partition("?")[0], report.problems)


def test_a_slow_past_ends_with_its_source_s_time_and_goes_on_later(tmp_path: Path, server: Server) -> None:
    """A page that never comes costs the time of its source; the pages before it are kept."""
    link = f'<atom:link rel="next" href="{server.url}/{{}}"/>'
    url = server.says("/feed", rss(5, 6, channel=link.format("2")))
    server.says("/2", rss(3, 4, channel=link.format("3")))
    never(server, "/3")
    assert [4] == [one.added for one in go(tmp_path, url, limits=Limits(pause=0, source=1)).sources]
    server.says("/3", rss(1, 2))
    assert [2] == [one.added for one in go(tmp_path, url, hours=2).sources]


def test_a_flood_comes_in_visit_by_visit(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a feed has beyond a visit's share is told, and comes with the next visits, without news too."""
    monkeypatch.setattr(source_archive, "MOST_NEW", 2)
    url = server.says("/feed", rss(1, 2, 3, 4, 5), ETag='"same"')
    told = "this feed has {} new entries: 2 are taken now, more at each next visit"
    visits = [go(tmp_path, url, hours=2 * number).sources[0] for number in range(4)]
    assert [(2, [told.format(5)]), (2, [told.format(3)]), (1, []), (0, [])] == [
        (visit.added, [problem.message for problem in visit.problems]) for visit in visits
    ]


def test_a_round_begins_no_source_that_it_has_no_time_for(tmp_path: Path, server: Server) -> None:
    """It waits for the next round; nothing is remembered as its failure."""
    url = server.says("/feed", rss(1))
    short = go(tmp_path, url, limits=Limits(pause=0, source=120, round=60))
    assert [(0, 0, True, ())] == [(s.added, s.visited, s.postponed, s.problems) for s in short.sources]
    assert [] == asked(server)
    assert [1] == [one.added for one in go(tmp_path, url).sources]


def test_a_feed_that_isn_t_there_in_time_stays_due(tmp_path: Path, server: Server) -> None:
    """Others of its source are read, and it is asked again in the next round."""
    feeds = (Feed(url=never(server, "/slow")), Feed(url=server.says("/fast", rss(1))))
    source = Source(slug="radio", name="R", path="content/sources/radio.md", feeds=feeds)
    options = Options(now=NOW, allow_private=True, limits=Limits(pause=0, source=1))
    (report,) = harvest(tmp_path, [source], options).sources
    assert (1, 1, ()) == (report.added, report.visited, report.problems)
    server.says("/slow", rss(2))
    (report,) = harvest(tmp_path, [source], options).sources
    assert (1, 1) == (report.added, report.visited)
