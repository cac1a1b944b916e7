"""What a source publishes in a flood takes little room in lists, and all of it stays within reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conftest import Content, built, entry
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kiosque.model import Entry, Format, Source
from kiosque.site.hub import folding
from kiosque.site.hub.records import ENTRY, Card, Link, Publication

START = datetime(2026, 3, 10, 22, tzinfo=UTC)
SOURCE = "---\nname: {name}\nfeeds: [https://{name}.example/feed]\nagreement: {{scope: full}}\n---\n"


def publications(slugs: Sequence[str], hours: Sequence[int] | None = None) -> list[Publication]:
    """Return a publication of each named source, an empty name making an article; a minute apart unless
    told.
    """
    return [
        Publication(
            kind=ENTRY if slug else "article",
            record=Entry(id=str(place), source=slug or "", slug=str(place), first_seen=START),
            card=Card(
                address=f"/{place}/",
                title=str(place),
                moment=START,
                format=Format.TEXT,
                source=Link(name=slug, address=f"/medias/{slug}/") if slug else None,
            ),
            local=START - (timedelta(hours=hours[place]) if hours else timedelta(minutes=place)),
            changed=START,
            key=str(place),
            source=Source(slug=slug, name=slug, path="") if slug else None,
        )
        for place, slug in enumerate(slugs)
    ]


def told(rows: folding.Rows) -> list[str]:
    """Return the keys of a list's rows, a fold as those that it holds."""
    found = []
    for place, publication in enumerate(rows.shown):
        found.append(publication.key)
        if fold := rows.folds.get(place):
            found.append("+".join(p.key for p in rows.folded[fold.start : fold.stop]))
    return found


def folded(some: Sequence[Publication], most: int | None = None) -> folding.Rows:
    return folding.rows(some, folding.flooding(some), most)


def test_flood_is_folded_after_its_second() -> None:
    """Of five publications in a day, two stay and three are folded, in the place that follows."""
    assert told(folded(publications("aabaaab"))) == ["0", "1", "3+4+5", "2", "6"]


def test_few_stay() -> None:
    """Four publications of a source in a day, or five over two days, are no flood."""
    assert told(folded(publications("aaaa"))) == ["0", "1", "2", "3"]
    assert told(folded(publications("aaaaa", [0, 0, 24, 24, 24]))) == ["0", "1", "2", "3", "4"]


def test_articles_are_never_folded() -> None:
    """What people wrote for the hub stays, however much comes in a day."""
    assert told(folded(publications([""] * 7))) == ["0", "1", "2", "3", "4", "5", "6"]


def test_end_of_list_cuts_no_fold() -> None:
    """A list of three rows tells all of its last day's flood."""
    assert told(folded(publications("baaaaaabb"), 3)) == ["0", "1", "2", "3+4+5+6"]


def test_list_with_part_of_a_flood() -> None:
    """A list that holds only some of a day's flood folds them only where they are many in this list."""
    everything = publications("aaaaaa")
    assert told(folding.rows(everything[:3], folding.flooding(everything))) == ["0", "1", "2"]


def test_spread() -> None:
    """The newest with at most so many of one source; articles count for no source."""
    assert [p.key for p in folding.spread(publications(["a", "a", "", "a", "b", "", "", "b"]), 6, 2)] == [
        "0", "1", "2", "4", "5", "6",
    ]  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.integers(0, 2)), max_size=60),
    st.none() | st.integers(0, 40),
)
def test_folding_loses_nothing(given: list[tuple[str, int]], most: int | None) -> None:
    """Each publication stands once, shown or folded, and every fold is of one source and one day."""
    hours, slugs = sorted(day * 24 for _slug, day in given), [slug for slug, _day in given]
    some = publications(slugs, hours)
    rows = folded(some, most)
    found = [p.key for p in (*rows.shown, *rows.folded)]
    assert len(found) == len(set(found))
    if most is None:
        assert sorted(found, key=int) == [p.key for p in some]
    else:
        assert len(rows.shown) == min(most, len(folded(some).shown))
    assert [p.key for p in rows.shown] == sorted((p.key for p in rows.shown), key=int)
    covered = [place for fold in rows.folds.values() for place in range(fold.start, fold.stop)]
    assert covered == list(range(len(rows.folded)))
    for fold in rows.folds.values():
        kinds = {(p.source and p.source.slug, p.local) for p in rows.folded[fold.start : fold.stop]}
        assert len(kinds) == 1
    counts = Counter((p.source.slug, p.local) for p in rows.shown if p.source)
    assert max(counts.values(), default=0) < 5


def test_pages(hub: Callable[[Mapping[str, Content]], Path]) -> None:
    """The stream, its month and lists by format and commune fold a flood; the source's own page doesn't."""
    loud = [entry("loud", f"l{n}", f"2026-03-10T{n:02}:00:00Z", language="fr") for n in range(1, 9)]
    root = hub(
        {
            "content/sources/loud.md": SOURCE.format(name="loud"),
            "content/sources/calm.md": SOURCE.format(name="calm"),
            "archive/loud/2026.jsonl": loud,
            "archive/calm/2026.jsonl": [entry("calm", "c", "2026-03-10T09:30:00Z")],
        }
    )
    built(root)

    def shape(path: str) -> tuple[list[str], list[str]]:
        document = html.document_fromstring((root / "output" / path).read_bytes())
        return (
            document.xpath("//*[contains(@class, 'card__title')]/a/text()"),
            document.xpath("//details[@class='fold']//li/a/text()"),
        )

    rest = [f"Title of l{n}" for n in range(6, 0, -1)]
    expected = (["Title of c", "Title of l8", "Title of l7"], rest)
    paths = ("fil/index.html", "lire/index.html")
    assert {path: expected for path in paths} == {path: shape(path) for path in paths}
    assert shape("medias/loud/index.html") == ([f"Title of l{n}" for n in range(8, 0, -1)], [])
