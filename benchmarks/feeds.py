"""A thousand feeds made from real ones, each with addresses and titles of its own, for a server on loopback.

The real ones lie in ``../shared/feeds`` beside the repository; where that folder is missing, they are made
up. A feed is changed in its bytes, so that all that is odd about it (its encoding, its faults) stays:

- The host in each address becomes the feed's own server, and the host's name goes into the path. So guids,
  links and files differ between feeds, as they do in life, and whoever fetches more than the feed (a picture,
  a page of its past) asks the local server, which has none: nothing here ever asks another machine.
- Each title gets the feed's number, so that no cache of what was read once serves for the other copies.
"""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

REAL = Path(__file__).resolve().parents[2] / "shared" / "feeds"
NEWS_EVERY = 10
_SIZES = (3, 10, 10, 15, 20, 20, 30, 50, 100)
_WORDS = (
    "rivière",
    "montagne",
    "école",
    "marché",
    "vallée",
    "jardin",
    "chemin",
    "fête",
    "concert",
    "atelier",
    "la",
    "radio",
    "récit",
    "mémoire",
    "quartier",
    "gare",
    "vélo",
    "cantine",
    "conseil",
    "verger",
    "moulin",
    "avec",
    "dans",
)
_ADDRESS = re.compile(
    # What only looks like an address: the names of vocabularies.
    rb"""(?P<name>\b(?:xmlns(?::[\w.-]+)?|rel|scheme)\s*=\s*(?:"[^"]*"|'[^']*')|https://jsonfeed\.org/version/)"""
    rb"""|https?://|(?<=["'=;])//(?=[\w-]+\.)"""
)
_TITLE = re.compile(rb'</title>|(?<="title": ")')
_ITEM = re.compile(rb"<(item|entry)\b.*?</\1>", re.DOTALL)
_NAMED = re.compile(rb"(?=</(?:title|guid|id|link)>)|(?=\]\]></(?:title|guid|id|link)>)")
_ABOUT = re.compile(rb"""(?<=rdf:about=["'])[^"']+""")


@dataclass(frozen=True, slots=True)
class Model:
    """A feed that others are made from."""

    name: str
    data: bytes

    @property
    def file(self) -> str:
        """The name of its file on a server."""
        return "feed.json" if self.name.endswith(".json") else "feed.xml"


def host(number: int) -> str:
    """Return the address of a feed's server: each has its own, as each has its own host in life."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def are_real() -> bool:
    """Whether there are real feeds to start from."""
    return (REAL / "INDEX.tsv").is_file()


def models() -> list[Model]:
    """Return the real feeds, or as many that are made up."""
    if not are_real():
        return [_made_up(number) for number in range(40)]
    with (REAL / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = list(csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE))
    kinds = ("rss", "atom", "jsonfeed")
    return [
        Model(row["file"], (REAL / row["file"]).read_bytes()) for row in rows if row["kind"].startswith(kinds)
    ]


def write(folder: Path, count: int, port: int) -> list[str]:
    """Write ``count`` feeds to ``folder/now/<host>/``, what they say later to ``folder/news/<host>/``.

    Only one feed in ten says something later. Returns the feeds' addresses.
    """
    known = models()
    addresses = []
    for number in range(count):
        model = known[number % len(known)]
        data = _own(model.data, f"http://{host(number)}:{port}/", number)
        _put(folder / "now" / host(number) / model.file, data)
        # Counted so that each model comes to have its turn, whatever their number.
        if (number + number // len(known)) % NEWS_EVERY == 0:
            _put(folder / "news" / host(number) / model.file, with_news(data))
        addresses.append(f"http://{host(number)}:{port}/{model.file}")
    return addresses


def with_news(data: bytes) -> bytes:
    """Return a feed with one entry more, the first: like the one that was first, with other names."""
    if data.lstrip()[:1] == b"{":
        return _json_with_news(data)
    found = _ITEM.search(data)
    if not found:
        raise SystemExit("a feed without an entry can't have another: leave it out")
    named = _ABOUT.sub(rb"\g<0>/news", _NAMED.sub(b"/news", found[0]))
    fresh = re.sub(rb"""(<link\b[^>]*\bhref=["'][^"']+)""", rb"\1/news", named)
    return data[: found.start()] + fresh + b"\n" + data[found.start() :]


def _json_with_news(data: bytes) -> bytes:
    feed = json.loads(data)
    first = feed["items"][0]
    news = {name: f"{first[name]}/news" for name in ("id", "url", "title") if first.get(name)}
    return json.dumps({**feed, "items": [first | news, *feed["items"]]}).encode()


def _own(data: bytes, server: str, number: int) -> bytes:
    there = _ADDRESS.sub(lambda found: found["name"] or server.encode(), data)
    mark = f"{number} "
    return _TITLE.sub(lambda found: f" {number}</title>".encode() if found[0] else mark.encode(), there)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _made_up(number: int) -> Model:
    """Return a feed like those of blogs: full texts, between 3 and 100 entries."""
    drawn = random.Random(number)
    items = "".join(_item(drawn, place) for place in range(drawn.choice(_SIZES)))
    data = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{_sentence(drawn, 3)}</title><link>https://blog-{number}.example/</link><language>fr</"
        f"language>\n"
        f"{items}</channel></rss>\n"
    )
    return Model(f"made-up-{number}.xml", data.encode())


def _item(drawn: random.Random, place: int) -> str:
    link = f"https://blog.example/{place}/"
    paragraphs = "".join(
        f'<p>{_sentence(drawn, 60)} <a href="{link}">{_sentence(drawn, 3)}</a></p>' for _ in range(6)
    )
    return (
        f"<item><title>{_sentence(drawn, 6)}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{place % 28 + 1:02} Jan {2025 - place // 28} 08:00:00 +0000</pubDate>"
        f"<category>{drawn.choice(_WORDS)}</category><description>{_sentence(drawn, 30)}</description>"
        f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded></item>\n"
    )


def _sentence(drawn: random.Random, words: int) -> str:
    return " ".join(drawn.choices(_WORDS, k=words)).capitalize()


def size(folder: Path) -> int:
    """Return how many bytes the feeds of a folder hold together."""
    return sum(path.stat().st_size for path in files(folder))


def files(folder: Path) -> Iterable[Path]:
    """Return the feeds of a folder, in order."""
    return sorted((folder / "now").glob("*/feed.*"))
