"""Texts that are nearly the same: said in a report, for a person to decide. Never merged.

Each text is a set of shingles, of four words in a row. Two texts that share most of them share most of the few with
the lowest hashes too (min-wise sampling: Broder, On the resemblance and containment of documents, 1997), and meet in
a dictionary by these; only what meets there is compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from zlib import crc32

from kiosque.archive.lookup import page_of
from kiosque.model import Record, StoredEntry
from kiosque.text import folded
from kiosque.works.grouping import group, rank
from kiosque.works.said import Said, by_address

_WORDS = 4
_FEWEST_SHINGLES = 12
_SAMPLE = 8
# What more texts share is a formula: of a show's notes, or at the foot of all that a source writes.
_MOST_THAT_SHARE = 6
_LIKENESS = 0.6
MOST_SUGGESTED = 100


class Suggestion(Record, frozen=True):
    """Two entries that may carry the same work, by their pages on the hub, the earlier first.

    ``likeness`` is the share of their shingles that both have, from 0 to 1.
    """

    one: str
    other: str
    titles: tuple[str, str]
    likeness: float


def suggest(entries: Sequence[StoredEntry], said: Said | None = None) -> tuple[Suggestion, ...]:
    """Return the entries of different sources whose texts are nearly the same, the most alike first.

    What is in one work already, or a person has said to be apart, isn't suggested; nor are more than a hundred.
    """
    shingles = [_shingles(f"{stored.entry.title} {stored.entry.summary}") for stored in entries]
    settled = _Settled(entries, said or Said())
    found = []
    for first, second in _meetings(entries, shingles):
        one, other = sorted((entries[first], entries[second]), key=rank)
        both = shingles[first] & shingles[second]
        likeness = len(both) / len(shingles[first] | shingles[second])
        if likeness >= _LIKENESS and not settled.has(one, other):
            titles = (one.entry.title, other.entry.title)
            found.append(Suggestion(one=page_of(one), other=page_of(other), titles=titles,
                                    likeness=round(likeness, 2)))  # fmt: skip
    found.sort(key=lambda suggestion: (-suggestion.likeness, suggestion.one, suggestion.other))
    return tuple(found[:MOST_SUGGESTED])


def _shingles(text: str) -> frozenset[int]:
    """Return hashes of each four words in a row; none for a short text. The same in each process."""
    words = folded(text).encode(errors="ignore").split()
    if len(words) < _FEWEST_SHINGLES + _WORDS - 1:
        return frozenset()
    return frozenset(
        crc32(b" ".join(words[place : place + _WORDS])) for place in range(len(words) - _WORDS + 1)
    )


def _meetings(
    entries: Sequence[StoredEntry], shingles: Sequence[frozenset[int]]
) -> Iterator[tuple[int, int]]:
    """Yield the entries of different sources that meet by a shingle of their samples, each pair once."""
    meeting: defaultdict[int, list[int]] = defaultdict(list)
    for place, found in enumerate(shingles):
        for one in sorted(found)[:_SAMPLE]:
            meeting[one].append(place)
    pairs = {
        pair
        for places in meeting.values()
        if 1 < len(places) <= _MOST_THAT_SHARE
        for pair in combinations(places, 2)
    }
    return (
        (one, other)
        for one, other in sorted(pairs)
        if entries[one].entry.source != entries[other].entry.source
    )


class _Settled:
    """What needs no suggestion: entries of one work, and those that a person has parted."""

    def __init__(self, entries: Sequence[StoredEntry], said: Said) -> None:
        self._work = {
            id(stored): number for number, work in enumerate(group(entries, said).groups) for stored in work
        }
        places = by_address(entries, said)
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for number, named in enumerate(said.apart):
            for one in named:
                for place in places[one.address]:
                    self._apart[id(entries[place])].add(number)

    def has(self, one: StoredEntry, other: StoredEntry) -> bool:
        """Whether it is settled that two entries carry the same, or not the same."""
        is_same = id(one) in self._work and self._work[id(one)] == self._work.get(id(other))
        return is_same or not self._apart[id(one)].isdisjoint(self._apart[id(other)])
