"""Which entries carry the same work. Pure: entries in, groups out, whatever their order.

A wrong merge hides somebody's work, a double only repeats one: in doubt, entries stay apart. Nothing is compared with
everything: entries meet in dictionaries, by address, file, digest and title, and what too many share tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import combinations
from typing import TypeVar

from kiosque.model import Entry, StoredEntry
from kiosque.works.keys import medium_key, only_plays, title_key, words_of, work_key
from kiosque.works.said import Named, Said, by_address

MOST_IN_A_WORK = 12
_WITHIN = timedelta(days=3)
# A campaign's page, a jingle, a live stream: an address, file or text that more entries share names none of them.
_MOST_THAT_SHARE = 3
_SHORTEST_TEXT = 100
# Of the words of the shorter of two texts, the share that two reports of one thing have in common at least.
_SHARED_WORDS = 0.25
_FEWEST_WORDS = 8
# A station adds its own jingle to a show, in seconds and as a share of it.
_JINGLE = 30.0
_SHARE_OF_JINGLE = 0.05

Work = tuple[StoredEntry, ...]
Key = TypeVar("Key", str, bytes)


@dataclass(frozen=True, slots=True)
class Works:
    """The works that several entries carry, each with its first publisher first; ``unknown`` is what Said names in vain."""

    groups: tuple[Work, ...] = ()
    unknown: tuple[Named, ...] = ()


def group(entries: Sequence[StoredEntry], said: Said | None = None) -> Works:
    """Return the works that several of these entries carry; an entry is in one of them at most.

    Entries carry the same work where they have, after what a person ``said``:

    1. the same address or file, or one plays in a player what the other is, and both titles speak of the same;
    2. the same whole text, of a hundred characters at least;
    3. the same title, of four words and twenty characters at least, from different sources that published it within
       three days; titles that a source uses again don't count, nor do those of which format, language, duration or
       summary says that they head different things.

    What more than three entries share doesn't count for 1 and 2, nor what a source itself uses for different things.
    What a work gathers is bounded: a title's three days count from its first publisher, not from neighbour to
    neighbour; a title that more than twelve carry in these days is a formula; and no work grows beyond twelve
    entries unless a person says so.
    """
    joining = _Joining(entries)
    unknown = joining.join_said(said) if said and (said.same or said.apart) else ()
    joining.join_addresses()
    joining.join_texts()
    joining.join_titles()
    found = [joining.ordered(members) for members in joining.works()]
    found.sort(key=lambda places: rank(entries[places[0]]))
    return Works(tuple(tuple(entries[place] for place in places) for places in found), unknown)


def rank(stored: StoredEntry) -> tuple[object, ...]:
    """Order the publishers of a work: dated first, the earliest, the fullest, then by the source's slug."""
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
class _Set:
    """Entries found to carry one work; ``apart`` has, for each list that a person parted, which of its items is here."""

    members: list[int]
    apart: dict[int, int] = field(default_factory=dict)


