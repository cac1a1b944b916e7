"""Texts that are nearly the same are candidates; what many share, and short texts, tell nothing."""

from __future__ import annotations

from kiosque.works.similarity import candidates, likeness, shingles

WORDS = [f"{number}".encode() for number in range(40)]


def test_a_text_has_a_shingle_for_each_four_words_in_a_row() -> None:
    """The number of words less three; none where that is less than what is asked for."""
    assert [37, 37, 0] == [len(shingles(WORDS, fewest)) for fewest in (1, 37, 38)]


def test_likeness_is_the_share_of_what_both_have() -> None:
    """From none to all of the shingles of the two texts."""
    first, second = shingles(WORDS[:23], 1), shingles(WORDS[10:33], 1)
    assert [1.0, 10 / 30, 0.0] == [
        likeness(first, other) for other in (first, second, shingles(WORDS[30:], 1))
    ]


def test_texts_that_share_a_sample_are_candidates() -> None:
    """Not those that share none, nor those whose sample more texts have than are allowed."""
    texts = {"a": {1, 2, 9}, "b": {1, 3, 9}, "c": {4, 5, 9}, "d": {6, 7, 8}}
    found = [set(candidates(texts, samples, most)) for samples, most in ((2, 3), (3, 3), (3, 2))]
    assert [{("a", "b")}, {("a", "b"), ("a", "c"), ("b", "c")}, {("a", "b")}] == found
