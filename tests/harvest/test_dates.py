"""The dates of feeds: which instants they are, which are left out, and that no clock takes part."""

from __future__ import annotations

import csv
import inspect
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import feedparser.datetimes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.harvest.dates import names, written, zones
from kiosque.harvest.dates.instants import FeedDates, Reason
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse

HERE = Path(__file__).parent
ORIGIN = Origin("https://feed.example/feed", HERE)
LANGUAGES = ("fr", "de", "es", "pt", "it", "oc", "br", "ca")


def rows() -> list[dict[str, str]]:
    """Return the table of dates: a feed's language, a text, its instant or nothing."""
    with (HERE / "dates.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def as_text(instant: datetime | None) -> str:
    """Return an instant as the table writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant else ""


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['language']} {row['text']}".strip())
def test_a_date_is_the_instant_of_the_table_or_left_out(row: dict[str, str]) -> None:
    """A date is read as the table says; one without an instant is left out and told."""
    dates = FeedDates(row["language"])
    assert row["instant"] == as_text(dates.read(row["text"]))
    assert ([] if row["instant"] else [row["text"]]) == list(dates.unread)


def rss(*dates: str, language: str = "") -> bytes:
    """Return a feed with an entry a date."""
    items = "".join(
        f"\n<item><guid>{n}</guid><pubDate>{text}</pubDate></item>" for n, text in enumerate(dates)
    )
    return (
        f'<rss version="2.0"><channel><title>t</title><language>{language}</language>{items}</channel></rss>'
    ).encode()


@pytest.mark.parametrize(
    ("others", "language", "instant"),
    [
        ((), "en-US", ""),
        (("25/03/2019",), "", "2019-03-05T00:00:00Z"),
        (("03/25/2019",), "", "2019-05-03T00:00:00Z"),
        (("Fri, 05/04/2019",), "", "2019-03-05T00:00:00Z"),
        (("Sat, 05/04/2019",), "fr", "2019-05-03T00:00:00Z"),
        (("03/25/2019", "25/03/2019"), "fr", ""),
        (("04/04/2019",), "", ""),
        (("04/04/2019",), "fr", "2019-03-05T00:00:00Z"),
    ],
)
def test_other_dates_prove_the_order_and_else_the_language_does(
    others: tuple[str, ...], language: str, instant: str
) -> None:
    """The order of day and month is what other dates of the feed prove, else the language's, else unknown."""
    feed = parse(rss("05/03/2019", *others, language=language), ORIGIN)
    assert instant == as_text(feed.entries[0].published)
    assert (not instant) == any("05/03/2019" in problem.message for problem in feed.problems)


def test_a_date_that_is_left_out_is_told_with_its_line_and_reason() -> None:
    """The report names each of the first dates that are left out, their line and why, and counts the rest."""
    texts = ("demain", "05/03/2019", "Mon, 01 Jan 0001 00:00:00 +0000", "", *(f"jour {n}" for n in range(9)))
    feed = parse(rss("Fri, 14 Mar 2025 10:00:00 GMT", *texts), ORIGIN)
    told = [(problem.line, problem.message.split(":")[0]) for problem in feed.problems]
    assert [
        (3, "the date “demain” isn't understood and is left out"),
        (4, "the date “05/03/2019” may mean two days and is left out"),
        (5, "the date “Mon, 01 Jan 0001 00"),
        (7, "the date “jour 0” isn't understood and is left out"),
        (8, "the date “jour 1” isn't understood and is left out"),
        (None, "7 more dates of this feed are left out for such reasons"),
    ] == told


def test_every_format_reads_every_date() -> None:
    """RFC 822 is read in Atom, JSON Feed, RDF and live broadcasts; RFC 3339 in RSS; seconds in JSON."""
    rfc_822, rfc_3339 = "Fri, 14 Mar 2025 10:00:00 CET", "2025-03-14T10:00:00+01:00"
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>{rfc_822}</updated></entry></feed>'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><item><dc:date>{rfc_822}</dc:date></item></rdf:RDF>'
    )
    json_feed = '{"items": [{"id": "1", "date_published": %s}, {"id": "2", "date_modified": 1741942800}]}'
    live = (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>t</title>'
        f'<podcast:liveItem start="{rfc_822}" end="plus tard"/></channel></rss>'
    )
    inputs = (atom, rdf, json_feed % f'"{rfc_822}"', rss(rfc_3339).decode())
    feeds = [parse(text.encode(), ORIGIN) for text in inputs]
    instants = [as_text(entry.published) for feed in feeds for entry in feed.entries]
    assert ["2025-03-14T09:00:00Z"] * 5 == instants
    broadcast = parse(live.encode(), ORIGIN)
    assert "2025-03-14T09:00:00Z" == as_text(broadcast.facts.live[0].start)
    assert [True] == ["“plus tard”" in problem.message for problem in broadcast.problems]


