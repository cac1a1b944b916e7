"""Finds older publications on the same subject, by themes, tags, commune and words of the title.

Publications are compared oldest first, and each only with older ones: a new publication doesn't change the
pages of older ones. An index has the newest few publications of each theme, tag, commune and word. So the
work grows with the hub, not with its square.

Results are stored in ``.cache/`` with digests of blocks of publications. The digest of a block covers all
older blocks, so the results of a block stay valid until it or an older publication changes. A copy of the
index as it was a few blocks before the end lets the next build continue from there.
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

from kiosque.cache_files import load_cache, save_cache
from kiosque.code_digest import code_digest
from kiosque.site.hub.records import Publication, Publications
from kiosque.site.output.processes import Child

MOST = 4
_MOST_OF_A_SOURCE = 2
# The index has so many of the newest publications of each theme, tag, commune and word.
_REMEMBERED = 16
# The weight of each sort of trait. It is multiplied by the rarity of the trait.
_TAG, _THEME, _COMMUNE, _WORD = 1.5, 1.5, 0.7, 1.0
# The least score of related publications. A tag of a fifth of all publications reaches it, a word of a tenth,
# a commune of a thirtieth.
_LEAST_SCORE = 2.5
# The least score as a part of the best score.
_LEAST_OF_BEST = 0.4
# A hub of a dozen publications doesn't show yet which traits are rare. Rarity is computed as if there were so
# many more.
_MORE = 20
_BLOCK = 256
# Comparing fewer publications takes less time than starting a child.
_MANY = 2000
_RESULTS_FILE = "related.msgpack"
_WORDS = re.compile(r"[^\W\d_]{4,}")
# Words of four letters and more that have no meaning for the subject.
_STOP_WORD_LIST = (
    "ainsi alors après aussi autre autres avant avec avoir cela celle celles celui cette ceux chaque chez "
    "comme comment contre dans depuis deux donc dont elle elles encore entre être faire fait leur leurs mais "
    "même mieux moins notre nous nouveau nouvel nouvelle parce parmi petit petite peut plus pour pourquoi "
    "quand quel quelle quelles quels quoi sans sera sont sous suite toujours tous tout toute toutes trois "
    "très vers voici votre vous about from have into more over that their them they this were what when "
    "where which with your"
)
_STOP_WORDS = frozenset(_STOP_WORD_LIST.split())

_T = TypeVar("_T")
# The traits that a publication may share with others (themes, tags, commune, words), with their weights.
_Traits = Mapping[str, float]


class _Results(msgspec.Struct, frozen=True):
    """The positions of the publications that are related to each publication; position 0 is the oldest.

    ``blocks`` are the digests of the blocks.
    """

    blocks: list[bytes] = []
    related: list[list[int]] = []


class _Index(msgspec.Struct):
    """The publications by their traits: how many have each trait, and the positions of the newest.

    ``block`` is the digest of the last block in the index, ``size`` the number of publications.
    """

    block: bytes = b""
    size: int = 0
    counts: dict[str, int] = {}
    newest: dict[str, list[int]] = {}

    def scores(self, traits: _Traits) -> Mapping[int, float]:
        """Return the scores of the publications that share traits, by their position."""
        scores: defaultdict[int, float] = defaultdict(float)
        for trait, weight in traits.items():
            if positions := self.newest.get(trait):
                score = weight * math.log(1 + (self.size + _MORE) / self.counts[trait])
                for position in positions:
                    scores[position] += score
        return scores

    def add(self, position: int, traits: _Traits) -> None:
        """Add the publication at a position."""
        self.size += 1
        for trait in traits:
            positions = self.newest.setdefault(trait, [])
            positions.append(position)
            if len(positions) > _REMEMBERED:
                del positions[0]
            self.counts[trait] = self.counts.get(trait, 0) + 1


class Related:
    """The related publications of each publication of a hub, computed at the first call."""

    def __init__(self, everything: Publications, cache: Path) -> None:
        """Compute nothing yet; ``everything`` is newest first."""
        self._everything = everything
        self._cache = cache
        self._child: Child | None = None

    def of(self, publication: Publication) -> Publications:
        """Return the related publications of a publication, nearest first."""
        return self._by_key.get(publication.key, ())

    @cached_property
    def _by_key(self) -> Mapping[str, Publications]:
        if self._child:
            self._child.result()
        return related(self._everything, self._cache)

    @contextmanager
    def computed_ahead(self) -> Iterator[None]:
        """Compute them in a child process during this context, if the cache has no results yet.

        The child writes its results to the cache.
        """
        is_worth_it = len(self._everything) >= _MANY and (os.cpu_count() or 1) > 1
        if not is_worth_it or (self._cache / _RESULTS_FILE).is_file():
            yield
            return
        with Child(self._fill_cache) as self._child:
            yield
        self._child = None

    def _fill_cache(self) -> bytes:
        related(self._everything, self._cache)
        return b""


def related(everything: Publications, cache: Path) -> Mapping[str, Publications]:
    """Return the related publications of each publication by its key, nearest first.

    ``everything`` is newest first. Only publications that lists show are related to others. A lost or damaged
    cache only costs time.
    """
    ordered = everything[::-1]
    blocks = list(_blocks(ordered))
    results = _load(cache / _RESULTS_FILE, _Results)
    if results.blocks != blocks:
        results = _Results(blocks, _find(ordered, blocks, results, cache / "related-index.msgpack"))
        save_cache(cache / _RESULTS_FILE, results)
    rows = zip(ordered, results.related, strict=True)
    return {
        publication.key: [ordered[position] for position in positions]
        for publication, positions in rows
        if positions
    }


def _blocks(ordered: Publications) -> Iterator[bytes]:
    """Yield the digest of each block: of its publications, of all older ones, and of this code."""
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
    """Return what an earlier build stored, or an empty object."""
    return load_cache(file, kind) or kind()


def _find(
    ordered: Publications, blocks: Sequence[bytes], stored: _Results, index_file: Path
) -> list[list[int]]:
    """Return the positions of each one's related publications: stored for unchanged blocks, or new."""
    same = sum(1 for _block in takewhile(_is_equal, zip(blocks, stored.blocks, strict=False)))
    related = stored.related[: same * _BLOCK]
    index = _load(index_file, _Index)
    start = blocks.index(index.block) + 1 if index.block in blocks[:same] else 0
    if not start:
        index = _Index()
    # New entries are often dated a little earlier than the newest publication. So the stored index is that of
    # two blocks before the last.
    stored_block = max(len(blocks) - 3, 0)
    for number in range(start, len(blocks)):
        first = number * _BLOCK
        for position, publication in enumerate(ordered[first : first + _BLOCK], first):
            traits = _traits(publication)
            if number >= same:
                related.append(_nearest(ordered, index.scores(traits)))
            if publication.is_listed:
                index.add(position, traits)
        if number == stored_block:
            index.block = blocks[number]
            save_cache(index_file, index)
    return related


