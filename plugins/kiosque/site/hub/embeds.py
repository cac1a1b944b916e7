"""The players of other hosts, by the page of what they play; a table, and nothing that asks anyone.

``kiosque.players`` says which page a player that stood in a text belongs to; here is the way back, with what a reader is
told before: nothing is called until the reader asks for it.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit


class Embed(NamedTuple):
    """A player to be shown in a frame.

    ``address`` begins to play at once where its host knows how, and is asked to follow nobody. ``host`` is called;
    ``company`` is who runs it, where the host's name doesn't tell. ``kind`` is ``sound``, ``video`` or ``map``.
    """

    address: str
    host: str
    company: str
    kind: str


_ID = r"[\w-]{22}|[\da-f-]{36}"
# The page, the player's address, who sees the visit, and what it plays; the first that fits counts.
# In the order of the alphabet, but for pages on any host, which come last.
_EMBEDS = [
    (re.compile(page, re.IGNORECASE), address, company, kind)
    for page, address, company, kind in (
        (r"https://archive\.org/details/([^/?#]+)", r"https://archive.org/embed/\1?autoplay=1", "Internet Archive", "video"),
        (r"(https://(?:[\w-]+\.)*arteradio\.com/.+)", r"\1", "Arte", "sound"),
        (r"https://www\.dailymotion\.com/video/(\w+)", r"https://geo.dailymotion.com/player.html?video=\1", "", "video"),
        (r"https://www\.openstreetmap\.org/\?minlon=([-\d.]+)&minlat=([-\d.]+)&maxlon=([-\d.]+)&maxlat=([-\d.]+)&mlat=([-\d.]+)&mlon=([-\d.]+)",
         r"https://www.openstreetmap.org/export/embed.html?bbox=\1%2C\2%2C\3%2C\4&marker=\5%2C\6", "", "map"),
        (r"https://www\.openstreetmap\.org/\?minlon=([-\d.]+)&minlat=([-\d.]+)&maxlon=([-\d.]+)&maxlat=([-\d.]+)",
         r"https://www.openstreetmap.org/export/embed.html?bbox=\1%2C\2%2C\3%2C\4", "", "map"),
        (r"(https://soundcloud\.com/[\w-]+/[\w-]+)", r"https://w.soundcloud.com/player/?url=\1&auto_play=true", "", "sound"),
        (r"(https://w\.soundcloud\.com/player/?\?.+)", r"\1", "", "sound"),
        (r"https://vimeo\.com/(\d+)/(\w+)", r"https://player.vimeo.com/video/\1?h=\2&dnt=1&autoplay=1", "", "video"),
        (r"https://vimeo\.com/(\d+)", r"https://player.vimeo.com/video/\1?dnt=1&autoplay=1", "", "video"),
        (r"https://www\.youtube\.com/channel/([\w-]+)/live",
         r"https://www.youtube-nocookie.com/embed/live_stream?channel=\1&autoplay=1", "Google", "video"),
        (r"https://www\.youtube\.com/playlist\?list=([\w-]+)",
         r"https://www.youtube-nocookie.com/embed/videoseries?list=\1&autoplay=1", "Google", "video"),
        (r"https://www\.youtube\.com/watch\?v=([\w-]{11})",
         r"https://www.youtube-nocookie.com/embed/\1?autoplay=1&rel=0", "Google", "video"),
        # Castopod
        (r"(https://[^/?#]+/@[\w-]+/episodes/[^/?#]+)", r"\1/embed", "", "sound"),
        # PeerTube; without p2p=0 its viewers would see each other's addresses
        (rf"(https://[^/?#]+)/w/({_ID})", r"\1/videos/embed/\2?autoplay=1&p2p=0", "", "video"),
        (rf"(https://[^/?#]+)/w/p/({_ID})", r"\1/video-playlists/embed/\2?autoplay=1&p2p=0", "", "video"),
        # uMap
        (r"(https://[^/?#]+(?:/[a-z]{2}(?:-[a-z]{2,4})?)?/map/[\w-]+_\d+)", r"\1", "", "map"),
        (r"(https://[^/?#]+(?:/[a-z]{2})?/m/\d+)", r"\1", "", "map"),
    )
]  # fmt: skip
_UNQUOTED_PAGE = re.compile(r"(?<=player/\?url=)[^&]+")


def embed(page: str) -> Embed | None:
    """Return the player of a page of another host; nothing for a page without a known one, or that isn't encrypted."""
    for pattern, address, company, kind in _EMBEDS:
        if found := pattern.fullmatch(page):
            player = _UNQUOTED_PAGE.sub(lambda inner: quote(inner[0], safe=""), found.expand(address))
            return Embed(player, host(player), company, kind)
    return None


def host(address: str) -> str:
    """Return the host of an address as people know it: without "www."."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


# The players that stand on a host of their own, by its name, with who runs it. Others stand on whichever host has their software.
KNOWN_HOSTS = tuple(
    sorted(
        {
            (host(address), company)
            for _page, address, company, _kind in _EMBEDS
            if address.startswith("https:")
        }
    )
)
