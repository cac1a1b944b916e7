"""Texts that are nearly the same are found, whichever of them is asked about; what many share tells
nothing.
"""

from __future__ import annotations

import random

import pytest

from kiosque.contribute.check.inspect.similar import alike

NUMBERS = random.Random(7)
WORDS = [f"mot{n}" for n in range(2000)]


def text(length: int = 300) -> str:
    return " ".join(NUMBERS.choices(WORDS, k=length))


FIRST = text()
EDITED = FIRST.replace(" mot1", " Autre", 12) + " Une phrase de plus."
FORMULA = (
    "Cet article est publié sous licence libre par le collectif des voisines et des voisins du village. " * 3
)
TEXTS = {
    "a": FIRST,
    "b": EDITED,
    "c": text(),
    **{f"f{n}": FORMULA + text(60) for n in range(40)},
    "short": "Un mot.",
}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["a"], [("a", "b")]),
        (["b"], [("b", "a")]),
        (["c"], []),
        (["short"], []),
        (list(TEXTS), [("b", "a")]),
        ([], []),
    ],
)
def test_a_double_is_found(asked: list[str], found: list[tuple[str, str]]) -> None:
    """From either side, alone or among all; of two that are asked about, the later is told of the earlier."""
    assert found == [(one, other) for one, other, _likeness in alike(TEXTS, asked)]


def test_likeness_is_a_share() -> None:
    """The same text twice is wholly alike, whatever its case, accents and punctuation."""
    assert [("b", "a", 1.0)] == list(alike({"a": "Été " + FIRST, "b": f"ete: {FIRST.upper()}!"}, ["a", "b"]))
