"""How hosts serve the files of the site: media types, lifetimes, encodings.

Addresses begin after the hub's own path (``Site.root``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

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

    def has(self, address: str) -> bool:
        """Whether an address fits."""
        return address.startswith(self.folder) and (not self.suffixes or address.endswith(self.suffixes))

    def globs(self, root: str) -> Iterator[str]:
        """Yield the addresses as patterns of ``_headers`` files."""
        for suffix in self.suffixes or ("",):
            yield f"{root}{self.folder}*{suffix}"


DAY = 24 * 60 * 60
# How long browsers keep files: the first pattern that fits counts. Pages, and files that no pattern fits, are
# asked for again after five minutes.
PAGES = "public, max-age=300, must-revalidate"
CACHES: tuple[tuple[AddressPattern, str], ...] = (
    (AddressPattern("/theme/"), f"public, max-age={365 * DAY}, immutable"),
    (AddressPattern("/recherche/pagefind/index.json"), "no-cache"),
    # The names of these files change with their content, as those of ``/theme/`` do.
    (AddressPattern("/recherche/pagefind/"), f"public, max-age={365 * DAY}, immutable"),
    (AddressPattern("/sw.js"), "no-cache"),
    (AddressPattern("/images/"), f"public, max-age={30 * DAY}"),
    (AddressPattern("/fichiers/"), f"public, max-age={7 * DAY}"),
    (AddressPattern("/", (".jpg", ".webp", ".png")), f"public, max-age={7 * DAY}"),
    (AddressPattern("/", FEED_SUFFIXES), "public, max-age=900"),
)

# The encodings of compressed copies, which lie beside their files.
ENCODINGS = {".br": "br", ".gz": "gzip"}


def media_type(path: str) -> str:
    """Return the media type of a file, with its character set, as a ``Content-Type`` header has it."""
    name = path.rpartition("/")[2]
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    named = NAMED_TYPES.get(name) or TYPES.get(suffix, "application/octet-stream")
    return f"{named}; charset=utf-8" if suffix in TEXT_SUFFIXES else named


def lifetime(path: str) -> str:
    """Return how long browsers keep a file, as a ``Cache-Control`` header has it.

    Paths start without a slash.
    """
    return next((kept for addresses, kept in CACHES if addresses.has(f"/{path}")), PAGES)
