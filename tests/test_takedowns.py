"""Takedowns: what an item covers, what is wrong with one, and that nothing else is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date
from pathlib import Path

import msgspec
import pytest
from conftest import Content, entry, tree, write_tree
from hypothesis import given
from hypothesis import strategies as st

from kiosque import i18n
from kiosque.archive.entries import FeedState, read_source, write_state
from kiosque.content.addresses import addresses_of, page_address
from kiosque.model import ArchiveError, ContentError, Enclosure, Entry, Problem, StoredEntry
from kiosque.takedowns import (
    PATH,
    RemovedEntry,
    Takedown,
    Takedowns,
    add_takedown,
    find,
    load,
    purge,
)

HubMaker = Callable[[dict[str, Content]], Path]
SITE = "https://hub.example/kiosk"
WHEN = "  date: 2026-03-01\n  reason: Asked for.\n"


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def loaded(root: Path) -> Takedowns:
    """Return the takedowns of a hub in which nothing is wrong."""
    takedowns, problems = load(root, UTC, SITE)
    assert () == problems
    return takedowns


@pytest.mark.parametrize(
    ("item", "covered", "spared"),
    [
        ("entry: radio/1", [("radio", "1", "")], [("radio", "2", ""), ("blog", "1", "")]),
        (
            "parution: radio/https://r.example/?p=1",
            [("radio", "https://r.example/?p=1", "")],
            [("radio", "https://r.example/?p=12", "")],
        ),
        ("source: radio", [("radio", "1", ""), ("radio", "2", "https://other.example/")],
         [("radio-2", "1", "")]),
        ("média: radio", [("radio", "1", "")], [("blog", "1", "")]),
        (
            "address: https://www.radio.example/a/?utm_source=x#top",
            [
                ("radio", "new", "http://radio.example/a"),
                ("radio", "new", "https://RADIO.example:443/a/?fbclid=1"),
                ("blog", "1", "https://radio.example/a/#end"),
            ],
            [
                ("radio", "1", "https://radio.example/a/b"),
                ("radio", "1", "https://radio.example/a?p=1"),
                ("radio", "1", "https://m.radio.example/a"),
                ("radio", "1", "https://radio.example:8080/a"),
                ("radio", "1", "/a"),
            ],
        ),
        (
            "adresse: https://radio.example/?b=2&a=1",
            [("radio", "1", "https://radio.example?a=1&b=2")],
            [("radio", "1", "https://radio.example/"), ("radio", "1", "https://radio.example/?a=1")],
        ),
        (
            "adresse: https://radio.example/été",
            [("radio", "1", "https://radio.example/%C3%A9t%C3%A9/")],
            [("radio", "1", "https://radio.example/ete")],
        ),
        (
            "address: /medias/radio/2026/a/",
            [("radio", "1", "/medias/radio/2026/a/")],
            [("radio", "1", "/medias/radio/2025/a/"),
             ("radio", "1", "https://other.example/medias/radio/2026/a/")],
        ),
        ("address: /kiosk/medias/radio/2026/a", [("radio", "1", "/medias/radio/2026/a/")], []),
        (f"address: {SITE}/medias/radio/2026/a/?from=mail", [("radio", "1", "/medias/radio/2026/a/")], []),
        (
            "{entry: radio/1, address: 'https://radio.example/a'}",
            [("radio", "1", ""), ("radio", "new", "http://radio.example/a/"),
             ("blog", "1", "https://radio.example/a")],
            [("radio", "2", "https://radio.example/b")],
        ),
    ],
)  # fmt: skip
def test_an_item_covers_what_it_names_however_it_comes_back(
    item: str, covered: list[tuple[str, str, str]], spared: list[tuple[str, str, str]], hub: HubMaker
) -> None:
    """An entry, an address in all its spellings, a page of the hub, or a source: these and nothing else."""
    flow = item.startswith("{")
    text = f"- {item[:-1]}, date: 2026-03-01, reason: Asked.}}\n" if flow else f"- {item}\n{WHEN}"
    takedowns = loaded(hub({PATH: text}))
    found = [one for one in (*covered, *spared) if takedowns.covers(one[0], one[1], [one[2]])]
    assert covered == found


def test_a_hub_without_takedowns_covers_nothing(hub: HubMaker) -> None:
    """No file, an empty one and an empty list are all the same."""
    for files in ({}, {PATH: ""}, {PATH: "# rien\n"}, {PATH: "[]\n"}):
        takedowns = loaded(hub(files))
        assert (False, None, None) == (
            bool(takedowns), takedowns.covers("radio", "1", [""]), takedowns.covers_source("radio"),
        )  # fmt: skip


def test_an_item_is_read_in_full_in_either_language(hub: HubMaker) -> None:
    """French keys stand for English ones; the line is where the item begins."""
    text = (
        "# liste\n- parution: radio/1\n  adresse: https://r.example/a\n  jour: 01/03/2026\n"
        "  motif: Erreur\n  par: Ana\n"
    )
    expected = Takedown(
        day=date(2026, 3, 1), reason="Erreur", source="radio", identity="1", address="https://r.example/a",
        by="Ana", line=2,
    )  # fmt: skip
    assert (expected,) == loaded(hub({PATH: text})).items


@pytest.mark.parametrize(
    ("item", "messages"),
    [
        ("- radio",
         [("1: this item has no keys: write it as “- {entry: radio-du-fleuve/https://radio.example/?p=12, "
           "date: 2026-03-15, reason: …}”")]),
        (f"- by: Ana\n{WHEN}", ["1: this takedown names nothing: add “entry:”, “address:” or “source:”"]),
        ("- source: radio\n  date: 2026-03-01",
         ["1: “reason” is missing: add a line such as “reason: à la demande de la personne citée”"]),
        ("- source: radio\n  date:\n  reason: x",
         ["2: “date” is missing: add a line such as “date: 2026-03-15”"]),
        ("- source: radio\n  date: demain\n  reason: x",
         ["2:9: date: “demain” is not a date: write it as 2026-02-01, or 2026-02-01 18:30"]),
        (f"- entry: radio\n{WHEN}",
         [("1:10: entry: “radio” names no entry: write its source, a slash and its id, as "
           "radio-du-fleuve/https://radio.example/?p=12")]),
        (f"- entry: Ma radio/1\n{WHEN}",
         ["1:10: entry: “Ma radio” can't be an address: use small letters, digits and hyphens only"]),
        (f"- source: ../radio\n{WHEN}",
         ["1:11: source: “../radio” can't be an address: use small letters, digits and hyphens only"]),
        (f"- address: javascript:alert(1)\n{WHEN}",
         [("1:12: address: “javascript:alert(1)” is not a web address: write it in full, as "
           "https://radio.example/")]),
        (f"- address: https://radio.example/\n{WHEN}",
         [("1:12: address: “https://radio.example/” is a whole site: write the address of one entry, or take "
           "the medium down with “source:”")]),
        (f"- address: /articles/a/\n{WHEN}",
         [("1:12: address: “/articles/a/” is not the page of an entry: write it as "
           "/medias/radio-du-fleuve/2026/une-chronique/; an article goes with its file")]),
        (f"- source: radio\n  entry: radio/1\n{WHEN}",
         ["1: “source:” takes a whole medium down: leave it out, or leave out what names one entry"]),
    ],
)  # fmt: skip
def test_a_broken_item_is_named_with_its_mend_and_the_others_count(
    item: str, messages: list[str], hub: HubMaker
) -> None:
    """Each problem has its line; the item after it holds."""
    takedowns, problems = load(hub({PATH: f"{item}\n- source: other\n{WHEN}"}), UTC)
    expected = [f"{PATH}:{message}" for message in messages]
    assert (expected, [("other", "", "")]) == (
        list(map(str, problems)),
        [one.names for one in takedowns.items],
    )


def test_what_is_only_odd_is_said_and_counts(hub: HubMaker) -> None:
    """An unknown key and one given twice are problems; the item holds all the same."""
    takedowns, problems = load(hub({PATH: f"- source: a\n  source: b\n  raisons: x\n{WHEN}"}), UTC)
    expected = [
        f"{PATH}:2:3: “source” stands on line 1 already: keep one of the two; only this one counts",
        f"{PATH}:3: the key “raisons” is not known and is left aside (did you mean “raison”?)",
    ]
    assert (expected, [("b", "", "")]) == (list(map(str, problems)), [one.names for one in takedowns.items])


@pytest.mark.parametrize("text", ["- [", "a: b", "- source: *a", b"\xff"])
def test_a_file_that_cant_be_read_is_a_problem(text: Content, hub: HubMaker) -> None:
    """Whatever the file holds, reading it gives a problem of that file."""
    takedowns, problems = load(hub({PATH: text}), UTC)
    assert ((), {PATH}) == (takedowns.items, {one.path for one in problems})


def test_what_was_removed_stays_down_while_the_file_is_broken(hub: HubMaker) -> None:
    """A slip of the pen doesn't bring back what was taken down: neither an entry nor a source."""
    root = hub(
        {
            PATH: f"- entry: radio/one\n{WHEN}- source: blog\n{WHEN}",
            "archive/radio/2026.jsonl": [entry("radio", "one")],
            "archive/blog/2026.jsonl": [entry("blog", "one")],
        }
    )
    purge(root, loaded(root), dry_run=False)
    for broken in ("- [", f"- entry: radio/one\n{WHEN}- source: blog\n  date: demain\n  reason: x\n"):
        (root / PATH).write_text(broken)
        takedowns, problems = load(root, UTC)
        down = (
            takedowns.covers("radio", "new", ["http://radio.example/one"]),
            takedowns.covers_source("blog"),
        )
        assert (1, True) == (len(problems), all(down))


