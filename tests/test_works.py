"""Which entries carry the same work: what tells so, what doesn't, and what a person says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import write_tree
from hypothesis import given
from hypothesis import strategies as st

from kiosque import i18n
from kiosque.model import Alternative, Enclosure, Entry, Format, StoredEntry
from kiosque.takedowns import Takedowns
from kiosque.works import (
    MOST_IN_A_WORK,
    Suggestion,
    WorkDecisions,
    Works,
    group,
    grouping,
    load_decisions,
    suggest,
    unmatched,
)
from kiosque.works.decisions import NamedAddress
from kiosque.works.keys import medium_key, title_key, work_key

DAY = datetime(2026, 1, 10, 18, 30, tzinfo=UTC)
TITLE = "La fête du pain de Saint-Julien"
TEXT = (
    "Un samedi de neige, vingt personnes ont pétri, chanté et mangé autour du four banal que le village "
    "a "
    "relevé."
)
VIDEO = "9c9de5e8-0a1e-484a-b099-e80766180a6d"


@pytest.fixture(autouse=True)
def english() -> None:
    """Read messages as they stand in the code."""
    i18n.use("en")


def stored(source: str, name: str = "one", days: float = 0, **fields: Any) -> StoredEntry:
    """Return an entry of a source that came ``days`` after the first day."""
    moment = DAY + timedelta(days=days)
    values = {
        "url": f"https://{source}.example/{name}",
        "title": f"{source} {name}",
        "published": moment,
        **fields,
    }
    entry = Entry(id=f"{source} {name}", source=source, slug=name, first_seen=moment, **values)
    return StoredEntry(year=2026, entry=entry)


def mp3(url: str = "https://m.example/a.mp3", **fields: Any) -> dict[str, Any]:
    return {"enclosures": (Enclosure(url=url, type="audio/mpeg", **fields),), "format": Format.SOUND}


def frame(url: str) -> dict[str, Any]:
    return {"enclosures": (Enclosure(url=url, type="text/html"),)}


def names(works: Works) -> list[list[str]]:
    return [[one.entry.id for one in work] for work in works.groups]


SAME: dict[str, Sequence[StoredEntry]] = {
    "one canonical address, spelt in two ways": [
        stored("a", url="https://www.a.example/x/?utm_source=rss#top"),
        stored("b", url="http://a.example/x"),
    ],
    "a WordPress address, which is all in its parameter": [
        stored("a", url="https://a.example/?p=12"),
        stored("b", url="http://www.a.example/?p=12&utm_medium=feed"),
    ],
    "one file, months apart": [stored("a", **mp3()),
                               stored("b", days=90, **mp3("http://m.example/a.mp3?_=1"))],
    "one file, which a counter of listeners passes on": [
        stored("a", **mp3()),
        stored("b", **mp3("https://op3.dev/e,pg=12/m.example/a.mp3")),
    ],
    "one file, with a cover and a player beside it": [
        stored("a", **mp3()),
        stored("b", enclosures=(
            Enclosure(url="https://m.example/a.jpg", type="image/jpeg"), *mp3()["enclosures"],
            Enclosure(url="https://soundcloud.com/b/show", type="text/html"),
        )),
    ],
    "the channel's own video, and a post that plays it under nearly the same title": [
        stored("a", url="https://www.youtube.com/watch?v=abcdefghijk", title=TITLE),
        stored("b", title="La fête du pain, en images",
               **frame("https://www.youtube-nocookie.com/embed/abcdefghijk")),
    ],
    "PeerTube's two ways of writing one identifier": [
        stored("a", url=f"https://tube.example/videos/watch/{VIDEO}", title=TITLE),
        stored("b", title=TITLE, days=9, **frame("https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv")),
    ],
    "one title within days": [stored("a", title=TITLE), stored("b", days=2.9, title=TITLE.upper() + " !")],
    "one title, and shows as long as each other but for a jingle": [
        stored("a", title=TITLE, summary=TEXT, **mp3("https://a.example/1.mp3", duration=1800.0)),
        stored("b", title=TITLE, summary="Rien à voir " * 9,
               **mp3("https://b.example/2.mp3", duration=1840.0)),
    ],
    "one title over two versions of one text": [
        stored("a", title=TITLE, summary=TEXT),
        stored("b", title=TITLE, summary=TEXT.replace("neige", "pluie")),
    ],
    "one whole text": [
        stored("a", digest="d", summary=TEXT), stored("b", days=40, digest="d", summary=""),
    ],
    "two feeds of one source, one address, one date": [
        stored("a", "rss", url="https://a.example/x"),
        stored("a", "atom", url="https://a.example/x", title="Corrigé"),
    ],
}  # fmt: skip
APART: dict[str, Sequence[StoredEntry]] = {
    "nothing shared": [stored("a"), stored("b")],
    "only the front page of a site": [stored("a", url="https://x.example/"),
                                      stored("b", url="https://x.example")],
    "only a front page in French": [stored("a", url="https://x.example/fr/"),
                                    stored("b", url="https://x.example/fr")],
    "an address that differs in a parameter": [
        stored("a", url="https://x.example/?p=1"), stored("b", url="https://x.example/?p=2"),
    ],
    "an address that four share": [stored(name, url="https://campaign.example/act") for name in "abcd"],
    "a live stream that four share": [stored(name,
                                             **mp3("https://live.example/direct.mp3")) for name in "abcd"],
    "a page that a source announces anew": [
        stored("a", "one", url="https://a.example/agenda", title="Agenda"),
        stored("a", "two", days=7, url="https://a.example/agenda", title="Agenda"),
        stored("b", days=7, url="https://a.example/agenda"),
    ],
    "a collection and one of its pieces": [
        stored("a", enclosures=tuple(Enclosure(url=f"https://m.example/{one}.mp3") for one in "abc")),
        stored("b", **mp3()),
    ],
    "a text about something else that plays a video": [
        stored("a", url="https://vimeo.com/12345", title=TITLE),
        stored("b", title="Vingt ans de lutte pour la rivière",
               **frame("https://player.vimeo.com/video/12345")),
    ],
    "a round-up that plays a video among others": [
        stored("a", url="https://vimeo.com/12345", title=TITLE),
        stored("b", title=TITLE, days=9, enclosures=tuple(
            Enclosure(url=f"https://vimeo.com/{number}", type="text/html") for number in (12345, 12346)
        )),
    ],
    "a picture that both carry": [
        stored(name, enclosures=(Enclosure(url="https://m.example/a.jpg", type="image/jpeg"),))
        for name in "ab"
    ],
    "a short title": [stored("a", title="Bonne année"), stored("b", title="Bonne année")],
    "a long title of three words": [
        stored(name, title="Anticonstitutionnellement les inconsolables") for name in "ab"
    ],
    "one title, four days apart": [stored("a", title=TITLE), stored("b", days=4, title=TITLE)],
    "one title within one source": [stored("a", "one", title=TITLE), stored("a", "two", title=TITLE, days=1)],
    "the title of a show": [
        stored("a", "one", title=TITLE), stored("a", "two", title=TITLE, days=7), stored("b", title=TITLE),
    ],
    "one title without a date": [stored("a", title=TITLE), stored("b", title=TITLE, published=None)],
    "a show and an article under one title": [stored("a", title=TITLE, **mp3()), stored("b", title=TITLE)],
    "one title in two languages": [
        stored("a", title=TITLE, language="fr"), stored("b", title=TITLE, language="oc"),
    ],
    "one title, and shows of other lengths": [
        stored("a", title=TITLE, summary=TEXT, **mp3("https://a.example/1.mp3", duration=1800.0)),
        stored("b", title=TITLE, summary=TEXT, **mp3("https://b.example/2.mp3", duration=600.0)),
    ],
    "one title over two different texts": [
        stored("a", title="Bonne année à toutes et à tous", summary=TEXT),
        stored("b", title="Bonne année à toutes et à tous",
               summary="Notre rédaction souhaite santé, joie, lectures nombreuses et longues veillées à ses "
                       "abonnés."),
    ],
    "a text too short to tell": [stored("a", digest="d", summary="À demain."), stored("b", digest="d")],
    "the text that a source repeats each week": [
        stored("a", "one", digest="d", summary=TEXT), stored("a", "two", days=7, digest="d", summary=TEXT),
    ],
}  # fmt: skip


@pytest.mark.parametrize("entries", SAME.values(), ids=SAME)
def test_what_tells_that_entries_carry_the_same(entries: Sequence[StoredEntry]) -> None:
    """Entries that share this carry one work, its first publisher first."""
    assert [[one.entry.id for one in sorted(entries, key=grouping.rank)]] == names(group(entries))


@pytest.mark.parametrize("entries", APART.values(), ids=APART)
def test_what_does_not_tell_that_entries_carry_the_same(entries: Sequence[StoredEntry]) -> None:
    """Entries that share only this stay works of their own."""
    assert [] == names(group(entries))


def test_the_first_publisher_comes_first() -> None:
    """Dated before undated, then the earliest, the one with a file, the one with its text, the first by
    name.
    """
    url = {"url": "https://x.example/1"}
    entries = [
        stored("a", days=1, **url), stored("b", **url), stored("c", content="<p>Text</p>", **url),
    ]  # fmt: skip
    assert [["c one", "b one", "a one"]] == names(group(entries))
    entries = [
        stored("a", published=None, **url),
        stored("b", content="<p>Text</p>", **url),
        stored("c", days=0, **url, **mp3()),
    ]
    assert [["c one", "b one", "a one"]] == names(group(entries))


def test_what_is_shared_in_turn_is_one_work() -> None:
    """A video, the post that plays it and the radio that has its file are one work."""
    file = Enclosure(
        url="https://tube.example/a.mp4", type="video/mp4", alternatives=(Alternative(url="https://x/b"),)
    )
    page = f"https://tube.example/w/{VIDEO}"
    entries = [
        stored("video", url=page, title=TITLE, enclosures=(file,)),
        stored("post", title=TITLE, days=8, **frame(page)),
        stored("radio", days=30, enclosures=(Enclosure(url=file.url),)),
    ]
    assert [["video one", "post one", "radio one"]] == names(group(entries))


def test_a_title_never_chains_from_day_to_day() -> None:
    """Three days count from the first publisher: what follows later is a work of its own."""
    entries = [stored(f"s{number:02}", days=2 * number, title=TITLE) for number in range(50)]
    assert [[f"s{n:02} one", f"s{n + 1:02} one"] for n in range(0, 50, 2)] == names(group(entries))


def test_a_title_that_many_have_at_once_is_a_formula() -> None:
    """Twelve sources may carry one release within days; a title that thirteen have names nothing."""
    entries = [stored(f"s{number:02}", title=TITLE) for number in range(MOST_IN_A_WORK + 1)]
    assert [MOST_IN_A_WORK] == [len(work) for work in group(entries[1:]).groups]
    assert () == group(entries).groups


def test_no_work_grows_without_end_unless_a_person_says_so() -> None:
    """A chain of shared addresses and files stops at twelve; a list that a person wrote doesn't."""
    urls = [f"https://x.example/{number // 2}" for number in range(40)]
    files = [mp3(f"https://m.example/{(number + 1) // 2}.mp3") for number in range(40)]
    entries = [stored(f"s{n:02}", url=urls[n], **files[n]) for n in range(40)]
    assert MOST_IN_A_WORK >= max(len(work) for work in group(entries).groups)
    decisions = WorkDecisions(same=(tuple(NamedAddress(address=url) for url in urls),))
    assert [40] == [len(work) for work in group(entries, decisions).groups]


