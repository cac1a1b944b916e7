"""What pages say of themselves to programs, as an independent library reads it (extruct)."""

from __future__ import annotations

from pathlib import Path

import extruct
import pytest
from conftest import built, entry, write_tree
from PIL import Image

from kiosque.model import Enclosure, Format

SETTINGS = 'SITENAME = "Le Kiosque"\nSITEURL = "https://hub.example"\n'
TERRITORY = (
    'name: Vallée\ncommunes:\n  - {code: "26113", name: Die, department: "26", lat: 44.75, lon: 5.37}\n'
)
RADIO = (
    '---\nname: Radio du Fleuve\ntype: radio\nhomepage: https://radio.example/\ncommune: "26113"\n'
    "feeds: [https://radio.example/rss]\nagreement: {scope: full, licence: CC BY 4.0}\n---\n"
)
ARTICLE = (
    "---\ntitle: Une carte </script><b>à nous\ndate: 2026-02-01\nauthors: [Ana]\nsummary: Un samedi.\n"
    "image: {file: carte.png, alt: Un plan}\nlicence: CC BY-SA 4.0\n---\nLe **texte**.\n"
)
SOUND = Enclosure(url="https://radio.example/un.mp3", type="audio/mpeg", length=1000, duration=61.0)
VIDEO = Enclosure(url="https://radio.example/deux.mp4", type="video/mp4", duration=3661.0)
ENTRIES = [
    entry("radio", "un", summary="Un résumé", format=Format.SOUND, enclosures=(SOUND,), season=2, episode=7),
    entry("radio", "deux", "2026-01-09T18:30:00Z", format=Format.VIDEO, enclosures=(VIDEO,)),
    entry("radio", "trois", "2026-01-08T18:30:00Z", content="<p>Tout le texte.</p>", authors=("Bo",)),
]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("linked") / "hub"
    write_tree(
        root,
        {
            "pelicanconf.py": SETTINGS,
            "content/territory.yml": TERRITORY,
            "content/sources/radio.md": RADIO,
            "content/articles/carte.md": ARTICLE,
            "archive/radio/2026.jsonl": ENTRIES,
        },
    )
    Image.new("RGB", (900, 600), "green").save(root / "content/articles/carte.png")
    built(root)
    return root / "output"


def read(output: Path, address: str, syntax: str) -> list[dict]:
    """Return what the library finds in a page."""
    page = (output / address.lstrip("/") / "index.html").read_text()
    return extruct.extract(page, base_url=f"https://hub.example{address}", syntaxes=[syntax])[syntax]


def things(output: Path, address: str) -> list[dict]:
    (whole,) = read(output, address, "json-ld")
    assert "https://schema.org" == whole.pop("@context")
    return whole.get("@graph", [whole])