def _is_equal(pair: tuple[bytes, bytes]) -> bool:
    return pair[0] == pair[1]


def _traits(publication: Publication) -> _Traits:
    """Return the traits of a publication. Words are compared without case and without a plural's ending."""
    traits = {
        word.rstrip("sx"): _WORD
        for word in _WORDS.findall(publication.card.title.lower())
        if word not in _STOP_WORDS
    }
    traits |= {tag.address: _TAG for tag in publication.tags}
    traits |= {theme.address: _THEME for theme in publication.themes}
    if publication.commune:
        traits[publication.commune] = _COMMUNE
    return traits


def _nearest(ordered: Publications, scores: Mapping[int, float]) -> list[int]:
    """Return the positions of the most related publications, best first; at most a few of each source.

    Of equal scores, the newer publication comes first.
    """
    if not scores:
        return []
    least = max(_LEAST_SCORE, max(scores.values()) * _LEAST_OF_BEST)
    chosen: list[int] = []
    sources: Counter[str] = Counter()
    best = sorted(((score, position) for position, score in scores.items() if score >= least), reverse=True)
    for _score, position in best:
        source = ordered[position].source
        if source is None or sources[source.slug] < _MOST_OF_A_SOURCE:
            sources[source.slug if source else ""] += 1
            chosen.append(position)
        if len(chosen) == MOST:
            break
    return chosen
