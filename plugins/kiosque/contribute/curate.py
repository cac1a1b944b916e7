"""Feature and hide: from the address that a person pastes to an item of ``content/curation.yml``."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, tzinfo
from pathlib import Path
from typing import Literal

from kiosque import curation
from kiosque.archive import entries
from kiosque.archive.lookup import page_of
from kiosque.content import frontmatter
from kiosque.content.addresses import page_kind
from kiosque.content.content_files import content_files
from kiosque.content.kinds import KINDS
from kiosque.content.load import load_sources
from kiosque.content.reader import read_record
from kiosque.content.schema import BadValueError
from kiosque.curation import Choice, Files, Key, Match
from kiosque.html.plain_text import plain_text
from kiosque.i18n import _
from kiosque.model import ArchiveError, ContentItem, Problem, Record, StoredEntry
from kiosque.settings.pelicanconf import HubSettings
from kiosque.text import excerpt

Action = Literal["feature", "hide"]
_LONGEST_TITLE = 80
logger = logging.getLogger(__name__)


class FoundPublication(Record, frozen=True):
    """The publication that an address names: its page on the hub, and what lets a person recognise it.

    ``source`` is the medium's name, empty for a content file. ``path`` is the path of a content file, empty
    for an entry.
    """

    address: str
    title: str
    day: date
    source: str = ""
    path: str = ""


class CurrentState(Record, frozen=True):
    """Whether a publication is featured, or hidden, today.

    ``choice`` is the choice that decides it; None where there is none, or where the head of a content file
    decides.
    """

    holds: bool
    choice: Choice | None = None


class CurationDesk:
    """Finds publications of a hub, tells which are featured or hidden, and adds choices.

    ``problems`` are those of the files that it has read.
    """

    def __init__(self, settings: HubSettings) -> None:
        """Read choices, archive, sources, and the heads of content files."""
        root, zone = settings.root, settings.zone
        self._settings = settings
        self.choices, choice_problems = curation.load(root, zone)
        self._archive, archive_problems = entries.read_archive(root / entries.ARCHIVE)
        sources, _problems = load_sources(root, zone)
        self._sources = {source.slug: source.name for source in sources}
        self._files: Files = dict(_files(root, zone))
        self.problems: tuple[Problem, ...] = (*choice_problems, *archive_problems)
        logger.debug(
            "%d choices, entries of %d sources, %d content files",
            len(self.choices), len(self._archive), len(self._files),
        )  # fmt: skip

    def find(self, wanted: str) -> FoundPublication:
        """Return the publication that an address names; raise ArchiveError if it names none or several."""
        try:
            address = curation.publication(wanted, self._settings.zone)
        except BadValueError as error:
            raise ArchiveError(str(error)) from None
        match = self._matches([address])[address]
        if match.trouble:
            raise ArchiveError(match.trouble)
        if len(match.entries) > 1:
            message = _(
                "several publications bear the address {address}: "
                "give the page of the one that is meant, such as {pages}"
            )
            raise ArchiveError(message.format(address=wanted, pages=" ".join(map(page_of, match.entries))))
        return self._content_file(match.page, match.file) if match.file else self._entry(match.entries[0])

    def state(self, publication: FoundPublication, action: Action) -> CurrentState:
        """Return whether a publication is featured, or hidden, today."""
        key = self._key(publication)
        today = self._settings.today
        in_force = [
            choice
            for choice in self.choices
            if getattr(choice, action) is not None and choice.holds_on(today)
        ]
        matches = self._matches({choice.publication for choice in in_force})
        deciding = [choice for choice in in_force if key in matches[choice.publication].keys]
        if deciding:
            latest = max(deciding, key=lambda choice: (choice.day or date.min, choice.line))
            return CurrentState(holds=bool(getattr(latest, action)), choice=latest)
        file = self._files.get(key[1]) if publication.path else None
        return CurrentState(holds=action == "feature" and getattr(file, "featured", False))

    def add_choice(
        self,
        publication: FoundPublication,
        action: Action,
        *,
        holds: bool,
        until: date | None,
        reason: str,
        by: str,
    ) -> Choice:
        """Write a choice, and return it with its line.

        Raises ContentError or OutputError where it can't be written.
        """
        before = self.state(publication, action).choice
        # A choice that was dated in advance must not win over the one that withdraws it.
        day = max(self._settings.today, (before.day if before else None) or date.min)
        choice = Choice(
            publication=publication.address,
            feature=holds if action == "feature" else None,
            hide=holds if action == "hide" else None,
            until=until,
            day=day,
            reason=reason,
            by=by,
        )
        return curation.add_choice(self._settings.root, choice, self._settings.zone)

    def _matches(self, addresses: Iterable[str]) -> Mapping[str, Match]:
        return curation.match_addresses(addresses, self._archive, self._files, self._settings.site.url)

    def _key(self, publication: FoundPublication) -> Key:
        return self._matches([publication.address])[publication.address].keys[0]

    def _entry(self, stored: StoredEntry) -> FoundPublication:
        entry = stored.entry
        return FoundPublication(
            address=page_of(stored),
            title=excerpt(entry.title or plain_text(entry.summary) or entry.url, _LONGEST_TITLE),
            day=entry.moment.astimezone(self._settings.zone).date(),
            source=self._sources.get(entry.source, entry.source),
        )

    def _content_file(self, page: str, file: ContentItem) -> FoundPublication:
        kind = page_kind(page)
        moment = kind.moment(file) if kind else None
        return FoundPublication(
            address=f"{page}/",
            title=excerpt(file.title, _LONGEST_TITLE),
            day=(moment or self._settings.now).astimezone(self._settings.zone).date(),
            path=file.path,
        )


def _files(root: Path, zone: tzinfo) -> Iterator[tuple[str, ContentItem]]:
    """Yield the pages of publications, without their last slash, each with the record of its content file.

    Files whose heads can't be read are left out: a build reports them.
    """
    for kind in KINDS.values():
        for file in content_files(root, kind) if kind.in_stream else ():
            path = file.relative_to(root).as_posix()
            try:
                text, _problems = frontmatter.decode(file.read_bytes(), path)
            except OSError:
                continue
            if record := read_record(kind, frontmatter.split_file(text, path), path, zone).record:
                yield kind.page(record.slug).rstrip("/"), record
