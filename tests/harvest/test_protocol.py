"""What a server may answer, and what a round makes of it: a table, kept as data in
``tests/data/protocol.json``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from kiosque.archive import entries, feed_memory
from kiosque.archive.entries import FeedFacts, FeedState
from kiosque.harvest.harvest_round import Report, harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.model import Feed, Source

from .conftest import Server

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
CASES = json.loads((Path(__file__).parents[1] / "data" / "protocol.json").read_text(encoding="utf-8"))
QUICK = Limits(connect=5, silence=5, total=10, pause=0)


def feed_of(channel: str = "") -> str:
    items = "".join(
        f"<item><guid>{n}</guid><title>No. {n}</title><link>https://r.example/{n}</link></item>"
        for n in (1, 2)
    )
    return (
        f"<rss version='2.0'><channel><title>R</title><link>https://r.example/</link>{channel}{items}</"
        f"channel></rss>"
    )


def answer(given: dict[str, Any]) -> Any:
    async def handler(_request: web.Request) -> web.StreamResponse:
        status = given.get("status", 200)
        body = given.get("body", feed_of(given.get("channel", ""))) if status in {200, 226} else ""
        return web.Response(status=status, headers=given.get("headers"), body=body.encode())

    return handler


def visit(root: Path, url: str, now: datetime, **options: Any) -> Report:
    source = Source(slug="radio", name="R", path="content/sources/radio.md", feeds=(Feed(url=url, line=4),))
    return harvest(root, [source], Options(now=now, allow_private=True, limits=QUICK, **options))


def next_time(root: Path, url: str, now: datetime) -> datetime:
    """Return when a feed is due again, or the next day where it never is."""
    remembered = feed_memory.load(root, "radio").visits.get(url)
    return (remembered and remembered.next) or now + timedelta(days=1)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_an_answer_and_what_follows(tmp_path: Path, server: Server, case: dict[str, Any]) -> None:
    """Each case says what a server answers at one visit after another, and what must come of it."""
    url = f"{server.url}/feed"
    server.routes["/new"] = answer({})
    server.says("/temporary", status=302, Location="/new")
    now, added = NOW, []
    for given in case["answers"]:
        server.routes["/feed"] = answer(given)
        before, report = now, visit(tmp_path, url, now)
        added.append(report.sources[0].added)
        now = next_time(tmp_path, url, now)
    says = "; ".join(str(problem) for problem in report.problems)
    found: dict[str, Any] = {"case": case["case"], "answers": case["answers"], "added": added}
    if "due" in case:
        found["due"] = (now - before) / timedelta(minutes=1)
    if "says" in case:
        found["says"] = case["says"] if case["says"] in says else says
    if "sent" in case:
        found["sent"] = {name: server.requests[-1].headers.get(name) for name in case["sent"]}
    if "requests" in case:
        found["requests"] = len(server.requests)
    if "state" in case:
        found["state"] = lasting(tmp_path, url)
    assert case == found


def lasting(root: Path, url: str) -> dict[str, str]:
    """Return what lasts of a feed, besides what it says of itself and that its past was looked for."""
    state = entries.read_state(root / "archive", "radio").get(url, FeedState())
    fields = {name: getattr(state, name) for name in state.__struct_fields__ if name not in {"facts", "past"}}
    written = {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value
    }
    return {name: value.replace(url.removesuffix("/feed"), "") for name, value in written.items()}


def test_a_feed_moves_after_a_week(tmp_path: Path, server: Server) -> None:
    """A permanent redirect that has held for a week is followed by asking there, and the line to change is
    named.
    """
    url = server.says("/feed", status=301, Location="/new")
    server.routes["/new"] = answer({})
    for day in range(8):
        visit(tmp_path, url, NOW + timedelta(days=day))
    assert {"moved": "/new"} == lasting(tmp_path, url)
    asked = len(server.requests)
    report = visit(tmp_path, url, NOW + timedelta(days=8))
    assert ["/new"] == [request.path for request in server.requests[asked:]]
    expected = f"content/sources/radio.md:4: {url}: has moved to {server.url}/new: write that address here"
    assert [expected] == [str(problem) for problem in report.problems]
    assert [2] == [len(entries.read_source(tmp_path / "archive", "radio").entries)]


@pytest.mark.parametrize("status", [404, 410])
def test_a_feed_moves_at_once_where_its_old_address_is_gone(
    tmp_path: Path, server: Server, status: int
) -> None:
    """A redirect that was permanent and then vanishes with its address still leads to the new one."""
    url = server.says("/feed", status=308, Location="/new")
    server.routes["/new"] = answer({})
    visit(tmp_path, url, NOW)
    server.says("/feed", status=status)
    visit(tmp_path, url, NOW + timedelta(days=1))
    assert {"moved": "/new"} == lasting(tmp_path, url)
    report = visit(tmp_path, url, NOW + timedelta(days=2))
    assert ["has moved to"] == [str(problem).split(f"{url}: ")[1][:12] for problem in report.problems]


def maintenance(status: int, target: str = "/maintenance") -> Any:
    """Answer with a redirect to a web page, as hosts do while a site is down."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": target})

    return handler


