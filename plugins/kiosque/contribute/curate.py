"""Featuring and hiding: from the address that a person pastes to an item of ``content/curation.yml``."""

from __future__ import annotations

import re
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
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.kinds import KINDS
from kiosque.content.load import load_sources
from kiosque.content.reader import read_record
from kiosque.content.schema import BadValueError
from kiosque.curation import Choice, Files, Key, Named
from kiosque.html.plain_text import plain_text
from kiosque.i18n import _
from kiosque.model import ArchiveError, ContentItem, Problem, Record
from kiosque.settings.pelicanconf import HubSettings
from kiosque.text import excerpt

What = Literal["feature", "hide"]
_LONGEST_TITLE = 80
_RST_FIELD = re.compile(r":([\w.-]+):[ \t]+(.*)")


class Found(Record, frozen=True):
    """What an address names: its page on the hub, and what tells a person that it is the one that was meant.

    ``source`` is the medium's name; ``path`` is the file of an article, and empty for an entry.
    """

    address: str
    title: str
    day: date
    source: str = ""
    path: str = ""


class Standing(Record, frozen=True):
    """What holds of a publication today; ``choice`` says so, but where an article's own head does."""

    holds: bool
    choice: Choice | None = None


class Desk:
    """All that someone who chooses needs: what there is, and what was chosen before.

    ``problems`` are those of the files that were read.
    """

    def __init__(self, settings: HubSettings) -> None:
        """Read choices, archive, sources and the heads of articles."""
        root, zone = settings.root, settings.zone
        self._settings = settings
        self.choices, wrong = curation.load(root, zone)
        self._archive, unread = entries.read_archive(root / entries.ARCHIVE)
        sources, _known = load_sources(root, zone)
        self._sources = {source.slug: source.name for source in sources}
        self._files: Files = dict(_files(root, zone))
        self.problems: tuple[Problem, ...] = (*wrong, *unread)

    def find(self, wanted: str) -> Found:
        """Return the one publication that an address names; raises ArchiveError where that is none, or several."""
        try:
            address = curation.publication(wanted, self._settings.zone)
        except BadValueError as error:
            raise ArchiveError(str(error)) from None
        named = self._named([address])[address]
        if named.trouble:
            raise ArchiveError(named.trouble)
        if len(named.entries) > 1:
            message = _(
                "several publications bear the address {address}: give the page of the one that is meant, such as {pages}"
            )
            raise ArchiveError(message.format(address=wanted, pages=" ".join(map(page_of, named.entries))))
        return self._file(named.page, named.file) if named.file else self._entry(named)

    def standing(self, found: Found, what: What) -> Standing:
        """Return whether a publication is featured, or hidden, and what says so."""
        key = self._key(found)
        today = self._settings.today
        valid = [
            choice for choice in self.choices if getattr(choice, what) is not None and choice.holds_on(today)
        ]
        named = self._named({choice.publication for choice in valid})
        choices = [choice for choice in valid if key in named[choice.publication].keys]
        if choices:
            latest = max(choices, key=lambda choice: (choice.day or date.min, choice.line))
            return Standing(holds=bool(getattr(latest, what)), choice=latest)
        file = self._files.get(key[1]) if found.path else None
        return Standing(holds=what == "feature" and getattr(file, "featured", False))

    def note(
        self, found: Found, what: What, *, holds: bool, until: date | None, reason: str, by: str
    ) -> Choice:
        """Write a choice, and return it with its line; raises ContentError or OutputError where that can't be done."""
        before = self.standing(found, what).choice
        # A choice that was dated in advance must not outlast the one that withdraws it.
        day = max(self._settings.today, (before.day if before else None) or date.min)
        choice = Choice(
            publication=found.address,
            feature=holds if what == "feature" else None,
            hide=holds if what == "hide" else None,
            until=until,
            day=day,
            reason=reason,
            by=by,
        )
        return curation.note(self._settings.root, choice, self._settings.zone)

    def _named(self, addresses: Iterable[str]) -> Mapping[str, Named]:
        return curation.name(addresses, self._archive, self._files, self._settings.site.url)

    def _key(self, found: Found) -> Key:
        return self._named([found.address])[found.address].keys[0]

    def _entry(self, named: Named) -> Found:
        stored = named.entries[0]
        entry = stored.entry
        return Found(
            address=page_of(stored),
            title=excerpt(entry.title or plain_text(entry.summary) or entry.url, _LONGEST_TITLE),
            day=entry.moment.astimezone(self._settings.zone).date(),
            source=self._sources.get(entry.source, entry.source),
        )

    def _file(self, page: str, file: ContentItem) -> Found:
        kind = page_kind(page)
        moment = kind.moment(file) if kind else None
        return Found(
            address=f"{page}/",
            title=excerpt(file.title, _LONGEST_TITLE),
            day=(moment or self._settings.now).astimezone(self._settings.zone).date(),
            path=file.path,
        )


def _files(root: Path, zone: tzinfo) -> Iterator[tuple[str, ContentItem]]:
    """Yield the publications whose heads can be read, with their pages; a build says what is wrong with the others."""
    for kind in KINDS.values():
        for file in content_files(root, kind) if kind.in_stream else ():
            path = file.relative_to(root).as_posix()
            try:
                text, _unread = frontmatter.decode(file.read_bytes(), path)
            except OSError:
                continue
            head = _rst_head(text) if path.endswith(".rst") else frontmatter.split(text, path)
            if record := read_record(kind, head, path, zone).record:
                yield kind.page(record.slug).rstrip("/"), record


def _rst_head(text: str) -> FrontMatter:
    """Return the title and fields of reStructuredText, without docutils, which takes longer than all the rest."""
    lines = [line for line in text.splitlines() if line.strip()]
    values = {"title": Located(next((line for line in lines if line[0].isalnum()), "").strip(), 1)}
    for number, line in enumerate(lines, start=1):
        if found := _RST_FIELD.fullmatch(line.rstrip()):
            values[found[1]] = Located(found[2], number)
    return FrontMatter(values=values)
