"""Names of places and media in French sentences."""

from __future__ import annotations

import re

import pytest
from test_messages import catalogue

from kiosque.territory.french_places import of_place

# What people name themselves: places, media, accounts, machines. Files and numbers are not among them.
_NAMES = "source|name|place|territory|commune|host|user|hub|medium|theme|tag|title|known|author"
_JOINED = re.compile(rf"\b(?:de|à|que)\s(?:\{{|%\()(?:{_NAMES})\b")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("le pays d’Aubenas", "du pays d’Aubenas"),
        ("la Drôme", "de la Drôme"),
        ("les Baronnies", "des Baronnies"),
        ("Alès", "d’Alès"),
        ("L’Albenc", "de L’Albenc"),
        ("l’Ardèche", "de l’Ardèche"),
        ("Le Teil", "du Teil"),
        ("Les Vans", "des Vans"),
        ("La Voulte-sur-Rhône", "de La Voulte-sur-Rhône"),
        ("Die", "de Die"),
        ("Étoile-sur-Rhône", "d’Étoile-sur-Rhône"),
        ("Œuilly", "d’Œuilly"),
        ("Hostun", "d’Hostun"),
        ("Hauterives", "d’Hauterives"),
        ("Haute-Provence", "de Haute-Provence"),
        ("Honfleur", "de Honfleur"),
        ("Yssingeaux", "d’Yssingeaux"),
        ("Yaoundé", "de Yaoundé"),
        ("notre vallée", "de notre vallée"),
        ("Lesches-en-Diois", "de Lesches-en-Diois"),
    ],
)
def test_a_place_follows_de_as_french_has_it(place: str, expected: str) -> None:
    """An article is drawn together with *de*; a vowel elides it, and so do most names with h."""
    assert expected == of_place(place)


def test_no_french_sentence_joins_a_name_to_a_preposition() -> None:
    """A name that people give may have an article or a vowel: sentences are worded so that none matters."""
    messages = [
        text
        for message in catalogue("fr")
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]
    assert [] == [text for text in messages if _JOINED.search(text)]
