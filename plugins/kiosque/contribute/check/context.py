"""What surrounds a file that is checked: the hub's communes, addresses, files and texts, each read once and when asked."""

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
from kiosque.contribute.check.reading import Text
from kiosque.model import Problem, Source, Territory
from kiosque.settings.pelicanconf import HubSettings
from kiosque.territory.communes import Communes

# Heads that name their own address: only these are read to know who takes which.
_NAMES_ITSELF = re.compile(
    rb"^:?\s*[\"']?(?:slug|adresse|alias(?:es)?|anciennes[ _-]adresses)[\"']?\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = 4000


@dataclass
class Context:
    """The hub around the files that are checked."""

    settings: HubSettings
    read: dict[str, tuple[Text | None, tuple[Problem, ...]]] = field(default_factory=dict)

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
        """The hub's folder, links resolved."""
        return self.root.resolve()

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All files below ``content/``, from the hub's folder."""
        return tuple(reading.walk(self.root))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The files of all kinds."""
        return tuple(path for path in self.paths if reading.kind_of(path) and not self.leads_out(path))

    @cached_property
    def _territory(self) -> tuple[Territory, tuple[Problem, ...]]:
        return load_territory(self.root)

    @property
    def territory_problems(self) -> tuple[Problem, ...]:
        """What of the territory can't be read."""
        return self._territory[1]

    @cached_property
    def communes(self) -> Communes:
        """The communes that the hub covers."""
        return Communes.of(self._territory[0])

    @cached_property
    def data(self) -> dict[str, bytes]:
        """The bytes of all texts by their paths; without those that can't be read."""
        found = {}
        for path in self.texts:
            try:
                found[path] = reading.bytes_of(self.root, path)
            except OSError:
                continue
        return found

    def text(self, path: str) -> tuple[Text | None, tuple[Problem, ...]]:
        """Return a file of a kind as read, and what is wrong with its head."""
        if path not in self.read:
            kind, data = reading.kind_of(path), self.data.get(path)
            if kind is None or data is None:
                return None, ()
            self.read[path] = reading.text_of(data, path, kind, self.settings.zone)
        return self.read[path]

    @cached_property
    def words(self) -> dict[str, str]:
        """What each text says below its head, to compare."""
        return {path: data.partition(b"\n---")[2].decode("utf-8", "replace") or data.decode("utf-8", "replace")
                for path, data in self.data.items()}  # fmt: skip

    @cached_property
    def addresses(self) -> dict[str, list[str]]:
        """Which files want each address, in the order of their paths: as their own, or as a former one."""
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        for path, data in self.data.items():
            for address in self._addresses_of(path, data):
                wanted[address].append(path)
        return wanted

    def _addresses_of(self, path: str, data: bytes) -> list[str]:
        kind = reading.kind_of(path)
        assert kind is not None
        if not _NAMES_ITSELF.search(data, 0, _HEAD):
            return [kind.page(slug_of(path))]
        text, _problems = self.text(path)
        if text is None:
            return []
        return list(dict.fromkeys([text.address, *text.read.values.get("aliases", ())]))

    def publications(self) -> Iterator[Text]:
        """Yield the content files that are publications."""
        for path in self.texts:
            kind = reading.kind_of(path)
            text = self.text(path)[0] if kind and kind.in_stream else None
            if text:
                yield text

    @cached_property
    def archive(self) -> Archive:
        """What the archive has of each source; the lines that can't be read are said where it is checked."""
        return read_archive(self.root / ARCHIVE)[0]

    @cached_property
    def feeds(self) -> dict[str, str]:
        """Which source file names each feed first."""
        named: dict[str, str] = {}
        for path in self.texts:
            text, _problems = self.text(path) if path.startswith("content/sources/") else (None, ())
            if text and isinstance(text.read.record, Source):
                for feed in text.read.record.feeds:
                    named.setdefault(feed.url, path)
        return named

    def leads_out(self, path: str) -> bool:
        """Whether a file is, or lies behind, a link that leads out of the hub's folder."""
        if path in self._known_inside:
            return False
        return not (self.root / path).resolve().is_relative_to(self.inside)

    @cached_property
    def _known_inside(self) -> frozenset[str]:
        """What no link is part of: resolving each path costs more than reading the file."""
        return frozenset(path for path in self.paths if not _is_link(self.root, path))

    def file(self, path: str) -> Path | None:
        """Return a file below the hub's folder, links resolved; None where there is none, or where it is hidden."""
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            return None
        try:
            found = (self.root / path).resolve(strict=True)
        except (OSError, ValueError):
            return None
        return found if found.is_file() and found.is_relative_to(self.inside) else None


def _is_link(root: Path, path: str) -> bool:
    # A folder that is a link isn't entered: what is found lies in plain folders.
    return (root / path).is_symlink()
