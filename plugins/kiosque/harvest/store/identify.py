"""Which entries are ones already known within their source, and what a new one's id and slug are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from kiosque.harvest.read.raw import RawEntry
from kiosque.model import Entry, StoredEntry
from kiosque.text import excerpt, slug


class Policy(StrEnum):
    """What a feed's entries are told apart by, the best first."""

    GUID = "guid"
    LINK = "link"
    TITLE = "title and date"
    CONTENT = "content"


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
    id_of_moment: Mapping[tuple[str, datetime], str]
    names: frozenset[str]
    vague_guids: frozenset[str]
    vague_links: frozenset[str]
    vague_moments: frozenset[tuple[str, datetime]]
    has_content_ids: bool
    seen: set[tuple[str, str, str, datetime | None]]

    @classmethod
    def of(cls, entries: Sequence[RawEntry], known: Mapping[str, StoredEntry]) -> _Naming:
        """Look at the whole feed and at the source's known entries, once."""
        moments = [
            (moment, name) for name, stored in known.items() if (moment := _moment(stored.entry)) is not None
        ]
        vague_moments = _shared(moments)
        return cls(
            known=known,
            id_of_link={
                link: name for name, stored in known.items() if (link := normal_address(stored.entry.url))
            },
            id_of_moment={moment: name for moment, name in moments if moment not in vague_moments},
            names=frozenset(name for entry in entries for name in (entry.guid, entry.url)),
            vague_guids=_shared((entry.guid, (entry.url, entry.title, entry.published)) for entry in entries),
            vague_links=_shared((entry.url, (entry.guid, entry.title, entry.published)) for entry in entries),
            vague_moments=_shared(
                (moment, (entry.guid, entry.url)) for entry in entries if (moment := _moment(entry))
            ),
            has_content_ids=any(name == stored.entry.digest for name, stored in known.items()),
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
        for name, policy in self._named(entry):
            if policy is not Policy.CONTENT and name in self.known:
                yield name
        # Hashing every text costs as much as cleaning it, and hardly any source has entries known by theirs.
        if self.has_content_ids and (name := content_digest(entry)) in self.known:
            yield name

    def own_names(self, entry: RawEntry) -> Iterator[str]:
        """Yield the ids that the feed alone gives an entry, the best first."""
        for name, policy in self._named(entry):
            yield content_digest(entry) if policy is Policy.CONTENT else name

    def policy(self, entry: RawEntry) -> Policy:
        """Return what the best id that the feed alone gives an entry is made of."""
        return next(policy for _name, policy in self._named(entry))

    def _named(self, entry: RawEntry) -> Iterator[tuple[str, Policy]]:
        """Yield the ids that the feed alone gives an entry, and what each is made of; that of its content without it."""
        if entry.guid and entry.guid not in self.vague_guids:
            yield entry.guid, Policy.GUID
        if entry.url and entry.url not in self.vague_links:
            yield entry.url, Policy.LINK
        if entry.title:
            moment = entry.published.isoformat() if entry.published else ""
            yield f"{entry.title} {moment}".strip(), Policy.TITLE
        yield "", Policy.CONTENT

    def former_names(self, entry: RawEntry) -> Iterator[str]:
        """Yield the ids that an entry may have got before.

        Feeds gain guids, change them, come to repeat them, and move from http to https or to another host.
        """
        for name in (entry.guid, entry.url, self.id_of_link.get(normal_address(entry.url), "")):
            stored = self.known.get(name)
            if stored and not self._is_another(name, entry) and _is_same(stored.entry, entry):
                yield name
        moment = _moment(entry)
        name = self.id_of_moment.get(moment, "") if moment and moment not in self.vague_moments else ""
        # The sound and the film of one evening share a title and an hour, and are two things.
        if name and not self._is_another(name, entry) and self.known[name].entry.format == entry.format:
            yield name

    def _is_another(self, name: str, entry: RawEntry) -> bool:
        """Whether the feed still gives a name, to another entry than this."""
        return name in self.names and name not in {entry.guid, entry.url}


def normal_address(url: str) -> str:
    """Return what of an address stays when a site moves to https, or drops ``www.`` and the slash at the end."""
    rest = url.partition("://")[2].removeprefix("www.").partition("#")[0]
    return rest.removesuffix("/")


def _moment(entry: RawEntry | Entry) -> tuple[str, datetime] | None:
    """Return the title and date of an entry that has both: together they hardly ever mean two things."""
    return (entry.title.casefold(), entry.published) if entry.title and entry.published else None


_T = TypeVar("_T", bound=Hashable)


def _shared(pairs: Iterable[tuple[_T, object]]) -> frozenset[_T]:
    """Return the names that stand for more than one thing."""
    first: dict[_T, object] = {}
    return frozenset(name for name, thing in pairs if first.setdefault(name, thing) != thing)


def _is_same(stored: Entry, entry: RawEntry) -> bool:
    """Whether a link names the same thing as before: some pages are announced anew each day."""
    has_same_title = bool(entry.title) and stored.title == entry.title
    has_same_date = entry.published is not None and stored.published == entry.published
    has_same_link = normal_address(stored.url) == normal_address(entry.url)
    return has_same_link and (has_same_title or has_same_date)


def policy(entries: Sequence[RawEntry]) -> Policy:
    """Return by what most entries of a feed are told apart: the best that this feed allows."""
    guids = {entry.guid for entry in entries}
    if "" not in guids and len(guids) == len(entries):
        return Policy.GUID
    naming = _Naming.of(entries, {})
    found = Counter(map(naming.policy, entries))
    return found.most_common(1)[0][0] if found else Policy.GUID


def content_digest(entry: RawEntry) -> str:
    """Return a hash of all the text of an entry, before it is cut."""
    return _digest("\n".join((entry.title, entry.text, *(one.url for one in entry.enclosures))), 16)


def new_slug(entry: RawEntry, identity: str, taken: dict[str, int]) -> str:
    """Return a part of an address for a new entry that isn't taken, and take it.

    ``taken`` has each slug in use, with the number to try next where another entry asks for it: a radio names
    ten thousand bulletins alike.
    """
    words = entry.title or excerpt(entry.text, 60)
    base = name = slug(words, fallback=f"parution-{_digest(identity, 4)}")
    while name in taken:
        name, taken[base] = f"{base}-{taken[base]}", taken[base] + 1
    taken[name] = 2
    return name


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=size).hexdigest()
