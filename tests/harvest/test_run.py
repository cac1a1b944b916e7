"""A whole round, from source files' records to the archive, over a real server and real files."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import copy_of_demonstration, kiosque

from kiosque.archive.entries import read_source
from kiosque.harvest import source_visit
from kiosque.harvest.harvest_round import Report, harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.harvest.store import source_archive
from kiosque.model import Agreement, Feed, OutputError, Scope, Source

from .conftest import Server

NOW = datetime(2026, 3, 15, 8, 0, 0, 123, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / "../shared/feeds"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared feeds aren't beside this clone")


def rss(*titles: str) -> str:
    """Return a feed of entries with these titles."""
    items = "".join(
        f"<item><guid>{number}</guid><title>{title}</title><link>https://r.example/{number}</link>"
        f"<pubDate>Sat, {number:02} Jan 2026 12:00:00 GMT</pubDate></item>"
        for number, title in enumerate(titles, start=1)
    )
    return (
        f'<rss version="2.0"><channel><title>R</title><link>https://r.example/</link>{items}</channel></rss>'
    )


def source(*urls: str, slug: str = "radio", scope: Scope = Scope.FULL) -> Source:
    """Return a source with these feeds."""
    feeds = tuple(Feed(url=url, line=number) for number, url in enumerate(urls, start=4))
    return Source(
        slug=slug, name=slug, path=f"content/sources/{slug}.md", feeds=feeds, agreement=Agreement(scope=scope)
    )


def go(root: Path, *sources: Source, **options: object) -> Report:
    """Harvest with private addresses allowed, at the time of these tests."""
    quick = Limits(pause=0)
    return harvest(root, sources, Options(**{"now": NOW, "allow_private": True, "limits": quick} | options))


def counts(report: Report) -> list[tuple[int, int, int, int]]:
    """Return what was added, changed, kept and visited, by source."""
    return [(one.added, one.changed, one.kept, one.visited) for one in report.sources]


def tree(root: Path) -> dict[str, bytes]:
    """Return the archive's files."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "archive").rglob("*.jsonl"))
    }


def test_a_round_and_the_next(tmp_path: Path, server: Server) -> None:
    """A first round adds, one without news changes no byte, one with a correction and news writes both."""
    radio = source(server.says("/feed", rss("Un", "Deux")))
    assert [(2, 0, 0, 1)] == counts(go(tmp_path, radio))
    before = tree(tmp_path)
    assert ["archive/radio/2026.jsonl"] == list(before)
    assert b'"first_seen":"2026-03-15T08:00:00Z"' in before["archive/radio/2026.jsonl"]
    assert [(0, 0, 0, 1)] == counts(go(tmp_path, radio, now=NOW + timedelta(hours=1)))
    assert before == tree(tmp_path)
    server.says("/feed", rss("Un corrigé", "Deux", "Trois"))
    assert [(1, 1, 1, 1)] == counts(go(tmp_path, radio, now=NOW + timedelta(hours=12)))
    server.says("/feed", rss())
    assert [(0, 0, 0, 1)] == counts(go(tmp_path, radio, now=NOW + timedelta(hours=24)))
    text = tree(tmp_path)["archive/radio/2026.jsonl"].decode()
    assert ["un", "deux", "trois"] == [msgspec.json.decode(line)["slug"] for line in text.splitlines()]


def test_a_lost_cache_is_harmless(tmp_path: Path, server: Server) -> None:
    """Without its cache a hub reads all again, and writes the same bytes."""
    radio = source(server.says("/feed", rss("Un", "Deux"), ETag='"1"'))
    go(tmp_path, radio)
    before = tree(tmp_path)
    cache = tmp_path / ".cache" / "harvest" / "radio.msgpack"
    for damage in (b"{", b"\xff", b"[]"):
        cache.write_bytes(damage)
        assert [(0, 0, 2, 1)] == counts(go(tmp_path, radio))
    cache.unlink()
    assert [(0, 0, 2, 1)] == counts(go(tmp_path, radio))
    assert before == tree(tmp_path)