@pytest.mark.parametrize(
    "title_of",
    [lambda _number: TITLE, lambda number: f"{TITLE} {number // 2}"],
    ids=["all alike", "in pairs"],
)
@pytest.mark.parametrize("sources", [1, 50, 10_000])
@pytest.mark.parametrize("hours", [0, 12])
def test_comparisons_grow_no_faster_than_entries(
    monkeypatch: pytest.MonkeyPatch, title_of: Callable[[int], str], sources: int, hours: int
) -> None:
    """Whatever 10,000 entries share, there are at most as many comparisons."""
    calls: Counter[str] = Counter()
    for name in ("same_title_same_work", "titles_share_words", "_is_repeated", "_is_close"):

        def counting(one: Entry, other: Entry, name: str = name, real: Any = getattr(grouping, name)) -> bool:
            calls["all"] += 1
            return bool(real(one, other))

        monkeypatch.setattr(grouping, name, counting)
    entries = [
        stored(f"s{n % sources}", str(n), days=n * hours / 24, title=title_of(n), url="https://x.example/a/b",
               digest="d",
               summary=TEXT, **mp3())
        for n in range(10_000)
    ]  # fmt: skip
    group(entries)
    assert calls["all"] <= 2 * len(entries)


def test_a_person_joins_and_parts() -> None:
    """Lists of ``same`` and ``apart`` are followed, by an entry's own address or that of its page, with or
    without host.
    """
    entries = [stored("a", title=TITLE), stored("b", title=TITLE), stored("c"), stored("d")]
    decisions = WorkDecisions(
        same=(
            (NamedAddress(address="https://www.c.example/one/"), NamedAddress(address="/medias/d/2026/one/")),
        ),
        apart=(
            (
                NamedAddress(address="https://hub.example/x/medias/a/2026/one/"),
                NamedAddress(address="http://b.example/one"),
            ),
        ),
    )
    assert [["c one", "d one"]] == names(group(entries, decisions))
    assert () == group(entries, decisions).unknown


