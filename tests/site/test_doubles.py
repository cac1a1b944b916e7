"""What a built hub shows of works that several sources carry, and of what nobody knows the date of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from conftest import Content, built, entry
from lxml import etree, html

from kiosque.model import Enclosure, Entry, Format, Person
from kiosque.site.build import BuildReport

MakeHub = Callable[[Mapping[str, Content]], Path]
ATOM = "{http://www.w3.org/2005/Atom}"
TITLE = "La fête du pain de Saint-Julien"
EARLY, LATE = "2026-01-10T18:30:00Z", "2026-01-11T09:00:00Z"
SETTINGS = 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\nDEFAULT_LANG = "en"\n'
SOUND = Enclosure(url="https://media.example/pain.mp3", type="audio/mpeg")


def source(name: str) -> str:
    return f"---\nname: {name}\nhomepage: https://{name.lower()}.example/\nagreement: {{scope: full}}\n---\n"


SOURCES = {f"content/sources/{name.lower()}.md": source(name) for name in ("Un", "Deux", "Trois")}


def sound(slug: str, published: str, **fields: object) -> Entry:
    """Return a show that carries the sound that all share."""
    return entry(slug, "pain", published, title=TITLE, format=Format.SOUND, enclosures=(SOUND,), **fields)


def syndicated() -> dict[str, Content]:
    """Return a hub of which three sources carry one show, and one of them something else besides."""
    alone = entry("deux", "autre", "2026-01-09T10:00:00Z", title="Autre chose", tags=("pain",))
    return {
        **SOURCES,
        "archive/un/2026.jsonl": [sound("un", EARLY, tags=("pain",))],
        "archive/deux/2026.jsonl": [sound("deux", LATE, tags=("four",), authors=("Ana",)), alone],
        "archive/trois/2026.jsonl": [sound("trois", LATE, tags=("pain",))],
    }


def page(root: Path, address: str) -> html.HtmlElement:
    return html.document_fromstring((root / "output" / address.strip("/") / "index.html").read_bytes())


def listed(root: Path, address: str) -> list[str]:
    """Return the addresses of what a list shows."""
    return page(root, address).xpath('//*[contains(@class, "card__title")]/a/@href')


def in_feed(root: Path, address: str) -> list[str]:
    feed = etree.fromstring((root / "output" / address.strip("/")).read_bytes())
    return [link.get("href") for link in feed.iterfind(f"{ATOM}entry/{ATOM}link[@rel='alternate']")]


def beside(root: Path, address: str) -> list[tuple[str, str]]:
    """Return the names and addresses that a page gives after “Also published by”."""
    links = page(root, address).xpath('//header//span[starts-with(., "Also published by")]/a')
    return [(link.text, link.get("href")) for link in links]


def english(hub: MakeHub, files: Mapping[str, Content]) -> tuple[Path, BuildReport]:
    root = hub({"pelicanconf.py": SETTINGS, **files})
    return root, built(root)


def test_lists_of_the_whole_hub_show_the_first_publishers_only(hub: MakeHub) -> None:
    """The stream, a format, a tag and the feed of all show one publication of a work."""
    root, report = english(hub, syndicated())
    assert () == report.problems
    assert ["/medias/un/2026/pain/", "/medias/deux/2026/autre/"] == listed(root, "/fil/")
    assert ["/medias/un/2026/pain/"] == listed(root, "/ecouter/")
    assert ["/medias/un/2026/pain/", "/medias/deux/2026/autre/"] == listed(root, "/mots-cles/pain/")
    assert ["https://un.example/pain", "https://deux.example/autre"] == in_feed(root, "/feed.atom")
    assert not (root / "output/mots-cles/four").exists()
    assert not (root / "output/auteurs/ana").exists()


def test_each_source_keeps_what_it_published(hub: MakeHub) -> None:
    """A source's own list and feed show its own publication, whose original stays its own."""
    root, _report = english(hub, syndicated())
    assert ["/medias/deux/2026/pain/", "/medias/deux/2026/autre/"] == listed(root, "/medias/deux/")
    assert ["https://deux.example/pain", "https://deux.example/autre"] == in_feed(
        root, "/medias/deux/feed.atom"
    )
    canonical = page(root, "/medias/deux/2026/pain/").xpath('//link[@rel="canonical"]/@href')
    assert ["https://deux.example/pain"] == canonical


def test_publications_of_a_work_name_each_other(hub: MakeHub) -> None:
    """The one that is shown names all others, and these name that one; so does its card in a list."""
    root, _report = english(hub, syndicated())
    others = [("Deux", "/medias/deux/2026/pain/"), ("Trois", "/medias/trois/2026/pain/")]
    assert others == beside(root, "/medias/un/2026/pain/")
    assert [("Un", "/medias/un/2026/pain/")] == beside(root, "/medias/deux/2026/pain/")
    assert [("Un", "/medias/un/2026/pain/")] == beside(root, "/medias/trois/2026/pain/")
    card = page(root, "/fil/").xpath('//article//span[starts-with(., "Also published by")]/a/@href')
    assert [address for _name, address in others] == card


