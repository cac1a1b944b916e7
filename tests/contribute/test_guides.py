"""The pages about each kind: a guide, a file to fill in, a schema, and the way there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from conftest import EVENT, built
from jsonschema import Draft202012Validator
from lxml import html
from PIL import Image

from contribute.forms import ARTICLE, COMMUNES, MADE
from kiosque.content.frontmatter import split
from kiosque.content.kinds import KINDS
from kiosque.content.reader import read_record
from kiosque.content.schema import json_schema, model_file

PAGE = "---\ntitle: Contribuer\nsummary: Comment faire.\n---\nÉcrivez-nous.\n"
SOURCE = "---\nname: Radio\nfeeds: [https://radio.example/feed]\n---\nNous.\n"
ZONE = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_to_fill_in_is_read_once_it_is(kind: str) -> None:
    """With what is needed, it has no problem; nor has it when every line's mark is taken away."""
    path = f"content/{KINDS[kind].folder}/x.md"
    empty = model_file(KINDS[kind])
    needed = {"title": "Bal", "date": "2026-03-01", "from": "2026-03-01", "name": "Radio"}
    filled = re.sub(r"^(\w+):$", lambda one: f"{one[1]}: {needed[one[1]]}", empty, flags=re.MULTILINE)
    whole = re.sub(r"^#(?! )|^#(?=  )", "", filled, flags=re.MULTILINE)
    homepage = "" if kind != "source" else "homepage: https://radio.example/\n"
    filled = filled.replace("---\n#", f"---\n{homepage}#", 1)
    for text in (filled, whole):
        read = read_record(KINDS[kind], split(text, path), path, ZONE)
        assert ((), True) == (read.problems, read.record is not None), text


def test_each_kind_has_its_pages_from_its_schema_alone(
    hub: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A made-up kind too: form, guide, file, schema, and a place in the list."""
    monkeypatch.setitem(KINDS, "event", EVENT)
    root = hub({"content/territory.yml": COMMUNES, "content/articles/lavoir.md": ARTICLE})
    assert () == built(root).problems
    folder = root / "output" / "contribuer"
    form = html.parse(folder / "event" / "index.html").getroot()
    assert ["title", "date", "price", "text"] == form.xpath("//form[contains(@class, 'contribute')]//@name")
    guide = html.parse(folder / "event" / "guide" / "index.html").getroot()
    assert ["title", "titre", "date", "jour", "price", "prix"] == guide.xpath("//dl/dt/code/text()")
    assert "#price: 5 €" in (folder / "event" / "modele.md").read_text()
    schema = json.loads((folder / "event" / "schema.json").read_text())
    assert ["title", "titre", "date", "jour", "price", "prix"] == list(schema["properties"])
    index = html.parse(folder / "index.html").getroot()
    assert [f"/contribuer/{kind}/" for kind in KINDS] == index.xpath("//main//h2/a/@href")


def test_the_hubs_own_page_leads_to_the_forms(hub: Callable[..., Path]) -> None:
    """Its text stays; every kind is named; the foot of the page has one link to it, as without such a
    page.
    """
    root = hub({"content/pages/contribuer.md": PAGE})
    assert () == built(root).problems
    page = html.parse(root / "output" / "contribuer" / "index.html").getroot()
    assert [f"/contribuer/{kind}/" for kind in KINDS] == page.xpath("//main//h2/a/@href")
    assert "Écrivez-nous." in page.text_content()
    assert ["/contribuer/"] == page.xpath("//footer//a[@href='/contribuer/']/@href")
    (root / "content" / "pages" / "contribuer.md").unlink()
    built(root)
    home = html.parse(root / "output" / "index.html").getroot()
    assert ["/contribuer/"] == home.xpath("//footer//a[@href='/contribuer/']/@href")


def test_guides_show_a_real_file_of_the_hub(hub: Callable[..., Path]) -> None:
    """The oldest that says most, byte by byte; where there is none, what one begins with."""
    image = "image: {file: lavoir.webp, alt: Un lavoir}\ncommune: '26113'\n"
    article = ARTICLE.replace("tags:", f"{image}tags:")
    data = BytesIO()
    Image.new("RGB", (80, 60)).save(data, "WEBP")
    root = hub(
        {
            "content/territory.yml": COMMUNES,
            "content/articles/old.md": article,
            "content/articles/new.md": article.replace("2026-03-01", "2026-03-02"),
            "content/articles/lavoir.webp": data.getvalue(),
            "content/sources/radio.md": SOURCE,
        }
    )
    assert () == built(root).problems
    shown = {}
    for kind in ("article", "source"):
        page = html.parse(root / "output" / "contribuer" / kind / "guide" / "index.html").getroot()
        shown[kind] = page.xpath("//pre/code")[0].text_content()
    assert article == shown["article"]
    assert "#feeds: [https://radio.example/podcast.xml]" in shown["source"]


def test_the_published_schema_takes_what_forms_make_and_refuses_what_is_wrong(
    hub: Callable[..., Path],
) -> None:
    """It bears its own address, and speaks the hub's language, not that of whoever builds it."""
    root = hub({"pelicanconf.py": 'SITEURL = "https://hub.example"\nDEFAULT_LANG = "fr"\n'})
    assert () == built(root).problems
    for kind in KINDS:
        schema = json.loads((root / "output" / "contribuer" / kind / "schema.json").read_text())
        assert f"https://hub.example/contribuer/{kind}/schema.json" == schema["$id"]
        head = yaml.load(MADE[kind].split("---\n")[1], Loader=yaml.BaseLoader)
        Draft202012Validator(schema).validate(head)
        assert not Draft202012Validator(schema).is_valid({**head, "titel": "x"})
    assert (
        "Titre"
        == json.loads((root / "output/contribuer/article/schema.json").read_text())["properties"]["title"][
            "title"
        ]
    )


def test_a_medium_needs_one_of_two_fields_in_the_schema_too() -> None:
    """Feeds or a homepage, under any of their names."""
    validator = Draft202012Validator(json_schema(KINDS["source"]))
    heads = [
        {"name": "R"},
        {"name": "R", "flux": ["https://r.example/a"]},
        {"nom": "R", "homepage": "https://r.example/"},
    ]
    assert [False, True, True] == [validator.is_valid(head) for head in heads]
