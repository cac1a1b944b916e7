"""Finds the files that texts name, whatever the case and the Unicode form in which the name is written.

Systems differ. Some take ``Photo.JPG`` and ``photo.jpg`` for one file, and some store an accent as a sign of
its own (Unicode's form NFD, https://unicode.org/reports/tr15/). A text that is right on one is right on all.
"""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path, PurePosixPath

from kiosque.content.content_files import CONTENT, TEXT_SUFFIXES, walk

PICTURES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
# The suffixes of the files that the site serves.
SERVED = PICTURES | {
    ".aac", ".flac", ".m4a", ".mp3", ".mp4", ".oga", ".ogg", ".ogv", ".opus", ".wav", ".webm",
    ".csv", ".geojson", ".gpx", ".ics", ".json", ".odp", ".ods", ".odt", ".pdf", ".txt", ".vtt", ".srt",
}  # fmt: skip
_FILES = SERVED | TEXT_SUFFIXES
FEEDS = frozenset({".atom", ".json", ".rdf", ".rss", ".xml"})
# Files of one name that are compared, so that thousands of them cost nothing.
_MOST_ALIKE = 12


def is_served(path: str) -> bool:
    """Whether the site serves a file with the suffix of ``path``."""
    return PurePosixPath(path).suffix.lower() in SERVED


def is_file_name(path: str) -> bool:
    """Whether a link to ``path`` means a file: a text of the hub, or one that the site serves."""
    return PurePosixPath(path).suffix.lower() in _FILES


@dataclass(frozen=True)
class NamedFiles:
    """The files below a folder of the hub, looked up by names. The folder is read once, and when needed.

    Paths are from the hub's folder, ``root``.
    """

    root: Path
    folder: str = CONTENT

    def found(self, path: str, *, any_case: bool = False) -> str:
        """Return the path of the file that ``path`` means; empty if there is none.

        It is that file itself, or else the only one whose name is the same in another Unicode form. With
        ``any_case``, the only one whose name differs in case also counts.
        """
        if not path.startswith(f"{self.folder}/"):
            return ""
        # Unlike ``Path.is_file``, this raises nothing for a name that no system takes.
        if os.path.isfile(self.root / path):  # noqa: PTH113
            return path
        alike = self._by_form.get(composed(path), ())
        if not alike and any_case:
            alike = self._by_fold.get(folded(path), ())
        return alike[0] if len(alike) == 1 else ""

    def likely(self, path: str, suffixes: Collection[str] = _FILES) -> str:
        """Return the path of the file that was probably meant where ``path`` is missing; empty for none.

        It has the same name in another case, Unicode form or folder, or beside it another suffix out of
        ``suffixes``: by default, those of texts and of files that the site serves.
        """
        pure = PurePosixPath(path)

        def wanted(paths: Iterable[str]) -> list[str]:
            return [other for other in paths if PurePosixPath(other).suffix.lower() in suffixes]

        if same_name := wanted(self._by_fold.get(folded(path), ())):
            return same_name[0]
        if same_stem := wanted(self._by_stem.get(folded(_stem(path)), ())):
            return same_stem[0]
        elsewhere = wanted(self._by_name.get(folded(pure.name), ())[:_MOST_ALIKE])
        return min(elsewhere, key=lambda other: (-_shared_start(path, other), other), default="")

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(walk(self.root, self.folder))

    @cached_property
    def _by_form(self) -> Mapping[str, list[str]]:
        return _grouped(self._paths, composed)

    @cached_property
    def _by_fold(self) -> Mapping[str, list[str]]:
        return _grouped(self._paths, folded)

    @cached_property
    def _by_stem(self) -> Mapping[str, list[str]]:
        return _grouped(self._paths, lambda path: folded(_stem(path)))

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        return _grouped(self._paths, lambda path: folded(path.rpartition("/")[2]))


def from_file(path: str, by: str) -> str:
    """Return the path of a file as the file ``by`` names it: from its own folder."""
    return posixpath.relpath(path, posixpath.dirname(by) or ".")


def proposal(link: str, by: str, likely: str) -> str:
    """Return what to write for ``link`` in the file ``by``, so that it leads to the file ``likely``.

    >>> proposal("{attach}Photo.JPG", "content/articles/fete/index.md", "content/articles/a/ma photo.jpg")
    '{attach}../a/ma%20photo.jpg'
    """
    syntax = link[: link.find("}") + 1] if link.startswith("{") else ""
    return syntax + from_file(likely, by).replace(" ", "%20")


def composed(name: str) -> str:
    """Return a name with its accents in the letters (Unicode's form NFC)."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Return a name in the form in which names are compared: without case, and in one Unicode form.

    >>> folded("ÉTÉ.JPG")
    'été.jpg'
    """
    return composed(composed(name).casefold())


def _grouped(paths: Iterable[str], key: Callable[[str], str]) -> Mapping[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        groups[key(path)].append(path)
    return groups


def _stem(path: str) -> str:
    """Return a path without its suffix."""
    return path.removesuffix(PurePosixPath(path).suffix)


def _shared_start(path: str, other: str) -> int:
    """Return how many folders two paths share from their beginning."""
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))
