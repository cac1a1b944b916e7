"""The rules by which hosts serve the published site: the source of every configuration file.

Addresses begin after the hub's own path (``Site.root``), which the modules that write the files put before
them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from kiosque.content.kinds.source import SOURCE
from kiosque.settings.pelicanconf import Site
from kiosque.site.hosting.quoting import is_origin
from kiosque.site.hub.embeds import embed
from kiosque.site.hub.hub import Hub
from kiosque.site.pages import frames
from kiosque.urls import uri

logger = logging.getLogger(__name__)

ERROR_PAGE = "/404.html"
# Files for the server itself, which it must not show to anybody.
HIDDEN = re.compile(r"/\.(?!well-known/)")

# The media types of all files that Kiosque publishes. Feeds are sent as XML: browsers then show the page that
# is inside the feed, while they download a file with a feed's own type. Feed readers accept any type.
TYPES = {
    ".aac": "audio/aac", ".atom": "application/xml", ".avif": "image/avif", ".css": "text/css",
    ".csv": "text/csv", ".flac": "audio/flac", ".geojson": "application/geo+json", ".gif": "image/gif",
    ".gpx": "application/gpx+xml", ".html": "text/html", ".ico": "image/x-icon", ".ics": "text/calendar",
    ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".js": "text/javascript", ".json": "application/json",
    ".m4a": "audio/mp4", ".md": "text/markdown", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text", ".oga": "audio/ogg", ".ogg": "audio/ogg",
    ".ogv": "video/ogg", ".opml": "text/x-opml", ".opus": "audio/ogg",
    ".pagefind": "application/octet-stream", ".pdf": "application/pdf",
    ".pf_filter": "application/octet-stream", ".pf_fragment": "application/octet-stream",
    ".pf_index": "application/octet-stream", ".pf_meta": "application/octet-stream", ".png": "image/png",
    ".rss": "application/xml", ".srt": "application/x-subrip", ".svg": "image/svg+xml", ".txt": "text/plain",
    ".vtt": "text/vtt", ".wasm": "application/wasm", ".wav": "audio/wav", ".webm": "video/webm",
    ".webmanifest": "application/manifest+json", ".webp": "image/webp", ".xml": "application/xml",
    ".zip": "application/zip",
}  # fmt: skip
# The media types of files that have another type than their suffix says.
NAMED_TYPES = {
    "feed.json": "application/feed+json",
    "chapitres.json": "application/json+chapters",
}
# Text files, which are sent as UTF-8 and compressed.
TEXT_SUFFIXES = (
    ".atom", ".css", ".csv", ".geojson", ".gpx", ".html", ".ics", ".js", ".json", ".md", ".opml", ".rss",
    ".srt", ".svg", ".txt", ".vtt", ".webmanifest", ".xml",
)  # fmt: skip
# Files that scripts of other sites may read (CORS).
OPEN_SUFFIXES = (".atom", ".csv", ".json", ".opml", ".rss", ".srt", ".vtt")
FEED_SUFFIXES = (".atom", ".rss")


class AddressPattern(NamedTuple):
    """The addresses below a folder that end in one of ``suffixes``, or in anything where it has none."""

    folder: str = "/"
    suffixes: tuple[str, ...] = ()

    def pattern(self, root: str) -> str:
        """Return a regular expression that Apache, nginx and Caddy read in the same way."""
        end = f".*({'|'.join(map(re.escape, self.suffixes))})$" if self.suffixes else ""
        return f"^{re.escape(root + self.folder)}{end}"

    def globs(self, root: str) -> Iterator[str]:
        """Yield the addresses as patterns of ``_headers`` files."""
        for suffix in self.suffixes or ("",):
            yield f"{root}{self.folder}*{suffix}"


_DAY = 24 * 60 * 60
# How long browsers keep files: the first pattern that fits counts. Pages, and files that no pattern fits, are
# asked for again after five minutes.
PAGES = "public, max-age=300, must-revalidate"
CACHES: tuple[tuple[AddressPattern, str], ...] = (
    (AddressPattern("/theme/"), f"public, max-age={365 * _DAY}, immutable"),
    (AddressPattern("/recherche/pagefind/index.json"), "no-cache"),
    # The names of these files change with their content, as those of ``/theme/`` do.
    (AddressPattern("/recherche/pagefind/"), f"public, max-age={365 * _DAY}, immutable"),
    (AddressPattern("/sw.js"), "no-cache"),
    (AddressPattern("/images/"), f"public, max-age={30 * _DAY}"),
    (AddressPattern("/fichiers/"), f"public, max-age={7 * _DAY}"),
    (AddressPattern("/", (".jpg", ".webp", ".png")), f"public, max-age={7 * _DAY}"),
    (AddressPattern("/", FEED_SUFFIXES), "public, max-age=900"),
)

# Abilities of browsers that no page of Kiosque uses, and that are switched off for safety.
_PERMISSIONS = (
    "browsing-topics", "camera", "display-capture", "geolocation", "hid", "magnetometer", "microphone",
    "midi", "payment", "serial", "usb",
)  # fmt: skip
_LINK = re.compile(r'<a\s[^<>]*?href="(https://[^"]+)"')
# An address that no host's configuration has to quote.
_PLAIN_ADDRESS = re.compile(r"/(?:[\w.~-]+/)*[\w.~-]*")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that differ from hub to hub.

    ``players`` are the origins whose pages may be shown in frames, after a click. ``moved`` has pairs of a
    former and a current address. ``gone`` are addresses that were taken down. In ``gone_folders``, all
    addresses below were too.
    """

    site: Site
    players: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of every answer, without the Content-Security-Policy."""
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        # HSTS holds for a whole host. A hub in a folder mustn't decide for its host.
        if self.site.url.startswith("https://") and not self.site.root:
            headers["Strict-Transport-Security"] = f"max-age={365 * _DAY}"
        return headers

    @property
    def policy(self) -> str:
        """Return the Content-Security-Policy of every page without ``frame-ancestors`` (W3C, CSP Level 3)."""
        return "; ".join((
            "default-src 'self'",
            "media-src 'self' https:",
            "script-src 'self' 'wasm-unsafe-eval'",
            " ".join(("frame-src 'self'", *self.players)),
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        ))  # fmt: skip

    def framing(self, ancestors: str) -> str:
        """Return the whole policy of pages that the sites in ``ancestors`` may show in a frame."""
        return f"{self.policy}; frame-ancestors {ancestors}"


# Every site may frame the pages that are made for frames. Only the hub itself may frame the others.
ANYONE, OWN = "*", "'self'"
OPEN_FRAMES = AddressPattern(f"{frames.FOLDER}/")


def rules(hub: Hub, paths: AbstractSet[str]) -> Rules:
    """Return the rules of a hub that publishes ``paths``; an address at which it publishes isn't gone."""
    takedowns = hub.takedowns
    moved = {
        old: link.address
        for old, link in hub.redirects.items()
        if _PLAIN_ADDRESS.fullmatch(old) and _PLAIN_ADDRESS.fullmatch(link.address)
    }
    folders = {SOURCE.page(item.source) for item in takedowns.items if item.is_source}
    pages = {takedowns.page(item.address) for item in takedowns.items}
    pages |= {
        address for removal in takedowns.removals for address in removal.addresses if address.startswith("/")
    }
    addresses = {f"{page.rstrip('/')}/" for page in pages if page}
    gone = (address for address in addresses if _is_gone(address, paths))
    hub_rules = Rules(
        site=hub.site,
        players=tuple(sorted(set(_players(hub)))),
        moved=tuple(sorted(moved.items())),
        gone=tuple(sorted(address for address in gone if not _is_below(address, folders))),
        gone_folders=tuple(sorted(folder for folder in folders if _is_gone(folder, paths))),
    )
    logger.debug(
        "rules for hosts: players of %s; %d addresses moved, %d addresses and %d folders gone",
        hub_rules.players,
        len(hub_rules.moved),
        len(hub_rules.gone),
        len(hub_rules.gone_folders),
    )
    if len(moved) < len(hub.redirects):
        logger.debug(
            "%d redirections are left out: hosts would have to quote them", len(hub.redirects) - len(moved)
        )
    return hub_rules


def _is_gone(address: str, paths: AbstractSet[str]) -> bool:
    return bool(_PLAIN_ADDRESS.fullmatch(address)) and f"{address[1:]}index.html" not in paths


def _is_below(address: str, folders: Iterable[str]) -> bool:
    return any(address.startswith(folder) for folder in folders)


def _players(hub: Hub) -> Iterator[str]:
    """Yield the origins of the players of other hosts that pages of this hub may show."""
    for publication in hub.everything:
        if publication.entry:
            enclosures = publication.entry.enclosures
            pages = [enclosure.url for enclosure in enclosures if enclosure.type == "text/html"]
        else:
            pages = _LINK.findall(publication.html)
        for page in pages:
            if player := embed(page):
                parts = urlsplit(player.address)
                origin = uri(f"{parts.scheme}://{parts.netloc}")
                if is_origin(origin):
                    yield origin
