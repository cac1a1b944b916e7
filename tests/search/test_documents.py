"""The lean documents that are indexed."""

from __future__ import annotations

import pytest

from kiosque.site.search.documents import Document, fold, lean_html


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("l’émission", "l' émission"),
        ("L'eau d’Aouste qu'on boit", "L' eau d' Aouste qu' on boit"),
        ("jusqu’à Crest, puisqu’il pleut", "jusqu' à Crest, puisqu' il pleut"),
        ("aujourd’hui", "aujourd'hui"),
        ("O’Brien, don’t", "O'Brien, don't"),
        ("le cœur, l’œuvre, Œdipe, ex æquo", "le coeur, l' oeuvre, Oedipe, ex aequo"),
    ],
)
def test_folded(written: str, expected: str) -> None:
    """Apostrophes are straight, elided words stand apart, ligatures are taken apart."""
    assert expected == fold(written)


def test_whatever_a_text_holds_is_text() -> None:
    """Nothing of a document becomes an element or an attribute of what Pagefind reads."""
    hostile = "\"><script>alert(1)</script> data-pagefind-meta='x'"
    document = Document(
        address="/a/", title=hostile, format="text", source=hostile, summary=hostile, names=(hostile,)
    )
    html = lean_html(document, "fr", lambda words: words)
    assert (0, 0) == (html.count("<script"), html.count('"><script'))