def test_apart_holds_through_others() -> None:
    """Two that are apart aren't joined by a third that is like both."""
    entries = [stored("a", **mp3(), days=1), stored("b", **mp3()), stored("c", **mp3(), days=2)]
    decisions = WorkDecisions(
        apart=(
            (NamedAddress(address="https://a.example/one"), NamedAddress(address="https://b.example/one")),
        )
    )
    assert [["b one", "c one"]] == names(group(entries, decisions))


def test_a_name_in_vain_is_said_with_its_line() -> None:
    """An address of ``works.yml`` that no entry has is a problem there."""
    decisions = WorkDecisions(
        same=(
            (
                NamedAddress(address="https://a.example/one", line=2),
                NamedAddress(address="https://gone.example/x", line=3),
            ),
        )
    )
    problems = unmatched(group([stored("a")], decisions).unknown, Takedowns())
    assert [("content/works.yml", 3)] == [(one.path, one.line) for one in problems]


SOURCES = st.sampled_from("abc")
ENTRIES = st.lists(
    st.builds(
        stored,
        SOURCES,
        st.sampled_from("0123456789"),
        st.integers(0, 6),
        title=st.sampled_from([TITLE, "Une eau claire coule au pied du four", "Court", ""]),
        url=st.sampled_from([*(f"https://x.example/{name}" for name in "abcde"), "https://x.example/", ""]),
        digest=st.sampled_from(["", "d", "e"]),
        summary=st.sampled_from(["", TEXT]),
        enclosures=st.sampled_from([(), mp3()["enclosures"], frame("https://vimeo.com/1")["enclosures"]]),
    ),
    unique_by=lambda one: one.entry.id,
    max_size=20,
)
LISTS = st.lists(
    st.lists(st.builds("/medias/{}/2026/{}/".format, SOURCES, st.sampled_from("0123456789")), min_size=2,
             max_size=4,
             unique=True)
    .map(lambda addresses: tuple(NamedAddress(address=one) for one in addresses)),
    max_size=3,
).map(tuple)  # fmt: skip
DECISIONS = st.builds(lambda same, apart: WorkDecisions(same=same, apart=apart), LISTS, LISTS)


