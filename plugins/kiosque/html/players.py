"""Takes embedded players out of a text, as enclosures, before the text is sanitized. Pure functions."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from kiosque.html.frames import frame_address, frame_title, linked_frame
from kiosque.html.media import media_types
from kiosque.html.tokenizer import Token, attributes, tokens
from kiosque.model import Alternative, Enclosure
from kiosque.urls import safe_url

_MOST = 20
_MOST_ALTERNATIVES = 20
_ID = r"([\w-]{22}|[\da-f-]{36})(?=[/?#;]|$)"  # of PeerTube: a UUID, or a short form of 22 characters
_BOX = r"openstreetmap\.org/export/embed\.html\?(?:[^#]*&)?bbox=" + "(?:,|%2C)".join([r"([-\d.]+)"] * 4)
_TRACK = r"(?::|%3A)(?:/|%2F){2}(?:www\.)?soundcloud\.com(?:/|%2F)([\w-]+)(?:/|%2F)([\w-]+)(?=[?&#%]|$)"
# Patterns for the address of a player, or of the page of what it plays; and that page. The first pattern that
# matches counts. ``\1`` is the scheme, with "www." if that stands there. If the player's address doesn't tell
# the page, the player itself is the page. To add a player, add a row, in alphabetical order.
_PLAYERS = {
    # archive.org
    r"archive\.org/(?:details|embed)/([^/?#]+)": r"https://archive.org/details/\2",
    # Arte Radio and its Audioblog
    r"((?:[\w-]+\.)*arteradio\.com/(?:\w+/)*(?:embed|player)\b[^#]*)": r"\1\2",
    # Castopod, on any host
    r"([^/?#]+/@[\w-]+/episodes/[^/?#]+)/embed\b": r"\1\2",
    # Dailymotion
    r"dailymotion\.com/(?:embed/)?video/(\w+)": r"https://www.dailymotion.com/video/\2",
    r"geo\.dailymotion\.com/player(?:/\w+)?\.html\?(?:[^#]*&)?video=(\w+)":
        r"https://www.dailymotion.com/video/\2",
    # OpenStreetMap, with a marker and without
    rf"{_BOX}(?:&[^#]*)?&marker=([-\d.]+)(?:,|%2C)([-\d.]+)":
        r"https://www.openstreetmap.org/?minlon=\2&minlat=\3&maxlon=\4&maxlat=\5&mlat=\6&mlon=\7",
    _BOX: r"https://www.openstreetmap.org/?minlon=\2&minlat=\3&maxlon=\4&maxlat=\5",
    # PeerTube, on any host
    rf"([^/?#]+)/(?:videos/(?:embed|watch)|w)/{_ID}": r"\1\2/w/\3",
    rf"([^/?#]+)/(?:video-playlists/embed|w/p)/{_ID}": r"\1\2/w/p/\3",
    # SoundCloud
    rf"w\.soundcloud\.com/player/?\?(?:[^#]*&)?url=https?{_TRACK}": r"https://soundcloud.com/\2/\3",
    r"(w\.soundcloud\.com/player/?\?[^#]*)": r"\1\2",
    r"soundcloud\.com/([\w-]+/[\w-]+)": r"https://soundcloud.com/\2",
    # uMap, on any host
    r"([^/?#]+(?:/[a-z]{2}(?:-[a-z]{2,4})?)?/map/[\w-]+_\d+)": r"\1\2",
    r"((?:framacarte\.org|u\.osmfr\.org|umap\.[\w.-]+)(?:/[a-z]{2})?/m/\d+)": r"\1\2",
    # Vimeo; a key after the number opens videos that are not listed
    r"player\.vimeo\.com/video/(\d+)\?(?:[^#]*&)?h=(\w+)": r"https://vimeo.com/\2/\3",
    r"(?:player\.vimeo\.com/video|vimeo\.com)/(\d+(?:/\w+)?)": r"https://vimeo.com/\2",
    # YouTube: live streams, playlists, videos
    r"youtube(?:-nocookie)?\.com/embed/live_stream\?(?:[^#]*&)?channel=([\w-]+)":
        r"https://www.youtube.com/channel/\2/live",
    r"youtube(?:-nocookie)?\.com/embed/videoseries\?(?:[^#]*&)?list=([\w-]+)":
        r"https://www.youtube.com/playlist?list=\2",
    r"(?:youtu\.be/|(?:m\.)?youtube(?:-nocookie)?\.com/(?:embed/|shorts/|v/|watch\?(?:[^#]*&)?v=))"
    r"([\w-]{11})(?![\w-])":
        r"https://www.youtube.com/watch?v=\2",
}  # fmt: skip
# A list of pieces that browsers play one after the other (RFC 8216).
_STREAM = "application/vnd.apple.mpegurl"
# Types that browsers play even if the file is of another type.
_DEFAULT_TYPES = {"audio": "audio/mpeg", "video": "video/mp4"}
_HOLDS_PLAYERS = re.compile(r"<(?=[iavoeIAVOE])(?:iframe|audio|video|object|embed)\b", re.IGNORECASE)
# WordPress writes the bare address of a player when it could not reach the player's host.
_ONLY_ADDRESS = re.compile(r"\s*+(https?://[^\s<>\"']{1,1900})\s*+")


def extract_players(source: str, base_url: str) -> tuple[str, tuple[Enclosure, ...]]:
    """Return HTML without its players, and the players as enclosures. The HTML need not be sanitized yet.

    - A frame of a known player becomes an enclosure of type ``text/html`` with the page of what it plays.
    - Any other frame becomes a link to the page that it shows. It disappears if it is hidden, or if it shows
      no page of the web.
    - ``<audio>`` and ``<video>`` become enclosures. Their other versions become alternatives. The poster of a
      video stays in the text as a picture.

    Relative addresses are resolved against ``base_url``; without it they are dropped. A text gives at most 20
    enclosures; the players beyond become links. The HTML that is returned is as hostile as ``source``; the
    addresses of enclosures are safe. This function never raises.
    """
    if "wp-block-embed__wrapper" not in source and not _HOLDS_PLAYERS.search(source):
        return source, ()
    reader = _Reader(source, safe_url(base_url))
    for token in tokens(source):
        reader.read(token)
    return reader.result(), tuple(reader.enclosures.values())


def player_page(address: str) -> str:
    """Return the page of what a known player plays; empty if the address belongs to no known player.

    ``address`` is that of the player or of the page.
    """
    for pattern, page in _pages():
        if match := pattern.match(address):
            return safe_url(match.expand(page))
    return ""


@cache
def _pages() -> list[tuple[re.Pattern[str], str]]:
    """Return the table of players with compiled patterns.

    It is compiled at the first use only: that takes as long as reading a thousand entries.
    """
    return [
        (re.compile(rf"(https?://(?:www\.)?){pattern}", re.IGNORECASE), page)
        for pattern, page in _PLAYERS.items()
    ]


@dataclass(slots=True)
class _Media:
    """An ``<audio>`` or ``<video>`` that is open, its attributes, and those of its ``<source>`` elements."""

    tag: Token
    attributes: dict[str, str]
    sources: list[dict[str, str]]


@dataclass(slots=True)
class _Reader:
    """Reads the tokens of a text once, and collects its enclosures by address.

    ``pieces`` holds the new text up to ``position`` of the source. ``is_wrapped`` tells that the last tag
    opened WordPress's wrapper of an embedded player.
    """

    source: str
    base_url: str
    enclosures: dict[str, Enclosure] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    position: int = 0
    media: _Media | None = None
    is_wrapped: bool = False

    def read(self, token: Token) -> None:
        if self.is_wrapped and not self.media and (address := _ONLY_ADDRESS.fullmatch(token.text)):
            self._replace(token.start - len(token.text), token.start, self._frame({"src": address[1]}))
        self.is_wrapped = token.name == "div" and "wp-block-embed__wrapper" in token.attributes
        if token.name in {"audio", "video"}:
            self._media_tag(token)
        elif self.media:
            if token.name == "source" and not token.is_end:
                self.media.sources.append(attributes(token.attributes))
        elif token.name == "iframe":
            values = {} if token.is_end else attributes(token.attributes)
            self._replace(token.start, token.stop, self._frame(values))
        elif token.name in {"embed", "object", "param"} and not token.is_end:
            self._flash(attributes(token.attributes))

    def result(self) -> str:
        """Return the new text. The text inside a player that was never closed stays."""
        self._end_media()
        return "".join((*self.pieces, self.source[self.position :]))

    def _replace(self, start: int, stop: int, markup: str) -> None:
        self.pieces += self.source[self.position : start], markup
        self.position = stop

    def _frame(self, values: Mapping[str, str]) -> str:
        """Keep the player of a frame as an enclosure; return the link that replaces any other frame."""
        address = frame_address(values, self.base_url)
        page = player_page(address)
        if page and self._keep(Enclosure(url=page, type="text/html", title=frame_title(values))):
            return ""
        return linked_frame(values, page or address)

    def _flash(self, values: Mapping[str, str]) -> None:
        """Keep the page of a Flash player as an enclosure. The sanitizer removes the player itself."""
        address = values.get("src") or values.get("data") or values.get("value") or ""
        if page := player_page(frame_address({"src": address}, self.base_url)):
            self._keep(Enclosure(url=page, type="text/html"))

    def _media_tag(self, token: Token) -> None:
        if not token.is_end:
            self._end_media()
            self.media = _Media(token, attributes(token.attributes), [])
        if self.media and (token.is_end or token.attributes.endswith("/")):
            self._end_media(token.stop)

    def _end_media(self, stop: int | None = None) -> None:
        if media := self.media:
            self.media = None
            self._replace(media.tag.start, stop or media.tag.stop, self._media_markup(media))

    def _media_markup(self, media: _Media) -> str:
        """Keep a sound or video as an enclosure, and return the markup that replaces it.

        That is the poster of a video, and a link to the file if there are too many enclosures.
        """
        title = frame_title(media.attributes)
        poster = frame_address({"src": media.attributes.get("poster", "")}, self.base_url)
        picture = f'<img src="{html.escape(poster)}" alt="{html.escape(title)}">' if poster else ""
        files = dict(self._files(media))
        if not files:
            return picture
        (url, media_type), *others = files.items()
        enclosure = Enclosure(
            url=url,
            type=media_type,
            title=title,
            width=_pixels(media.attributes.get("width", "")),
            height=_pixels(media.attributes.get("height", "")),
            alternatives=tuple(
                Alternative(url=other_url, type=other_type)
                for other_url, other_type in others[:_MOST_ALTERNATIVES]
            ),
        )
        if self._keep(enclosure):
            return picture
        return picture + linked_frame(media.attributes | {"src": url}, url)

    def _files(self, media: _Media) -> list[tuple[str, str]]:
        """Return address and media type of each version: that of the element itself, then its sources."""
        versions = (media.attributes, *media.sources)
        addressed = ((version, frame_address(version, self.base_url)) for version in versions)
        return [
            (url, _media_type(version.get("type", ""), url, media.tag.name))
            for version, url in addressed
            if url
        ]

    def _keep(self, enclosure: Enclosure) -> bool:
        """Keep an enclosure, once for each address; return whether there was room for it."""
        if enclosure.url not in self.enclosures and len(self.enclosures) >= _MOST:
            return False
        self.enclosures.setdefault(enclosure.url, enclosure)
        return True


def sound_type(address: str) -> str:
    """Return the media type of a sound, by the suffix of its address; ``audio/mpeg`` if that is unknown."""
    return _media_type("", address, "audio")


def _media_type(stated: str, url: str, element: str) -> str:
    """Return the media type of what an ``<audio>`` or ``<video>`` plays: a sound, a video, or a stream."""
    found = media_types.media_type(url, stated, element)
    if found.partition("/")[0] in _DEFAULT_TYPES or found == _STREAM:
        return found
    return _STREAM if url.partition("?")[0].lower().endswith(".m3u8") else _DEFAULT_TYPES[element]


def _pixels(value: str) -> int | None:
    """Return the number of pixels of a ``width`` or ``height``; None if it isn't one of at most 4 digits."""
    number = value.strip().lower().removesuffix("px")
    return int(number) if number.isascii() and number.isdecimal() and 0 < len(number) <= 4 else None
