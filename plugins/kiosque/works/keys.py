"""The keys by which entries are compared: one form for all spellings of an address, a title, a text."""

from __future__ import annotations

import re
import string
from unicodedata import normalize

from kiosque import urls
from kiosque.html.media.media_types import media_type
from kiosque.html.players import player_page
from kiosque.model import Entry
from kiosque.text import folded

FEWEST_WORDS = 4
SHORTEST_TITLE = 20
# Paths of a site's front page, besides the empty one.
_FRONT_PAGE = re.compile(
    r"(?:index|home|accueil|default)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE
)
# Hosts that count listeners, and redirect to the address that follows in their own. A new host is a row.
_COUNTER = re.compile(
    r"(?:chrt\.fm/track/\w+|chtbl\.com/track/\w+|(?:dts|www)\.podtrac\.com/(?:pts/)?redirect\.\w+|mgln\.ai/e/\w+"
    r"|op3\.dev/e(?:,[^/]*)?|pdcn\.co/e|pdst\.fm/e)/(?:https?://)?(?=[\w-]+\.[\w.-]+/)",
    re.IGNORECASE,
)
# WordPress's player adds the number of a sound within its page to the sound's address.
_NUMBERED = re.compile(r"(?<=[?&])_=\d+&?")
# Numbers in the address of a file that only make browsers and caches ask for it anew.
_CACHE_NUMBER = re.compile(
    r"(?<=[?&])(?:_|cache|cache-?buster|cb|no-?cache|rand(?:om)?|t|time(?:stamp)?|ts|v|ver|version)=[\d.]+(?:&|$)",
    re.IGNORECASE,
)
_PLAYER_HOSTS = frozenset({
    "archive.org", "dai.ly", "dailymotion.com", "geo.dailymotion.com", "m.youtube.com", "player.vimeo.com",
    "soundcloud.com", "vimeo.com", "w.soundcloud.com", "youtu.be", "youtube-nocookie.com", "youtube.com",
})  # fmt: skip
# The type of an enclosure that is the page of a player rather than a file.
_PLAYER = "text/html"
_PEERTUBE = ("w/", "videos/watch/", "videos/embed/")
_SHORT_LENGTH = 22
_SHORT_UUID = re.compile(rf"(?<=/w/)[1-9A-HJ-NP-Za-km-z]{{{_SHORT_LENGTH}}}$")
_BASE58 = {
    letter: value for value, letter in enumerate("123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ")
}
_TO_LOWER_CASE = bytes(range(256)).lower()
_PUNCTUATION = string.punctuation.encode()
_WORD = re.compile(r"[^\W_]{3,}")


def work_key(url: str) -> str:
    """Return a key that all spellings of a work's address share; empty where an address names no single work.

    It is empty for the front page of a site, and for a file of the hub. The address of a player gives the key
    of the page of what it plays.
    """
    key = urls.address_key(_NUMBERED.sub("", url) if "_=" in url else url)
    host, _slash, path = key.partition("/")
    if host in _PLAYER_HOSTS or path.startswith(_PEERTUBE):
        return _page_key(key)
    return "" if not path or _FRONT_PAGE.fullmatch(path) else key


def _page_key(address: str) -> str:
    """Return the key of the page that a player's address belongs to.

    PeerTube writes an identifier in two ways: as a UUID, and as the UUID's number in base 58. The key has the
    UUID.
    """
    page = player_page(f"https://{address}") or f"https://{address}"
    key = page.partition("://")[2].removeprefix("www.").rstrip("/")
    key = _SHORT_UUID.sub(lambda match: _uuid(match[0]), key)
    return key if "/" in key else ""


def _uuid(short: str) -> str:
    """Return the UUID of an identifier that PeerTube has shortened.

    PeerTube uses the library short-uuid, with the base 58 alphabet of Flickr's addresses.
    """
    number = 0
    for letter in short[:_SHORT_LENGTH]:
        number = number * 58 + _BASE58[letter]
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def medium_key(entry: Entry) -> str:
    """Return a key of the sound or video that an entry carries, or of the page of what its player plays.

    The key of several media is made of all of them, so that a collection isn't taken for one of its pieces.
    Pictures don't count, nor does a player beside a file.
    """
    media = [enclosure for enclosure in entry.enclosures if not enclosure.type.startswith("image/")]
    if len(media) > 1:
        media = [enclosure for enclosure in media if enclosure.type != _PLAYER] or media
    if len(media) == 1:
        return file_key(media[0].url)
    keys = {file_key(enclosure.url) for enclosure in media}
    return "" if "" in keys else " ".join(sorted(keys))


def only_plays(entry: Entry) -> bool:
    """Whether an entry carries only players. What a player plays may be another publisher's work."""
    return all(enclosure.type == _PLAYER for enclosure in entry.enclosures)


def file_key(url: str) -> str:
    """Return a key that all addresses of a file share.

    Hosts that count listeners don't belong to it, nor do numbers that are meant for caches.

    It is empty for a file of the hub.
    """
    url = _CACHE_NUMBER.sub("", url) if "?" in url and media_type(url, "") else url
    scheme, _colon, rest = url.partition("://")
    counter = _COUNTER.match(rest)
    return work_key(f"{scheme}://{rest[counter.end() :]}" if counter else url)


def title_key(title: str) -> bytes:
    """Return a title without case, accents and punctuation; empty where it is too short to identify a work.

    Each build calls it for each entry, so it uses the fastest operations of Python: it takes a quarter of the
    time of ``text.folded``.
    """
    if len(title) < SHORTEST_TITLE:
        return b""
    plain = normalize("NFKD", title.casefold().replace("œ", "oe"))
    encoded = plain.encode("ascii", "ignore")
    # A title in another script would lose its words.
    if len(encoded) * 2 <= len(plain):
        encoded = folded(plain).encode(errors="ignore")
    words = encoded.translate(_TO_LOWER_CASE, _PUNCTUATION).split()
    key = b" ".join(words)
    return key if len(words) >= FEWEST_WORDS and len(key) >= SHORTEST_TITLE else b""


def words_of(text: str) -> set[str]:
    """Return the words of a text that have three letters at least, without case and accents."""
    return set(_WORD.findall(folded(text)))