def test_what_is_no_longer_on_the_list_may_come_back(hub: HubMaker) -> None:
    """Where an item was removed by hand, what is remembered of it no longer counts, and is forgotten."""
    root = hub(
        {
            PATH: f"- entry: radio/one\n{WHEN}- entry: radio/two\n{WHEN}",
            "archive/radio/2026.jsonl": [entry("radio", "one"), entry("radio", "two")],
        }
    )
    purge(root, loaded(root), dry_run=False)
    (root / PATH).write_text(f"- entry: radio/two\n{WHEN}")
    takedowns = loaded(root)
    purge(root, takedowns, dry_run=False)
    lines = (root / "archive" / "takedowns.jsonl").read_bytes().splitlines()
    assert (None, ["two"]) == (takedowns.covers("radio", "one", ["https://radio.example/one"]),
                               [msgspec.json.decode(line)["identity"] for line in lines])  # fmt: skip


def test_an_entry_stays_down_under_a_new_guid(hub: HubMaker) -> None:
    """Named by its id or its page alone, an entry is known by all its addresses once it was removed."""
    sound = Enclosure(url="https://cdn.example/one.mp3")
    for name in ("entry: radio/one", "address: /medias/radio/2026/one/"):
        root = hub(
            {
                PATH: f"- {name}\n{WHEN}",
                "archive/radio/2026.jsonl": [entry("radio", "one", enclosures=(sound,))],
            }
        )
        takedowns = loaded(root)
        purge(root, takedowns, dry_run=False)
        for one in (takedowns, loaded(root)):
            found = [
                bool(one.covers("radio", "one", [])),
                bool(one.covers("radio", "new", ["http://www.radio.example/one/"])),
                bool(one.covers("radio", "new", ["https://cdn.example/one.mp3"])),
                bool(one.covers("radio", "new", ["https://radio.example/two"])),
            ]
            assert [True, True, True, False] == found


