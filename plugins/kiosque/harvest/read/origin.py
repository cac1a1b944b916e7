"""The address or file that a feed was read from, which makes the feed's relative addresses absolute."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

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
        """Return the path of a file beside the feed; empty if it is missing or outside the hub's folder."""
        try:
            path = posixpath.normpath(
                posixpath.join(posixpath.dirname(self.url), unquote(urlsplit(address).path))
            )
            target = (self.root / path).resolve()
            is_inside = not path.startswith(("/", "..")) and target.is_relative_to(self.root.resolve())
            return path if is_inside and target.is_file() else ""
        except (
            OSError,
            ValueError,
            RuntimeError,
        ):  # an impossible file name, or symbolic links in a circle
            return ""


@lru_cache(maxsize=64)
def _absolute_base(url: str, base: str) -> str:
    """Return the base of a feed's relative addresses. The cache helps: most entries have the same base."""
    try:
        return urljoin(url, base)
    except ValueError:
        return ""
