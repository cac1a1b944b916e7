"""Entries whose texts are nearly the same: a report names them, and a person decides. They are never merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kiosque.archive.lookup import page_of
from kiosque.model import Record, StoredEntry
from kiosque.similarity import NEARLY_THE_SAME, candidates, likeness, shingles
from kiosque.text import folded
from kiosque.works.grouping import group, rank
from kiosque.works.said import Said, by_address

_FEWEST_SHINGLES = 12
_SAMPLES = 8
_MOST_THAT_SHARE = 6
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
    texts = {number: _shingles(stored) for number, stored in enumerate(entries)}
    settled = _Settled(entries, said or Said())
    suggestions = []
    for pair in sorted(set(candidates(texts, _SAMPLES, _MOST_THAT_SHARE))):
        first, second = sorted((entries[number] for number in pair), key=rank)
        if first.entry.source == second.entry.source:
            continue
        share = likeness(texts[pair[0]], texts[pair[1]])
        if share >= NEARLY_THE_SAME and not settled.has(first, second):
            suggestions.append(_suggestion(first, second, share))
    suggestions.sort(key=lambda suggestion: (-suggestion.likeness, suggestion.one, suggestion.other))
    return tuple(suggestions[:MOST_SUGGESTED])


def _suggestion(first: StoredEntry, second: StoredEntry, share: float) -> Suggestion:
    return Suggestion(
        one=page_of(first),
        other=page_of(second),
        titles=(first.entry.title, second.entry.title),
        likeness=round(share, 2),
    )


def _shingles(stored: StoredEntry) -> frozenset[int]:
    text = f"{stored.entry.title} {stored.entry.summary}"
    return shingles(folded(text).encode(errors="ignore").split(), _FEWEST_SHINGLES)


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
