"""Tags of languages (BCP 47), and the direction in which a language is written. Pure."""

from __future__ import annotations

import re
from typing import Literal

_RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def language_tag(written: str) -> str:
    """Return a BCP 47 tag in its usual form (``fr``, ``pt-BR``); empty where it can't be one."""
    if not _LANGUAGE.fullmatch(written.strip()):
        return ""
    first, *rest = re.split("[-_]", written.strip())
    usual = [
        part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in rest
    ]
    return "-".join([first.lower(), *usual])


def direction(language: str) -> Literal["rtl", "ltr"]:
    """Return ``rtl`` for languages written from the right, else ``ltr``."""
    return "rtl" if language.partition("-")[0].lower() in _RTL else "ltr"