@given(ENTRIES, DECISIONS, st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(
    entries: list[StoredEntry], decisions: WorkDecisions, draw: random.Random
) -> None:
    """The same entries in another order give the same works, in the same order."""
    mixed = list(entries)
    draw.shuffle(mixed)
    assert names(group(entries, decisions)) == names(group(mixed, decisions))


@given(ENTRIES, DECISIONS)
def test_an_entry_is_in_one_work_at_most(entries: list[StoredEntry], decisions: WorkDecisions) -> None:
    """Works have two entries at least, and share none."""
    found = names(group(entries, decisions))
    assert all(len(work) > 1 for work in found)
    assert {1} >= set(Counter(name for work in found for name in work).values())


@given(ENTRIES, DECISIONS)
def test_what_a_person_parts_is_never_together(entries: list[StoredEntry], decisions: WorkDecisions) -> None:
    """No work has two entries that a list of ``apart`` names."""
    for work in group(entries, decisions).groups:
        pages = {f"/medias/{one.entry.source}/2026/{one.entry.slug}/" for one in work}
        assert all(len(pages & {one.address for one in addresses}) < 2 for addresses in decisions.apart)


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("https://www.A.example/x/", "a.example/x"),
        ("http://a.example/x#y", "a.example/x"),
        ("https://a.example/été", "a.example/%C3%A9t%C3%A9"),
        ("https://a.example/x?utm_source=rss&id=3&fbclid=z", "a.example/x?id=3"),
        ("https://a.example/?p=12", "a.example/?p=12"),
        ("https://a.example/index.html", ""),
        ("https://a.example", ""),
        ("https://a.example/en/?utm_source=rss", ""),
        ("demo/feeds/jingle.mp3", ""),
        ("https://youtu.be/abcdefghijk?t=3", "youtube.com/watch?v=abcdefghijk"),
        ("https://www.youtube.com/shorts/abcdefghijk", "youtube.com/watch?v=abcdefghijk"),
        ("https://player.vimeo.com/video/12345", "vimeo.com/12345"),
        (f"https://tube.example/videos/embed/{VIDEO}", f"tube.example/w/{VIDEO}"),
        ("https://tube.example/w/", "tube.example/w"),
        ("", ""),
    ],
)
def test_an_address_has_one_form(spelling: str, key: str) -> None:
    """Spellings of one address have one key; what names no one thing has none."""
    assert key == work_key(spelling)


