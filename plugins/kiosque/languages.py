"""Language tags (BCP 47), and the direction in which a language is written. Pure functions."""

from __future__ import annotations

import re
from typing import Literal

_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def language_tag(text: str) -> str:
    """Return a BCP 47 tag in its usual form (``fr``, ``pt-BR``, ``sr-Latn``); empty if ``text`` isn't one."""
    if not _LANGUAGE.fullmatch(text.strip()):
        return ""
    language, *subtags = re.split("[-_]", text.strip())
    # A region has two letters, a script has four.
    usual = [
        subtag.upper() if len(subtag) == 2 else subtag.title() if len(subtag) == 4 else subtag.lower()
        for subtag in subtags
    ]
    return "-".join([language.lower(), *usual])


def direction(language: str) -> Literal["rtl", "ltr"]:
    """Return ``rtl`` for a language that is written from right to left, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RTL else "ltr"
