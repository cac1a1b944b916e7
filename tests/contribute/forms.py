"""Small hubs with forms, and someone who fills them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser.serving import served
from conftest import built, write_tree

COMMUNES = """name: La vallée
communes:
  - {code: "01004", name: Ambérieu-en-Bugey, lat: 45.9, lon: 5.3}
  - {code: "26113", name: Die, lat: 44.7, lon: 5.3}
  - {code: "26001", name: Solaure en Diois, lat: 44.7, lon: 5.4, former: [Aix-en-Diois, Molières-Glandaz]}
  - {code: "26289", name: Saillans, lat: 44.7, lon: 5.2}
"""
ARTICLE = "---\ntitle: Le lavoir\ndate: 2026-03-01\ntags: [eau, écologie, école]\n---\nTexte\n"
FORGES = {
    "github": "https://github.com/vallee/hub",
    "forgejo": "https://codeberg.org/vallee/hub",
    "gitlab": "https://framagit.org/vallee/hub",
}
CONTACT = "bonjour+textes@hub.example"
PICTURE_LIMIT = 1600
TEXT = "Le premier samedi, nous étions six.\n\n## Où chercher ?\n\nSur la carte de 1830 : un point bleu."
ANSWERS: dict[str, dict[str, str]] = {
    "article": {
        "title": 'La fontaine : « retrouvée » # 2 & "sèche"',
        "date": "2026-03-14",
        "authors": "Awa, Les Amis du lavoir",
        "summary": "Trois samedis\nde débroussaillage.",
        "tags": "eau, rencontres: 2026, ",
        "commune": "Ambérieu en bugey",
        "licence": "CC BY-SA 4.0",
        "expires": "2026-12-31",
        "text": TEXT,
    },
    "dossier": {
        "title": "Le lavoir, pierre à pierre",
        "from": "2025-03-01",
        "to": "2026-03-14",
        "people": "Les Amis du lavoir, la commune",
        "tags": "lavoir",
        "items": "/articles/le-lavoir/",
        "licence": "CC BY-SA 4.0",
        "text": TEXT,
    },
    "page": {"title": "Oui", "summary": "no", "text": TEXT},
    "source": {
        "name": "Radio: le Fleuve",
        "type": "radio",
        "homepage": "www.radio.example",
        "feeds": "https://radio.example/a.xml\nradio.example/b.xml",
        "stream": "https://radio.example/live.mp3",
        "commune": "molieres-glandaz",
        "contact": "redaction@radio.example",
        "agreement__scope": "full",
        "agreement__since": "2026-01-10",
        "agreement__by": "la rédaction: Awa",
    },
    "event": {"title": "Bal", "date": "2026-04-01", "price": "5 € # ou rien", "text": "On danse."},
}
MADE = {
    "article": f"""---
title: "La fontaine : « retrouvée » # 2 & \\"sèche\\""
date: 2026-03-14
authors: [Awa, Les Amis du lavoir]
summary: Trois samedis de débroussaillage.
tags: [eau, "rencontres: 2026"]
commune: "01004"
licence: CC BY-SA 4.0
expires: 2026-12-31
---
{TEXT}
""",
    "dossier": f"""---
title: "Le lavoir, pierre à pierre"
from: 2025-03-01
to: 2026-03-14
people: [Les Amis du lavoir, la commune]
tags: [lavoir]
items: ["/articles/le-lavoir/"]
licence: CC BY-SA 4.0
---
{TEXT}
""",
    "page": f'---\ntitle: Oui\nsummary: "no"\n---\n{TEXT}\n',
    "source": """---
name: "Radio: le Fleuve"
type: radio
homepage: "https://www.radio.example"
feeds: ["https://radio.example/a.xml", "https://radio.example/b.xml"]
stream: "https://radio.example/live.mp3"
commune: "26001"
contact: "redaction@radio.example"
agreement:
  scope: full
  since: 2026-01-10
  by: "la rédaction: Awa"
---
""",
    "event": '---\ntitle: Bal\ndate: 2026-04-01\nprice: "5 € # ou rien"\n---\nOn danse.\n',
}


def settings(**values: str) -> str:
    """Return a settings file."""
    return "".join(f'{name} = "{value}"\n' for name, value in values.items())


@contextmanager
def hub_with_forms(root: Path, communes: str = COMMUNES, **values: str) -> Iterator[str]:
    """Build a small hub in a folder with these settings, and serve it; gives its address."""
    given = {"SITENAME": "Le kiosque", "DEFAULT_LANG": "en", "CONTACT": CONTACT, **values}
    files: Mapping[str, str] = {
        "pelicanconf.py": settings(**given),
        "content/articles/le-lavoir.md": ARTICLE,
        **({"content/territory.yml": communes} if communes else {}),
    }
    assert () == built(write_tree(root, files)).problems
    with served(root / "output") as url:
        yield url


class Writer:
    """Someone who fills in a form of a served hub; ``answers`` are what its fields say, by their names."""

    def __init__(self, page: Any, url: str, kind: str = "article") -> None:
        self.page = page
        page.goto(f"{url}/contribuer/{kind}/")
        page.wait_for_selector("[data-contribute][data-ready]")

    def fill(self, **answers: str) -> Writer:
        for name, value in answers.items():
            field = self.page.locator(f"form [name='{name.replace('__', '.')}']")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
                field.blur()
        return self

    def add_picture(self, data: bytes, described: str, name: str = "IMG_0042.jpg") -> None:
        """Add a picture, describe it and put it into the text."""
        given = {"name": name, "mimeType": "image/jpeg", "buffer": data}
        before = self.page.locator(".form-picture").count()
        self.page.set_input_files("#f-pictures", given)
        item = self.page.locator(".form-picture").nth(before)
        item.locator("input").fill(described)
        item.locator("[data-do=insert]").click()

    def finish(self) -> Writer:
        """Make the file; what keeps it from being made fails the test."""
        self.press()
        assert "" == self.wrong
        return self

    def press(self) -> None:
        """Press the button that makes the file, and wait for what it says."""
        self.page.click(".button--main")
        self.page.wait_for_selector("[data-part=wrong]:not([hidden]), [data-part=made]:not([hidden])")

    @property
    def wrong(self) -> str:
        """What the summary of mistakes says; empty where there are none."""
        summary = self.page.locator("[data-part=wrong]")
        return str(summary.inner_text()) if summary.is_visible() else ""

    @property
    def file(self) -> str:
        """The file that was made."""
        return str(self.page.locator("[data-part=file]").text_content())

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.page.locator("[data-part=download]").get_attribute("download"))

    def link(self, part: str) -> str:
        """Where the visible link of one way to send it leads; empty where that way isn't offered."""
        link = self.page.locator(f"[data-part=made] [data-part={part}]").first
        return str(link.get_attribute("href")) if link.is_visible() else ""

    def downloaded(self, part: str) -> Path:
        """Press a link that downloads, and return the file."""
        with self.page.expect_download() as download:
            self.page.locator(f"[data-part=made] [data-part={part}]:visible").first.click()
        return Path(download.value.path())
