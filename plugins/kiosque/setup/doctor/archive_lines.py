"""Findings about the archive: lines that can't be read, lines out of order, and folders without a source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from kiosque.archive.entries import ARCHIVE, archived_sources, read_source, read_state, read_year_file
from kiosque.archive.format import require_format
from kiosque.archive.year_files import year_files
from kiosque.i18n import _, ngettext
from kiosque.model import ArchiveError, Entry, Source, StoredEntry
from kiosque.setup.doctor.findings import Finding, look, mend, problem, well


class ArchiveExamination:
    """The findings about the archive. ``newest`` is the moment at which the newest entry arrived."""

    def __init__(self, root: Path, sources: Sequence[Source]) -> None:
        """Read the whole archive."""
        self.folder = root / ARCHIVE
        self.newest: datetime | None = None
        self.findings = list(self._findings({source.slug for source in sources}))

    def _findings(self, sources: set[str]) -> Iterator[Finding]:
        try:
            require_format(self.folder)
        except ArchiveError as error:
            yield mend(str(error), ARCHIVE)
            return
        number = 0
        findings: list[Finding] = []
        for name in archived_sources(self.folder):
            number += self._source(name, findings)
            if name not in sources:
                message = _("no file in content/sources has this name: write one, or remove this folder")
                findings.append(look(message, f"{ARCHIVE}/{name}"))
        if not findings:
            yield well(
                ngettext(
                    "{number} entry in the archive, whole and in order",
                    "{number} entries in the archive, whole and in order",
                    number,
                ).format(number=number)
            )
        yield from findings

    def _source(self, name: str, findings: list[Finding]) -> int:
        """Add the findings about a source to ``findings``; return the number of its entries."""
        archived = read_source(self.folder, name)
        findings += map(problem, archived.problems)
        try:
            read_state(self.folder, name)
        except ArchiveError as error:
            findings.append(mend(str(error)))
        findings += (mend(message, f"{ARCHIVE}/{name}") for message in _repeated_ids(archived.entries))
        slugs = Counter((stored.year, stored.entry.slug) for stored in archived.entries)
        twice = {key for key, number in slugs.items() if number > 1}
        for year, path in year_files(self.folder, name):
            lines = read_year_file(path, self.folder)
            entries = [entry for entry in lines if isinstance(entry, Entry)]
            findings += (
                mend(message, f"{ARCHIVE}/{name}/{Path(path).name}")
                for message in (*_taken_slugs(entries, year, twice), *_faults_of_file(entries, name))
            )
        arrivals = [stored.entry.first_seen for stored in archived.entries]
        self.newest = max([*arrivals, *([self.newest] if self.newest else [])], default=None)
        return len(archived.entries)


def _repeated_ids(entries: Iterable[StoredEntry]) -> Iterator[str]:
    ids = Counter(stored.entry.id for stored in entries)
    for identity in (identity for identity, number in ids.items() if number > 1):
        yield _("the id “{id}” stands on two lines: keep one of them").format(id=identity)


def _taken_slugs(entries: Sequence[Entry], year: int, twice: AbstractSet[tuple[int, str]]) -> Iterator[str]:
    for slug in dict.fromkeys(entry.slug for entry in entries):
        if (year, slug) in twice:
            yield _("two entries have the address “{slug}”: give one of them another slug").format(slug=slug)


def _faults_of_file(entries: Sequence[Entry], source: str) -> Iterator[str]:
    if any(entry.source != source for entry in entries):
        yield _("entries of another source stand here: move their lines to its folder")
    if any((a.moment, a.id) > (b.moment, b.id) for a, b in pairwise(entries)):
        yield _(
            "the lines are not in order of date: "
            "the next harvest that brings something new puts them in order"
        )
