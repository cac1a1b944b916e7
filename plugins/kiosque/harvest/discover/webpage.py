"""Read a web page's title, its links to feeds, and its other links that look like feeds."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from kiosque.languages import language_tag
from kiosque.model import Record
from kiosque.text import line_text
from kiosque.urls import safe_url

# In bytes. A page of YouTube has a megabyte, and any larger page names its feeds near its start.
_LONGEST_PAGE = 2_000_000
_MOST_LINKS = 3000
_LONGEST_TEXT = 300
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--.*?-->)*+<(?:!doctype\s+)?html\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:(?:rss|atom|rdf)\+xml|feed\+json|xml|x-rss\S*)|text/xml")
_JSON = "application/json"
# “feed://radio.example/rss” and “itpc:https://…” ask a program to subscribe to the address that follows.
_SUBSCRIBE_SCHEME = re.compile(r"(?:feed|itpc|pcast|podcast):(?://)?(?=\S)", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"^https?://(?:feeds?|rss)\.|[/._?=&-](?:rss2?|atom|feeds?|flux|backend)(?:[/._?=&-]|$)|\.(?:rdf|xml)(?:\?|$)",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|feed|flux|syndication)\b", re.IGNORECASE)


class WebPage(Record, frozen=True):
    """The parts of a page that help to find its feeds. All addresses are absolute.

    - ``links``: the feeds named in link tags.
    - ``anchors``: other links that look like feeds, the likeliest first.
    - ``markup``: a line ``generator=…``, then the page's HTML, to recognise the program that made the page.
    """

    title: str = ""
    site_name: str = ""
    language: str = ""
    markup: str = ""
    links: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


def looks_like_page(data: bytes) -> bool:
    """Whether bytes are HTML: their first element is ``html``."""
    return bool(_HTML_START.match(data[:20_000]))


def read_page(data: bytes, url: str, content_type: str = "") -> WebPage:
    """Return the parts of a page. It never raises: where the parser fails, the parts before are kept."""
    markup = _decoded(data[:_LONGEST_PAGE], content_type)
    parser = _LinkParser()
    # A character reference without a number, or with hundreds of digits, makes the parser raise.
    with contextlib.suppress(ValueError, AssertionError):
        # Feed all at once, and don't call close(): html.parser would need half a minute for 60 kB of “<a <a
        # <a”. “<![” before an unknown keyword makes the parser raise, so a space takes it apart.
        parser.feed(markup.replace("<![", "<! ["))
    base = safe_url(parser.base, url) or url
    anchors = sorted(parser.anchors, key=lambda anchor: -anchor[0])
    return WebPage(
        title=line_text(parser.title),
        site_name=line_text(parser.meta.get("og:site_name", "")),
        language=language_tag(parser.language),
        markup=f"generator={line_text(parser.meta.get('generator', ''))}\n{markup}",
        links=_absolute(parser.links, base),
        anchors=_absolute((address for _score, address in anchors), base),
    )


def _decoded(data: bytes, content_type: str) -> str:
    declared = _CHARSET.search(content_type.encode()) or _CHARSET.search(data[:2048])
    try:
        return data.decode(declared[1].decode() if declared else "utf-8", errors="replace")
    except (LookupError, UnicodeError):
        return data.decode("utf-8", errors="replace")


def _absolute(addresses: Iterable[str], base: str) -> tuple[str, ...]:
    absolute = (safe_url(_web_address(address), base).partition("#")[0] for address in addresses)
    return tuple(dict.fromkeys(address for address in absolute if address))


def _web_address(address: str) -> str:
    """Return an address without a scheme that asks to subscribe to it (``feed:``, ``itpc:``)."""
    address = address.strip()
    if not (scheme := _SUBSCRIBE_SCHEME.match(address)):
        return address
    rest = address[scheme.end() :]
    return rest if "://" in rest else f"https://{rest}"


class _LinkParser(HTMLParser):
    """Collects the links of a page.

    The score of an anchor is 2 if its address looks like a feed's, and 1 more if its text does.
    """

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
        """Read the attributes of a tag."""
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if tag == "html":
            self.language = self.language or attributes.get("lang", "") or attributes.get("xml:lang", "")
        elif tag == "base":
            self.base = self.base or attributes.get("href", "")
        elif tag == "meta":
            name = (attributes.get("property") or attributes.get("name") or "").lower()
            self.meta.setdefault(name, attributes.get("content", ""))
        elif tag == "title":
            self._in_title = not self.title
        elif tag == "link" and _is_feed_link(attributes):
            self._add_link(attributes["href"])
        elif tag == "a":
            self._end_anchor()
            self._start_anchor(attributes)

    def handle_endtag(self, tag: str) -> None:
        """End a title or an anchor."""
        if tag == "title":
            self._in_title = False
        elif tag == "a":
            self._end_anchor()

    def handle_data(self, data: str) -> None:
        """Add text to the title or the anchor that is open."""
        if self._in_title:
            self.title = (self.title + data)[:_LONGEST_TEXT]
        elif self._anchor:
            self._words = f"{self._words} {data}"[:_LONGEST_TEXT]

    def _add_link(self, address: str) -> None:
        if len(self.links) < _MOST_LINKS:
            self.links.append(address)

    def _start_anchor(self, attributes: dict[str, str]) -> None:
        address = attributes.get("href", "").strip()
        if address and _FEED_TYPE.fullmatch(attributes.get("type", "").strip().lower()):
            self._add_link(address)
            return
        self._anchor = address
        self._words = " ".join(attributes.get(name, "") for name in ("title", "aria-label", "class"))

    def _end_anchor(self) -> None:
        address, words = self._anchor, self._words
        self._anchor = self._words = ""
        # An address that contains another one is the “subscribe” page of a feed reader, not a feed.
        if not address or "http" in _web_address(address)[8:].lower() or len(self.anchors) >= _MOST_LINKS:
            return
        is_subscribe_link = bool(_SUBSCRIBE_SCHEME.match(address))
        score = 2 * bool(is_subscribe_link or _FEED_ADDRESS.search(address)) + bool(_FEED_WORDS.search(words))
        if score:
            self.anchors.append((score, address))


def _is_feed_link(attributes: dict[str, str]) -> bool:
    """Whether a link tag names a feed. WordPress names its programming interface almost in the same way."""
    if not attributes.get("href", "").strip() or not {"alternate", "feed"} & set(
        attributes.get("rel", "").lower().split()
    ):
        return False
    media_type = attributes.get("type", "").partition(";")[0].strip().lower()
    return bool(_FEED_TYPE.fullmatch(media_type)) or (
        media_type == _JSON and "feed" in attributes["href"].lower()
    )
