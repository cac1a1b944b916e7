"""Language tags (BCP 47), and the direction in which a language is written. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Literal

import msgspec

_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LONGEST = 100
# The languages with two letters, and usual regions: for these, the long lists need not be loaded.
_TWO_LETTERS = frozenset({
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bh", "bi",
    "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv",
    "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd",
    "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig",
    "ii", "ik", "in", "io", "is", "it", "iu", "iw", "ja", "ji", "jv", "jw", "ka", "kg", "ki", "kj", "kk",
    "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt",
    "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn", "mo", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne",
    "ng", "nl", "nn", "no", "nr", "nv", "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt",
    "qu", "rm", "rn", "ro", "ru", "rw", "sa", "sc", "sd", "se", "sg", "sh", "si", "sk", "sl", "sm", "sn",
    "so", "sq", "sr", "ss", "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to",
    "tr", "ts", "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo",
    "za", "zh", "zu",
})  # fmt: skip
_USUAL_REGIONS = frozenset({
    "AT", "BE", "BR", "CA", "CH", "DE", "ES", "FR", "GB", "IT", "LU", "PT", "US",
})  # fmt: skip
# What is registered, and Unicode's lists lack: families of languages, and the dialects of Occitan.
_COLLECTIVE = frozenset({"ber", "mis"})
_OCCITAN = frozenset({
    "aranes", "auvern", "cisaup", "creiss", "gascon", "lemosin", "lengadoc", "nicard", "provenc", "vivaraup",
})  # fmt: skip


class _Subtags(msgspec.Struct, frozen=True):
    """The registered subtags, as Unicode lists them. ``shorter`` has the short name of a long one."""

    languages: frozenset[str]
    shorter: dict[str, str]
    # Scripts, regions and variants: the order in which a tag has them.
    others: tuple[frozenset[str], frozenset[str], frozenset[str]]


@cache
def _subtags() -> _Subtags:
    from babel.core import Locale, get_global  # noqa: PLC0415 - it takes long to load, and is rarely needed

    english = Locale("en")
    return _Subtags(
        languages=frozenset((*get_global("likely_subtags"), *english.languages)) | _COLLECTIVE,
        shorter=dict(get_global("language_aliases")),
        others=(
            frozenset(english.scripts),
            frozenset(english.territories),
            frozenset(map(str.lower, english.variants)) | _OCCITAN,
        ),
    )


def language_tag(text: str) -> str:
    """Return a BCP 47 tag in its usual form (``fr``, ``pt-BR``, ``sr-Latn``); empty if ``text`` isn't one.

    What isn't registered is left out, with all that follows: browsers and checkers of HTML don't know it.
    """
    return _language_tag(text.strip()) if len(text) <= _LONGEST else ""


@lru_cache(maxsize=1000)
def _language_tag(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        return ""
    language, *subtags = re.split("[-_]", text)
    language = _registered_language(language.lower())
    # A region has two letters, a script has four.
    usual = [
        subtag.upper() if len(subtag) == 2 else subtag.title() if len(subtag) == 4 else subtag.lower()
        for subtag in subtags
    ]
    return "-".join([language, *_registered(usual)]) if language else ""


def _registered_language(language: str) -> str:
    """Return a language's subtag, the shorter one if it has two; empty if it isn't registered."""
    if len(language) == 2:
        return language if language in _TWO_LETTERS else ""
    known = _subtags()
    shorter = known.shorter.get(language, "")
    return language if language in known.languages else shorter if shorter in _TWO_LETTERS else ""


def _registered(subtags: Sequence[str]) -> Iterator[str]:
    """Yield script, region and variants, up to the first subtag that isn't registered or in its place."""
    place = 0
    for subtag in subtags:
        if subtag in _USUAL_REGIONS:
            kind: int | None = 1 if place < 2 else None
        else:
            kinds = range(place, 3)
            kind = next((kind for kind in kinds if subtag in _subtags().others[kind]), None)
        if kind is None:
            return
        yield subtag
        # A tag has one script and one region. It may have several variants.
        place = min(kind + 1, 2)


def direction(language: str) -> Literal["rtl", "ltr"]:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RTL else "ltr"
