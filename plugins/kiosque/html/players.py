"""Players in a text: what others embed becomes enclosures, before the text is cleaned."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit

from kiosque.html.frames import frame_address, frame_title, linked_frame
from kiosque.html.tokenizer import NEVER_SHOWN, Token, attributes, tokens
from kiosque.model import Alternative, Enclosure
from kiosque.urls import safe_url

_MOST = 20
_MOST_ALTERNATIVES = 20
_ID = r"([\w-]{22}|[\da-f-]{36})(?=[/?#;]|$)"  # PeerTube's: a UUID, or the same in 22 letters and digits
_BOX = r"openstreetmap\.org/export/embed\.html\?(?:[^#]*&)?bbox=" + "(?:,|%2C)".join([r"([-\d.]+)"] * 4)
_TRACK = r"(?::|%3A)(?:/|%2F){2}(?:www\.)?soundcloud\.com(?:/|%2F)([\w-]+)(?:/|%2F)([\w-]+)(?=[?&#%]|$)"
# Where a player or what it plays stands, and the page of what it plays; the first that fits counts. ``\1`` is
# "https://" or alike, with "www." where that is there. Where no page follows from the player's address, the player is
# the page. A new one is a row, in the order of the alphabet.
_PLAYERS = {
    # archive.org
    r"archive\.org/(?:details|embed)/([^/?#]+)": r"https://archive.org/details/\2",
    # Arte Radio and its Audioblog
    r"((?:[\w-]+\.)*arteradio\.com/(?:\w+/)*(?:embed|player)\b[^#]*)": r"\1\2",
    # Castopod, on any host
    r"([^/?#]+/@[\w-]+/episodes/[^/?#]+)/embed\b": r"\1\2",
    # Dailymotion
    r"dailymotion\.com/(?:embed/)?video/(\w+)": r"https://www.dailymotion.com/video/\2",
    r"geo\.dailymotion\.com/player(?:/\w+)?\.html\?(?:[^#]*&)?video=(\w+)": r"https://www.dailymotion.com/video/\2",
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
    # Vimeo; what follows the number opens videos that are not listed
    r"player\.vimeo\.com/video/(\d+)\?(?:[^#]*&)?h=(\w+)": r"https://vimeo.com/\2/\3",
    r"(?:player\.vimeo\.com/video|vimeo\.com)/(\d+(?:/\w+)?)": r"https://vimeo.com/\2",
    # YouTube: what comes live, lists, videos
    r"youtube(?:-nocookie)?\.com/embed/live_stream\?(?:[^#]*&)?channel=([\w-]+)":
        r"https://www.youtube.com/channel/\2/live",
    r"youtube(?:-nocookie)?\.com/embed/videoseries\?(?:[^#]*&)?list=([\w-]+)": r"https://www.youtube.com/playlist?list=\2",
    r"(?:youtu\.be/|(?:m\.)?youtube(?:-nocookie)?\.com/(?:embed/|shorts/|v/|watch\?(?:[^#]*&)?v=))([\w-]{11})(?![\w-])":
        r"https://www.youtube.com/watch?v=\2",
}  # fmt: skip
_TYPES = {
    "aac": "audio/aac", "flac": "audio/flac", "m3u8": "application/vnd.apple.mpegurl", "m4a": "audio/mp4",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp3": "audio/mpeg", "mp4": "video/mp4", "oga": "audio/ogg",
    "ogg": "audio/ogg", "ogv": "video/ogg", "opus": "audio/ogg", "wav": "audio/wav", "webm": "video/webm",
}  # fmt: skip
# What browsers play anyway, whatever they are told it is.
_USUAL = {"audio": "audio/mpeg", "video": "video/mp4"}
_TYPE = re.compile(r"(?:audio|video|application)/[\w.+-]{1,60}")
_HOLDS_PLAYERS = re.compile(r"<(?=[iavoeIAVOE])(?:iframe|audio|video|object|embed)\b", re.IGNORECASE)
# Flash players stand within objects, and late loaders repeat their frames for those without JavaScript.
_HIDDEN = NEVER_SHOWN - {"noscript", "object"}
# WordPress leaves the address of what it could not ask about.
_ONLY_ADDRESS = re.compile(r"\s*+(https?://[^\s<>\"']{1,1900})\s*+")


def embedded(source: str, base_url: str) -> tuple[str, tuple[Enclosure, ...]]:
    """Take the players out of HTML that is not clean yet; return what is left of it, and the players as enclosures.

    A frame of a known player becomes an enclosure of type ``text/html`` that leads to the page of what it plays;
    every other frame a link to what it shows, or nothing where that is no page of the web or is meant not to be
    seen. ``<audio>`` and ``<video>`` become enclosures with their other versions as alternatives; the poster of a
    video stays as a picture. Relative addresses follow ``base_url``; without one, they lead nowhere.

    At most 20 enclosures come out of one text: what is more becomes links. What is returned is as hostile as what
    was given, except for the addresses of enclosures. It never raises.
    """
    if "wp-block-embed__wrapper" not in source and not _HOLDS_PLAYERS.search(source):
        return source, ()
    reader = _Reader(source, safe_url(base_url))
    for token in tokens(source, _HIDDEN):
        reader.read(token)
    return reader.rest(), tuple(reader.found.values())


def player_page(address: str) -> str:
    """Return the page of what a known player plays, by the player's address or the page's; else nothing."""
    for pattern, page in _pages():
        if found := pattern.match(address):
            return safe_url(found.expand(page))
    return ""


@cache
def _pages() -> list[tuple[re.Pattern[str], str]]:
    """Return the table of players, compiled when the first is met: that takes as long as reading a thousand entries."""
    return [
        (re.compile(rf"(https?://(?:www\.)?){place}", re.IGNORECASE), page)
        for place, page in _PLAYERS.items()
    ]


@dataclass(slots=True)
class _Media:
    """An ``<audio>`` or ``<video>`` that is being read."""

    tag: Token
    given: dict[str, str]
    sources: list[dict[str, str]]


@dataclass(slots=True)
class _Reader:
    """Goes through a text once; ``place`` is where what was not written yet begins."""

    source: str
    base_url: str
    found: dict[str, Enclosure] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    place: int = 0
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
            given = {} if token.is_end else attributes(token.attributes)
            self._replace(token.start, token.stop, self._frame(given))
        elif token.name in {"embed", "object", "param"} and not token.is_end:
            self._flash(attributes(token.attributes))

    def rest(self) -> str:
        """Return the whole text as it is now; what never ended keeps its words."""
        self._end_media()
        return "".join((*self.written, self.source[self.place :]))

    def _replace(self, start: int, stop: int, markup: str) -> None:
        self.written += self.source[self.place : start], markup
        self.place = stop

    def _frame(self, given: Mapping[str, str]) -> str:
        address = frame_address(given, self.base_url)
        page = player_page(address)
        if page and self._keep(Enclosure(url=page, type="text/html", title=frame_title(given))):
            return ""
        return linked_frame(given, page or address)

    def _flash(self, given: Mapping[str, str]) -> None:
        """Keep what an old player shows: cleaning takes the player itself away."""
        named = given.get("src") or given.get("data") or given.get("value") or ""
        if page := player_page(frame_address({"src": named}, self.base_url)):
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
            self._replace(media.tag.start, stop or media.tag.stop, self._kept_media(media))

    def _kept_media(self, media: _Media) -> str:
        title = frame_title(media.given)
        poster = frame_address({"src": media.given.get("poster", "")}, self.base_url)
        picture = f'<img src="{html.escape(poster)}" alt="{html.escape(title)}">' if poster else ""
        files = dict(self._files(media))
        if not files:
            return picture
        (url, kind), *others = files.items()
        enclosure = Enclosure(
            url=url,
            type=kind,
            title=title,
            width=_pixels(media.given.get("width", "")),
            height=_pixels(media.given.get("height", "")),
            alternatives=tuple(Alternative(url=url, type=kind) for url, kind in others[:_MOST_ALTERNATIVES]),
        )
        return picture if self._keep(enclosure) else picture + linked_frame(media.given | {"src": url}, url)

    def _files(self, media: _Media) -> list[tuple[str, str]]:
        """Return the address and type of each version; the element's own address comes before its sources'."""
        addressed = ((one, frame_address(one, self.base_url)) for one in (media.given, *media.sources))
        return [(url, _type(one.get("type", ""), url, media.tag.name)) for one, url in addressed if url]

    def _keep(self, enclosure: Enclosure) -> bool:
        """Take an enclosure in, once for each address; say whether there was room for it."""
        if enclosure.url not in self.found and len(self.found) >= _MOST:
            return False
        self.found.setdefault(enclosure.url, enclosure)
        return True


def sound_type(address: str) -> str:
    """Return the media type of a sound, by what its address ends with."""
    return _type("", address, "audio")


def _type(stated: str, url: str, element: str) -> str:
    kind = stated.partition(";")[0].strip().lower()
    suffix = unquote(urlsplit(url).path).rpartition(".")[2].lower()
    return kind if _TYPE.fullmatch(kind) else _TYPES.get(suffix, _USUAL[element])


def _pixels(written: str) -> int | None:
    number = written.strip().lower().removesuffix("px")
    return int(number) if number.isascii() and number.isdecimal() and 0 < len(number) <= 4 else None
