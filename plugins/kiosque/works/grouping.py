"""Group the entries that carry the same work. Pure: the result doesn't depend on the order of the entries.

A wrong merge hides somebody's work, a double only repeats one: in doubt, entries stay apart. No entry is
compared with all others. Entries are looked up by address, file, digest and title, and a key that too many of
them share is ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import combinations
from time import perf_counter
from typing import TypeVar

from kiosque.model import Entry, StoredEntry
from kiosque.works.decisions import NamedAddress, WorkDecisions, by_address
from kiosque.works.keys import medium_key, only_plays, title_key, words_of, work_key

MOST_IN_A_WORK = 12
_WITHIN = timedelta(days=3)
# The page of a campaign, a jingle, a live stream: an address, file or text that more entries share identifies
# none.
_MOST_THAT_SHARE = 3
_SHORTEST_TEXT = 100
# Two reports of one event share at least this part of the words of the shorter report.
_SHARED_WORDS = 0.25
_FEWEST_WORDS = 8
# A station adds its own jingle to a show: at most so many seconds, or this part of the show.
_JINGLE = 30.0
_SHARE_OF_JINGLE = 0.05

Work = tuple[StoredEntry, ...]
Key = TypeVar("Key", str, bytes)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Works:
    """The works that several entries carry, the entries of each in the order of ``rank``.

    ``unknown`` are the addresses in the decisions of editors that no entry has.
    """

    groups: tuple[Work, ...] = ()
    unknown: tuple[NamedAddress, ...] = ()


def group(entries: Sequence[StoredEntry], decisions: WorkDecisions | None = None) -> Works:
    """Return the works that several of these entries carry; an entry is in one work at most.

    The ``decisions`` of editors come first. Then entries carry the same work where they have:

    1. the same address or file, or one plays in a player what the other is, and both titles share words;
    2. the same whole text, of a hundred characters at least;
    3. the same title, of four words and twenty characters at least, from different sources that published it
       within three days. Titles that a source uses again don't count. Nor do titles of entries whose format,
       language, duration or summary shows that they are different things.

    An address, file or text that more than three entries share doesn't count, nor does one that a source
    itself uses for different things. The size of a work is limited: the three days of a title count from its
    first publisher, not from neighbour to neighbour; a title that more than twelve entries have in these days
    is a formula; and no work grows beyond twelve entries unless editors say so.
    """
    start = perf_counter()
    joiner = _Joiner(entries)
    unknown = joiner.follow(decisions) if decisions and (decisions.same or decisions.apart) else ()
    joiner.join_addresses()
    joiner.join_texts()
    joiner.join_titles()
    works = [joiner.ordered(members) for members in joiner.works()]
    works.sort(key=lambda indexes: rank(entries[indexes[0]]))
    logger.debug(
        "%d entries: %d works of several entries, in %.2f s", len(entries), len(works), perf_counter() - start
    )
    return Works(tuple(tuple(entries[index] for index in indexes) for indexes in works), unknown)


def rank(stored: StoredEntry) -> tuple[object, ...]:
    """Return the key that sorts the entries of a work.

    Entries with a date come first, then the earliest, the one with the fullest content, and the source's
    slug.
    """
    entry = stored.entry
    return (
        entry.published is None,
        entry.moment,
        not entry.enclosures,
        not entry.content,
        entry.source,
        entry.id,
    )


@dataclass(slots=True, eq=False)
class _Joined:
    """Entries that are joined to one work, by their index.

    ``apart`` has, for each list that editors have parted, the position in that list of the entry that is
    here.
    """

    members: list[int]
    apart: dict[int, int] = field(default_factory=dict)


class _Joiner:
    """Joins entries, which it knows by their index in ``entries``.

    An early join may prevent a later one. So all joins come in an order that doesn't depend on that of
    ``entries``.
    """

    def __init__(self, entries: Sequence[StoredEntry]) -> None:
        self.entries = entries
        self.addresses = [work_key(stored.entry.url) for stored in entries]
        self._joined: dict[int, _Joined] = {}

    def works(self) -> Iterator[list[int]]:
        """Yield the members of each work of several entries."""
        distinct = {id(joined): joined for joined in self._joined.values()}
        return (joined.members for joined in distinct.values() if len(joined.members) > 1)

    def ordered(self, indexes: Iterable[int]) -> list[int]:
        """Return entries in the order of ``rank``."""
        return sorted(indexes, key=lambda index: rank(self.entries[index]))

    def join(self, first: int, second: int, most: int | None = MOST_IN_A_WORK) -> None:
        """Join two entries, and all that are joined to them already.

        Nothing happens where editors have parted some of them, or where they would be more than ``most``.
        """
        joined, other = self._of(first), self._of(second)
        if joined is other or (most and len(joined.members) + len(other.members) > most):
            return
        if any(joined.apart.get(number, position) != position for number, position in other.apart.items()):
            return
        # The smaller goes into the larger, so that each entry moves only a few times, however large a work
        # grows.
        is_larger = len(joined.members) >= len(other.members)
        larger, smaller = (joined, other) if is_larger else (other, joined)
        larger.members += smaller.members
        larger.apart |= smaller.apart
        self._joined |= dict.fromkeys(smaller.members, larger)

    def _of(self, index: int) -> _Joined:
        if index not in self._joined:
            self._joined[index] = _Joined([index])
        return self._joined[index]

    def follow(self, decisions: WorkDecisions) -> tuple[NamedAddress, ...]:
        """Do what editors decided; return the addresses that no entry has."""
        indexes = by_address(self.entries, decisions)
        for number, addresses in enumerate(decisions.apart):
            for position, named in enumerate(addresses):
                for index in indexes[named.address]:
                    self._of(index).apart.setdefault(number, position)
        for addresses in decisions.same:
            members = [index for named in addresses for index in self.ordered(indexes[named.address])]
            for index in members[1:]:
                self.join(members[0], index, most=None)
        every_list = (*decisions.same, *decisions.apart)
        return tuple(named for addresses in every_list for named in addresses if not indexes[named.address])

    def join_addresses(self) -> None:
        """Join entries with the same address or file, and an entry that plays what another is."""
        for key, indexes in _shared(self._named()):
            self._join_few(indexes, _is_repeated, partial(self._carry_the_same, key))

    def _named(self) -> Iterator[tuple[str, int]]:
        """Yield the keys of what each entry carries, each key once, with the entry."""
        for index, stored in enumerate(self.entries):
            address = self.addresses[index]
            yield address, index
            if stored.entry.enclosures and (medium := medium_key(stored.entry)) != address:
                yield medium, index

    def _carry_the_same(self, key: str, first: int, second: int) -> bool:
        """Whether two entries that share a key carry the same work.

        An entry that only embeds a player may be about something else, so its title must share words with the
        other.
        """
        is_own = all(
            self.addresses[index] == key or not only_plays(self.entries[index].entry)
            for index in (first, second)
        )
        return is_own or titles_share_words(self.entries[first].entry, self.entries[second].entry)

    def join_texts(self) -> None:
        """Join entries with the same whole text.

        The archive may keep less than the whole text. The summaries that it keeps show whether the text is
        long enough.
        """
        for _digest, indexes in _shared(
            (stored.entry.digest, index) for index, stored in enumerate(self.entries)
        ):
            if any(len(self.entries[index].entry.summary) >= _SHORTEST_TEXT for index in indexes):
                self._join_few(indexes, _is_close, lambda _first, _second: True)

    def _join_few(
        self, indexes: list[int], is_same: Callable[[Entry, Entry], bool], agree: Callable[[int, int], bool]
    ) -> None:
        """Join the entries that share a key, those pairs of them that ``agree``.

        Nothing happens where too many share it, or where a source has it on entries that aren't the same.
        """
        if len(indexes) > _MOST_THAT_SHARE:
            return
        pairs = list(combinations(self.ordered(indexes), 2))
        of_one_source = [
            (first, second) for first, second in self._entries(pairs) if first.source == second.source
        ]
        if all(is_same(first, second) for first, second in of_one_source):
            for first, second in pairs:
                if agree(first, second):
                    self.join(first, second)

    def _entries(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[Entry, Entry]]:
        return ((self.entries[first].entry, self.entries[second].entry) for first, second in pairs)

    def join_titles(self) -> None:
        """Join entries that different sources published under the same title within days."""
        titles = (
            (title_key(stored.entry.title), index)
            for index, stored in enumerate(self.entries)
            if stored.entry.published
        )
        for _title, indexes in _shared(titles):
            if not self._is_used_again(indexes):
                for run in self._runs(indexes):
                    self._join_run(run)

    def _join_run(self, run: list[int]) -> None:
        first, *others = run
        for other in others if len(run) <= MOST_IN_A_WORK else ():
            if same_title_same_work(self.entries[first].entry, self.entries[other].entry):
                self.join(first, other)

    def _is_used_again(self, indexes: Iterable[int]) -> bool:
        """Whether a source gives a title to several works, for instance to each episode of a show."""
        works: dict[str, _Joined] = {}
        return any(
            works.setdefault(self.entries[index].entry.source, self._of(index)) is not self._of(index)
            for index in indexes
        )

    def _runs(self, indexes: Iterable[int]) -> Iterator[list[int]]:
        """Yield runs of dated entries, the oldest first: all of a run are within three days of its first."""
        run: list[int] = []
        for index in self.ordered(indexes):
            if run and not _is_close(self.entries[run[0]].entry, self.entries[index].entry):
                yield run
                run = []
            run.append(index)
        yield run


def _shared(pairs: Iterable[tuple[Key, int]]) -> list[tuple[Key, list[int]]]:
    """Return the keys that several entries have, sorted, with their indexes; an empty key doesn't count."""
    first: dict[Key, int] = {}
    shared: dict[Key, list[int]] = {}
    for key, index in pairs:
        if key and (before := first.setdefault(key, index)) != index:
            shared.setdefault(key, [before]).append(index)
    return sorted(shared.items())