@pytest.mark.parametrize("status", [301, 308, 302])
@pytest.mark.parametrize("page_status", [200, 304])
def test_a_web_page_is_no_new_address(tmp_path: Path, server: Server, status: int, page_status: int) -> None:
    """For twelve days the feed fails, its old address is asked again, and what it gives then is read."""
    url = f"{server.url}/feed"
    server.says("/feed", feed_of(), ETag='"1"', Last_Modified="Sun, 15 Mar 2026 08:00:00 GMT")
    visit(tmp_path, url, NOW)
    server.routes["/feed"] = maintenance(status)
    page = "<!DOCTYPE html><html><title>Maintenance</title>De retour bientôt.</html>"
    server.says("/maintenance", page if page_status == 200 else "", status=page_status)
    said = ""
    for hours in range(24, 13 * 24, 6):
        report = visit(tmp_path, url, NOW + timedelta(hours=hours))
        said += " ".join(map(str, report.problems))
    assert "has moved" not in said
    page_said = f"leads to {server.url}/maintenance: this is a web page, not a feed"
    assert (page_said if page_status == 200 else "304") in said
    assert {"failing": "2026-03-16T08:00:00Z"} == lasting(tmp_path, url)
    server.says("/feed", feed_of("<!-- back -->").replace("</channel>", THIRD))
    added = [
        visit(tmp_path, url, NOW + timedelta(days=13, hours=hours)).sources[0].added
        for hours in range(0, 168, 6)
    ]
    assert (1, {}) == (sum(added), lasting(tmp_path, url))


THIRD = "<item><guid>3</guid><title>No. 3</title><link>https://r.example/3</link></item></channel>"


def test_days_with_a_web_page_begin_the_week_anew(tmp_path: Path, server: Server) -> None:
    """Only a redirect that has led to the feed for a whole week is a move."""
    url = server.says("/feed", status=301, Location="/new")
    server.routes["/new"] = answer({})
    for day in range(5):
        visit(tmp_path, url, NOW + timedelta(days=day), force=True)
    server.says("/new", "<html>Bientôt</html>")
    visit(tmp_path, url, NOW + timedelta(days=5), force=True)
    assert {} == lasting(tmp_path, url)
    server.routes["/new"] = answer({})
    visit(tmp_path, url, NOW + timedelta(days=8), force=True)
    assert {"moving": "/new", "moving_since": "2026-03-23T08:00:00Z"} == lasting(tmp_path, url)


def test_an_address_that_becomes_a_web_page_is_left_for_the_old_one(tmp_path: Path, server: Server) -> None:
    """A feed that has moved is asked at its old address again once the new one gives a page instead."""
    url = server.says("/feed", status=301, Location="/new")
    server.routes["/new"] = answer({})
    for day in range(8):
        visit(tmp_path, url, NOW + timedelta(days=day))
    assert {"moved": "/new"} == lasting(tmp_path, url)
    server.says("/new", "<html>Un autre site</html>")
    server.says("/feed", feed_of().replace("</channel>", THIRD))
    reports = [visit(tmp_path, url, NOW + timedelta(days=day)) for day in (9, 10)]
    assert [0, 1] == [report.sources[0].added for report in reports]
    assert {} == lasting(tmp_path, url)