def test_feedparser_reads_no_date() -> None:
    """feedparser's own readers, which look at the clock, are gone once a feed was read."""
    parse(rss(), ORIGIN)
    assert feedparser.datetimes._parse_date("2025/03/14 10:00:00") is None  # noqa: SLF001 - borrowed


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"])
def test_a_date_doesnt_depend_on_the_clock(row: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing asks for the time, and a machine in another zone reads the same."""

    def asked() -> float:
        raise AssertionError

    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    monkeypatch.setattr(time, "time", asked)
    monkeypatch.setattr(time, "gmtime", asked)
    written.parse.cache_clear()
    assert row["instant"] == as_text(FeedDates(row["language"]).read(row["text"]))
    monkeypatch.undo()
    time.tzset()


def test_no_module_of_dates_names_the_clock() -> None:
    """The code that reads dates never asks for now or today."""
    folder = Path(inspect.getfile(names)).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    clocks = ("now(", "today(", "import time\n", "gmtime", "localtime", "utcnow")
    assert [] == [(name, clock) for name, text in texts.items() for clock in clocks if clock in text]


instants = st.datetimes(datetime(1970, 1, 3), datetime(2049, 12, 30)).map(  # noqa: DTZ001 - gets its zone next
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
offsets = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
formats = st.sampled_from([
    "%a, %d %b %Y %H:%M:%S %z", "%d %b %y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%Y%m%dT%H%M%S%z",
    "%G-W%V-%uT%H:%M:%S%z",
    "%Y-%jT%H:%M:%S%z", "%Y/%m/%d %H:%M:%S %z", "%d.%m.%Y %H:%M:%S %z", "%A, %B %d, %Y %I:%M:%S %p %z",
    "%a %b %d %H:%M:%S %z %Y", "%Hh%M:%S, %d-%b-%Y", "%a, %d/%m/%Y - %H:%M:%S %z",
])  # fmt: skip


@given(instants, offsets, formats)
def test_an_instant_that_was_written_is_read_back(moment: datetime, zone: timezone, form: str) -> None:
    """An instant is read back from each format that says all of it."""
    zone = zone if "%z" in form else UTC  # type: ignore[assignment]
    assert moment == FeedDates("fr").read(moment.astimezone(zone).strftime(form))


@given(instants, st.sampled_from(LANGUAGES), st.sampled_from(["full", "long", "medium"]))
def test_a_day_as_a_language_writes_it_is_read_back(moment: datetime, language: str, width: str) -> None:
    """A day in words, as CLDR writes it, is read back in each language, with accents or without."""
    from babel.dates import format_date  # noqa: PLC0415

    text = format_date(moment, width, locale=language)
    expected = moment.replace(hour=0, minute=0, second=0)
    for variant in (text, text.upper(), names.folded(text)):
        assert expected == FeedDates(language).read(variant), variant


@given(st.text(st.sampled_from("0123456789 ,.-/:+TZhàmarspjui()'[]年"), max_size=200) | st.text())
def test_any_text_is_an_instant_or_left_out(text: str) -> None:
    """No text makes the reader raise; what isn't an instant is told."""
    dates = FeedDates("fr", lambda: [text])
    instant = dates.read(text)
    assert (instant is None) == bool(dates.unread) or not text.strip()
    assert instant == FeedDates("fr", lambda: [text]).read(text)


def test_long_texts_are_left_out() -> None:
    """A text longer than any date is left out unread."""
    text = "14 mars 2025 " + "0" * written.LONGEST
    dates = FeedDates()
    assert (None, {text: Reason.NOT_UNDERSTOOD}) == (dates.read(text), dates.unread)


def test_no_name_of_a_month_or_day_is_a_zone() -> None:
    """A word that names a zone names neither month nor day, so that a date has one meaning."""
    known = names.names()
    assert [] == [word for word in (*known.months, *known.days) if zones.is_name(word)]
    assert [] == [word for word, months in known.months.items() if len(months) > 1]
