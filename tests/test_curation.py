"""What editors chose: how an item is read, what is wrong with one, and what holds of a publication."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from conftest import Content, entry
from hypothesis import given
from hypothesis import strategies as st

from kiosque import i18n
from kiosque.content.kinds.article import Article
from kiosque.curation import PATH, Choice, Chosen, add_choice, load, match_addresses, merged
from kiosque.model import ContentError, Enclosure, StoredEntry
from kiosque.text import line_text

HubMaker = Callable[[dict[str, Content]], Path]
SITE = "https://hub.example/kiosk"
PAGE = "/medias/radio/2026/flood/"
WHEN = "  date: 2026-03-01\n  reason: x\n"


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def test_a_hub_without_choices_has_none(hub: HubMaker) -> None:
    """No file, an empty one and an empty list are all the same."""
    for text in ("", "# rien\n", "[]\n"):
        assert ((), ()) == load(hub({PATH: text}), UTC)
    (hub({}) / PATH).unlink()
    assert ((), ()) == load(hub({}), UTC)


@pytest.mark.parametrize(
    "item",
    [
        (
            "- publication: /medias/radio/2026/flood/\n  feature: true\n  hide: no\n  tags: [eau]\n"
            "  add: [crue, été]\n"
            '  commune: "26113"\n  date: 2026-03-01\n  until: 2026-03-31\n  reason: Pour voir\n  by: Ana\n'
        ),
        (
            "- parution: medias/radio/2026/flood/\n  à la une: oui\n  Cacher: non\n  mots-clés: eau\n"
            "  ajouter: crue, été\n"
            "  code-commune: 26113\n  jour: 01/03/2026\n  jusqu’au: 31/03/2026\n  motif: Pour voir\n"
            "  par: Ana\n"
        ),
    ],
)
def test_an_item_is_read_in_full_in_either_language(item: str, hub: HubMaker) -> None:
    """French keys and values stand for English ones, with or without accents, capitals and hyphens."""
    expected = Choice(
        publication=PAGE, feature=True, hide=False, tags=("eau",), add=("crue", "été"), commune="26113",
        day=date(2026, 3, 1), until=date(2026, 3, 31), reason="Pour voir", by="Ana", line=2,
    )  # fmt: skip
    assert ((expected,), ()) == load(hub({PATH: "# liste\n" + item}), UTC)


@pytest.mark.parametrize(
    ("item", "counts", "messages"),
    [
        ("- /medias/radio/2026/flood/", False,
         [("1: this item has no keys: write it as “- {publication: "
           "/medias/radio-du-fleuve/2026/une-chronique/, feature: true, date: 2026-03-15, reason: …}”")]),
        (f"- feature: true\n{WHEN}", False,
         [("1: “publication” is missing: add a line such as “publication: "
           "/medias/radio-du-fleuve/2026/une-chronique/”")]),
        (f"- publication: {PAGE}\n{WHEN}", False,
         ["1: this item decides nothing: add “feature: true”, “hide: true”, “tags:”, “add:” or “commune:”"]),
        (f"- publication: {PAGE}\n  hide: maybe\n{WHEN}", False,
         ["2:9: hide: “maybe” is neither yes nor no: write true or false"]),
        (f"- publication: {PAGE}\n  hide: true\n  date: 2026-03-01\n", True,
         ["1: “reason” is missing: add a line such as “reason: une belle enquête, à faire connaître”"]),
        (f"- publication: {PAGE}\n  hide: false\n  date: 2026-03-01\n", True, []),
        (f"- publication: {PAGE}\n  hide: true\n  date: demain\n  reason: x\n", True,
         ["3:9: date: “demain” is not a date: write it as 2026-02-01, or 2026-02-01 18:30"]),
        (f"- publication: {PAGE}\n  hide: true\n  reasons: y\n{WHEN}", True,
         ["3: the key “reasons” is not known and is left aside (did you mean “reason”?)"]),
        (f"- publication: /medias/radio/\n  hide: true\n{WHEN}", False,
         [("1:16: publication: “/medias/radio/” is the page of no publication: write it as "
           "/medias/radio-du-fleuve/2026/une-chronique/, or as /articles/une-fete/")]),
        (f"- publication: flood\n  hide: true\n{WHEN}", False,
         [("1:16: publication: “flood” is no address: write https://… as the original has it, or "
           "/medias/radio-du-fleuve/2026/une-chronique/ as this hub has it")]),
        (f"- publication: {PAGE}\n  commune: Die\n{WHEN}", False,
         ['2:12: commune: “Die” is not a commune\'s code: five characters in quotes, as "26113" for Die']),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_mend(
    item: str, counts: bool, messages: list[str], hub: HubMaker
) -> None:
    """Each problem has its line; a slip in date or reason doesn't bring back what is hidden; the next item
    counts.
    """
    other = f"- publication: /articles/map/\n  feature: true\n{WHEN}"
    choices, problems = load(hub({PATH: f"{item.rstrip()}\n{other}"}), UTC)
    expected = [PAGE, "/articles/map/"] if counts else ["/articles/map/"]
    assert ([f"{PATH}:{one}" for one in messages], expected) == (
        list(map(str, problems)),
        [one.publication for one in choices],
    )


def test_problems_speak_the_language_of_whoever_reads_them(hub: HubMaker) -> None:
    """In French too an unknown key names the likely one."""
    i18n.use("fr")
    choices, problems = load(hub({PATH: f"- parution: {PAGE}\n  cachez: oui\n  une: oui\n{WHEN}"}), UTC)
    assert (1, True, True) == (len(choices),
                               "« cachez »" in problems[0].message.replace("\u202f", " ").replace("\u00a0",
                                                                                                  " "),
                               "cacher" in problems[0].message)  # fmt: skip


@pytest.mark.parametrize("text", ["- [", "a: b", "- publication: *a", b"\xff"])
def test_a_file_that_cant_be_read_is_a_problem(text: Content, hub: HubMaker) -> None:
    """Whatever the file holds, reading it gives a problem of that file."""
    choices, problems = load(hub({PATH: text}), UTC)
    assert ((), {PATH}) == (choices, {one.path for one in problems})


def chosen(*choices: Choice) -> Chosen:
    return merged(choices)


def test_the_latest_choice_holds_and_added_tags_add_up() -> None:
    """Of two days the later, of one day the line below; other tags begin anew, more tags go beside them."""
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    made = chosen(
        Choice(publication=PAGE, feature=False, commune="26001", day=second, line=1),
        Choice(publication=PAGE, feature=True, hide=True, add=("old",), commune="26002", day=first, line=2),
        Choice(publication=PAGE, hide=False, tags=("a", "b"), add=("c",), day=first, line=3),
        Choice(publication=PAGE, add=("d",), day=second, line=4),
    )
    expected = Chosen(
        featured=False, featured_on=second, hidden=False, tags=("a", "b"), added=("c", "d"), commune="26001"
    )
    assert (expected, ("a", "b", "c", "d")) == (made, made.tagged(("own",)))
    assert ("own", "new") == chosen(Choice(publication=PAGE, add=("new",))).tagged(("own",))
    assert () == chosen(Choice(publication=PAGE, tags=())).tagged(("own",))


@pytest.mark.parametrize(
    ("until", "holds"), [(None, True), (date(2026, 3, 15), True), (date(2026, 3, 14), False)]
)
def test_a_choice_ends_after_its_last_day(until: date | None, holds: bool) -> None:
    """The last day counts."""
    assert holds == Choice(publication=PAGE, until=until).holds_on(date(2026, 3, 15))


def stored(source: str, slug: str, **fields: Any) -> StoredEntry:
    return StoredEntry(year=2026, entry=entry(source, slug, **fields))


SHOW = "https://radio.example/show"
ARCHIVE = {
    "radio": (
        stored("radio", "flood", enclosures=(Enclosure(url="https://cdn.example/flood.mp3"),)),
        stored("radio", "one", url=SHOW, enclosures=(Enclosure(url="https://cdn.example/jingle.mp3"),)),
        stored("radio", "two", url=SHOW),
    ),
    "blog": (
        stored("blog", "copy", url="http://www.radio.example/flood/"),
        stored("blog", "p", url="https://blog.example/?p=12"),
    ),
}
ARTICLES = {
    "/articles/map": Article(
        slug="map", title="A map", path="content/articles/map.md", date=ARCHIVE["blog"][0].entry.moment
    )
}


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("/medias/radio/2026/flood/", [("radio", "flood")]),
        (f"{SITE}/medias/radio/2026/flood", [("radio", "flood")]),
        ("https://public.example/medias/radio/2026/flood/", [("radio", "flood")]),
        ("https://radio.example/flood?utm_source=x", [("radio", "flood"), ("blog", "copy")]),
        ("https://blog.example?p=12", [("blog", "p")]),
        ("https://cdn.example/flood.mp3", [("radio", "flood")]),
        ("/articles/map/", [("", "/articles/map")]),
        (f"{SITE}/articles/map", [("", "/articles/map")]),
    ],
)
def test_an_address_names_publications(address: str, keys: list[tuple[str, str]]) -> None:
    """A page of the hub, an original, a file; what several sources share names all of them."""
    named = match_addresses([address], ARCHIVE, ARTICLES, SITE)[address]
    assert (keys, "") == (list(named.keys), named.trouble)


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        (SHOW,
         (f"several publications bear the address {SHOW}: give the page of the one that is meant, such as "
          f"/medias/radio/2026/one/ /medias/radio/2026/two/")),
        ("/medias/radio/2026/floods/",
         ("no publication has the address /medias/radio/2026/floods/ (near it: /medias/radio/2026/flood/, "
          "/medias/radio/2026/two/, /medias/radio/2026/one/)")),
        ("/medias/nobody/2026/flood/", "no publication has the address /medias/nobody/2026/flood/"),
        ("/articles/mop/", "no publication has the address /articles/mop/ (near it: /articles/map/)"),
        ("https://radio.example/",
         ("no publication has the address https://radio.example/ (near it: https://radio.example/show, "
          "https://radio.example/show, https://radio.example/flood)")),
        ("https://elsewhere.example/", "no publication has the address https://elsewhere.example/"),
    ],
)  # fmt: skip
def test_what_an_address_doesnt_name_is_told_what_is_near(address: str, trouble: str) -> None:
    """A slip is answered with what may have been meant."""
    named = match_addresses([address], ARCHIVE, ARTICLES, SITE)[address]
    assert ((), trouble) == (named.keys, named.trouble)


def test_adding_an_item_leaves_the_others_as_they_are(hub: HubMaker) -> None:
    """Comments, indents and line ends stay; the new item has those of its neighbours."""
    before = (
        f"# Choix\r\n  - publication: {PAGE} # celle-ci\r\n    hide: oui\r\n    jour: 2026-03-01\r\n"
        f"    motif: x"
    )
    root = hub({PATH: before})
    choice = Choice(publication="/articles/map/", add=("eau",), day=date(2026, 3, 2), reason="y", line=6)
    assert choice == add_choice(root, choice, UTC)
    added = (
        "\r\n  - publication: /articles/map/\r\n    add:\r\n    - eau\r\n    date: 2026-03-02\r\n"
        "    reason: y\r\n"
    )
    assert before + added == (root / PATH).read_bytes().decode()


@pytest.mark.parametrize("before", ["a: b\n", "- [\n", "[]\n"])
def test_a_file_that_cant_take_an_item_is_left_alone(before: str, hub: HubMaker) -> None:
    """What couldn't be read back isn't written."""
    root = hub({PATH: before})
    with pytest.raises(ContentError):
        add_choice(root, Choice(publication=PAGE, hide=True, day=date(2026, 3, 1), reason="x"), UTC)
    assert before == (root / PATH).read_text()


@given(reason=st.text(min_size=1, max_size=50), tag=st.text(min_size=1, max_size=20))
def test_whatever_a_reason_or_tag_holds_is_written_and_read_alike(reason: str, tag: str) -> None:
    """No text breaks the file."""
    reason, tag = line_text(reason), line_text(tag)
    choice = Choice(publication=PAGE, tags=(tag,) if tag else (), day=date(2026, 3, 1), reason=reason or "x")
    with tempfile.TemporaryDirectory() as folder:
        assert choice == add_choice(Path(folder), choice, UTC)
