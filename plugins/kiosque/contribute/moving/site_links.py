"""Tells where the links of another tool's site lead: to its texts, to its files, or elsewhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin

from kiosque.contribute.moving.arrangement import Target, is_served
from kiosque.contribute.moving.old_address import path_of
from kiosque.contribute.moving.old_site import OldSite
from kiosque.contribute.moving.old_text import OldText
from kiosque.contribute.moving.site_folder import LARGEST_FILE

# {filename}bal.md, and |filename|bal.md, as Pelican had it before.
_PELICAN = re.compile(r"(?:\{(\w+)\}|\|(\w+)\|)(.*)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:|//")
_LISTS = {"tag": "{tag}", "category": "{tag}", "author": "{author}", "index": "{index}"}


class SiteLinks:
    """The links of a site; calling it with a text and a target tells where that leads."""

    def __init__(self, site: OldSite, texts: Sequence[OldText]) -> None:
        """Take the texts that move; ``texts`` are all of them."""
        self._site = site
        self._origins = {text.origin: text for text in texts}
        self._stems = {str(PurePosixPath(text.origin).with_suffix("")): text.origin for text in texts}
        self._by_address = {_key(address): text.origin for text in texts for address in text.addresses}

    def __call__(self, text: OldText, target: str) -> Target:
        """Return where a target in a text leads; nothing for one that stays as it is."""
        target = html.unescape(target).strip()
        pelican = _PELICAN.fullmatch(unquote(target) if target.startswith(("%7B", "%7C")) else target)
        if pelican:
            kind, rest = pelican[1] or pelican[2], pelican[3]
            if kind in _LISTS:
                return Target(address=f"{_LISTS[kind]}{rest}")
            return self._within(text, rest)
        if _SCHEME.match(target):
            path = path_of(target, self._site.hosts) if self._site.hosts else ""
            found = self._within(text, path) if path else Target()
            return found if found.file or found.origin else Target()
        return self._within(text, target) if target and not target.startswith(("#", "{", "?")) else Target()

    def _within(self, text: OldText, target: str) -> Target:
        """Return where a target within the site leads."""
        path, _hash, fragment = target.partition("#")
        path = unquote(path.partition("?")[0])
        for candidate in self._candidates(text, path):
            if origin := self._origin(candidate):
                return Target(origin=origin, fragment=fragment)
            if self._site.folder.sizes.get(candidate, LARGEST_FILE + 1) <= LARGEST_FILE and is_served(
                candidate
            ):
                return Target(file=self._site.folder.file(candidate))
        base = text.addresses[0] if text.addresses else "/"
        address = urljoin(base, path)
        if origin := self._by_address.get(_key(address), ""):
            return Target(origin=origin, fragment=fragment)
        is_file = bool(PurePosixPath(path).suffix) and not path.endswith((".html", ".htm", ".php"))
        whole = self._site.url.rstrip("/") + address if self._site.url.startswith("http") else ""
        return Target(address=whole, fragment=fragment, missing=path if is_file else "")

    def _origin(self, candidate: str) -> str:
        if candidate in self._origins:
            return candidate
        return self._stems.get(candidate, self._stems.get(f"{candidate}/index", ""))

    def _candidates(self, text: OldText, path: str) -> Iterator[str]:
        """Yield the paths that a target may mean, from the site's folder; none leads out of it."""
        folders = [self._site.top, *self._site.static, ""]
        if not path.startswith("/"):
            folders.insert(0, posixpath.dirname(text.origin))
        for folder in dict.fromkeys(folders):
            joined = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
            if path.strip("/") and not joined.startswith(("../", "/")) and joined != "..":
                yield joined


def _key(address: str) -> str:
    return unquote(address).removesuffix("index.html").strip("/").removesuffix(".html").lower()
