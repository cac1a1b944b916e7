"""What every host is to do with the published site: one list, from which the configuration of each kind is written.

Addresses are from the hub's own path (``Site.root``), which the writers put before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from kiosque.settings.pelicanconf import Site
from kiosque.site.hub.embeds import embed
from kiosque.site.hub.records import Hub
from kiosque.site.output.wanted import Output, Page, Wanted
from kiosque.site.pages import frames
from kiosque.takedowns import Takedowns

ERROR_PAGE = "/404.html"
# What servers read of themselves, and nobody else is to see.
HIDDEN = re.compile(r"/\.(?!well-known/)")

# The types of all that Kiosque publishes. Feeds are sent as XML: under types of their own a browser offers them for
# download, where as XML it shows the page that is in them; readers take any.
TYPES = {
    ".aac": "audio/aac", ".atom": "application/xml", ".avif": "image/avif", ".css": "text/css", ".csv": "text/csv",
    ".flac": "audio/flac", ".geojson": "application/geo+json", ".gif": "image/gif", ".gpx": "application/gpx+xml",
    ".html": "text/html", ".ico": "image/x-icon", ".ics": "text/calendar", ".jpeg": "image/jpeg", ".jpg": "image/jpeg",
    ".js": "text/javascript", ".json": "application/json", ".m4a": "audio/mp4", ".md": "text/markdown", ".mp3": "audio/mpeg",
    ".mp4": "video/mp4", ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet", ".odt": "application/vnd.oasis.opendocument.text",
    ".oga": "audio/ogg", ".ogg": "audio/ogg", ".ogv": "video/ogg", ".opml": "text/x-opml", ".opus": "audio/ogg",
    ".pagefind": "application/octet-stream", ".pdf": "application/pdf", ".pf_filter": "application/octet-stream",
    ".pf_fragment": "application/octet-stream", ".pf_index": "application/octet-stream",
    ".pf_meta": "application/octet-stream", ".png": "image/png", ".rss": "application/xml", ".srt": "application/x-subrip",
    ".svg": "image/svg+xml", ".txt": "text/plain", ".vtt": "text/vtt", ".wasm": "application/wasm",
    ".wav": "audio/wav", ".webm": "video/webm", ".webmanifest": "application/manifest+json", ".webp": "image/webp",
    ".xml": "application/xml", ".zip": "application/zip",
}  # fmt: skip
# Files that say more by their name than by its end.
NAMED_TYPES = {
    "feed.json": "application/feed+json",
    "chapitres.json": "application/json+chapters",
}
# What is text, and so is sent in UTF-8, and smaller compressed.
TEXTUAL = (
    ".atom", ".css", ".csv", ".geojson", ".gpx", ".html", ".ics", ".js", ".json", ".md", ".opml", ".rss", ".srt", ".svg", ".txt",
    ".vtt", ".webmanifest", ".xml",
)  # fmt: skip
# What programs of other sites may read.
OPEN = (".atom", ".csv", ".json", ".opml", ".rss", ".srt", ".vtt")
FEEDS = (".atom", ".rss")


class Where(NamedTuple):
    """Some addresses: those below a folder that end in one of ``suffixes``, or in anything."""

    folder: str = "/"
    suffixes: tuple[str, ...] = ()

    def pattern(self, root: str) -> str:
        """Return a regular expression for them that Apache, nginx and Caddy read alike."""
        end = f".*({'|'.join(map(re.escape, self.suffixes))})$" if self.suffixes else ""
        return f"^{re.escape(root + self.folder)}{end}"

    def globs(self, root: str) -> Iterator[str]:
        """Yield them as ``_headers`` names them."""
        for suffix in self.suffixes or ("",):
            yield f"{root}{self.folder}*{suffix}"


_DAY = 24 * 60 * 60
# How long browsers keep what they have, the first that fits; pages and all else are asked for again after five minutes.
PAGES = "public, max-age=300, must-revalidate"
CACHES: tuple[tuple[Where, str], ...] = (
    (Where("/theme/"), f"public, max-age={365 * _DAY}, immutable"),
    (Where("/recherche/pagefind/index.json"), "no-cache"),
    # Named by what they hold, as style and scripts are.
    (Where("/recherche/pagefind/"), f"public, max-age={365 * _DAY}, immutable"),
    (Where("/sw.js"), "no-cache"),
    (Where("/images/"), f"public, max-age={30 * _DAY}"),
    (Where("/fichiers/"), f"public, max-age={7 * _DAY}"),
    (Where("/", (".jpg", ".webp", ".png")), f"public, max-age={7 * _DAY}"),
    (Where("/", FEEDS), "public, max-age=900"),
)

# What a page may not do at all, since none of Kiosque's does.
_PERMISSIONS = (
    "browsing-topics", "camera", "display-capture", "geolocation", "hid", "magnetometer", "microphone", "midi",
    "payment", "serial", "usb",
)  # fmt: skip
_LINK = re.compile(r'<a\s[^<>]*?href="(https://[^"]+)"')
# As it may stand in the configuration of any host, without quoting.
_PLAIN = re.compile(r"/(?:[\w.~-]+/)*[\w.~-]*")


@dataclass(frozen=True, slots=True)
class Rules:
    """What differs from hub to hub.

    ``players`` are the origins that pages load frames of, on a click. ``moved`` are former addresses with those of today,
    ``gone`` what was taken down; a folder ``in gone_folders`` is gone with all that was below.
    """

    site: Site
    players: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every answer, but for the policy."""
        found = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        # A hub in a folder of someone's host has no say over the host.
        if self.site.url.startswith("https://") and not self.site.root:
            found["Strict-Transport-Security"] = f"max-age={365 * _DAY}"
        return found

    @property
    def policy(self) -> str:
        """The Content-Security-Policy of every page, but for who may frame it (W3C, CSP Level 3)."""
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
        """Return the whole policy of pages that ``ancestors`` may show in a frame."""
        return f"{self.policy}; frame-ancestors {ancestors}"


