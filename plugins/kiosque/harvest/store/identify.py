"""Match the entries of a feed with those of the archive; give new entries an id and a slug."""

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
    """The part of an entry that becomes its id, the most reliable first."""

    GUID = "guid"
    LINK = "link"
    TITLE = "title and date"
    CONTENT = "content"


def identities(entries: Sequence[RawEntry], known: Mapping[str, StoredEntry]) -> list[str]:
    """Return an id for each entry of a feed: guid, else link, else title and date, else content digest.

    ``known`` are the source's archived entries, by id. A guid or link that different entries of the feed
    share isn't used. An entry that the feed repeats gets an empty id.
    """
    context = _IdContext.of(entries, known)
    distinct = {position: entry for position, entry in enumerate(entries) if not context.is_repeated(entry)}
    ids: dict[int, str] = {}
    taken: set[str] = set()
    # Ids that the feed still gives come first: another entry must not take them as its former id.
    for candidates in (context.known_ids, context.former_ids, context.new_ids):
        for position, entry in distinct.items():
            if position in ids:
                continue
            if identity := next((candidate for candidate in candidates(entry) if candidate not in taken), ""):
                ids[position] = identity
                taken.add(identity)
    return [ids.get(position, "") for position in range(len(entries))]


@dataclass(frozen=True, slots=True)
class _IdContext:
    """The facts about a feed and its source's known entries that decide about ids.

    - ``id_of_link``, ``id_of_dated_title``: the ids of known entries, by normal address, and by title and
      date.
    - ``feed_names``: all guids and links that the feed gives.
    - ``ambiguous_guids``, ``ambiguous_links``, ``ambiguous_dated_titles``: those that different entries of
      the feed share.
    - ``has_content_ids``: whether a known entry has a digest of its content as its id.
    - ``seen``: the entries asked for so far, to notice repeated ones.
    """

    known: Mapping[str, StoredEntry]
    id_of_link: Mapping[str, str]
    id_of_dated_title: Mapping[tuple[str, datetime], str]
    feed_names: frozenset[str]
    ambiguous_guids: frozenset[str]
    ambiguous_links: frozenset[str]
    ambiguous_dated_titles: frozenset[tuple[str, datetime]]
    has_content_ids: bool
    seen: set[tuple[str, str, str, datetime | None]]

    @classmethod
    def of(cls, entries: Sequence[RawEntry], known: Mapping[str, StoredEntry]) -> _IdContext:
        """Collect the facts from all entries of a feed and all known entries of its source."""
        dated_titles = [
            (dated_title, identity)
            for identity, stored in known.items()
            if (dated_title := _dated_title(stored.entry)) is not None
        ]
        ambiguous_dated_titles = _ambiguous(dated_titles)
        return cls(
            known=known,
            id_of_link={
                link: identity
                for identity, stored in known.items()
                if (link := normal_address(stored.entry.url))
            },
            id_of_dated_title={
                dated_title: identity
                for dated_title, identity in dated_titles
                if dated_title not in ambiguous_dated_titles
            },
            feed_names=frozenset(name for entry in entries for name in (entry.guid, entry.url)),
            ambiguous_guids=_ambiguous(
                (entry.guid, (entry.url, entry.title, entry.published)) for entry in entries
            ),
            ambiguous_links=_ambiguous(
                (entry.url, (entry.guid, entry.title, entry.published)) for entry in entries
            ),
            ambiguous_dated_titles=_ambiguous(
                (dated_title, (entry.guid, entry.url))
                for entry in entries
                if (dated_title := _dated_title(entry))
            ),
            has_content_ids=any(identity == stored.entry.digest for identity, stored in known.items()),
            seen=set(),
        )

    def is_repeated(self, entry: RawEntry) -> bool:
        """Whether the feed has given this entry before. Entries without guid and link are never repeated."""
        key = (entry.guid, entry.url, entry.title, entry.published)
        is_repeated = bool(entry.guid or entry.url) and key in self.seen
        self.seen.add(key)
        return is_repeated

    def known_ids(self, entry: RawEntry) -> Iterator[str]:
        """Yield the known ids that this entry would get as a new entry as well."""
        for identity, policy in self._candidates(entry):
            if policy is not Policy.CONTENT and identity in self.known:
                yield identity
        # A digest of every text takes as long as sanitizing it, and few sources have such ids.
        if self.has_content_ids and (identity := content_digest(entry)) in self.known:
            yield identity

    def new_ids(self, entry: RawEntry) -> Iterator[str]:
        """Yield the possible ids of a new entry, the most reliable first."""
        for identity, policy in self._candidates(entry):
            yield content_digest(entry) if policy is Policy.CONTENT else identity

    def policy(self, entry: RawEntry) -> Policy:
        """Return the policy of an entry's most reliable id."""
        return next(policy for _identity, policy in self._candidates(entry))

    def _candidates(self, entry: RawEntry) -> Iterator[tuple[str, Policy]]:
        """Yield the possible ids of a new entry with their policies, the most reliable first.

        The id of the content is left empty, because its digest is slow.
        """
        if entry.guid and entry.guid not in self.ambiguous_guids:
            yield entry.guid, Policy.GUID
        if entry.url and entry.url not in self.ambiguous_links:
            yield entry.url, Policy.LINK
        if entry.title:
            date = entry.published.isoformat() if entry.published else ""
            yield f"{entry.title} {date}".strip(), Policy.TITLE
        yield "", Policy.CONTENT

    def former_ids(self, entry: RawEntry) -> Iterator[str]:
        """Yield the known ids that an entry may have had earlier.

        A feed may add guids, change them, start to repeat them, or move from http to https or to another
        host.
        """
        for identity in (entry.guid, entry.url, self.id_of_link.get(normal_address(entry.url), "")):
            stored = self.known.get(identity)
            if stored and not self._names_another(identity, entry) and _is_same_entry(stored.entry, entry):
                yield identity
        dated_title = _dated_title(entry)
        identity = (
            self.id_of_dated_title.get(dated_title, "")
            if dated_title and dated_title not in self.ambiguous_dated_titles
            else ""
        )
        # The sound and the film of one evening share title and date, but they are two entries.
        if (
            identity
            and not self._names_another(identity, entry)
            and self.known[identity].entry.format == entry.format
        ):
            yield identity

    def _names_another(self, identity: str, entry: RawEntry) -> bool:
        """Whether the feed gives this id to another entry."""
        return identity in self.feed_names and identity not in {entry.guid, entry.url}


