"""The build holds to what a source allows, whatever the archive still has."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import built, entry, write_tree
from lxml import html

from kiosque.model import Enclosure, Format

SOURCE = "---\nname: Radio\nhomepage: https://radio.example/\nagreement: {{scope: {}}}\n---\n"


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ("full", {"text", "player", "tag", "link"}),
        ("excerpt", {"excerpt", "player", "tag", "link"}),
        ("link", {"link"}),
    ],
)
def test_what_a_page_shows_of_an_entry(tmp_path: Path, scope: str, shown: set[str]) -> None:
    """Full shows the text, excerpt its beginning, link a title and a link and nothing else."""
    one = entry(
        "radio",
        "one",
        summary="The beginning.",
        content="<p>The whole text.</p>",
        tags=("eau",),
        format=Format.SOUND,
        enclosures=(Enclosure(url="https://radio.example/1.mp3", type="audio/mpeg"),),
    )
    root = write_tree(
        tmp_path / "hub",
        {"content/sources/radio.md": SOURCE.format(scope), "archive/radio/2026.jsonl": [one]},
    )
    built(root)
    page = html.parse(root / "output" / "medias" / "radio" / "2026" / "one" / "index.html")
    main = page.xpath("//main")[0]
    found = {
        "text": "The whole text." in main.text_content(),
        "excerpt": "The beginning." in main.text_content(),
        "player": bool(main.xpath(".//audio")),
        "tag": bool(main.xpath(".//a[@rel='tag']")),
        "link": bool(main.xpath(".//a[@href='https://radio.example/one']")),
    }
    assert shown == {name for name, is_there in found.items() if is_there}
