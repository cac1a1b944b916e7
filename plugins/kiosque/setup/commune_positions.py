"""Fills in the positions of communes that a territory lacks. All else in the file stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

from kiosque.content.territory_file import load_territory
from kiosque.files import replace_file
from kiosque.model import Commune, ContentError, Record
from kiosque.setup.new_hub import Geography
from kiosque.territory.doubts import PATH


class FilledIn(Record, frozen=True):
    """The communes whose position was written, and those that still have none."""

    written: tuple[Commune, ...] = ()
    missing: tuple[Commune, ...] = ()


def fill_in(root: Path, geography: Geography) -> FilledIn:
    """Write the positions that the geography API knows.

    Raises ContentError where the territory can't be read, UnreachableError where the API can't be used.
    """
    territory, problems = load_territory(root)
    if problems:
        raise ContentError(problems)
    file = root / PATH
    text = before = file.read_text(encoding="utf-8") if file.is_file() else ""
    written: list[Commune] = []
    missing: list[Commune] = []
    for commune in territory.communes:
        if commune.latitude is not None:
            continue
        found = next((c for match in geography.find_online(commune.code) for c in match.communes), None)
        after = _with_position(text, found) if found and found.code == commune.code else text
        (missing if after == text else written).append(commune)
        text = after
    if text != before:
        replace_file(file, text.encode())
    return FilledIn(written=tuple(written), missing=tuple(missing))


def _with_position(text: str, commune: Commune) -> str:
    """Return the file's text with the position of a commune, on one line or on several as its item."""
    if commune.latitude is None or commune.longitude is None:
        return text
    latitude, longitude = f"lat: {commune.latitude:.4f}", f"lon: {commune.longitude:.4f}"
    code = rf"[\"']?code[\"']?:\s*[\"']?{re.escape(commune.code)}[\"']?"
    on_one_line = re.compile(
        rf"^(\s*-\s*\{{(?![^}}\n]*\blat:)[^{{}}\n]*{code}(?=\s*[,}}])[^{{}}\n]*?),?\s*\}}", re.MULTILINE
    )
    if on_one_line.search(text):
        return on_one_line.sub(rf"\g<1>, {latitude}, {longitude}}}", text, count=1)
    on_several = re.compile(rf"^([ -]*)({code})[ \t]*$", re.MULTILINE)

    def with_lines(match: re.Match[str]) -> str:
        indent = " " * len(match[1])
        return f"{match[0]}\n{indent}{latitude}\n{indent}{longitude}"

    return on_several.sub(with_lines, text, count=1)
