"""Entries with nearly the same text: a report names them, and a person decides. They are never merged."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from time import perf_counter

from kiosque.archive.lookup import page_of
from kiosque.model import Record, StoredEntry
from kiosque.text import folded
from kiosque.works.decisions import WorkDecisions, by_address
from kiosque.works.grouping import group, rank
from kiosque.works.similarity import NEARLY_THE_SAME, candidates, likeness, shingles

_FEWEST_SHINGLES = 12
_SAMPLES = 8
_MOST_THAT_SHARE = 6
MOST_SUGGESTED = 100
logger = logging.getLogger(__name__)


class Suggestion(Record, frozen=True):
    """Two entries that may carry the same work, by the addresses of their pages; ``earlier`` comes first.

    ``likeness`` is the share of their shingles that both have, from 0 to 1.
    """

    earlier: str
    later: str
    titles: tuple[str, str]
    likeness: float


def suggest(entries: Sequence[StoredEntry], decisions: WorkDecisions | None = None) -> tuple[Suggestion, ...]:
    """Return the pairs of entries of different sources whose texts are nearly the same, the most alike first.

    Entries of one work, and entries that editors have parted, aren't suggested. At most a hundred pairs are.
    """
    start = perf_counter()
    texts = {number: _shingles(stored) for number, stored in enumerate(entries)}
    settled = _SettledPairs(entries, decisions or WorkDecisions())
    pairs = sorted(set(candidates(texts, _SAMPLES, _MOST_THAT_SHARE)))
    suggestions = []
    for pair in pairs:
        first, second = sorted((entries[number] for number in pair), key=rank)
        if first.entry.source == second.entry.source:
            continue
        share = likeness(texts[pair[0]], texts[pair[1]])
        if share >= NEARLY_THE_SAME and (first, second) not in settled:
            suggestions.append(_suggestion(first, second, share))
    suggestions.sort(key=lambda suggestion: (-suggestion.likeness, suggestion.earlier, suggestion.later))
    logger.debug(
        "texts of %d entries: %d pairs compared, %d nearly the same, in %.2f s",
        len(entries), len(pairs), len(suggestions), perf_counter() - start,
    )  # fmt: skip
    return tuple(suggestions[:MOST_SUGGESTED])


def _suggestion(first: StoredEntry, second: StoredEntry, share: float) -> Suggestion:
    return Suggestion(
        earlier=page_of(first),
        later=page_of(second),
        titles=(first.entry.title, second.entry.title),
        likeness=round(share, 2),
    )


def _shingles(stored: StoredEntry) -> frozenset[int]:
    text = f"{stored.entry.title} {stored.entry.summary}"
    return shingles(folded(text).encode(errors="ignore").split(), _FEWEST_SHINGLES)


class _SettledPairs:
    """The pairs of entries that need no suggestion: those of one work, and those that editors have parted."""

    def __init__(self, entries: Sequence[StoredEntry], decisions: WorkDecisions) -> None:
        self._work = {
            id(stored): number
            for number, work in enumerate(group(entries, decisions).groups)
            for stored in work
        }
        indexes = by_address(entries, decisions)
        # The numbers of the lists of ``apart`` that each entry is in.
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for number, addresses in enumerate(decisions.apart):
            for named in addresses:
                for index in indexes[named.address]:
                    self._apart[id(entries[index])].add(number)

    def __contains__(self, pair: tuple[StoredEntry, StoredEntry]) -> bool:
        """Whether it is settled that two entries carry the same work, or different ones."""
        first, second = map(id, pair)
        is_same = first in self._work and self._work[first] == self._work.get(second)
        return is_same or not self._apart[first].isdisjoint(self._apart[second])
