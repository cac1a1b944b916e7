"""The names of months and days in the languages of Europe, as CLDR has them, whole and abbreviated."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from kiosque.harvest.dates import zones

LANGUAGES = (
    "en", "fr", "de", "es", "pt", "it", "oc", "br", "ca", "eu", "gl", "co", "nl", "el", "hu", "pl", "ro",
    "ru", "sv", "da", "fi", "cs",
)  # fmt: skip
# Words that stand between the parts of a date: prepositions, articles, “o’clock”, Breton's “month of”. Not
# “di” and “do”: they are days.
FILLERS = frozenset({
    "a", "al", "alle", "am", "an", "as", "at", "d", "dd", "de", "del", "den", "der", "die", "du",
    "e", "el", "els", "en", "feira", "het", "i", "il", "kl", "klo", "la", "las", "le", "les", "of", "ore",
    "the", "uhr", "um", "viz", "vom", "y",
})  # fmt: skip
# Abbreviations in use that are neither CLDR's nor the start of a name.
_OTHER_MONTHS = {"mrz": 3, "kerz": 12, "jnvr": 1, "fvr": 2}
_SHORTEST = 3


class Names(NamedTuple):
    """The months (1 to 12) and the days (0 is Monday) that a word may stand for."""

    months: Mapping[str, frozenset[int]]
    days: Mapping[str, frozenset[int]]


def folded(text: str) -> str:
    """Return a text in small letters without accents or compatibility characters; Breton's “cʼh” is “ch”."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.replace("\u02bc", "'").replace("\u2019", "'").replace("c'h", "ch")


@lru_cache(maxsize=32)
def names(language: str = "") -> Names:
    """Return the names of one language; of all languages here if none is given.

    CLDR's names are whole words. Their starts count too, from three letters on, where only one month or day
    of a language starts like that.
    """
    codes = (language,) if language else LANGUAGES
    return Names(_table(codes, "months", _OTHER_MONTHS), _table(codes, "days", {}))


def _table(languages: Iterable[str], kind: str, others: Mapping[str, int]) -> Mapping[str, frozenset[int]]:
    """Return the numbers of words. A word that CLDR has is never the start of another language's word."""
    of_languages = [_cldr(language, kind) for language in languages]
    table: dict[str, set[int]] = {}
    for word, number in (*others.items(), *(pair for names in of_languages for pair in names)):
        table.setdefault(word, set()).add(number)
    of_starts: dict[str, set[int]] = {}
    for start, number in (pair for names in of_languages for pair in _starts(names)):
        of_starts.setdefault(start, set()).add(number)
    # “pt” is a Friday in Polish, “ut” a Tuesday in Czech: as zones, they are frequent.
    words = (of_starts | table).items()
    return {word: frozenset(numbers) for word, numbers in words if not zones.is_name(word)}


def _cldr(language: str, kind: str) -> frozenset[tuple[str, int]]:
    """Return the words of a language for months or days, with their numbers."""
    # Babel takes a while to import and is needed only where a date isn't one of the two usual formats.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        forms = getattr(Locale.parse(language), kind)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    return frozenset(
        (_word(text), number)
        for form in forms.values()
        for width in ("wide", "abbreviated", "short")
        for number, text in form.get(width, {}).items()
    )


def _starts(names_of_language: Collection[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the starts of names that mean one month or day of their language, and are no preposition."""
    starts = {
        (word[:length], number)
        for word, number in names_of_language
        for length in range(_SHORTEST, len(word))
    }
    meanings = Counter(start for start, _number in starts)
    for start, number in starts:
        if meanings[start] == 1 and start not in FILLERS:
            yield start, number


def _word(text: str) -> str:
    """Return a name of CLDR without the article, preposition or hyphenated end that may go with it."""
    words = folded(text).replace("'", " ").replace("-", " ").replace(".", " ").split()
    return next((word for word in words if word not in FILLERS | {"di"}), "".join(words))
