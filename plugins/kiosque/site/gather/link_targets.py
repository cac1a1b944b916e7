"""Resolves links in Pelican's syntax: ``{filename}``, ``{static}``, ``{attach}``, ``{tag}``, ``{author}``."""

from __future__ import annotations

from collections.abc import Mapping

from kiosque.model import Problem
from kiosque.site.gather.texts import resolve_links
from kiosque.site.hub.files import FileFinder
from kiosque.site.output.wanted import tag_slug


class LinkResolver:
    """Resolves the links of texts while a hub is gathered.

    ``root`` is the hub's path on its host. ``pages`` are the addresses of content files by their path.
    ``problems`` are those of links that lead nowhere.
    """

    def __init__(self, root: str, pages: Mapping[str, str], files: FileFinder) -> None:
        """Start without problems."""
        self.problems: list[Problem] = []
        self._root, self._pages, self._files = root, pages, files

    def resolve(self, html: str, path: str) -> str:
        """Return the clean HTML of the file ``path`` with addresses in place of Pelican's links."""
        clean, problems = resolve_links(html, path, lambda kind, target: self._lookup(kind, target, path))
        self.problems += problems
        return clean

    def _lookup(self, kind: str, target: str, path: str) -> str | None:
        """Return the address of a link in the file ``path``; None if there is no such file."""
        if kind == "filename" and target in self._pages:
            return self._root + self._pages[target]
        if kind in {"filename", "static", "attach"}:
            served = self._files.served(target, path) if target.startswith("content/") else None
            return self._root + served if served else None
        lists = {"tag": f"/mots-cles/{tag_slug(target)}/", "author": f"/auteurs/{tag_slug(target)}/"}
        return self._root + lists.get(kind, "/")
