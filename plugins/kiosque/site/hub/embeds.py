"""Finds the player of another host for a page of that host. It only reads a table, and makes no request.

``kiosque.html.players`` finds the page of a player; this module goes the other way. Readers see who runs the
other host before their browser calls it, and it calls only when they ask for the player.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit


class Embed(NamedTuple):
    """A player of another host, for a frame.

    ``address`` asks the host to begin to play at once and not to track readers, if the host has such
    parameters. ``company`` runs ``host``; it is empty if the name of the host says it. ``kind`` is ``sound``,
    ``video`` or ``map``.
    """

    address: str
    host: str
    company: str
    kind: str


# A map with the edges of what it shows, in degrees.
_OSM = (
    r"https://www\.openstreetmap\.org/\?minlon=([-\d.]+)&minlat=([-\d.]+)&maxlon=([-\d.]+)&maxlat=([-\d.]+)"
)
# The id of a PeerTube video: a short one or a UUID.
_ID = r"[\w-]{22}|[\da-f-]{36}"
# The pattern of the page, the address of the player, the company that sees the visit, and the kind. The first
# pattern that matches counts. Patterns for pages on any host come last.
_EMBEDS = [
    (re.compile(page, re.IGNORECASE), address, company, kind)
    for page, address, company, kind in (
        (r"https://archive\.org/details/([^/?#]+)",
         r"https://archive.org/embed/\1?autoplay=1", "Internet Archive", "video"),
        (r"(https://(?:[\w-]+\.)*arteradio\.com/.+)", r"\1", "Arte", "sound"),
        (r"https://www\.dailymotion\.com/video/(\w+)",
         r"https://geo.dailymotion.com/player.html?video=\1", "", "video"),
        (rf"{_OSM}&mlat=([-\d.]+)&mlon=([-\d.]+)",
         r"https://www.openstreetmap.org/export/embed.html?bbox=\1%2C\2%2C\3%2C\4&marker=\5%2C\6", "", "map"),
        (_OSM,
         r"https://www.openstreetmap.org/export/embed.html?bbox=\1%2C\2%2C\3%2C\4", "", "map"),
        (r"(https://soundcloud\.com/[\w-]+/[\w-]+)",
         r"https://w.soundcloud.com/player/?url=\1&auto_play=true", "", "sound"),
        (r"(https://w\.soundcloud\.com/player/?\?.+)", r"\1", "", "sound"),
        (r"https://vimeo\.com/(\d+)/(\w+)",
         r"https://player.vimeo.com/video/\1?h=\2&dnt=1&autoplay=1", "", "video"),
        (r"https://vimeo\.com/(\d+)", r"https://player.vimeo.com/video/\1?dnt=1&autoplay=1", "", "video"),
        (r"https://www\.youtube\.com/channel/([\w-]+)/live",
         r"https://www.youtube-nocookie.com/embed/live_stream?channel=\1&autoplay=1", "Google", "video"),
        (r"https://www\.youtube\.com/playlist\?list=([\w-]+)",
         r"https://www.youtube-nocookie.com/embed/videoseries?list=\1&autoplay=1", "Google", "video"),
        (r"https://www\.youtube\.com/watch\?v=([\w-]{11})",
         r"https://www.youtube-nocookie.com/embed/\1?autoplay=1&rel=0", "Google", "video"),
        # Castopod
        (r"(https://[^/?#]+/@[\w-]+/episodes/[^/?#]+)", r"\1/embed", "", "sound"),
        # PeerTube. Without p2p=0, viewers would see each other's IP addresses.
        (rf"(https://[^/?#]+)/w/({_ID})", r"\1/videos/embed/\2?autoplay=1&p2p=0", "", "video"),
        (rf"(https://[^/?#]+)/w/p/({_ID})", r"\1/video-playlists/embed/\2?autoplay=1&p2p=0", "", "video"),
        # uMap
        (r"(https://[^/?#]+(?:/[a-z]{2}(?:-[a-z]{2,4})?)?/map/[\w-]+_\d+)", r"\1", "", "map"),
        (r"(https://[^/?#]+(?:/[a-z]{2})?/m/\d+)", r"\1", "", "map"),
    )
]  # fmt: skip
_UNQUOTED_PAGE = re.compile(r"(?<=player/\?url=)[^&]+")


def embed(page: str) -> Embed | None:
    """Return the player for a page of another host; None without a known player or without ``https:``."""
    for pattern, address, company, kind in _EMBEDS:
        if match := pattern.fullmatch(page):
            player = _UNQUOTED_PAGE.sub(lambda inner: quote(inner[0], safe=""), match.expand(address))
            return Embed(player, host(player), company, kind)
    return None


def host(address: str) -> str:
    """Return the host of an address, without "www."."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


# The known hosts of players, with the company that runs each. Other players are on any host that has
# installed their software.
KNOWN_HOSTS = tuple(
    sorted(
        {
            (host(address), company)
            for _page, address, company, _kind in _EMBEDS
            if address.startswith("https:")
        }
    )
)