class _Joining:
    """Entries by their place in ``entries``, and what was joined of them so far.

    What is joined first may keep others out, so all goes in an order that the order of ``entries`` has no part in.
    """

    def __init__(self, entries: Sequence[StoredEntry]) -> None:
        self.entries = entries
        self.addresses = [work_key(stored.entry.url) for stored in entries]
        self._sets: dict[int, _Set] = {}

    def works(self) -> Iterator[list[int]]:
        """Yield the places of what was joined."""
        sets = {id(one): one for one in self._sets.values()}
        return (one.members for one in sets.values() if len(one.members) > 1)

    def ordered(self, places: Iterable[int]) -> list[int]:
        """Return places, the first publisher's first."""
        return sorted(places, key=lambda place: rank(self.entries[place]))

    def join(self, one: int, other: int, most: int | None = MOST_IN_A_WORK) -> None:
        """Join two entries and all that is joined to them, unless a person parts some, or they would be too many."""
        into, from_ = self._set(one), self._set(other)
        if into is from_ or (most and len(into.members) + len(from_.members) > most):
            return
        if any(into.apart.get(number, item) != item for number, item in from_.apart.items()):
            return
        # The smaller goes into the larger, so that each entry moves a few times only, however large a work grows.
        into, from_ = (into, from_) if len(into.members) >= len(from_.members) else (from_, into)
        into.members += from_.members
        into.apart |= from_.apart
        self._sets |= dict.fromkeys(from_.members, into)

    def _set(self, place: int) -> _Set:
        if place not in self._sets:
            self._sets[place] = _Set([place])
        return self._sets[place]

    def join_said(self, said: Said) -> tuple[Named, ...]:
        """Do what a person said; return the addresses that no entry has."""
        places = by_address(self.entries, said)
        for number, named in enumerate(said.apart):
            for item, one in enumerate(named):
                for place in places[one.address]:
                    self._set(place).apart.setdefault(number, item)
        for named in said.same:
            found = [place for one in named for place in self.ordered(places[one.address])]
            for place in found[1:]:
                self.join(found[0], place, most=None)
        return tuple(one for named in (*said.same, *said.apart) for one in named if not places[one.address])

    def join_addresses(self) -> None:
        """Join what has the same address or file, or plays what the other is."""
        for key, places in _shared(self._named()):
            self._join_few(places, _is_repeated, partial(self._is_behind, key))

    def _named(self) -> Iterator[tuple[str, int]]:
        """Yield what names the thing that each entry carries, each name once."""
        for place, stored in enumerate(self.entries):
            address = self.addresses[place]
            yield address, place
            if stored.entry.enclosures and (medium := medium_key(stored.entry)) != address:
                yield medium, place

    def _is_behind(self, key: str, one: int, other: int) -> bool:
        """Whether an address is that of one thing in both entries; who only embeds it may speak of something else."""
        is_theirs = all(
            self.addresses[place] == key or not only_plays(self.entries[place].entry)
            for place in (one, other)
        )
        return is_theirs or speak_of_the_same(self.entries[one].entry, self.entries[other].entry)

    def join_texts(self) -> None:
        """Join what has the same whole text; what was kept of it says whether it is long enough."""
        for _digest, places in _shared(
            (stored.entry.digest, place) for place, stored in enumerate(self.entries)
        ):
            if any(len(self.entries[place].entry.summary) >= _SHORTEST_TEXT for place in places):
                self._join_few(places, _is_close, lambda _one, _other: True)

    def _join_few(
        self, places: list[int], alike: Callable[[Entry, Entry], bool], agree: Callable[[int, int], bool]
    ) -> None:
        """Join what shares a name, where few do, and where no source gives it to things that aren't ``alike``."""
        if len(places) > _MOST_THAT_SHARE:
            return
        pairs = list(combinations(self.ordered(places), 2))
        of_one_source = [(one, other) for one, other in self._entries(pairs) if one.source == other.source]
        if all(alike(one, other) for one, other in of_one_source):
            for one, other in pairs:
                if agree(one, other):
                    self.join(one, other)

    def _entries(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[Entry, Entry]]:
        return ((self.entries[one].entry, self.entries[other].entry) for one, other in pairs)

    def join_titles(self) -> None:
        """Join what different sources published under the same title within days."""
        dated = (
            (title_key(stored.entry.title), place)
            for place, stored in enumerate(self.entries)
            if stored.entry.published
        )
        for _title, places in _shared(dated):
            if not self._is_used_again(places):
                for run in self._runs(places):
                    self._join_run(run)

    def _join_run(self, run: list[int]) -> None:
        first, *others = run
        for other in others if len(run) <= MOST_IN_A_WORK else ():
            if head_the_same(self.entries[first].entry, self.entries[other].entry):
                self.join(first, other)

    def _is_used_again(self, places: Iterable[int]) -> bool:
        """Whether a source gives a title to several works, as to each episode of a show."""
        works: dict[str, _Set] = {}
        return any(
            works.setdefault(self.entries[place].entry.source, self._set(place)) is not self._set(place)
            for place in places
        )

    def _runs(self, places: Iterable[int]) -> Iterator[list[int]]:
        """Cut dated entries, the oldest first, where one came too long after the first of its run."""
        run: list[int] = []
        for place in self.ordered(places):
            if run and not _is_close(self.entries[run[0]].entry, self.entries[place].entry):
                yield run
                run = []
            run.append(place)
        yield run


def _shared(pairs: Iterable[tuple[Key, int]]) -> list[tuple[Key, list[int]]]:
    """Return the keys that several places have, in the keys' own order; an empty key is none."""
    first: dict[Key, int] = {}
    shared: dict[Key, list[int]] = {}
    for key, place in pairs:
        if key and (before := first.setdefault(key, place)) != place:
            shared.setdefault(key, [before]).append(place)
    return sorted(shared.items())


def _is_close(one: Entry, other: Entry) -> bool:
    return abs(one.moment - other.moment) <= _WITHIN


def _is_repeated(one: Entry, other: Entry) -> bool:
    """Whether a source gives the same thing twice: some announce a page anew each week, under the same address."""
    if one.published and one.published == other.published:
        return True
    return bool(one.title) and one.title == other.title and _is_close(one, other)


def speak_of_the_same(one: Entry, other: Entry) -> bool:
    """Whether two titles share half of the shorter one's words."""
    words, others = words_of(one.title), words_of(other.title)
    return len(words & others) * 2 >= max(1, min(len(words), len(others)))


def head_the_same(one: Entry, other: Entry) -> bool:
    """Whether nothing says that the same title heads different things."""
    if one.format is not other.format or one.source == other.source:
        return False
    if one.language and other.language and one.language[:2].lower() != other.language[:2].lower():
        return False
    durations = [_duration(one), _duration(other)]
    if all(durations):
        longest = max(durations)
        return longest - min(durations) <= max(_JINGLE, longest * _SHARE_OF_JINGLE)
    words, others = words_of(one.summary), words_of(other.summary)
    fewest = min(len(words), len(others))
    return fewest < _FEWEST_WORDS or len(words & others) >= fewest * _SHARED_WORDS


def _duration(entry: Entry) -> float:
    return next((one.duration for one in entry.enclosures if one.duration), 0.0)