def test_names_that_no_list_has_are_no_links(hub: MakeHub) -> None:
    """An author and a tag that only a publication beside the lists has are shown without a link that leads
    nowhere.
    """
    root, _report = english(hub, syndicated())
    document = page(root, "/medias/deux/2026/pain/")
    assert ["Ana"] == document.xpath('//p[@class="facts"]/span[. = "Ana"]/text()')
    assert ["four"] == document.xpath('//ul[@class="tags"]/li/span/text()')
    assert [] == document.xpath('//main//a[contains(@href, "/mots-cles/") or contains(@href, "/auteurs/")]')
    kept = page(root, "/medias/trois/2026/pain/").xpath('//ul[@class="tags"]/li/a/@href')
    assert ["/mots-cles/pain/"] == kept


def test_a_person_says_what_is_apart_and_what_is_the_same(hub: MakeHub) -> None:
    """``content/works.yml`` parts what is alike and joins what isn't, and names in vain with its line."""
    said = (
        "distincts:\n  - [https://un.example/pain, https://deux.example/pain, https://trois.example/pain]\n"
        "même:\n  - [/medias/un/2026/pain/, /medias/deux/2026/autre/]\n"
        "  - [https://deux.example/autre, https://nowhere.example/x]\n"
    )
    root, report = english(hub, {**syndicated(), "content/works.yml": said})
    shown = ["/medias/trois/2026/pain/", "/medias/deux/2026/pain/", "/medias/deux/2026/autre/"]
    assert shown == listed(root, "/fil/")
    assert [("Un", "/medias/un/2026/pain/")] == beside(root, "/medias/deux/2026/autre/")
    assert [("content/works.yml", 5)] == [(problem.path, problem.line) for problem in report.problems]


def test_another_double_changes_only_the_pages_that_show_the_work(hub: MakeHub) -> None:
    """When one source more carries a work, the pages of the others that carry it stay as they are."""
    files = syndicated()
    late = files.pop("archive/trois/2026.jsonl")
    root, _report = english(hub, files)
    hub({"archive/trois/2026.jsonl": late})
    written = set(built(root).written)
    assert "medias/un/2026/pain/index.html" in written
    assert "fil/index.html" in written
    assert {
        "medias/deux/2026/pain/index.html",
        "medias/deux/index.html",
        "medias/deux/feed.atom",
    } & written == set()


def test_what_is_not_yet_published_hides_nothing(hub: MakeHub) -> None:
    """A publication of the future counts only from its day on."""
    files = syndicated()
    files["archive/un/2026.jsonl"] = [sound("un", "2026-12-01T00:00:00Z")]
    root, _report = english(hub, files)
    assert ["/medias/deux/2026/pain/", "/medias/deux/2026/autre/"] == listed(root, "/fil/")
    assert [("Trois", "/medias/trois/2026/pain/")] == beside(root, "/medias/deux/2026/pain/")


def undated(name: str, first_seen: datetime, **fields: object) -> Entry:
    return msgspec.structs.replace(entry("un", name), first_seen=first_seen, published=None, **fields)


def test_undated_entries_of_a_first_round_stay_with_their_source(hub: MakeHub) -> None:
    """What has no date and came with a source's first round is on its page only; what came later has its
    day.
    """
    first, later = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC)
    old = undated("old", first, tags=("secret",), authors=("Ana",), people=(Person(name="Bo"),))
    dated = msgspec.structs.replace(entry("un", "dated"), first_seen=first)
    root, report = english(hub, {**SOURCES, "archive/un/2026.jsonl": [old, undated("new", later), dated]})
    assert () == report.problems
    assert ["/medias/un/2026/new/", "/medias/un/2026/dated/"] == listed(root, "/fil/")
    assert ["/medias/un/2026/new/", "/medias/un/2026/dated/"] == listed(root, "/lire/")
    assert ["https://un.example/new", "https://un.example/dated"] == in_feed(root, "/feed.atom")
    every = ["/medias/un/2026/new/", "/medias/un/2026/old/", "/medias/un/2026/dated/"]
    assert every == listed(root, "/medias/un/")
    assert not (root / "output/mots-cles/secret").exists()


def test_an_undated_entry_never_stands_for_a_dated_one(hub: MakeHub) -> None:
    """Of a work that also an undated entry of a first round carries, the one with a date is shown."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    old = msgspec.structs.replace(sound("un", EARLY), first_seen=first, published=None)
    root, _report = english(
        hub, {**SOURCES, "archive/un/2026.jsonl": [old], "archive/deux/2026.jsonl": [sound("deux", LATE)]}
    )
    assert ["/medias/deux/2026/pain/"] == listed(root, "/fil/")
    assert [("Un", "/medias/un/2026/pain/")] == beside(root, "/medias/deux/2026/pain/")
    assert [("Deux", "/medias/deux/2026/pain/")] == beside(root, "/medias/un/2026/pain/")
