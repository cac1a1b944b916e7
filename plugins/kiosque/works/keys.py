"""What entries are compared by: one form for all spellings of an address, a title, a text."""

from __future__ import annotations

import re
import string
from unicodedata import normalize

from kiosque import urls
from kiosque.html.players import player_page
from kiosque.model import Entry
from kiosque.text import folded

FEWEST_WORDS = 4
SHORTEST_TITLE = 20
# Names of a site's front page, besides none.
_FRONT = re.compile(r"(?:index|home|accueil|default)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
# Hosts that count listeners, and pass on to the address that stands in their own. A new one is a row.
_PASSED_ON = re.compile(
    r"(?:chrt\.fm/track/\w+|chtbl\.com/track/\w+|(?:dts|www)\.podtrac\.com/(?:pts/)?redirect\.\w+|mgln\.ai/e/\w+"
    r"|op3\.dev/e(?:,[^/]*)?|pdcn\.co/e|pdst\.fm/e)/(?:https?://)?(?=[\w-]+\.[\w.-]+/)",
    re.IGNORECASE,
)
# A player of WordPress numbers the sounds of a page in their addresses.
_NUMBERED = re.compile(r"(?<=[?&])_=\d+&?")
_PLAYER_HOSTS = frozenset({
    "archive.org", "dai.ly", "dailymotion.com", "geo.dailymotion.com", "m.youtube.com", "player.vimeo.com",
    "soundcloud.com", "vimeo.com", "w.soundcloud.com", "youtu.be", "youtube-nocookie.com", "youtube.com",
})  # fmt: skip
_PLAYER = "text/html"
_PEERTUBE = ("w/", "videos/watch/", "videos/embed/")
_SHORT_UUID = re.compile(r"(?<=/w/)[1-9A-HJ-NP-Za-km-z]{22}$")
_BASE58 = {
    letter: value for value, letter in enumerate("123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ")
}
_PLAIN = bytes(range(256)).lower()
_PUNCTUATION = string.punctuation.encode()
_WORD = re.compile(r"[^\W_]{3,}")


def work_key(url: str) -> str:
    """Return what of an address names the thing behind it, however it is written; empty where that is no one thing.

    The front page of a site, or a file of the hub, names nothing. A player's address becomes that of the page of what
    it plays.
    """
    key = urls.address_key(_NUMBERED.sub("", url) if "_=" in url else url)
    host, _slash, path = key.partition("/")
    if host in _PLAYER_HOSTS or path.startswith(_PEERTUBE):
        return _page_key(key)
    return "" if not path or _FRONT.fullmatch(path) else key


def _page_key(address: str) -> str:
    """Return the page of a player; PeerTube writes one identifier in two ways, a UUID and its number in base 58."""
    page = player_page(f"https://{address}") or f"https://{address}"
    key = page.partition("://")[2].removeprefix("www.").rstrip("/")
    key = _SHORT_UUID.sub(lambda found: _uuid(found[0]), key)
    return key if "/" in key else ""


def _uuid(short: str) -> str:
    """Return the UUID that PeerTube shortens (its library is short-uuid, in the alphabet of Flickr's addresses)."""
    number = 0
    for letter in short:
        number = number * 58 + _BASE58[letter]
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def medium_key(entry: Entry) -> str:
    """Return what names the sound or video that an entry carries, or the page of what its player plays.

    All of them together, where there are several: a collection isn't taken for one of its pieces. Pictures say
    nothing, nor players beside a file.
    """
    media = [one for one in entry.enclosures if not one.type.startswith("image/")]
    if len(media) > 1:
        media = [one for one in media if one.type != _PLAYER] or media
    if len(media) == 1:
        return _file_key(media[0].url)
    keys = {_file_key(one.url) for one in media}
    return "" if "" in keys else " ".join(sorted(keys))


def only_plays(entry: Entry) -> bool:
    """Whether what an entry carries are players, each the page of something that may be another's."""
    return all(one.type == _PLAYER for one in entry.enclosures)


def _file_key(url: str) -> str:
    scheme, _colon, rest = url.partition("://")
    passed_on = _PASSED_ON.match(rest)
    return work_key(f"{scheme}://{rest[passed_on.end() :]}" if passed_on else url)


def title_key(title: str) -> bytes:
    """Return a title without case, accents and punctuation; empty where it is too short to tell a work.

    Done for each entry at each build, so with what Python does fastest: four times as fast as ``text.folded``.
    """
    if len(title) < SHORTEST_TITLE:
        return b""
    plain = normalize("NFKD", title.casefold().replace("œ", "oe"))
    ascii_ = plain.encode("ascii", "ignore")
    # A title in another script would lose its words.
    kept = ascii_ if len(ascii_) * 2 > len(plain) else folded(plain).encode(errors="ignore")
    words = kept.translate(_PLAIN, _PUNCTUATION).split()
    key = b" ".join(words)
    return key if len(words) >= FEWEST_WORDS and len(key) >= SHORTEST_TITLE else b""


def words_of(text: str) -> set[str]:
    """Return the words of a text that say something: without case and accents, three letters at least."""
    return set(_WORD.findall(folded(text)))
