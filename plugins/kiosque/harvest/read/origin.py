"""The address or file that a feed was read from, which makes the feed's relative addresses absolute."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from kiosque.files import resolved_below
from kiosque.urls import safe_url


@dataclass(frozen=True, slots=True)
class Origin:
    """The place that a feed was read from.

    ``url`` is its address, or the path of a file in the hub's folder ``root``. ``content_type`` is the value
    of the server's ``Content-Type`` header.
    """

    url: str
    root: Path
    content_type: str = ""

    @property
    def is_file(self) -> bool:
        """Whether the feed is a file of the hub."""
        return "://" not in self.url

    def resolve_page(self, address: str, base: str = "") -> str:
        """Return the absolute address of a page; empty if it isn't a safe web address."""
        start = base if self.is_file else _absolute_base(self.url, base)
        return safe_url(address, start) if address.strip() else ""

    def resolve_file(self, address: str, base: str = "") -> str:
        """Return the absolute address of a media file.

        If the feed is a file of the hub, a media file in its folder is addressed by its path in the hub.
        """
        if self.is_file and address and "://" not in address and (path := self._neighbour(address)):
            return path
        return self.resolve_page(address, base)

    def _neighbour(self, address: str) -> str:
        """Return the path of a file in the feed's folder or below.

        Empty if it is missing, hidden or elsewhere.
        """
        try:
            path = posixpath.normpath(
                posixpath.join(posixpath.dirname(self.url), unquote(urlsplit(address).path))
            )
            folder = (self.root / self.url).resolve().parent
        except (OSError, ValueError, RuntimeError):
            # An impossible file name, or symbolic links in a circle.
            return ""
        is_own = not path.startswith(("/", "..")) and folder != self.root.resolve()
        return path if is_own and resolved_below(self.root / path, (folder,)) else ""


@lru_cache(maxsize=64)
def _absolute_base(url: str, base: str) -> str:
    """Return the base of a feed's relative addresses. The cache helps: most entries have the same base."""
    try:
        return urljoin(url, base)
    except ValueError:
        return ""
