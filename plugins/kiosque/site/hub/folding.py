"""Folds floods: when a source publishes much on one day, lists show a few publications and fold the rest.

The home page limits the publications of each source. Pure functions on publications, newest first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING

from kiosque.model import Record

if TYPE_CHECKING:
    from kiosque.site.hub.records import Publication, Publications

# A list shows this many publications of a flood. It folds at least so many: fewer aren't worth a click.
_SHOWN = 2
_LEAST_FOLDED = 3
_FLOOD = _SHOWN + _LEAST_FOLDED


class Fold(Record, frozen=True):
    """The folded publications of a flood: ``Rows.folded`` from ``start`` to ``stop``."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A list with folded floods: the shown publications, the folded ones, and the folds.

    The key of a fold is the index of the shown publication that it follows.
    """

    shown: Publications
    folded: Publications = ()
    folds: Mapping[int, Fold] = field(default_factory=dict)


def spread(publications: Publications, most: int, each: int) -> list[Publication]:
    """Return the newest ``most`` publications, at most ``each`` of each source. Articles have no source."""
    return list(islice(_spread(publications, each), most))


def _spread(publications: Publications, each: int) -> Iterator[Publication]:
    counts: Counter[str] = Counter()
    for publication in publications:
        if publication.source is None:
            yield publication
        elif counts[publication.source.slug] < each:
            counts[publication.source.slug] += 1
            yield publication


def flooding(publications: Publications) -> AbstractSet[str]:
    """Return the keys of all publications in a flood, of which lists fold some."""
    sizes = Counter(_flood(publication) for publication in publications)
    floods = {flood for flood, size in sizes.items() if size >= _FLOOD}
    return {p.key for p in publications if p.source and _flood(p) in floods} if floods else frozenset()


def _flood(publication: Publication) -> tuple[str, int]:
    return publication.source.slug if publication.source else "", publication.local.toordinal()


def rows(publications: Publications, flooding: AbstractSet[str], most: int | None = None) -> Rows:
    """Return a list with folded floods, cut after ``most`` shown publications.

    ``flooding`` are the keys of all flooding publications of the hub; most lists have none of them. A fold
    holds all of its day, even if the list is cut.
    """
    if flooding.isdisjoint([publication.key for publication in publications]):
        return Rows(publications[:most])
    shown: list[Publication] = []
    folded: list[Publication] = []
    folds: dict[int, Fold] = {}
    for publication, rest in islice(_rows(publications, flooding), most):
        if rest:
            folds[len(shown)] = Fold(start=len(folded), stop=len(folded) + len(rest))
        shown.append(publication)
        folded += rest
    return Rows(shown, folded, folds)


def _rows(
    publications: Publications, flooding: AbstractSet[str]
) -> Iterator[tuple[Publication, Sequence[Publication]]]:
    """Yield each shown publication, with those that are folded after it."""
    for _day, group in groupby(publications, lambda publication: publication.local.toordinal()):
        day = list(group)
        rests = _rests(day, flooding)
        folded = {publication.key for rest in rests.values() for publication in rest}
        for publication in day:
            if publication.key not in folded:
                yield publication, rests.get(publication.key, ())


def _rests(day: Publications, flooding: AbstractSet[str]) -> Mapping[str, Publications]:
    """Return the folded publications of a day, by the key of the last publication that their flood shows."""
    floods: defaultdict[str, list[Publication]] = defaultdict(list)
    for publication in day:
        if publication.source and publication.key in flooding:
            floods[publication.source.slug].append(publication)
    return {flood[_SHOWN - 1].key: flood[_SHOWN:] for flood in floods.values() if len(flood) >= _FLOOD}
