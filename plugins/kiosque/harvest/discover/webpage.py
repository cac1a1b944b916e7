"""What a web page says of itself and of its feeds: its links to them, and anchors that look like some."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from kiosque.languages import language_tag
from kiosque.model import Record
from kiosque.text import line_text
from kiosque.urls import safe_url

# YouTube's pages weigh a megabyte; a page that is larger has said by then where its feeds are.
_READ = 2_000_000
_MOST_LINKS = 3000
_LONGEST_WORDS = 300
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--.*?-->)*+<(?:!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json|xml|x-rss\S*)|text/xml")
_JSON = "application/json"
# “feed://radio.example/rss” and “itpc:https://…” ask a program to subscribe to what lies at the address.
_SUBSCRIBE = re.compile(r"(?:feed|itpc|pcast|podcast):(?://)?(?=\S)", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"^https?://(?:feeds?|rss)\.|[/._?=&-](?:rss2?|atom|feeds?|flux|backend)(?:[/._?=&-]|$)|\.(?:rdf|xml)(?:\?|$)",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|feed|flux|syndication)\b", re.IGNORECASE)


class WebPage(Record, frozen=True):
    """A page as far as its feeds are concerned; all addresses are absolute.

    ``links`` are the feeds that it names in link tags, ``anchors`` what looks like one among its other links, the
    likeliest first. ``markup`` is what programs that make pages can be recognised by: its HTML, after a line
    ``generator=…``.
    """

    title: str = ""
    site_name: str = ""
    language: str = ""
    markup: str = ""
    links: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


def looks_like_page(data: bytes) -> bool:
    """Whether bytes are HTML, by their first element."""
    return bool(_ROOT.match(data[:20_000]))


def read_page(data: bytes, url: str, content_type: str = "") -> WebPage:
    """Read a page. It never raises: of what no parser can read, what stood before it is kept."""
    markup = _decoded(data[:_READ], content_type)
    parser = _Links()
    # What isn't a number, or hundreds of digits of one, makes the parser raise.
    with contextlib.suppress(ValueError, AssertionError):
        # In one go, and without close(): html.parser needs half a minute for 60 kB of “<a <a <a” otherwise.
        # “<![” makes it raise where what follows isn't what it knows.
        parser.feed(markup.replace("<![", "<! ["))
    base = safe_url(parser.base, url) or url
    anchors = sorted(parser.anchors, key=lambda one: -one[0])
    return WebPage(
        title=line_text(parser.title),
        site_name=line_text(parser.meta.get("og:site_name", "")),
        language=language_tag(parser.language),
        markup=f"generator={line_text(parser.meta.get('generator', ''))}\n{markup}",
        links=_absolute(parser.links, base),
        anchors=_absolute((address for _score, address in anchors), base),
    )


def _decoded(data: bytes, content_type: str) -> str:
    stated = _CHARSET.search(content_type.encode()) or _CHARSET.search(data[:2048])
    try:
        return data.decode(stated[1].decode() if stated else "utf-8", errors="replace")
    except (LookupError, UnicodeError):
        return data.decode("utf-8", errors="replace")


def _absolute(addresses: Iterable[str], base: str) -> tuple[str, ...]:
    found = (safe_url(_web(address), base).partition("#")[0] for address in addresses)
    return tuple(dict.fromkeys(address for address in found if address))


def _web(address: str) -> str:
    """Return the address that a program is asked to subscribe to, or any other as it is."""
    address = address.strip()
    if not (asked := _SUBSCRIBE.match(address)):
        return address
    rest = address[asked.end() :]
    return rest if "://" in rest else f"https://{rest}"


class _Links(HTMLParser):
    """Collects what a page links to. An anchor's score is how many of its address and its words look like a feed."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.language = ""
        self.base = ""
        self.meta: dict[str, str] = {}
        self.links: list[str] = []
        self.anchors: list[tuple[int, str]] = []
        self._in_title = False
        self._anchor = ""
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says."""
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "html":
            self.language = self.language or given.get("lang", "") or given.get("xml:lang", "")
        elif tag == "base":
            self.base = self.base or given.get("href", "")
        elif tag == "meta":
            name = (given.get("property") or given.get("name") or "").lower()
            self.meta.setdefault(name, given.get("content", ""))
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "link" and _is_feed_link(given):
            self._keep(given["href"])
        elif tag == "a":
            self._leave()
            self._enter(given)

    def handle_endtag(self, tag: str) -> None:
        """End a title or an anchor."""
        if tag == "title":
            self._in_title = False
        elif tag == "a":
            self._leave()

    def handle_data(self, data: str) -> None:
        """Take the words of a title or an anchor."""
        if self._in_title:
            self.title = (self.title + data)[:_LONGEST_WORDS]
        elif self._anchor:
            self._words = f"{self._words} {data}"[:_LONGEST_WORDS]

    def _keep(self, address: str) -> None:
        if len(self.links) < _MOST_LINKS:
            self.links.append(address)

    def _enter(self, given: dict[str, str]) -> None:
        address = given.get("href", "").strip()
        if address and _FEED_TYPE.fullmatch(given.get("type", "").strip().lower()):
            self._keep(address)
            return
        self._anchor = address
        self._words = " ".join(given.get(name, "") for name in ("title", "aria-label", "class"))

    def _leave(self) -> None:
        address, words = self._anchor, self._words
        self._anchor = self._words = ""
        # What carries another address with it is a reader's “subscribe” page, not a feed.
        if not address or "http" in _web(address)[8:].lower() or len(self.anchors) >= _MOST_LINKS:
            return
        is_asked = bool(_SUBSCRIBE.match(address))
        score = 2 * bool(is_asked or _FEED_ADDRESS.search(address)) + bool(_FEED_WORDS.search(words))
        if score:
            self.anchors.append((score, address))


def _is_feed_link(given: dict[str, str]) -> bool:
    """Whether a link tag names a feed; WordPress names its programming interface much in the same way."""
    if not given.get("href", "").strip() or not {"alternate", "feed"} & set(
        given.get("rel", "").lower().split()
    ):
        return False
    kind = given.get("type", "").partition(";")[0].strip().lower()
    return bool(_FEED_TYPE.fullmatch(kind)) or (kind == _JSON and "feed" in given["href"].lower())
