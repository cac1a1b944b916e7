"""How alike texts are, found without comparing each text with each other one. Pure.

A text is taken as the set of its shingles: hashes of each four words in a row. Two texts that share most of
their shingles also share most of the few shingles with the lowest hashes (min-wise sampling: Broder, On the
resemblance and containment of documents, 1997). Only texts that share one of these samples are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from heapq import nsmallest
from itertools import combinations
from typing import TypeVar
from zlib import crc32

WORDS_OF_A_SHINGLE = 4
# From this share of shared shingles on, two texts are nearly the same.
NEARLY_THE_SAME = 0.6

Key = TypeVar("Key")


def shingles(words: Sequence[bytes], fewest: int) -> frozenset[int]:
    """Return the hashes of each four words in a row; none where they would be fewer than ``fewest``.

    The hashes are the same in every process, unlike those of ``hash``.
    """
    if len(words) < fewest + WORDS_OF_A_SHINGLE - 1:
        return frozenset()
    rows = zip(words, words[1:], words[2:], words[3:], strict=False)
    return frozenset([crc32(b" ".join(row)) for row in rows])


def likeness(shingles_: AbstractSet[int], others: AbstractSet[int]) -> float:
    """Return the share of the shingles of two texts that both have, from 0 to 1 (Jaccard index)."""
    return len(shingles_ & others) / len(shingles_ | others)


def candidates(
    texts: Mapping[Key, AbstractSet[int]], samples: int, most_that_share: int
) -> Iterator[tuple[Key, Key]]:
    """Yield the pairs of texts that may be alike; a pair may come several times.

    ``texts`` are the shingles of each text. ``samples`` shingles of each are looked at: more of them find
    pairs that are less alike. A shingle that more than ``most_that_share`` texts have is a formula, such as a
    licence at the foot of all that a group writes, and tells nothing.
    """
    sharing: defaultdict[int, list[Key]] = defaultdict(list)
    for key, own in texts.items():
        for shingle in nsmallest(samples, own):
            sharing[shingle].append(key)
    for keys in sharing.values():
        if 1 < len(keys) <= most_that_share:
            yield from combinations(keys, 2)
