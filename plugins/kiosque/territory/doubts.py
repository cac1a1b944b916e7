"""Doubts about the communes of a territory: wrong codes, names of other communes, missing positions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosque.i18n import ngettext
from kiosque.model import Problem, Territory
from kiosque.territory import communes as insee

PATH = "content/territory.yml"


def wrong_communes(territory: Territory, text: str) -> Iterator[Problem]:
    """Yield a problem for each commune whose code doesn't exist or belongs to another name.

    ``text`` is that of the territory's file.
    """
    for commune in territory.communes:
        if mistake := insee.mismatch(commune.code, commune.name):
            line = _line_of(commune.code, text)
            yield Problem(path=PATH, line=line, message=mistake, rule="territory-code")


def unplaced(territory: Territory) -> str:
    """Return that communes have no position, and the command that fills them in; empty where all have one."""
    number = sum(commune.latitude is None for commune in territory.communes)
    if not number:
        return ""
    message = ngettext(
        "{number} commune has no position: kiosque setup territory fills it in",
        "{number} communes have no position: kiosque setup territory fills them in",
        number,
    )
    return message.format(number=number)


def _line_of(code: str, text: str) -> int:
    pattern = re.compile(rf"code:\s*[\"']?{re.escape(code)}\b")
    return next((n for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)), 1)
