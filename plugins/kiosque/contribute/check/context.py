"""The hub around a checked file: its communes, addresses, files and texts, each read once and when needed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from kiosque import curation, takedowns
from kiosque.archive.entries import ARCHIVE, read_archive, read_source
from kiosque.archive.lookup import Archive
from kiosque.content.addresses import ENTRIES
from kiosque.content.content_files import CONTENT, leads_out, slug_of, walk
from kiosque.content.kinds import KINDS
from kiosque.content.linking.named_files import NamedFiles
from kiosque.content.site_addresses import site_address
from kiosque.content.territory_file import load_territory
from kiosque.contribute.check import reading
from kiosque.contribute.check.reading import CheckedText
from kiosque.files import resolved_below
from kiosque.model import Problem, Source, Territory
from kiosque.settings.pelicanconf import HubSettings
from kiosque.takedowns import Takedowns
from kiosque.territory import doubts
from kiosque.territory.communes import Communes
from kiosque.text import slug

# Heads that name an address of their own. Only these are parsed to know the address of each file.
_NAMES_ADDRESS = re.compile(
    rb"^:?\s*[\"']?(?:slug|adresse|alias(?:es)?|anciennes[ _-]adresses"
    rb"|permalink|url|redirect_from|save_as|path)[\"']?\s*[:=]",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_HEAD = 4000
# The end of the address of a year or month of a list.
_TIME = re.compile(r"/[1-9][0-9]{3}/(?:[0-9]{2}/)?$")
_ENTRY_OR_YEAR = re.compile(
    rf"{ENTRIES}(?P<source>[a-z0-9-]+)/(?P<year>[1-9][0-9]{{3}})/(?:[0-9]{{2}}/|(?P<slug>[a-z0-9-]+)/)?"
)


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
    def _content(self) -> Path:
        """The folder ``content/``, with links resolved."""
        return (self.root / CONTENT).resolve()

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths of all files below ``content/``, from the hub's folder."""
        return tuple(walk(self.root))

    @cached_property
    def named(self) -> NamedFiles:
        """The files below ``content/`` by the names that texts have for them."""
        return NamedFiles(self.root)

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
    def takedowns(self) -> Takedowns:
        """What was taken down."""
        return takedowns.load(self.root, self.settings.zone, self.settings.site.url)[0]

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

    def page_at(self, alias: str) -> str:
        """Return the address of the page or list of today that a former address is; empty for none.

        Files that have the same address are left to ``addresses``.
        """
        if address := site_address(alias):
            return address
        of_list = _TIME.sub("/", alias)
        names = self._named_lists if alias.startswith(("/mots-cles/", "/auteurs/")) else self._lists
        return alias if of_list in names or self._is_of_archive(alias) else ""

    @cached_property
    def _lists(self) -> frozenset[str]:
        """The addresses of the lists of kinds, themes and communes."""
        themes, _problems = curation.load_themes(self.root, self.settings.zone)
        return frozenset({
            *(kind.list_address for kind in KINDS.values()),
            *(f"/themes/{theme.slug}/" for theme in themes.items),
            *(f"/communes/{item.department}/{item.slug}/" for item in self._territory[0].communes),
        })  # fmt: skip

    @cached_property
    def _named_lists(self) -> frozenset[str]:
        """The addresses of the lists of tags and authors."""
        texts = (text for path in self.texts if (text := self.text(path)[0]))
        records: list[Any] = [text.parsed.record for text in texts]
        records += [stored.entry for of_source in self.archive.values() for stored in of_source]
        return frozenset(
            f"/{folder}/{slug(name.lstrip('# '))}/"
            for record in records
            for folder, field in (("mots-cles", "tags"), ("auteurs", "authors"))
            for name in getattr(record, field, ())
        )

    def _is_of_archive(self, address: str) -> bool:
        """Whether an address is that of an entry, or of a year of a source."""
        match = _ENTRY_OR_YEAR.fullmatch(address)
        if not match:
            return False
        stored_entries = read_source(self.root / ARCHIVE, match["source"]).entries
        slugs = {stored.entry.slug for stored in stored_entries if str(stored.year) == match["year"]}
        return match["slug"] in slugs if match["slug"] else bool(slugs)

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
        """Whether a file is a symbolic link out of ``content/`` or to a hidden file, or lies behind one."""
        if path in self._known_inside:
            return False
        return leads_out(self.root / path, self._content)

    @cached_property
    def _known_inside(self) -> frozenset[str]:
        """The paths that aren't symbolic links. Resolving a path costs more than reading its file."""
        return frozenset(path for path in self.paths if not _is_link(self.root, path))

    def file(self, path: str) -> Path | None:
        """Return a file of the hub, with links resolved; None where it is missing or hidden.

        A file of ``content/`` lies below it when its links are resolved, too. Its name may have another
        Unicode form.
        """
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            return None
        folder = self._content if path.startswith(f"{CONTENT}/") else self.inside
        return resolved_below(self.root / (self.named.found(path) or path), (folder,))


def _is_link(root: Path, path: str) -> bool:
    # ``walk`` doesn't enter folders that are links, so only the file itself can be one.
    return (root / path).is_symlink()