def test_an_address_that_a_show_gives_all_its_episodes_is_no_ones(hub: HubMaker) -> None:
    """Taking one episode down leaves the others, though all link to the show's page."""
    episodes = [
        entry(
            "radio",
            name,
            url="https://radio.example/show/",
            enclosures=(Enclosure(url=f"https://cdn.example/{name}"),),
        )
        for name in ("one", "two")
    ]
    root = hub({PATH: f"- entry: radio/one\n{WHEN}", "archive/radio/2026.jsonl": episodes})
    purge(root, loaded(root), dry_run=False)
    takedowns = loaded(root)
    assert (None, True) == (
        takedowns.covers("radio", "two", addresses_of(episodes[1])),
        bool(takedowns.covers("radio", "new", ["https://cdn.example/one"])),
    )


def test_a_source_goes_as_a_whole(hub: HubMaker) -> None:
    """Its entries, lines that can't be read, state and folder go, whether it has a source file or not."""
    root = hub(
        {
            PATH: f"- source: radio\n{WHEN}",
            "archive/radio/2026.jsonl": [entry("radio", "one")],
            "archive/radio/2025.jsonl": b"nonsense\n",
            "archive/blog/2026.jsonl": [entry("blog", "one")],
        }
    )
    write_state(
        root / "archive", "radio", {"https://radio.example/feed": FeedState(moved="https://new.example/")}
    )
    removed = purge(root, loaded(root), dry_run=False)
    expected = (
        RemovedEntry(
            file="archive/radio/2026.jsonl", source="radio", year=2026, slug="one", id="one", line=1
        ),
    )
    assert (expected, {"blog", "takedowns.jsonl"}) == (
        removed,
        {path.name for path in (root / "archive").iterdir()},
    )


