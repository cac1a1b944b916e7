"""Hubs whose feeds are read: one that has all there can be, and one of real feeds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner
from conftest import NOW, Content, entry, write_tree

from kiosque import i18n
from kiosque.cli import main
from kiosque.model import (
    Alternative,
    Chapter,
    ChaptersFile,
    Enclosure,
    Entry,
    Format,
    Location,
    Person,
    Picture,
    Transcript,
)

URL = "https://hub.example/vallee"
MOMENT = datetime.fromisoformat(NOW)
SETTINGS = (
    f'SITENAME = "Le Kiosque & Cie"\nSITESUBTITLE = "Tout <ici>"\nSITEURL = "{URL}"\nDEFAULT_LANG = "fr"\n'
    'WEBSUB_HUBS = ["https://websub.example/"]\n'
)
TERRITORY = """name: La vallée
communes:
  - {code: "26113", name: Die, department: "26", latitude: 44.7536, longitude: 5.3703}
"""
FEEDS = Path(__file__).parents[2].parent / "shared" / "feeds"
SOUND = Enclosure(
    url="https://media.example/son/été.mp3",
    type="audio/mpeg",
    length=1_234_567,
    duration=123.5,
    title="Le son de l’été",
    alternatives=(Alternative(url="https://media.example/son.opus", type="audio/ogg", length=700_000),),
    transcripts=(
        Transcript(url="https://media.example/son.vtt", type="text/vtt", language="fr"),
        Transcript(url="https://media.example/son.html", type="text/html"),
    ),
    chapters=ChaptersFile(url="https://media.example/son.json", type="application/json+chapters"),
)
VIDEO = Enclosure(
    url="https://media.example/film-720.mp4",
    type="video/mp4",
    length=9_000_000,
    duration=60.0,
    width=1280,
    height=720,
    alternatives=(
        Alternative(
            url="https://media.example/film-240.mp4",
            type="video/mp4",
            length=1_000_000,
            width=426,
            height=240,
        ),
        Alternative(url="https://media.example/film.m4a", type="audio/mp4", length=500_000),
    ),
    chapters=(
        Chapter(start=0, title="Début & suite"),
        Chapter(start=30.5, title="Fin", url="https://radio.example/fin"),
    ),
)
PAGE = Enclosure(url="https://video.example/w/abc", type="text/html", duration=61.0, width=640, height=360)
LONG = (
    '<p>Un <em>texte</em> &amp; un <a href="https://radio.example/lien?a=1&amp;b=2" '
    'rel="noopener">lien</a>.</p>'
)


def everything() -> list[Entry]:
    """Return entries of one source that have all there can be, and others that lack what there can lack."""
    radio = "radio"
    return [
        entry(
            radio, "sound", "2026-03-01T10:00:00Z", title="Le bruit & la fureur", authors=("Ana Ruiz", "Bo"),
            people=(Person(name="Ana Ruiz", role="host", url="https://radio.example/ana"), Person(name="Bo")),
            updated=datetime.fromisoformat("2026-03-02T08:00:00Z"), language="fr", format=Format.SOUND,
            tags=("eau", "forêt & bois"), summary="Un texte & un lien.", content=LONG,
            image=Picture(url="https://radio.example/été.jpg"), enclosures=(SOUND,), season=3, episode=12,
            locations=(Location(name="Die", latitude=44.7536, longitude=5.3703), Location(name="Crest")),
            rights="CC BY-SA 4.0",
        ),
        entry(
            radio, "video", "2026-03-02T10:00:00Z", title="Un film", language="fr", format=Format.VIDEO,
            summary="Un film.", content="<p>Un film.</p>", enclosures=(VIDEO, PAGE),
            locations=(Location(latitude=44.0, longitude=5.0),), rights="Tous droits réservés",
        ),
        entry(
            radio, "page", "2026-03-03T10:00:00Z", title="Une vidéo d’ailleurs", language="fr",
            format=Format.VIDEO, summary="Ailleurs.", content="<p>Ailleurs.</p>", enclosures=(PAGE,),
        ),
        entry(
            radio, "sounds", "2026-03-04T10:00:00Z", title="Deux sons et un document", language="oc",
            format=Format.SOUND, summary="Deux sons.", content="<p>Deux sons.</p>",
            enclosures=(
                Enclosure(url="https://media.example/1.mp3", type="audio/mpeg", length=50_000, duration=10.0,
                          title="Un"),
                Enclosure(url="https://media.example/2.mp3", type="audio/mpeg", length=60_000, duration=20.0,
                          title="Deux"),
                Enclosure(url="https://media.example/plan.pdf", type="application/pdf", length=4_000,
                          title="Le plan"),
                Enclosure(url="https://media.example/inconnu"),
            ),
        ),
        entry(radio, "text", "2026-03-05T10:00:00Z", title="Écrire <b> & &amp; en HTML", language="pt-BR",
              summary="a < b & c > d", content="<p>a &lt; b &amp; c &gt; d</p>"),
        entry(radio, "bare", "2026-03-06T10:00:00Z", title="Un titre seul", language="fr"),
        entry(radio, "notes", "2026-03-07T10:00:00Z", title="Des notes", language="fr", summary="Voir 1.",
              content='<p>Voir <sup id="fnref:1"><a href="#fn:1" rel="noopener">1</a></sup>.</p>'),
        entry(radio, "untitled", "2026-03-08T10:00:00Z", title="", language="fr",
              summary="Un message sans titre.",
              content="<p>Un message sans titre.</p>"),
        entry(radio, "nowhere", "2026-03-09T10:00:00Z", title="Sans adresse", url="", language="fr",
              summary="Ici.", content="<p>Ici.</p>"),
    ]  # fmt: skip


def source(name: str, more: str = "", scope: str = "full") -> str:
    head = (
        f"name: {name}\nhomepage: https://{name.lower()}.example/\nlanguage: fr\n"
        f"agreement: {{scope: {scope}}}"
    )
    return f"---\n{head}\n{more}\n---\n"


def whole(
    root: Path, entries: Sequence[Entry] | None = None, more: Mapping[str, Content] | None = None
) -> Path:
    """Write a hub of one radio, with an article beside it."""
    article = (
        "---\ntitle: Une carte\ndate: 2026-02-01\nauthors: [Collectif]\ntags: [carte]\ncommune: '26113'\n"
        "licence: CC BY-SA 4.0\n---\nVoir [la radio]({filename}../sources/radio.md) et la note[^1].\n\n"
        "[^1]: Ici.\n"
    )
    files: dict[str, Content] = {
        "pelicanconf.py": SETTINGS,
        "content/territory.yml": TERRITORY,
        "content/sources/radio.md": source("Radio", "feeds: [https://radio.example/feed.xml]"),
        "content/articles/carte.md": article,
        "archive/radio/2026.jsonl": everything() if entries is None else entries,
    }
    return write_tree(root, files | dict(more or {}))


def of_real_feeds(root: Path) -> Path:
    """Harvest the real feeds into a hub, a source each, their texts whole."""
    suffixes = (".rss.xml", ".atom.xml", ".rdf.xml", ".json")
    files: dict[str, Content] = {"pelicanconf.py": SETTINGS}
    for path in sorted(FEEDS.iterdir()):
        if path.name.endswith(suffixes):
            slug = path.name.split(".")[0].lower()
            head = f"name: {slug.title()}\nfeeds: [feeds/{path.name}]\nagreement: {{scope: full}}"
            files[f"content/sources/{slug}.md"] = f"---\n{head}\n---\n"
    write_tree(root, files)
    shutil.copytree(FEEDS, root / "feeds")
    harvest(root)
    return root


def harvest(root: Path, *words: str) -> None:
    """Run the command on a hub; it must succeed."""
    i18n.use("en")
    done = CliRunner().invoke(main, ["--hub", str(root), "harvest", "--now", NOW, *words])
    assert 0 == done.exit_code, done.output


def feeds_of(root: Path) -> dict[str, bytes]:
    """Return all feeds and archive documents of a built hub, by their path from its output."""
    output = root / "output"
    files = [*output.rglob("feed.*"), *output.rglob("archives/**/*.atom")]
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}
