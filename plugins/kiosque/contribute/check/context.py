"""The hub around a checked file: its communes, addresses, files and texts, each read once and when needed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath

from kiosque.archive.entries import ARCHIVE, read_archive
from kiosque.archive.lookup import Archive
from kiosque.content.content_files import slug_of
from kiosque.content.territory_file import load_territory
from kiosque.contribute.check import reading
from kiosque.contribute.check.reading import CheckedText
from kiosque.model import Problem, Source, Territory
from kiosque.settings.pelicanconf import HubSettings
from kiosque.territory import doubts
from kiosque.territory.communes import Communes

# Heads that name an address of their own. Only these are parsed to know the address of each file.
_NAMES_ADDRESS = re.compile(
    rb"^:?\s*[\"']?(?:slug|adresse|alias(?:es)?|anciennes[ _-]adresses)[\"']?\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_HEAD = 4000


@dataclass
class Context:
    """The hub around the files that are checked."""

    settings: HubSettings
    _texts: dict[str, tuple[CheckedText | None, tuple[Problem, ...]]] = field(
        default_factory=dict, init=False
    )

    @property
    def root(self) -> Path:
        """The hub's folder."""
        return self.settings.root

    @property
    def now(self) -> datetime:
        """The moment of the check."""
        return self.settings.now

    @cached_property
    def inside(self) -> Path:
        """The hub's folder, with links resolved."""
        return self.root.resolve()

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of all files below ``content/``, from the hub's folder."""
        return tuple(reading.walk(self.root))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The paths of all content files."""
        return tuple(path for path in self.paths if reading.kind_of(path) and not self.leads_out(path))

    @cached_property
    def _territory(self) -> tuple[Territory, tuple[Problem, ...]]:
        return load_territory(self.root)

    @property
    def territory_problems(self) -> tuple[Problem, ...]:
        """What of the territory can't be read, or names no commune of France."""
        territory, problems = self._territory
        if problems:
            return problems
        text = (self.root / doubts.PATH).read_text(encoding="utf-8", errors="replace")
        return tuple(doubts.wrong_communes(territory, text))

    @cached_property
    def communes(self) -> Communes:
        """The communes that the hub covers."""
        return Communes.of(self._territory[0])

    @cached_property
    def data(self) -> dict[str, bytes]:
        """The bytes of all content files by their paths, without files that can't be opened."""
        data = {}
        for path in self.texts:
            try:
                data[path] = reading.bytes_of(self.root, path)
            except OSError:
                continue
        return data

    def text(self, path: str) -> tuple[CheckedText | None, tuple[Problem, ...]]:
        """Return a content file and the problems of its head; None where it isn't one, or can't be read."""
        if path not in self._texts:
            kind, data = reading.kind_of(path), self.data.get(path)
            if kind is None or data is None:
                return None, ()
            self._texts[path] = reading.text_of(data, path, kind, self.settings.zone)
        return self._texts[path]

    @cached_property
    def words(self) -> dict[str, str]:
        """The text of each content file below its head, for comparisons."""
        bodies = {path: data.partition(b"\n---")[2] or data for path, data in self.data.items()}
        return {path: body.decode("utf-8", "replace") for path, body in bodies.items()}

    @cached_property
    def addresses(self) -> dict[str, list[str]]:
        """For each address, the paths of the files that have it as their own or a former one, sorted."""
        files: defaultdict[str, list[str]] = defaultdict(list)
        for path, data in self.data.items():
            for address in self._addresses_of(path, data):
                files[address].append(path)
        return files

    def _addresses_of(self, path: str, data: bytes) -> list[str]:
        kind = reading.kind_of(path)
        assert kind is not None
        if not _NAMES_ADDRESS.search(data, 0, _LONGEST_HEAD):
            return [kind.page(slug_of(path))]
        text, _problems = self.text(path)
        if text is None:
            return []
        return list(dict.fromkeys([text.address, *text.parsed.values.get("aliases", ())]))

    def publications(self) -> Iterator[CheckedText]:
        """Yield the content files that are publications."""
        for path in self.texts:
            kind = reading.kind_of(path)
            text = self.text(path)[0] if kind and kind.in_stream else None
            if text:
                yield text

    @cached_property
    def archive(self) -> Archive:
        """The entries of each source. Unreadable lines are left out: ``data_files`` reports them."""
        return read_archive(self.root / ARCHIVE)[0]

    @cached_property
    def feeds(self) -> dict[str, str]:
        """For each feed, the path of the first source file that has it."""
        files: dict[str, str] = {}
        for path in self.texts:
            text, _problems = self.text(path) if path.startswith("content/sources/") else (None, ())
            if text and isinstance(text.parsed.record, Source):
                for feed in text.parsed.record.feeds:
                    files.setdefault(feed.url, path)
        return files

    def leads_out(self, path: str) -> bool:
        """Whether a file is a symbolic link out of the hub's folder, or lies behind one."""
        if path in self._known_inside:
            return False
        return not (self.root / path).resolve().is_relative_to(self.inside)

    @cached_property
    def _known_inside(self) -> frozenset[str]:
        """The paths that aren't symbolic links. Resolving a path costs more than reading its file."""
        return frozenset(path for path in self.paths if not _is_link(self.root, path))

    def file(self, path: str) -> Path | None:
        """Return a file below the hub's folder, with links resolved; None where it is missing or hidden."""
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            return None
        try:
            file = (self.root / path).resolve(strict=True)
        except (OSError, ValueError):
            return None
        return file if file.is_file() and file.is_relative_to(self.inside) else None


def _is_link(root: Path, path: str) -> bool:
    # ``reading.walk`` doesn't enter folders that are links, so only the file itself can be one.
    return (root / path).is_symlink()