def announced(address: str) -> str:
    return (
        "<itunes:new-feed-url xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'> "
        f"{address} </itunes:new-feed-url>"
    )


def test_a_move_that_a_feed_announces_is_told(tmp_path: Path, server: Server) -> None:
    """Each round names the new address and the line, until the feed says it no more; entries come in."""
    url = server.says("/feed", feed_of(announced("https://nouveau.example/flux.xml")))
    reports = [visit(tmp_path, url, NOW + timedelta(minutes=minutes)) for minutes in (0, 10, 120)]
    expected = (
        f"content/sources/radio.md:4: {url}: says that it has moved to https://nouveau.example/flux.xml: "
        "write that address here, if it is the same feed"
    )
    assert [[expected]] * 3 == [[str(problem) for problem in report.problems] for report in reports]
    assert [2, 0, 0] == [report.sources[0].added for report in reports]
    server.says("/feed", feed_of())
    assert () == visit(tmp_path, url, NOW + timedelta(days=1)).problems


@pytest.mark.parametrize("address", ["{url}", "{url}/", "", "https://ana:secret@r.example/f", "javascript:x"])
def test_an_announcement_that_leads_nowhere_else_is_none(
    tmp_path: Path, server: Server, address: str
) -> None:
    """Many podcasts name their own address for ever; some name none, or one that can't be asked."""
    url = f"{server.url}/feed"
    server.says("/feed", feed_of(announced(address.format(url=url))))
    assert () == visit(tmp_path, url, NOW).problems


def test_the_state_follows_where_the_source_file_is_changed(tmp_path: Path, server: Server) -> None:
    """Once the line names the new address, nothing of the old one is left, and nothing comes a second
    time.
    """
    url = server.says("/feed", status=301, Location="/new")
    server.routes["/new"] = answer({})
    for day in range(9):
        visit(tmp_path, url, NOW + timedelta(days=day))
    before = (tmp_path / "archive" / "radio" / "2026.jsonl").read_bytes()
    report = visit(tmp_path, f"{server.url}/new", NOW + timedelta(days=9))
    assert (0, ()) == (report.sources[0].added, report.problems)
    state = entries.read_state(tmp_path / "archive", "radio")
    assert {
        f"{server.url}/new": FeedState(past=NOW, facts=FeedFacts(title="R", link="https://r.example/"))
    } == state
    assert before == (tmp_path / "archive" / "radio" / "2026.jsonl").read_bytes()


def test_a_server_that_is_back_after_a_month_is_found_again(tmp_path: Path, server: Server) -> None:
    """Failures wait longer, up to a week, and never give up; what fails for more than a day is a lasting
    fact.
    """
    url = server.says("/feed", status=503)
    now, waits = NOW, []
    while now < NOW + timedelta(days=31):
        visit(tmp_path, url, now)
        later = next_time(tmp_path, url, now)
        waits.append(later - now)
        now = later
    assert waits == sorted(waits)
    assert timedelta(days=7) - timedelta(minutes=5) == waits[-1]
    assert {"failing": "2026-03-15T08:00:00Z"} == lasting(tmp_path, url)
    server.routes["/feed"] = answer({})
    assert 2 == visit(tmp_path, url, now).sources[0].added
    assert {} == lasting(tmp_path, url)


def test_a_short_failure_changes_no_file_of_the_archive(tmp_path: Path, server: Server) -> None:
    """A server that is away for an hour is no news: what git tracks stays as it is."""
    server.routes["/feed"] = answer({})
    url = f"{server.url}/feed"
    visit(tmp_path, url, NOW)
    before = {path: path.read_bytes() for path in (tmp_path / "archive").rglob("*.json*")}
    server.says("/feed", status=500)
    visit(tmp_path, url, NOW + timedelta(hours=1))
    server.says("/feed", status=304)
    visit(tmp_path, url, NOW + timedelta(hours=3))
    assert before == {path: path.read_bytes() for path in (tmp_path / "archive").rglob("*.json*")}
