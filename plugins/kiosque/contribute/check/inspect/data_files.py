"""Check the data of a hub: its territory, the decisions of its editors, its archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

from kiosque import curation, takedowns, works
from kiosque.archive import entries as archive
from kiosque.archive.entries import ARCHIVE
from kiosque.content.content_files import CONTENT
from kiosque.content.kinds.source import SOURCE
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.rules import RULES
from kiosque.curation import themes as themes_of_hub
from kiosque.model import ArchiveError, Problem
from kiosque.works import decisions

_Load = Callable[[Path, tzinfo], Iterable[Problem]]
_LOADS: dict[str, _Load] = {
    f"{CONTENT}/curation.yml": lambda root, zone: curation.load(root, zone)[1],
    f"{CONTENT}/takedowns.yml": lambda root, zone: takedowns.load(root, zone)[1],
    f"{CONTENT}/themes.yml": lambda root, zone: curation.load_themes(root, zone)[1],
    f"{CONTENT}/works.yml": lambda root, _zone: works.load_decisions(root)[1],
}


def ledger(path: str, hub: Context) -> Iterator[Problem]:
    """Yield the problems of a list of decisions, or of the territory; a decision may name no publication."""
    if path == f"{CONTENT}/territory.yml":
        yield from hub.territory_problems
    elif load := _LOADS.get(path):
        yield from load(hub.root, hub.settings.zone)
    if path == themes_of_hub.PATH:
        yield from _aliases_of_themes(hub)
    if path == curation.PATH:
        yield from _choices(hub)
    elif path == decisions.PATH:
        yield from _works(hub)


def _choices(hub: Context) -> Iterator[Problem]:
    choices, _problems = curation.load(hub.root, hub.settings.zone)
    in_force = [choice for choice in choices if choice.holds_on(hub.settings.today)]
    files = {
        text.address.rstrip("/"): text.parsed.record for text in hub.publications() if text.parsed.record
    }
    addresses = {choice.publication for choice in in_force}
    matches = (
        curation.match_addresses(addresses, hub.archive, files, hub.settings.site.url) if in_force else {}
    )
    for choice in in_force:
        trouble = matches[choice.publication].trouble
        if trouble and not hub.takedowns.settles(choice.publication):
            yield Problem(path=curation.PATH, line=choice.line, message=trouble, rule="ledger-unmatched")
        if choice.commune and hub.communes.by_code and choice.commune not in hub.communes.by_code:
            remedy = hub.communes.remedy_for_code(choice.commune)
            yield RULES["commune-unknown"].at(curation.PATH, choice.line, value=choice.commune, remedy=remedy)


def _aliases_of_themes(hub: Context) -> Iterator[Problem]:
    themes, _problems = curation.load_themes(hub.root, hub.settings.zone)
    for theme in themes.items:
        for alias in theme.aliases:
            of_file = alias if alias in hub.addresses else ""
            if address := hub.page_at(alias) or of_file:
                yield RULES["alias-taken"].at(themes_of_hub.PATH, theme.line, alias=alias, address=address)


def _works(hub: Context) -> Iterator[Problem]:
    decided, _problems = works.load_decisions(hub.root)
    entries = [stored for of_source in hub.archive.values() for stored in of_source]
    indexes = decisions.by_address(entries, decided)
    every_list = (*decided.same, *decided.apart)
    unmatched = (named for addresses in every_list for named in addresses if not indexes[named.address])
    yield from works.unmatched(unmatched, hub.takedowns)


def archived(source: str, hub: Context) -> Iterator[Problem]:
    """Yield the problems of a source's archive: unreadable lines, repeated entries, a missing source file."""
    archived_source = archive.read_source(hub.root / ARCHIVE, source)
    yield from archived_source.problems
    seen: set[str] = set()
    for stored in archived_source.entries:
        if stored.entry.id in seen:
            yield RULES["archive-twice"].at(f"{ARCHIVE}/{source}/{stored.year}.jsonl", id=stored.entry.id)
        seen.add(stored.entry.id)
    try:
        archive.read_state(hub.root / ARCHIVE, source)
    except ArchiveError as error:
        yield Problem(path=f"{ARCHIVE}/{source}/state.json", message=str(error), rule="archive")
    if SOURCE.page(source) not in hub.addresses:
        yield RULES["archive-lost"].at(f"{ARCHIVE}/{source}", source=source)