def test_only_a_feed_that_was_read_before_dates_corrections(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change is dated now, unless the code that reads has changed, or nothing is remembered."""
    radio = source(server.says("/feed", rss("Un")))
    go(tmp_path, radio)

    def updated(title: str, hours: int) -> datetime | None:
        server.says("/feed", rss(title))
        assert [(0, 1, 0, 1)] == counts(go(tmp_path, radio, now=NOW + timedelta(hours=hours)))
        (stored,) = read_source(tmp_path / "archive", "radio").entries
        assert title == stored.entry.title
        return stored.entry.updated

    first = (NOW + timedelta(hours=1)).replace(microsecond=0)
    assert first == updated("Deux", 1)
    monkeypatch.setattr(source_visit, "code_digest", lambda _module: b"another code")
    assert first == updated("Trois", 2)
    last = (NOW + timedelta(hours=3)).replace(microsecond=0)
    assert last == updated("Quatre", 3)
    shutil.rmtree(tmp_path / ".cache")
    assert last == updated("Cinq", 4)


def test_an_archive_taken_back_is_filled_again(tmp_path: Path, server: Server) -> None:
    """Where the archive isn't the one that was left, feeds are read afresh, whatever the cache remembers."""
    radio = source(server.says("/feed", rss("Un"), ETag='"1"'))
    go(tmp_path, radio)
    before = tree(tmp_path)
    (tmp_path / "archive" / "radio" / "2026.jsonl").unlink()
    assert [(1, 0, 0, 1)] == counts(go(tmp_path, radio))
    assert "If-None-Match" not in server.requests[-1].headers
    assert before == tree(tmp_path)


def test_feeds_are_asked_conditionally_once_an_hour(tmp_path: Path, server: Server) -> None:
    """A feed is due an hour after its last visit, or when forced; the request repeats its validators."""
    radio = source(server.says("/feed", rss("Un"), ETag='"1"'))
    go(tmp_path, radio)
    assert [(0, 0, 0, 0)] == counts(go(tmp_path, radio, now=NOW + timedelta(minutes=30)))
    assert [(0, 0, 0, 1)] == counts(go(tmp_path, radio, now=NOW + timedelta(minutes=30), force=True))
    assert '"1"' == server.requests[-1].headers["If-None-Match"]
    server.says("/feed", status=304)
    assert [(0, 0, 0, 1)] == counts(go(tmp_path, radio, now=NOW + timedelta(minutes=90)))
    assert [(0, 0, 0, 0)] == counts(go(tmp_path, radio, now=NOW + timedelta(minutes=100)))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_feed_of_this_machine_is_asked_when_it_is_due(tmp_path: Path, server: Server, host: str) -> None:
    """A server on loopback is asked as rarely as any other, and a wait that it asks for is kept."""
    server.says("/feed", status=503, Retry_After="7200")
    radio = source(f"http://{host}:{server.port}/feed")
    visits = [go(tmp_path, radio, now=NOW + timedelta(minutes=minutes)) for minutes in (0, 10, 100, 120)]
    assert [1, 0, 0, 1] == [report.sources[0].visited for report in visits]


def test_another_agreement_is_applied_at_once(tmp_path: Path, server: Server) -> None:
    """Where the agreement or a feed's options change, what is stored changes with them, due or not."""
    url = server.says(
        "/feed", rss("Un").replace("<guid>", "<description>Le texte.</description><guid>"), ETag='"1"'
    )
    go(tmp_path, source(url))
    assert b"Le texte." in tree(tmp_path)["archive/radio/2026.jsonl"]
    assert [(0, 1, 0, 1)] == counts(go(tmp_path, source(url, scope=Scope.LINK)))
    assert "If-None-Match" not in server.requests[-1].headers
    assert b"Le texte." not in tree(tmp_path)["archive/radio/2026.jsonl"]


def test_a_dead_source_stops_nothing(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources that fail, each in its way, leave the others their round, and each says where and why."""
    good = source(server.says("/good", rss("Un")), slug="good")
    html = source(server.says("/html", "<html>Bonjour</html>"), slug="html")
    dead = source(server.url + "/nothing", "demo/missing.xml", slug="dead")
    fault = source(server.says("/fault", rss("fault")), slug="fault")
    decide = source_archive.decide

    def faulty(source: Source, *rest: object) -> object:
        if source.slug == "fault":
            raise ZeroDivisionError("our own")
        return decide(source, *rest)

    monkeypatch.setattr(source_archive, "decide", faulty)
    heard: list[str] = []
    report = harvest(
        tmp_path,
        [dead, html, fault, good],
        Options(now=NOW, allow_private=True),
        lambda one: heard.append(one.source),
    )
    assert [0, 0, 0, 1] == [one.added for one in report.sources]
    assert ["dead", "fault", "good", "html"] == sorted(heard)
    said = [str(problem) for problem in report.problems]
    assert (
        f"content/sources/dead.md:4: {server.url}/nothing: the server answered 404 Not Found; asked again "
        f"on "
        f"15 March 2026, 08:55"
    ) == said[0]
    assert "content/sources/dead.md:5: demo/missing.xml: this file can't be read" in said[1]
    assert "this is a web page, not a feed" in said[2]
    assert "content/sources/fault.md: a fault of Kiosque itself (ZeroDivisionError: our own)" in said[3]
    assert ["archive/good/2026.jsonl"] == list(tree(tmp_path))
    assert report == msgspec.json.decode(msgspec.json.encode(report), type=Report)


def test_a_broken_feed_gives_what_it_can_and_says_so_each_time(tmp_path: Path, server: Server) -> None:
    """A feed with broken XML gives the entries that can be read, and is named at each round until it is
    mended.
    """
    radio = source(server.says("/feed", rss("Un & deux"), ETag='"1"'))
    for added in (1, 0):
        report = go(tmp_path, radio, force=True)
        assert [added] == [one.added for one in report.sources]
        assert ["an “&” stands alone"] == [problem.message[:19] for problem in report.problems]


def test_a_feed_that_is_gone_is_asked_no_more(tmp_path: Path, server: Server) -> None:
    """A feed that its server says is gone is remembered in the archive, and not asked again, even when
    forced.
    """
    radio = source(server.says("/feed", status=410))
    go(tmp_path, radio)
    assert ["archive/radio/state.json"] == [
        path.relative_to(tmp_path).as_posix() for path in (tmp_path / "archive").rglob("*.json")
    ]
    report = go(tmp_path, radio, force=True)
    assert 1 == len(server.requests)
    assert "gone for good since 15 March 2026: remove it" in report.problems[0].message


def test_a_dry_run_writes_nothing(tmp_path: Path, server: Server) -> None:
    """A dry run says what it would do, and writes neither archive nor memory."""
    radio = source(server.says("/feed", rss("Un")))
    report = go(tmp_path, radio, dry_run=True)
    assert [("add", "new", "Un")] == [
        (one.action, one.reason, one.title) for one in report.sources[0].decisions
    ]
    assert {} == tree(tmp_path)
    assert [(1, 0, 0, 1)] == counts(go(tmp_path, radio))


def test_an_unreadable_archive_is_not_written_over(tmp_path: Path, server: Server) -> None:
    """A line that can't be read stops its file from being written, is named, and marks the source as
    unwritten.
    """
    radio = source(server.says("/feed", rss("Un")))
    go(tmp_path, radio)
    path = tmp_path / "archive" / "radio" / "2026.jsonl"
    path.write_bytes(path.read_bytes() + b"<<<<<<< HEAD\n")
    before = path.read_bytes()
    server.says("/feed", rss("Un", "Deux"))
    report = go(tmp_path, radio, force=True)
    assert [True] == [one.unwritten for one in report.sources]
    assert ("archive/radio/2026.jsonl", 2) == (report.problems[0].path, report.problems[0].line)
    assert before == path.read_bytes()
    path.write_bytes(before.replace(b"<<<<<<< HEAD\n", b""))
    assert [(1, 0, 1, 1)] == counts(go(tmp_path, radio, force=True))


def test_two_rounds_at_once(tmp_path: Path, server: Server) -> None:
    """A second round of the same hub says that one is under way, and does no harm."""
    (tmp_path / ".cache").mkdir()
    with FileLock(tmp_path / ".cache" / "harvest.lock"), pytest.raises(OutputError, match="another harvest"):
        go(tmp_path, source(server.says("/feed", rss("Un"))))
    assert {} == tree(tmp_path)


def test_file_feeds(tmp_path: Path) -> None:
    """A file feed is read at each round; nothing happens where neither it nor its options changed."""
    (tmp_path / "demo").mkdir()
    feed = tmp_path / "demo" / "feed.xml"
    feed.write_text(rss("Un"), encoding="utf-8")
    radio = source("demo/feed.xml")
    assert [(1, 0, 0, 1)] == counts(go(tmp_path, radio, allow_private=False))
    assert [(0, 0, 0, 1)] == counts(go(tmp_path, radio, allow_private=False))
    feed.write_text(rss("Un", "Deux"), encoding="utf-8")
    assert [(1, 0, 1, 1)] == counts(go(tmp_path, radio, allow_private=False))


def test_the_demonstration_is_as_a_harvest_leaves_it(tmp_path: Path) -> None:
    """Whoever tries Kiosque in a clone finds nothing changed in it by the first harvest."""
    root = copy_of_demonstration(tmp_path / "hub")
    before = tree(root)
    kiosque(root, "harvest")
    assert len(before) > 20
    assert [] == [path for path, data in tree(root).items() if data != before.get(path)]


def test_two_feeds_of_one_source(tmp_path: Path, server: Server) -> None:
    """An entry that two feeds give is one entry, worded as the first has it, also at the next round."""
    radio = source(server.says("/a", rss("Un", "Deux")), server.says("/b", rss("Un autrement")))
    assert [(2, 0, 1, 2)] == counts(go(tmp_path, radio))
    before = tree(tmp_path)
    (tmp_path / ".cache" / "harvest" / "radio.msgpack").unlink()
    assert [(0, 0, 3, 2)] == counts(go(tmp_path, radio))
    assert before == tree(tmp_path)


@needs_shared
def test_real_feeds_twice(tmp_path: Path) -> None:
    """All the shared feeds are harvested without a fault, and the same again, without any cache, changes no
    byte.
    """
    (tmp_path / "feeds").symlink_to(SHARED.resolve())
    hub = tmp_path / "hub"
    (hub / "feeds").mkdir(parents=True)
    names = sorted(path.name for path in SHARED.iterdir() if path.suffix in {".xml", ".json"})
    for name in names:
        (hub / "feeds" / name).write_bytes((SHARED / name).read_bytes())
    sources = [source(f"feeds/{name}", slug=f"s{number}") for number, name in enumerate(names)]
    first = go(hub, *sources)
    assert [] == [one.source for one in first.sources if one.unwritten or not one.added]
    before = tree(hub)
    for path in (hub / ".cache" / "harvest").iterdir():
        path.unlink()
    again = go(hub, *sources)
    assert [(0, 0)] * len(names) == [(one.added, one.changed) for one in again.sources]
    assert before == tree(hub)


ENTRY = st.tuples(st.sampled_from(["", "1", "2", "3"]),
                  st.sampled_from(["", "https://r.example/a", "https://r.example/b"]),
                  st.sampled_from(["", "Un", "Deux", "Un &amp; deux"]),
                  st.sampled_from(["", "Sat, 10 Jan 2026 12:00:00 GMT", "bad"]))  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(ENTRY, max_size=6))
def test_harvesting_twice_is_harvesting_once(
    tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, ...]]
) -> None:
    """Whatever a feed repeats, lacks or mixes up, reading it again without any memory changes nothing."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{url}</link><title>{title}</title><pubDate>"
        f"{date}</pubDate></item>"
        for guid, url, title, date in entries
    )
    root = tmp_path_factory.mktemp("hub")
    (root / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>R</title>{items}</channel></rss>', encoding="utf-8"
    )
    radio = source("feed.xml")
    go(root, radio)
    before = tree(root)
    (root / ".cache" / "harvest" / "radio.msgpack").unlink(missing_ok=True)
    go(root, radio, now=NOW + timedelta(days=1))
    assert before == tree(root)


def test_a_narrower_agreement_reaches_what_no_feed_gives_any_more(tmp_path: Path, server: Server) -> None:
    """What is no longer allowed goes from the archive, also of entries that the feed forgot, and where it is
    dead.
    """
    text = "<description>Le texte entier.</description><guid>"
    url = server.says("/feed", rss("Un").replace("<guid>", text, 1))
    go(tmp_path, source(url))
    server.says("/feed", status=500)
    go(tmp_path, source(url))
    assert b"Le texte entier." in tree(tmp_path)["archive/radio/2026.jsonl"]
    go(tmp_path, source(url, scope=Scope.LINK), now=NOW + timedelta(minutes=1))
    assert b"Le texte entier." not in tree(tmp_path)["archive/radio/2026.jsonl"]
    assert b"Un" in tree(tmp_path)["archive/radio/2026.jsonl"]


def test_a_feed_that_rewrites_everything_does_not_fill_the_history(tmp_path: Path, server: Server) -> None:
    """A feed whose entries all change at each visit has them kept at first, then once a day; new ones come at
    once.
    """
    titles = [f"No. {number}" for number in range(6)]
    url = server.says("/feed", rss(*titles))
    go(tmp_path, source(url))
    kept = []
    for hour in range(1, 30):
        server.says("/feed", rss(*(f"{title}, {hour} hours later" for title in titles)))
        report = go(tmp_path, source(url), now=NOW + timedelta(hours=hour), force=True)
        if report.sources[0].changed:
            kept.append(hour)
    assert [1, 2, 26] == kept


FIXTURES = sorted(
    path for path in (Path(__file__).parents[1] / "data" / "feeds").iterdir() if path.suffix != ".json"
)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(FIXTURES), st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=12)), max_size=8)
)
def test_no_feed_makes_an_exception_leave_harvest(
    tmp_path_factory: pytest.TempPathFactory, path: Path, changes: list[tuple[int, bytes]]
) -> None:
    """Whatever happens to the bytes of a feed, the round ends, and no fault of our own is in its report."""
    data = bytearray(path.read_bytes())
    for place, piece in changes:
        data[place : place + len(piece)] = piece
    root = tmp_path_factory.mktemp("hub")
    (root / "feed.xml").write_bytes(data)
    report = go(root, source("feed.xml"))
    assert [] == [
        str(problem) for problem in report.problems if "a fault of Kiosque itself" in problem.message
    ]
