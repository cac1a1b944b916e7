"""Older publications on the same subject, for the end of each: by themes, tags, commune and words of the title.

Publications are taken oldest first, and each is compared with what came before it only: nothing that arrives changes
the pages of what is older. Who shares what is looked up in an index that keeps the newest few of each theme, tag,
commune and word, so that the work grows with the hub, not with its square.

What was found is kept in ``.cache/``, under digests of blocks of publications, each on top of the one before it: what
was found for a block holds for as long as neither it nor anything older has changed. A copy of the index as it was some
blocks before the end lets the next build go on from there.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosque.code_digest import code_digest
from kiosque.files import replace_file
from kiosque.site.hub.records import Publication, Publications
from kiosque.site.output.processes import Child

MOST = 4
_MOST_OF_A_SOURCE = 2
# As many of the newest are remembered of each theme, tag, commune and word.
_REMEMBERED = 16
# Sharing what is rare says more; these say how much each kind of thing counts besides.
_TAG, _THEME, _COMMUNE, _WORD = 1.5, 1.5, 0.7, 1.0
# What publications must share at least: a tag that a fifth of all have, a word of a tenth, a commune of a thirtieth.
_LEAST = 2.5
# And in comparison with the nearest of all.
_LEAST_OF_BEST = 0.4
# What is rare in a hub of a dozen publications isn't yet known: it is taken for as rare as in one with so many more.
_MORE = 20
_BLOCK = 256
# Fewer publications are compared sooner than a child is born.
_MANY = 2000
_FOUND = "related.msgpack"
_WORDS = re.compile(r"[^\W\d_]{4,}")
# Words of four letters and more that say nothing of a subject, though a title may be the only one to have them.
_SAY_NOTHING = (
    "ainsi alors après aussi autre autres avant avec avoir cela celle celles celui cette ceux chaque chez comme comment "
    "contre dans depuis deux donc dont elle elles encore entre être faire fait leur leurs mais même mieux moins notre "
    "nous nouveau nouvel nouvelle parce parmi petit petite peut plus pour pourquoi quand quel quelle quelles quels quoi "
    "sans sera sont sous suite toujours tous tout toute toutes trois très vers voici votre vous about from have into "
    "more over that their them they this were what when where which with your"
)
_EMPTY = frozenset(_SAY_NOTHING.split())

_T = TypeVar("_T")
# What publications may share, with how much it counts.
_Traits = Mapping[str, float]


class _Found(msgspec.Struct, frozen=True):
    """What was found for all publications, oldest first: the places of those related to each."""

    blocks: list[bytes] = []
    related: list[list[int]] = []


class _Index(msgspec.Struct):
    """Who has which trait: how many so far, and the places of the newest. ``block`` is a digest of what is in it."""

    block: bytes = b""
    size: int = 0
    counts: dict[str, int] = {}
    newest: dict[str, list[int]] = {}

    def scores(self, traits: _Traits) -> Mapping[int, float]:
        """Return how much each of those that share a trait is related, by its place."""
        scores: defaultdict[int, float] = defaultdict(float)
        for trait, factor in traits.items():
            if places := self.newest.get(trait):
                weight = factor * math.log(1 + (self.size + _MORE) / self.counts[trait])
                for place in places:
                    scores[place] += weight
        return scores

    def add(self, place: int, traits: _Traits) -> None:
        """Take in the publication at a place."""
        self.size += 1
        for trait in traits:
            places = self.newest.setdefault(trait, [])
            places.append(place)
            if len(places) > _REMEMBERED:
                del places[0]
            self.counts[trait] = self.counts.get(trait, 0) + 1


class Related:
    """What is related to each publication of a hub, found when it is first asked for."""

    def __init__(self, everything: Publications, cache: Path) -> None:
        """Find nothing yet; ``everything`` is newest first."""
        self._everything = everything
        self._cache = cache
        self._child: Child | None = None

    def of(self, publication: Publication) -> Publications:
        """Return the publications related to one, nearest first."""
        return self._found.get(publication.key, ())

    @cached_property
    def _found(self) -> Mapping[str, Publications]:
        if self._child:
            self._child.result()
        return related(self._everything, self._cache)

    @contextmanager
    def found_ahead(self) -> Iterator[None]:
        """Let a child find them while its parent goes on, where nothing was kept; it leaves them in the cache."""
        is_much = len(self._everything) >= _MANY and (os.cpu_count() or 1) > 1
        if not is_much or (self._cache / _FOUND).is_file():
            yield
            return
        with Child(self._find) as self._child:
            yield
        self._child = None

    def _find(self) -> bytes:
        related(self._everything, self._cache)
        return b""


def related(everything: Publications, cache: Path) -> Mapping[str, Publications]:
    """Return the publications related to each, nearest first, by its key; ``everything`` is newest first.

    Only those that the lists of the whole hub show are related to others. A lost or damaged cache costs time.
    """
    ordered = everything[::-1]
    blocks = list(_blocks(ordered))
    found = _load(cache / _FOUND, _Found)
    if found.blocks != blocks:
        found = _Found(blocks, _find(ordered, blocks, found, cache / "related-index.msgpack"))
        replace_file(cache / _FOUND, msgspec.msgpack.encode(found))
    rows = zip(ordered, found.related, strict=True)
    return {one.key: [ordered[place] for place in places] for one, places in rows if places}


def _blocks(ordered: Publications) -> Iterator[bytes]:
    """Yield a digest of each block, with all that is older, of whatever decides what is related to what."""
    encode = msgspec.msgpack.Encoder().encode
    digest = code_digest(__name__)
    for start in range(0, len(ordered), _BLOCK):
        block = [
            (p.key, p.card.title, p.commune, p.tags, p.themes, p.is_listed)
            for p in ordered[start : start + _BLOCK]
        ]
        digest = hashlib.blake2b(digest + encode(block), digest_size=16).digest()
        yield digest


def _load(file: Path, kind: type[_T]) -> _T:
    """Return what a build kept, or an empty one."""
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError):
        return kind()


def _find(ordered: Publications, blocks: Sequence[bytes], known: _Found, index_file: Path) -> list[list[int]]:
    """Return what is related to each: what is known of the blocks that are the same, and the rest found anew."""
    same = sum(1 for _block in takewhile(_is_equal, zip(blocks, known.blocks, strict=False)))
    related = known.related[: same * _BLOCK]
    index = _load(index_file, _Index)
    start = blocks.index(index.block) + 1 if index.block in blocks[:same] else 0
    if not start:
        index = _Index()
    # What comes in last is most often dated a little earlier than the newest: the index is kept of two blocks ago.
    keep = max(len(blocks) - 3, 0)
    for number in range(start, len(blocks)):
        first = number * _BLOCK
        for place, publication in enumerate(ordered[first : first + _BLOCK], first):
            traits = _traits(publication)
            if number >= same:
                related.append(_nearest(ordered, index.scores(traits)))
            if publication.is_listed:
                index.add(place, traits)
        if number == keep:
            index.block = blocks[number]
            replace_file(index_file, msgspec.msgpack.encode(index))
    return related


def _is_equal(pair: tuple[bytes, bytes]) -> bool:
    return pair[0] == pair[1]


def _traits(publication: Publication) -> _Traits:
    """Return what publications may share. Words are told apart without their case, and without a plural's end."""
    traits = {
        word.rstrip("sx"): _WORD
        for word in _WORDS.findall(publication.card.title.lower())
        if word not in _EMPTY
    }
    traits |= {tag.address: _TAG for tag in publication.tags}
    traits |= {theme.address: _THEME for theme in publication.themes}
    if publication.commune:
        traits[publication.commune] = _COMMUNE
    return traits


def _nearest(ordered: Publications, scores: Mapping[int, float]) -> list[int]:
    """Return the places of the most related, of each source a few only; of equals the newer comes first."""
    if not scores:
        return []
    least = max(_LEAST, max(scores.values()) * _LEAST_OF_BEST)
    chosen: list[int] = []
    sources: Counter[str] = Counter()
    for _score, other in sorted(
        ((score, at) for at, score in scores.items() if score >= least), reverse=True
    ):
        source = ordered[other].source
        if source is None or sources[source.slug] < _MOST_OF_A_SOURCE:
            sources[source.slug if source else ""] += 1
            chosen.append(other)
        if len(chosen) == MOST:
            break
    return chosen