# Who may show a page in a frame: anyone those that are made for it, nobody else the others.
ANYONE, OWN = "*", "'self'"
OPEN_FRAMES = Where(f"{frames.FOLDER}/")


@dataclass(slots=True)
class Noted:
    """What passes on its way to the publisher, as far as hosts need to know of it."""

    paths: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)

    def passing(self, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
        """Pass all outputs on."""
        for output in outputs:
            self.paths.add(output.path)
            if isinstance(output, Page) and output.template == "redirect.html":
                self.moved[_address(output)] = str(output.values["target"])
            yield output


def rules(hub: Hub, takedowns: Takedowns, noted: Noted) -> Rules:
    """Return what hosts must know of a hub; what is published under an address again is neither moved nor gone."""
    moved = {old: new for old, new in noted.moved.items() if _PLAIN.fullmatch(old) and _PLAIN.fullmatch(new)}
    folders = {f"/medias/{item.source}/" for item in takedowns.items if item.is_source}
    pages = {takedowns.page(item.address) for item in takedowns.items}
    pages |= {
        address for removal in takedowns.removals for address in removal.addresses if address.startswith("/")
    }
    addresses = {f"{page.rstrip('/')}/" for page in pages if page}
    return Rules(
        site=hub.site,
        players=tuple(sorted(set(_players(hub)))),
        moved=tuple(sorted(moved.items())),
        gone=tuple(sorted(one for one in addresses if _is_gone(one, noted) and not _is_below(one, folders))),
        gone_folders=tuple(sorted(one for one in folders if _is_gone(one, noted))),
    )


def _address(page: Output) -> str:
    return f"/{page.path.removesuffix('index.html')}"


def _is_gone(address: str, noted: Noted) -> bool:
    return bool(_PLAIN.fullmatch(address)) and f"{address[1:]}index.html" not in noted.paths


def _is_below(address: str, folders: Iterable[str]) -> bool:
    return any(address.startswith(folder) for folder in folders)


def _players(hub: Hub) -> Iterator[str]:
    """Yield the origin of each player of another host that a page of this hub may show."""
    for publication in hub.everything:
        if publication.entry:
            pages = [one.url for one in publication.entry.enclosures if one.type == "text/html"]
        else:
            pages = _LINK.findall(publication.html)
        for page in pages:
            if player := embed(page):
                parts = urlsplit(player.address)
                yield f"{parts.scheme}://{parts.netloc}"
