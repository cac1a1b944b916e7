"""Open data: what programs and spreadsheets get is what the hub's pages show, and no more than agreements
allow.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import built, entry, write_tree
from jsonschema import Draft202012Validator
from lxml import etree

from kiosque import i18n
from kiosque.model import Enclosure, Format
from kiosque.site.feeds import open_data

SETTINGS = 'SITENAME = "Kiosque"\nSITEURL = "https://hub.example"\n'
TERRITORY = (
    'name: Vallée\ncommunes:\n  - {code: "26113", name: Die, department: "26", lat: 44.75, lon: 5.37}\n'
)
RADIO = (
    "---\nname: Radio du Fleuve\ntype: radio\nhomepage: https://radio.example/\n"
    'commune: "26113"\nfeeds: [https://radio.example/rss]\nagreement: {scope: SCOPE, licence: CC BY 4.0}\n'
    "---\n"
)
SOUND = Enclosure(url="https://radio.example/un.mp3", type="audio/mpeg", length=1000, duration=61.0)
ENTRIES = [
    entry(
        "radio",
        "un",
        summary="=2+2 est un résumé",
        format=Format.SOUND,
        enclosures=(SOUND,),
        tags=("eau", "a, b"),
    ),
    entry("radio", "ancien", "2024-05-01T10:00:00Z", authors=("Ana", "Bo")),
]


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


def data(tmp_path: Path, scope: str = "excerpt") -> Path:
    """Build a hub with one radio, and return the folder of its data."""
    root = write_tree(
        tmp_path / "hub",
        {
            "pelicanconf.py": SETTINGS,
            "content/territory.yml": TERRITORY,
            "content/sources/radio.md": RADIO.replace("SCOPE", scope),
            "archive/radio/2026.jsonl": ENTRIES[:1],
            "archive/radio/2024.jsonl": ENTRIES[1:],
        },
    )
    built(root)
    return root / "output" / "donnees"


def rows(folder: Path, name: str) -> list[dict]:
    return json.loads((folder / f"{name}.json").read_text())["rows"]


def test_a_year_of_publications_says_what_is_known_of_each(tmp_path: Path) -> None:
    """Each field of a row is there: facts, the summary that may be given, and where the original is."""
    (row,) = rows(data(tmp_path), "publications-2026")
    assert row.pop("id").startswith("urn:uuid:")
    assert {
        "url": "https://radio.example/un",
        "page": "https://hub.example/medias/radio/2026/un/",
        "title": "Title of un",
        "medium": "Radio du Fleuve",
        "medium_page": "https://hub.example/medias/radio/",
        "format": "sound",
        "published": "2026-01-10T18:30:00Z",
        "updated": "2026-01-10T18:30:00Z",
        "language": "fr",
        "authors": [],
        "tags": ["eau", "a, b"],
        "commune": "26113",
        "commune_name": "Die",
        "duration": 61.0,
        "files": ["https://radio.example/un.mp3"],
        "summary": "=2+2 est un résumé",
        "licence": "CC BY 4.0",
    } == row


def test_csv_says_the_same_as_json(tmp_path: Path) -> None:
    """A spreadsheet gets the same values, several of a field beside each other, and no formula that it would
    run.
    """
    folder = data(tmp_path)
    for name in ("publications-2026", "publications-2024", "medias", "communes"):
        written = (folder / f"{name}.csv").read_bytes().decode()
        expected = [
            {
                key: " | ".join(value) if isinstance(value, list) else "" if value is None else str(value)
                for key, value in row.items()
            }
            for row in rows(folder, name)
        ]
        for row in expected:
            row.update({key: f"'{value}" for key, value in row.items() if value.startswith("=")})
        assert expected == list(csv.DictReader(io.StringIO(written, newline="")))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quotes", [True, False])
def test_no_cell_becomes_a_formula(separator: str, quotes: bool) -> None:
    """Whichever sign a spreadsheet parts cells by, and whether it minds quotation marks, none is run."""
    signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    hostile = [
        f"{before}{sign}cmd|' /C calc'!A0"
        for sign in signs
        for before in ("", " ", "\t", "\r", "\n", "x;", "x,", 'x"; ', "x\t\t", "x | ", "x\n ", "x\u2028")
    ]
    table = [
        open_data.CommuneRow(code="26113", name=text, department="", latitude=44.7, longitude=-5.3, page="")
        for text in hostile
    ]
    written = open_data.as_csv(table)
    style = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    lines = io.StringIO(written, newline="")
    cells = [cell for line in csv.reader(lines, delimiter=separator, quoting=style) for cell in line]
    assert len(cells) >= len(hostile)
    texts = [text for cell in cells if (text := cell.strip(' \t\r\n"')) != "-5.3"]
    assert [] == [text for text in texts if text.startswith(signs)]


def test_every_file_keeps_to_its_schema(tmp_path: Path) -> None:
    """The published JSON Schemas are schemas, and hold for the files; a row that lacks a field breaks
    them.
    """
    folder = data(tmp_path)
    kinds = {"publications-2026": "publications", "medias": "medias", "communes": "communes"}
    for name, kind in kinds.items():
        schema = json.loads((folder / f"{kind}.schema.json").read_text())
        Draft202012Validator.check_schema(schema)
        whole = json.loads((folder / f"{name}.json").read_text())
        assert [] == list(Draft202012Validator(schema).iter_errors(whole))
        del whole["rows"][0]["page"]
        assert ["'page' is a required property"] == [
            error.message for error in Draft202012Validator(schema).iter_errors(whole)
        ]


def test_nothing_is_given_that_the_agreement_does_not_allow(tmp_path: Path) -> None:
    """A medium that lets the hub link only has titles and links in the data."""
    (row,) = rows(data(tmp_path, "link"), "publications-2026")
    assert ("", [], []) == (row["summary"], row["files"], row["tags"])


def test_feeds_can_be_taken_into_a_reader_at_once(tmp_path: Path) -> None:
    """One list has the feeds of the media, the other those of the hub; both are OPML 2.0."""
    folder = data(tmp_path)
    found = {
        name: [one.get("xmlUrl") for one in etree.parse(folder / f"{name}.opml").iter("outline")]
        for name in ("medias", "kiosque")
    }
    assert {
        "medias": ["https://radio.example/rss"],
        "kiosque": [
            "https://hub.example/feed.atom",
            "https://hub.example/medias/radio/feed.atom",
            "https://hub.example/communes/26/die/feed.atom",
        ],
    } == found


def test_a_past_year_stays_as_it_is_when_something_arrives(tmp_path: Path) -> None:
    """Of the files of publications only this year's is written anew."""
    folder = data(tmp_path)
    root = folder.parents[1]
    write_tree(
        root, {"archive/radio/2026.jsonl": [*ENTRIES[:1], entry("radio", "deux", "2026-02-01T10:00:00Z")]}
    )
    written = sorted(path for path in built(root).written if path.startswith("donnees/publications"))
    assert ["donnees/publications-2026.csv", "donnees/publications-2026.json"] == written
