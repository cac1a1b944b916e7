"""How entries get their ids and slugs, and keep them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosque.harvest.read.raw import RawEntry
from kiosque.harvest.store.identify import Policy, content_digest, identities, new_slug, usual_policy
from kiosque.model import Entry, StoredEntry

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
HOME = "https://r.example/"


def raw(guid: str = "", url: str = "", title: str = "", day: int = 0, html: str = "") -> RawEntry:
    """Return an entry as a feed gives it."""
    return RawEntry(
        guid=guid, url=url, title=title, published=NOON.replace(day=day) if day else None, html=html
    )


def known(*entries: RawEntry, ids: tuple[str, ...] = ()) -> dict[str, StoredEntry]:
    """Return entries as the archive has them, under the ids that they got, or those given."""
    names = ids or identities(entries, {})
    return {
        name: StoredEntry(
            year=2026,
            entry=Entry(
                id=name,
                source="r",
                slug="s",
                first_seen=NOON,
                url=one.url,
                title=one.title,
                published=one.published,
            ),
        )
        for name, one in zip(names, entries, strict=True)
    }


@pytest.mark.parametrize(
    ("entries", "ids"),
    [
        ([raw("g", HOME, "t")], ["g"]),
        ([raw("", HOME, "t")], [HOME]),
        (
            [raw(title="t", day=1), raw(title="t", day=2)],
            ["t 2026-01-01T12:00:00+00:00", "t 2026-01-02T12:00:00+00:00"],
        ),
        ([raw(title="t")], ["t"]),
        ([raw(html="<p>x</p>")], [content_digest(raw(html="x"))]),
        ([raw("g", f"{HOME}1", "a"), raw("g", f"{HOME}2", "b")], [f"{HOME}1", f"{HOME}2"]),
        ([raw("g", HOME, "a"), raw("g", HOME, "b")], ["a", "b"]),
        ([raw("1", HOME, "a"), raw("2", HOME, "b")], ["1", "2"]),
        ([raw("", HOME, "a"), raw("", HOME, "b")], ["a", "b"]),
        ([raw("g", HOME, "t"), raw("g", HOME, "t")], ["g", ""]),
        ([raw("", HOME, "t"), raw("", HOME, "t")], [HOME, ""]),
        ([raw(title="t"), raw(title="t", html="x")], ["t", content_digest(raw(title="t", html="x"))]),
        ([raw(title="t"), raw(title="t")], ["t", content_digest(raw(title="t"))]),
        ([], []),
    ],
)
def test_ids(entries: list[RawEntry], ids: list[str]) -> None:
    """The best name that tells an entry apart within its feed is its id; a repetition has none."""
    assert ids == identities(entries, {})


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        pytest.param(raw("g", HOME, "t"), [raw("g", HOME, "corrected")], ["g"], id="a corrected title"),
        pytest.param(raw("g", HOME, "t", 1), [raw("g", f"{HOME}moved", "t", 1)], ["g"], id="a moved page"),
        pytest.param(raw("", HOME, "t", 1), [raw("g", HOME, "t", 1)], [HOME], id="guids that came late"),
        pytest.param(raw("http", HOME, "t", 1), [raw("https", HOME, "t", 1)], ["http"],
                     id="guids that changed"),
        pytest.param(raw("g", HOME, "t", 1), [raw("g", f"{HOME}2", "u", 2), raw("g", HOME, "t", 1)],
                     [f"{HOME}2", "g"],
                     id="a guid used again"),
        pytest.param(raw("1", HOME, "Monday", 1), [raw("2", HOME, "Tuesday", 2)], ["2"],
                     id="a page announced anew"),
        pytest.param(raw("1", HOME, "t", 1), [raw("2", HOME, "t", 2), raw("1", HOME, "t", 1)], ["2", "1"],
                     id="alike, but both there"),
        pytest.param(raw("http://r.example/1", "http://www.r.example/1/", "t"),
                     [raw(f"{HOME}1", f"{HOME}1", "t")], ["http://r.example/1"],
                     id="from http to https, without www"),
        pytest.param(raw("", "https://old.example/1", "t", 1), [raw("", f"{HOME}1", "t", 1)],
                     ["https://old.example/1"], id="another host"),
        pytest.param(raw("a", "https://old.example/1", "t", 1), [raw("b", f"{HOME}x", "t", 1)], ["a"],
                     id="another host and other guids"),
        pytest.param(raw("a", "https://old.example/1", "t", 1), [raw("b", f"{HOME}x", "t", 2)], ["b"],
                     id="another day"),
        pytest.param(raw("a", "https://old.example/1", "t", 1),
                     [raw("b", f"{HOME}x", "t", 1), raw("c", f"{HOME}y", "t", 1)], ["b", "c"],
                     id="two of one title and day"),
    ],
)  # fmt: skip
def test_known_entries_are_recognised(before: RawEntry, after: list[RawEntry], ids: list[str]) -> None:
    """What a feed changes about an entry doesn't make it a new one, and a new one never takes a known one's
    place.
    """
    assert ids == identities(after, known(before))


def test_a_sound_and_a_film_of_one_title_are_two() -> None:
    """Two feeds of a source may give the same evening as a sound and as a film: neither takes the other's
    place.
    """
    film = RawEntry(guid="film", url=f"{HOME}film", title="t", published=NOON, is_video=True)
    assert ["film"] == identities([film], known(RawEntry(guid="s", url=HOME, title="t", published=NOON)))


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([raw("1", HOME, "a"), raw("2", HOME, "b")], Policy.GUID),
        ([raw("g", f"{HOME}1", "a"), raw("g", f"{HOME}2", "b")], Policy.LINK),
        ([raw("", HOME, "a", 1), raw("", HOME, "b", 2)], Policy.TITLE),
        ([raw(html="a"), raw(html="b")], Policy.CONTENT),
        ([], Policy.GUID),
    ],
)
def test_the_policy_of_a_feed(entries: list[RawEntry], expected: Policy) -> None:
    """A feed's entries are told apart by the best that it allows, which the report can state."""
    assert expected == usual_policy(entries)


def test_slugs_are_unique() -> None:
    """Entries named alike get numbers, in the order in which they came."""
    taken = {"journal": 2, "journal-3": 2}
    slugs = [
        new_slug(raw(title=title), "id", taken) for title in ("Journal", "Journal", "Journal 3", "Journal")
    ]
    assert ["journal-2", "journal-4", "journal-3-2", "journal-5"] == slugs


def test_slugs_without_a_title() -> None:
    """Without a title the first words make the slug; without any, the id does."""
    assert "troc-de-graines" == new_slug(raw(html="<p>Troc de graines</p>"), "id", {})
    assert new_slug(raw(title="🎉"), "id", {}) == new_slug(raw(), "id", {})
    assert new_slug(raw(), "id", {}).startswith("parution-")


def test_many_entries_named_alike() -> None:
    """Ten thousand bulletins of one name cost no more than others: the suite would not end otherwise."""
    taken: dict[str, int] = {}
    slugs = {new_slug(raw(title="Le bulletin"), "id", taken) for _ in range(10_000)}
    assert 10_000 == len(slugs)
    assert "le-bulletin-10001" == new_slug(raw(title="Le bulletin"), "id", dict.fromkeys(slugs, 2))