def test_lines_that_cant_be_read_stay(hub: HubMaker) -> None:
    """Where one entry goes, a broken line beside it is kept for whoever mends it."""
    root = hub({PATH: f"- entry: radio/one\n{WHEN}", "archive/radio/2026.jsonl": [entry("radio", "one")]})
    file = root / "archive" / "radio" / "2026.jsonl"
    file.write_bytes(b"{broken\n" + file.read_bytes())
    purge(root, loaded(root), dry_run=False)
    assert b"{broken\n" == file.read_bytes()


def test_a_dry_run_says_the_same_and_writes_nothing(hub: HubMaker) -> None:
    """What would go is what goes; nothing is written before."""
    root = hub(
        {PATH: f"- source: blog\n{WHEN}- entry: radio/one\n{WHEN}",
         "archive/radio/2026.jsonl": [entry("radio", "one")],
         "archive/blog/2026.jsonl": [entry("blog", "one"), entry("blog", "two")]}
    )  # fmt: skip
    before = tree(root)
    would_go = purge(root, loaded(root), dry_run=True)
    assert (before, would_go) == (tree(root), purge(root, loaded(root), dry_run=False))
    assert () == purge(root, loaded(root), dry_run=False)


def test_without_takedowns_nothing_is_opened(tmp_path: Path) -> None:
    """A hub without takedowns costs nothing, even where it has no archive."""
    assert () == purge(tmp_path / "nowhere", Takedowns(), dry_run=False)


def test_a_file_that_cant_be_written_costs_the_others_nothing(hub: HubMaker) -> None:
    """The failure is told once all else was removed."""
    root = hub({PATH: f"- source: a\n{WHEN}- source: b\n{WHEN}", "archive/b/2026.jsonl": [entry("b", "one")]})
    (root / "archive" / "a" / "state.json").mkdir(parents=True)
    with pytest.raises(ArchiveError):
        purge(root, loaded(root), dry_run=False)
    assert not (root / "archive" / "b").exists()


SOURCES = st.sampled_from(["a", "b"])
NAMES = st.sampled_from(["one", "two", "three", "four"])
ENTRIES = st.lists(
    st.tuples(SOURCES, st.sampled_from([2025, 2026]), NAMES, st.sampled_from(["own", "shared", "www"])),
    max_size=12,
    unique_by=lambda one: (one[0], one[2]),
)
ITEMS = st.lists(
    st.one_of(
        st.builds("source: {}".format, SOURCES),
        st.builds("entry: {}/{}".format, SOURCES, NAMES),
        st.builds("address: /medias/{}/{}/{}/".format, SOURCES, st.sampled_from([2025, 2026]), NAMES),
        st.builds("address: http://x.example/{}".format, st.one_of(NAMES, st.just("shared"))),
    ),
    max_size=4,
)


