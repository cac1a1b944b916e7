"""Whose names an entry has, however its feed writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosque.harvest.read.facts.authors import names
from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse

ORIGIN = Origin("https://feed.example/feed", Path())
DC = "http://purl.org/dc/elements/1.1/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("equipe@quartier.coop (Lise)", ("Lise",)),
        ("(Lise) equipe@quartier.coop", ("Lise",)),
        ("Karim (mailto:karim@ici.info)", ("Karim",)),
        ("Lise Ana <lise@ici.photography>", ("Lise Ana",)),
        ("Lise Ana &lt;lise@ici.museum&gt;", ("Lise Ana",)),
        ('"Lise Ana" <1@ici.fr>', ("Lise Ana",)),
        ("Lise - lise@ici.fr", ("Lise",)),
        ('<a href="mailto:lise@ici.fr">Lise</a>', ("Lise",)),
        ("a@ici.fr (Lise), b@ici.fr (Karim)", ("Lise", "Karim")),
        ("Lise <a@ici.fr>; Karim <b@ici.fr>", ("Lise", "Karim")),
        ("Lise (Radio du Port) <a@ici.fr>", ("Lise (Radio du Port)",)),
        ("Lise (Radio du Port)", ("Lise (Radio du Port)",)),
        ("redaction@quartier.media", ()),
        ("mailto:redaction@quartier.media", ()),
        ("@lise@mastodon.example", ()),
        ("R&amp;D", ("R&D",)),
        ("", ()),
    ],
)
def test_an_author_has_a_name_without_address(written: str, expected: tuple[str, ...]) -> None:
    """A name stays whole, in any order with its address of mail, and no part of the address stays."""
    assert names([written]) == expected


def test_no_author_comes_twice() -> None:
    """Case and spaces make no other author; the first spelling stays."""
    assert names(["Lise Ana", "lise  ana ", "LISE\u00a0ANA", "Karim"]) == ("Lise Ana", "Karim")


def rss(item: str) -> bytes:
    return (
        f'<rss version="2.0" xmlns:dc="{DC}" xmlns:itunes="{ITUNES}"><channel><title>R</title>'
        f"<managingEditor>chef@ici.fr (Chef)</managingEditor><item><title>Un</title>{item}</item>"
        "</channel></rss>"
    ).encode()


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<author>equipe@quartier.coop (Lise)</author><itunes:author>LISE</itunes:author>", ("Lise",)),
        ("<dc:creator>Karim</dc:creator><author>x@quartier.radio (Lise)</author>", ("Karim", "Lise")),
        ("<dc:creator>x@quartier.radio</dc:creator>", ()),
        # Who answers for an RSS feed isn't the author of its items.
        ("", ()),
    ],
)
def test_an_item_of_rss_has_the_authors_that_it_names(item: str, expected: tuple[str, ...]) -> None:
    """RSS, Dublin Core and iTunes name the authors of an item together."""
    assert parse(rss(item), ORIGIN).entries[0].authors == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("", ("Rédaction", "Lise")),
        ("<author><name/></author>", ("Rédaction", "Lise")),
        ("<author><name>Karim</name></author>", ("Karim",)),
        ("<author><email>karim@ici.fr</email></author>", ()),
        ("<source><title>S</title><author><name>Zoé</name></author></source>", ("Zoé",)),
        (
            "<author><name>Karim</name></author><source><author><name>Zoé</name></author></source>",
            ("Karim",),
        ),
    ],
)
def test_an_entry_of_atom_has_its_own_authors_or_those_above(entry: str, expected: tuple[str, ...]) -> None:
    """An entry without an author has those of its source, else those of its feed (RFC 4287, 4.2.1)."""
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><author><name>Rédaction</name></author>'
        f"<author><name>Lise</name></author><entry><title>Un</title>{entry}</entry></feed>"
    )
    assert parse(feed.encode(), ORIGIN).entries[0].authors == expected


@pytest.mark.parametrize(
    "field", ['"authors":[{"name":"Lise"},{"name":"lise "}]', '"author":{"name":"Lise"}']
)
def test_an_item_of_json_has_the_authors_of_its_feed(field: str) -> None:
    """An item without authors has those of its feed (JSON Feed 1.1); its own ones count first."""
    items = (
        '[{"id":"1","title":"Un"},{"id":"2","title":"Deux","authors":[{"name":"Karim (mailto:k@ici.fr)"}]}]'
    )
    feed = f'{{"version":"https://jsonfeed.org/version/1.1","title":"F",{field},"items":{items}}}'
    assert [entry.authors for entry in parse(feed.encode(), ORIGIN).entries] == [("Lise",), ("Karim",)]