def _is_close(first: Entry, second: Entry) -> bool:
    return abs(first.moment - second.moment) <= _WITHIN


def _is_repeated(first: Entry, second: Entry) -> bool:
    """Whether a source gives the same thing twice.

    Some sources announce a page anew each week, under the same address: that is something else each time.
    """
    if first.published and first.published == second.published:
        return True
    return bool(first.title) and first.title == second.title and _is_close(first, second)


def titles_share_words(first: Entry, second: Entry) -> bool:
    """Whether two titles share at least half of the words of the shorter title."""
    words, others = words_of(first.title), words_of(second.title)
    return len(words & others) * 2 >= max(1, min(len(words), len(others)))


def same_title_same_work(first: Entry, second: Entry) -> bool:
    """Whether nothing shows that two entries with the same title are different works."""
    if first.format is not second.format or first.source == second.source:
        return False
    if first.language and second.language and first.language[:2].lower() != second.language[:2].lower():
        return False
    durations = [_duration(first), _duration(second)]
    if all(durations):
        longest = max(durations)
        return longest - min(durations) <= max(_JINGLE, longest * _SHARE_OF_JINGLE)
    words, others = words_of(first.summary), words_of(second.summary)
    fewest = min(len(words), len(others))
    return fewest < _FEWEST_WORDS or len(words & others) >= fewest * _SHARED_WORDS


def _duration(entry: Entry) -> float:
    """Return the duration of an entry's first medium that has one, in seconds; 0 where none has."""
    return next((enclosure.duration for enclosure in entry.enclosures if enclosure.duration), 0.0)