def _archive(root: Path, entries: list[tuple[str, int, str, str]]) -> None:
    urls = {
        "own": "https://x.example/{}/",
        "shared": "https://x.example/shared",
        "www": "https://www.x.example/{}?utm_id=1",
    }
    files: dict[str, list[Entry]] = {}
    for source, year, name, url in entries:
        one = entry(source, name, f"{year}-02-01T10:00:00Z", url=urls[url].format(name))
        files.setdefault(f"archive/{source}/{year}.jsonl", []).append(one)
    write_tree(root, files)


@given(entries=ENTRIES, items=ITEMS)
def test_after_a_purge_nothing_covered_remains_and_all_else_is_as_it_was(
    entries: list[tuple[str, int, str, str]], items: list[str]
) -> None:
    """Each line of the archive is gone or has the same bytes; none that stays is covered, by what is
    remembered either.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _archive(root, entries)
        write_tree(root, {PATH: "".join(f"- {item}\n{WHEN}" for item in items)})
        before, written = tree(root / "archive"), loaded(root)
        gone = {(one.source, one.id) for one in purge(root, loaded(root), dry_run=False)}
        after = tree(root / "archive")
        after.pop("takedowns.jsonl", None)
        expected = {
            path: kept
            for path, data in before.items()
            if (
                kept := b"".join(
                    line for line in data.splitlines(keepends=True) if not _is_in(path, line, gone)
                )
            )
        }
        assert expected == after
        for source in ("a", "b"):
            for takedowns in (written, loaded(root)):
                stored = read_source(root / "archive", source).entries
                assert [] == [one for one in stored if _covers(takedowns, source, one)]


def _is_in(path: str, line: bytes, gone: set[tuple[str, str]]) -> bool:
    return (path.split("/", maxsplit=1)[0], msgspec.json.decode(line)["id"]) in gone


def _covers(takedowns: Takedowns, source: str, stored: StoredEntry) -> bool:
    page = page_address(source, stored.year, stored.entry.slug)
    return bool(takedowns.covers(source, stored.entry.id, (page, *addresses_of(stored.entry))))


ITEM = Takedown(day=date(2026, 3, 1), reason="À la demande d’Ana : « non »", source="radio",
                identity="https://r.example/?p=1",
                address="https://r.example/?p=1", by="# la rédaction")  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# ce qui est retiré\n",
        f"# avant\n- source: blog # tout\n{WHEN}# après\n",
        f"- source: blog\n{WHEN}".rstrip(),
        f"  - source: blog\n{WHEN.replace('  ', '    ')}",
        f"- source: blog\n{WHEN}".replace("\n", "\r\n"),
        f"- source: blog\n{WHEN}- broken\n",
    ],
)
def test_a_takedown_is_added_and_the_file_stays_as_it_was(before: str, hub: HubMaker) -> None:
    """Comments, order, indents and line ends of people are kept; what was added reads as it was meant."""
    root = hub({PATH: before})
    held = load(root, UTC)[0].items
    added = add_takedown(root, ITEM, UTC)
    after = (root / PATH).read_bytes()
    assert (True, (*held, msgspec.structs.replace(ITEM, line=added.line))) == (
        after.startswith(before.encode()), load(root, UTC)[0].items,
    )  # fmt: skip
    assert ("\r\n" in before) == (b"\r\n" in after)


@pytest.mark.parametrize("before", ["a: b\n", "[{source: a, date: 2026-03-01, reason: b}]\n", "- [\n"])
def test_a_file_that_a_takedown_cant_be_added_to_is_left_alone(before: str, hub: HubMaker) -> None:
    """Where what is written wouldn't be read as it is meant, nothing is written."""
    root = hub({PATH: before})
    with pytest.raises(ContentError, match="can't be added to this file"):
        add_takedown(root, ITEM, UTC)
    assert before == (root / PATH).read_text()