def trail(*steps: tuple[str, str]) -> dict:
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": f"https://hub.example{address}"}
        for place, (name, address) in enumerate((("Le Kiosque", "/"), *steps), start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


HUB = {"@type": "Organization", "name": "Le Kiosque", "url": "https://hub.example/"}
MEDIUM = {"@type": "Organization", "name": "Radio du Fleuve", "url": "https://hub.example/medias/radio/"}
DIE = {"@type": "Place", "name": "Die"}


def test_a_sound_is_an_episode(output: Path) -> None:
    """Its file, duration, number and season, who published it, and where one stands."""
    address = "/medias/radio/2026/un/"
    expected = {
        "@type": "PodcastEpisode",
        "name": "Title of un",
        "url": f"https://hub.example{address}",
        "description": "Un résumé",
        "datePublished": "2026-01-10T18:30:00Z",
        "dateModified": "2026-01-10T18:30:00Z",
        "inLanguage": "fr",
        "author": MEDIUM,
        "contentLocation": DIE,
        "license": "CC BY 4.0",
        "sameAs": "https://radio.example/un",
        "publisher": MEDIUM,
        "associatedMedia": [
            {
                "@type": "AudioObject",
                "contentUrl": "https://radio.example/un.mp3",
                "encodingFormat": "audio/mpeg",
                "duration": "PT0H1M1S",
            }
        ],
        "timeRequired": "PT0H1M1S",
        "episodeNumber": 7,
        "partOfSeason": {"@type": "PodcastSeason", "seasonNumber": 2},
        "partOfSeries": {"@type": "PodcastSeries", "name": "Radio du Fleuve"},
    }
    assert [
        expected,
        trail(("Radio du Fleuve", "/medias/radio/"), ("Title of un", address)),
    ] == things(output, address)


def test_a_video_is_one(output: Path) -> None:
    """Where it lies, how long it is, and since when it is there."""
    (video, _trail) = things(output, "/medias/radio/2026/deux/")
    told = {name: video[name] for name in ("@type", "uploadDate", "duration", "contentUrl")}
    assert {
        "@type": "VideoObject",
        "uploadDate": "2026-01-09T18:30:00Z",
        "duration": "PT1H1M1S",
        "contentUrl": "https://radio.example/deux.mp4",
    } == told


def test_an_article_of_the_hub_is_news_by_people(output: Path) -> None:
    """Headline, authors, licence, picture; and no title can end the block that it stands in."""
    (article, _trail) = things(output, "/articles/carte/")
    assert {
        "@type": "NewsArticle",
        "name": "Une carte </script><b>à nous",
        "headline": "Une carte </script><b>à nous",
        "url": "https://hub.example/articles/carte/",
        "description": "Un samedi.",
        "datePublished": "2026-01-31T23:00:00Z",
        "dateModified": "2026-01-31T23:00:00Z",
        "inLanguage": "fr",
        "author": [{"@type": "Person", "name": "Ana"}],
        "image": "https://hub.example/fichiers/articles/carte-900.webp",
        "license": "CC BY-SA 4.0",
        "publisher": HUB,
    } == article


def test_a_medium_and_the_hub_say_who_they_are(output: Path) -> None:
    """A radio is a station, the home page a site, a list a collection with the way to it."""
    assert [
        {
            "@type": "RadioStation",
            "name": "Radio du Fleuve",
            "url": "https://radio.example/",
            "mainEntityOfPage": "https://hub.example/medias/radio/",
            "areaServed": DIE,
        },
        trail(("Radio du Fleuve", "/medias/radio/")),
    ] == things(output, "/medias/radio/")
    assert [{**HUB, "@type": "WebSite", "inLanguage": "fr", "publisher": HUB}] == things(output, "/")
    (collection,) = things(output, "/communes/26/die/")
    assert ("CollectionPage", "Die") == (collection["@type"], collection["name"])
    assert trail(("Die", "/communes/26/die/")) == collection["breadcrumb"]


def test_every_page_says_what_it_is(output: Path) -> None:
    """Each page has JSON-LD and Open Graph that can be read, but those that stand in the pages of others."""
    for page in set(output.rglob("index.html")) - set(output.glob("embarquer/**/index.html")):
        address = f"/{page.parent.relative_to(output).as_posix()}/".replace("/./", "/")
        (graph,) = read(output, address, "opengraph")
        told = dict(graph["properties"])
        assert {"og:site_name", "og:title", "og:type", "og:url", "og:description"} <= set(told), address
        assert f"https://hub.example{address}" == told["og:url"]
        assert things(output, address), address


def test_a_shared_article_shows_its_picture(output: Path) -> None:
    """Open Graph names a picture of the hub's own, with its size and words."""
    (graph,) = read(output, "/articles/carte/", "opengraph")
    told = {name: value for name, value in graph["properties"] if name.startswith("og:image")}
    assert {
        "og:image": "https://hub.example/fichiers/articles/carte-900.webp",
        "og:image:width": "900",
        "og:image:height": "600",
        "og:image:alt": "Un plan",
    } == told


def test_lists_and_publications_are_microformats(output: Path) -> None:
    """A list is an h-feed of h-entries; a publication's page an h-entry with its address, date, author and
    text.
    """
    (feed,) = [one for one in read(output, "/fil/", "microformat") if one["type"] == ["h-feed"]]
    assert [
        (
            ["https://hub.example/articles/carte/"],
            ["Une carte </script><b>à nous"],
        ),
        (["https://hub.example/medias/radio/2026/un/"], ["Title of un"]),
        (["https://hub.example/medias/radio/2026/deux/"], ["Title of deux"]),
        (["https://hub.example/medias/radio/2026/trois/"], ["Title of trois"]),
    ] == [(one["properties"]["url"], one["properties"]["name"]) for one in feed["children"]]
    (one,) = [
        one for one in read(output, "/medias/radio/2026/trois/", "microformat") if one["type"] == ["h-entry"]
    ]
    told = one["properties"]
    assert ["https://hub.example/medias/radio/2026/trois/"] == told["url"]
    assert ["2026-01-08T18:30:00Z"] == told["published"]
    assert ["https://radio.example/trois"] == told["syndication"]
    assert "<p>Tout le texte.</p>" == told["content"][0]["html"].strip()
    assert ["Radio du Fleuve"] == told["author"][0]["properties"]["name"]
