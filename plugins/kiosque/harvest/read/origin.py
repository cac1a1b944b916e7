"""Where a feed came from, which makes its addresses absolute."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from kiosque.urls import safe_url


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bytes came from: a URL, or a file of the hub's folder ``root``; ``content_type`` as the server gave it."""

    url: str
    root: Path
    content_type: str = ""

    @property
    def is_file(self) -> bool:
        """Whether they are a file of the hub."""
        return "://" not in self.url

    def link(self, address: str, base: str = "") -> str:
        """Return a page's absolute address; empty where it can't be one."""
        start = base if self.is_file else _joined(self.url, base)
        return safe_url(address, start) if address.strip() else ""

    def file(self, address: str, base: str = "") -> str:
        """Return a media file's address: of a file feed, one that lies beside it, by its path from the hub's folder."""
        if self.is_file and address and "://" not in address and (path := self._beside(address)):
            return path
        return self.link(address, base)

    def _beside(self, address: str) -> str:
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
        ):  # a name that no file can have, or links that go in a circle
            return ""


@lru_cache(maxsize=64)
def _joined(url: str, base: str) -> str:
    """Return what a relative address of a feed starts from: the same for nearly all of its entries."""
    try:
        return urljoin(url, base)
    except ValueError:
        return ""