def test_titles_are_compared_without_case_accents_and_punctuation() -> None:
    """One title in two typographies has one key, in any script; a short one has none."""
    assert title_key("L’œuvre : « Été » & forêt-jardin…") == title_key("L'OEUVRE, ÉTÉ... foret-jardin !!")
    assert b"" == title_key("Quatre mots de rien")
    assert title_key("مهرجان الخبز في قرية القديس") != title_key("مهرجان الماء في قرية القديس")
    assert b"" != title_key("مهرجان الخبز في قرية القديس")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_address_or_title_is_too_strange(address: str, title: str) -> None:
    """Whatever a feed gives, keys are made of it."""
    for one in (
        address,
        f"https://{address}",
        f"https://youtube.com/{address}",
        f"https://x.example/w/{address}",
    ):
        assert isinstance(work_key(one), str)
    assert isinstance(title_key(title * 3), bytes)
    assert isinstance(medium_key(stored("a", **mp3(f"https://{address}")).entry), str)


def read(tmp_path: Path, text: str) -> tuple[list[list[str]], list[list[str]], list[tuple[int | None, str]]]:
    """Return what a ``works.yml`` says, and what is wrong with it."""
    decisions, problems = load_decisions(write_tree(tmp_path, {"content/works.yml": text}))
    same, apart = (
        [[one.address for one in work] for work in lists] for lists in (decisions.same, decisions.apart)
    )
    return same, apart, [(problem.line, problem.message.partition(":")[0]) for problem in problems]