def normal_address(url: str) -> str:
    """Return an address without scheme, ``www.``, fragment and last slash, which sites change over time."""
    rest = url.partition("://")[2].removeprefix("www.").partition("#")[0]
    return rest.removesuffix("/")


def _dated_title(entry: RawEntry | Entry) -> tuple[str, datetime] | None:
    """Return the title and date of an entry that has both. Two entries hardly ever share both."""
    return (entry.title.casefold(), entry.published) if entry.title and entry.published else None


_T = TypeVar("_T", bound=Hashable)


def _ambiguous(pairs: Iterable[tuple[_T, object]]) -> frozenset[_T]:
    """Return the keys that come with different values."""
    first: dict[_T, object] = {}
    return frozenset(key for key, value in pairs if first.setdefault(key, value) != value)


def _is_same_entry(stored: Entry, entry: RawEntry) -> bool:
    """Whether an entry is the stored one: same link, and same title or date.

    The link alone isn't enough, because some feeds announce the same page anew each day.
    """
    has_same_title = bool(entry.title) and stored.title == entry.title
    has_same_date = entry.published is not None and stored.published == entry.published
    has_same_link = normal_address(stored.url) == normal_address(entry.url)
    return has_same_link and (has_same_title or has_same_date)


def usual_policy(entries: Sequence[RawEntry]) -> Policy:
    """Return the policy of most entries of a feed."""
    guids = {entry.guid for entry in entries}
    if "" not in guids and len(guids) == len(entries):
        return Policy.GUID
    context = _IdContext.of(entries, {})
    counts = Counter(map(context.policy, entries))
    return counts.most_common(1)[0][0] if counts else Policy.GUID


def content_digest(entry: RawEntry) -> str:
    """Return a digest of an entry's title, whole text and files, before an agreement shortens the text."""
    return _digest("\n".join((entry.title, entry.text, *(file.url for file in entry.enclosures))), 16)


def new_slug(entry: RawEntry, identity: str, taken: dict[str, int]) -> str:
    """Return a free slug for a new entry, and add it to ``taken``.

    ``taken`` maps each slug in use to the number to try next for the same title. This keeps the search short:
    a radio may give ten thousand bulletins the same title.
    """
    title = entry.title or excerpt(entry.text, 60)
    base = candidate = slug(title, fallback=f"parution-{_digest(identity, 4)}")
    while candidate in taken:
        candidate, taken[base] = f"{base}-{taken[base]}", taken[base] + 1
    taken[candidate] = 2
    return candidate


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=size).hexdigest()
