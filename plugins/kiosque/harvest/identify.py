"""Which entries are ones already known within their source, and what a new one's id and slug are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosque.harvest.raw import RawEntry
from kiosque.model import Entry, StoredEntry
from kiosque.text import excerpt, plain_text, slug


def identities(entries: Sequence[RawEntry], known: Mapping[str, StoredEntry]) -> list[str]:
    """Return an id for each entry of a feed: its guid, else its link, else its title and date, else its content.

    A guid or link that different entries of the feed share doesn't tell them apart, and isn't used. An entry
    that the feed repeats gets no id.
    """
    naming = _Naming.of(entries, known)
    wanted = {place: entry for place, entry in enumerate(entries) if not naming.is_repeated(entry)}
    found: dict[int, str] = {}
    taken: set[str] = set()
    # Names that the feed gives again come first: a former name must not be taken from the entry that still has it.
    for names in (naming.kept_names, naming.former_names, naming.own_names):
        for place, entry in wanted.items():
            if place not in found and (name := next((one for one in names(entry) if one not in taken), "")):
                found[place] = name
                taken.add(name)
    return [found.get(place, "") for place in range(len(entries))]


@dataclass(frozen=True, slots=True)
class _Naming:
    """What there is to know before a feed's entries get their ids."""

    known: Mapping[str, StoredEntry]
    id_of_link: Mapping[str, str]
    names: frozenset[str]
    vague_guids: frozenset[str]
    vague_links: frozenset[str]
    seen: set[tuple[str, str, str, datetime | None]]

    @classmethod
    def of(cls, entries: Sequence[RawEntry], known: Mapping[str, StoredEntry]) -> _Naming:
        """Look at the whole feed and at the source's known entries, once."""
        return cls(
            known=known,
            id_of_link={url: name for name, stored in known.items() if (url := stored.entry.url)},
            names=frozenset(name for entry in entries for name in (entry.guid, entry.url)),
            vague_guids=_shared((entry.guid, (entry.url, entry.title, entry.published)) for entry in entries),
            vague_links=_shared((entry.url, (entry.guid, entry.title, entry.published)) for entry in entries),
            seen=set(),
        )

    def is_repeated(self, entry: RawEntry) -> bool:
        """Whether the feed has already given this entry; one without an address is known by its content alone."""
        key = (entry.guid, entry.url, entry.title, entry.published)
        is_repeated = bool(entry.guid or entry.url) and key in self.seen
        self.seen.add(key)
        return is_repeated

    def kept_names(self, entry: RawEntry) -> Iterator[str]:
        """Yield the ids of known entries that the feed would give this one again."""
        return (name for name in self.own_names(entry) if name in self.known)

    def own_names(self, entry: RawEntry) -> Iterator[str]:
        """Yield the ids that the feed alone gives an entry, the best first."""
        if entry.guid and entry.guid not in self.vague_guids:
            yield entry.guid
        if entry.url and entry.url not in self.vague_links:
            yield entry.url
        if entry.title:
            yield f"{entry.title} {entry.published.isoformat() if entry.published else ''}".strip()
        yield content_digest(entry)

    def former_names(self, entry: RawEntry) -> Iterator[str]:
        """Yield the ids that an entry may have got before: feeds gain guids, change them, or come to repeat them."""
        for name in (entry.guid, entry.url, self.id_of_link.get(entry.url, "")):
            stored = self.known.get(name)
            is_another = name in self.names and name not in {entry.guid, entry.url}
            if stored and not is_another and _is_same(stored.entry, entry):
                yield name


def _shared(pairs: Iterable[tuple[str, object]]) -> frozenset[str]:
    """Return the names that stand for more than one thing."""
    first: dict[str, object] = {}
    return frozenset(name for name, thing in pairs if first.setdefault(name, thing) != thing)


def _is_same(stored: Entry, entry: RawEntry) -> bool:
    """Whether a link names the same thing as before: some pages are announced anew each day."""
    has_same_title = bool(entry.title) and stored.title == entry.title
    has_same_date = entry.published is not None and stored.published == entry.published
    return stored.url == entry.url and (has_same_title or has_same_date)


def content_digest(entry: RawEntry) -> str:
    """Return a hash of all the text of an entry, before it is cut."""
    words = plain_text(entry.html or entry.summary_html)
    return _digest("\n".join((entry.title, words, *(one.url for one in entry.enclosures))), 16)


def new_slug(entry: RawEntry, identity: str, taken: dict[str, int]) -> str:
    """Return a part of an address for a new entry that isn't taken, and take it.

    ``taken`` has each slug in use, with the number to try next where another entry asks for it: a radio names
    ten thousand bulletins alike.
    """
    words = entry.title or excerpt(plain_text(entry.html or entry.summary_html), 60)
    base = name = slug(words, fallback=f"parution-{_digest(identity, 4)}")
    while name in taken:
        name, taken[base] = f"{base}-{taken[base]}", taken[base] + 1
    taken[name] = 2
    return name


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=size).hexdigest()