@pytest.mark.parametrize(("same", "apart"), [("same", "apart"), ("mêmes", "distincts"), ("Même", "à part")])
def test_works_are_said_in_both_languages(tmp_path: Path, same: str, apart: str) -> None:
    """Lists of addresses under ``same`` and ``apart``, or their French names, are read as they are
    written.
    """
    text = (
        f"{same}:\n  - [https://a.example/x, /medias/b/2026/x/]\n{apart}:\n"
        f"  - - https://c.example/?a=1&b=2\n    - https://d.example/x\n"
    )
    expected = (
        [["https://a.example/x", "/medias/b/2026/x/"]],
        [["https://c.example/?a=1&b=2", "https://d.example/x"]],
        [],
    )
    assert expected == read(tmp_path, text)


def test_a_hub_without_the_file_says_nothing(tmp_path: Path) -> None:
    """No file, an empty one and empty keys are nothing to mend."""
    assert (WorkDecisions(), ()) == load_decisions(tmp_path)
    assert ([], [], []) == read(tmp_path, "")
    assert ([], [], []) == read(tmp_path, "# Nothing yet.\nsame:\napart: []\n")


def test_what_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    """Each mistake is named where it stands, and the rest is taken."""
    text = (
        "same:\n  - https://a.example/x\n  - [https://a.example/x]\n  - [javascript:x, https://b.example/x]\n"
        "  - [https://a.example/x, https://b.example/x]\nother: [x]\napart:\n"
        "  - [https://b.example/x, https://a.example/x]\n"
    )
    _same, _apart, problems = read(tmp_path, text)
    assert [
        (2, "each work is a list of its own here, of two addresses or more"),
        (3, "two addresses or more are needed here"),
        (4, "“javascript"),
        (6, "the key “other” is not known and is left aside (write “same” or “apart”)"),
        (8, "“https"),
    ] == problems
    assert [["https://a.example/x", "https://b.example/x"]] == _same
    assert ([], [], [(1, "write “same")]) == read(tmp_path, "- x\n")
    unread = read(tmp_path, "same: [")
    assert (
        [],
        [],
        [
            (
                1,
                (
                    "the head of this file can't be read "
                    "(a line isn’t indented like its neighbours, or a list isn’t closed)"
                ),
            )
        ],
    ) == unread


def test_nearly_the_same_texts_are_suggested_only() -> None:
    """Texts of different sources that share most of their words are suggested, not merged; settled ones
    aren't.
    """
    words = TEXT.replace("Un samedi", "Ce samedi").replace(".", " depuis.")
    entries = [
        stored("a", title="Pain", summary=TEXT), stored("b", days=40, title="Pain", summary=words),
        stored("a", "two", summary=TEXT), stored("c", summary="Tout autre chose, " + "jour après jour, " * 9),
    ]  # fmt: skip
    pairs = [(one.earlier, one.later, one.likeness > 0.6) for one in suggest(entries)]
    assert ("/medias/a/2026/one/", "/medias/b/2026/one/", True) in pairs
    assert all("/medias/c/" not in one + other for one, other, _likeness in pairs)
    assert () == group(entries).groups
    both = (NamedAddress(address="/medias/a/2026/one/"), NamedAddress(address="/medias/b/2026/one/"))
    for decisions in (WorkDecisions(same=(both,)), WorkDecisions(apart=(both,))):
        assert all(
            (one.earlier, one.later) != tuple(n.address for n in both) for one in suggest(entries, decisions)
        )


def test_a_suggestion_names_both_pages() -> None:
    """A suggestion has the addresses of both pages, their titles, and how much they share."""
    entries = [stored("b", days=1, title="Pain", summary=TEXT), stored("a", title="Pain", summary=TEXT)]
    expected = Suggestion(
        earlier="/medias/a/2026/one/", later="/medias/b/2026/one/", titles=("Pain", "Pain"), likeness=1.0
    )
    assert (expected,) == suggest(entries)
