"""A site that another tool made: where its texts and files lie, and which addresses it gave them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from kiosque.contribute.moving.old_address import host_of
from kiosque.contribute.moving.site_folder import Folder
from kiosque.text import slug

MARKDOWN = (".md", ".markdown", ".mkd", ".mdown")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[-_ ]?")
_PAGES = frozenset({"page", "pages"})


@dataclass(frozen=True)
class OldSite:
    """A folder of texts that no known tool made: those in ``pages/`` are pages, the others articles.

    ``url`` is the address of the site, empty where its settings name none. ``top`` is the folder with its
    texts, ``static`` are the folders whose files stand at the top of the site; all end with a slash, or are
    empty. ``author`` signs texts that name nobody, ``language`` is that of the site. ``splits_at_spaces``
    tells that spaces separate tags.
    """

    folder: Folder
    url: str = ""
    top: str = ""
    static: tuple[str, ...] = ("static/", "")
    author: str = ""
    language: str = ""
    suffixes: tuple[str, ...] = MARKDOWN
    splits_at_spaces: bool = False

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The host of the site, as addresses of it are recognised."""
        return host_of(self.url)

    def is_text(self, path: str) -> bool:
        """Whether a file is one of the site's texts, by its place and name."""
        name = PurePosixPath(path).stem.lower()
        is_markup = path.lower().endswith(self.suffixes)
        return is_markup and path.startswith(self.top) and name not in {"readme", "license", "changelog"}

    def kind(self, path: str, values: Mapping[str, Any]) -> str:
        """Return the name of the kind that a text becomes."""
        del values
        return "page" if _PAGES & set(PurePosixPath(path).parts[:-1]) else "article"

    def is_draft(self, path: str) -> bool:
        """Whether the place of a text says that it isn't published."""
        return bool({"_drafts", "drafts", "brouillons"} & set(PurePosixPath(path).parts[:-1]))

    def name(self, path: str, title: str) -> str:
        """Return the last part of a text's address, where its head names none."""
        del title
        return plain_name(path)

    def addresses(self, path: str, name: str, values: Mapping[str, Any], day: date | None) -> tuple[str, ...]:
        """Return the addresses of a text in the old site, as far as its settings tell."""
        del path, name, values, day
        return ()

    def tags(self, path: str, head: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the tags that the place of a text gives it, if its head names none."""
        del path, head
        return ()


def plain_name(path: str) -> str:
    """Return the name of a text's file without the day in front; of ``index.md``, that of its folder."""
    pure = PurePosixPath(path)
    stem = pure.parent.name if pure.stem in {"index", "_index"} and pure.parent.name else pure.stem
    return slug(_DAY.sub("", stem, count=1) or stem, fallback="texte")


def inner(path: str, top: str) -> PurePosixPath:
    """Return the path of a text below the folder with all texts."""
    return PurePosixPath(path.removeprefix(top))