@given(identity=st.text(min_size=1), reason=st.text())
def test_whatever_an_id_or_a_reason_holds_is_written_and_read_alike(identity: str, reason: str) -> None:
    """A feed's ids and people's reasons hold anything; the item is written as it is, or not at all."""
    with tempfile.TemporaryDirectory() as folder:
        item = Takedown(day=date(2026, 3, 1), reason=reason, source="radio", identity=identity)
        try:
            add_takedown(Path(folder), item, UTC)
        except ContentError:
            assert not (Path(folder) / PATH).exists()
        else:
            assert (item,) == load(Path(folder), UTC)[0].items


ARCHIVE = {
    "radio": (
        StoredEntry(year=2026, entry=entry("radio", "one")),
        StoredEntry(year=2026, entry=entry("radio", "two", url="https://radio.example/show")),
        StoredEntry(year=2025, entry=entry("radio", "three", url="https://radio.example/show",
                                           enclosures=(Enclosure(url="https://cdn.example/3.mp3"),))),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/medias/radio/2026/one/", ("radio", "one", "https://radio.example/one")),
        (f"{SITE}/medias/radio/2026/one", ("radio", "one", "https://radio.example/one")),
        ("https://public.example/medias/radio/2026/one/", ("radio", "one", "https://radio.example/one")),
        ("http://www.radio.example/one/?utm_source=x", ("radio", "one", "https://radio.example/one")),
        ("/medias/radio/2026/two/", ("radio", "two", "")),
        ("/medias/radio/2025/three/", ("radio", "three", "https://cdn.example/3.mp3")),
        ("https://cdn.example/3.mp3", ("radio", "three", "https://cdn.example/3.mp3")),
        ("source:radio", ("radio", "", "")),
        ("source:blog", ("blog", "", "")),
    ],
)
def test_what_a_person_pastes_is_found(wanted: str, expected: tuple[str, str, str]) -> None:
    """A page of the hub, an original or a source; an address is kept only where it is that entry's own."""
    found = find(wanted, ARCHIVE, ["blog"], Takedowns(site_url=SITE))
    assert expected == (found.source, found.identity, found.address)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("/medias/radio/2026/on/",
         ("nothing in the archive has the address /medias/radio/2026/on/ (near it: /medias/radio/2026/one/, "
          "/medias/radio/2026/two/, /medias/radio/2025/three/)")),
        ("https://radio.example/onr",
         ("nothing in the archive has the address https://radio.example/onr (near it: "
          "https://radio.example/one, https://radio.example/show, https://radio.example/show)")),
        ("nonsense",
         ("nothing in the archive has the address nonsense (give its page on the hub, its original address, "
          "or source:radio-du-fleuve for all of a medium)")),
        ("source:radoi", "there is no source “radoi”; near it: radio"),
        ("https://radio.example/show",
         ("2 entries bear the address https://radio.example/show: give the page of the one that is meant, "
          "such as /medias/radio/2026/two/ /medias/radio/2025/three/")),
    ],
)  # fmt: skip
def test_what_isnt_found_is_told_what_is_near(wanted: str, message: str) -> None:
    """A slip is answered with what may have been meant."""
    with pytest.raises(ArchiveError) as raised:
        find(wanted, ARCHIVE, ["blog"], Takedowns(site_url=SITE))
    assert message == str(raised.value)


def test_a_line_of_the_memory_that_cant_be_read_is_named(hub: HubMaker) -> None:
    """What is remembered is read line by line, each broken one a problem."""
    root = hub({PATH: f"- source: radio\n{WHEN}", "archive/takedowns.jsonl": b"{\n"})
    _takedowns, problems = load(root, UTC)
    message = (
        "this line of the archive can't be read (it stops before its end): take it back from git, or "
        "remove it"
    )
    assert (Problem(path="archive/takedowns.jsonl", line=1, message=message),) == problems
