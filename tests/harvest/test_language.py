"""The language of texts that declare none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.harvest.read.language import detected


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Un samedi, vingt personnes, quatre hameaux : la carte du Diois se dessine à la main.", "fr"),
        ("Lo mercat de Dia es dobèrt cada dimècres e dissabte, amb los paisans de la val de Droma.", "oc"),
        ("Ur sadorn gant ugent den o tresañ kartenn an draonienn.", "br"),
        ("A Saturday with twenty people drawing a map of the valley by hand.", "en"),
        ("يوم سبت مع عشرين شخصا يرسمون خريطة الوادي باليد في قاعة القرية", "ar"),
        ("Le marché", ""),
        ("1234567890 1234567890 1234567890", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(words: str, language: str) -> None:
    """A text of some length tells its language; a short one, or numbers, tell none."""
    assert language == detected(words)


@given(st.text(max_size=300))
def test_no_text_is_too_strange(words: str) -> None:
    """Whatever characters a text has, the answer is a language or none."""
    assert detected(words).replace("-", "").isalnum() or not detected(words)
