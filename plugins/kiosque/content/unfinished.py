"""Finds what is left of a new hub's first files: lines to complete, examples, a place that nobody named.

A hub isn't published with them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosque.content.content_files import CONTENT, is_text
from kiosque.files import read_file
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.settings.pelicanconf import HubSettings

TO_COMPLETE = re.compile(r"À COMPL[ÉE]TER|A COMPLETER|TO BE COMPLETED")
# The place in the files of ``kiosque init`` where nobody has named one, in both languages of its question.
PLACES = ("notre vallée", "our valley")
_AROUND = 40
_SETTINGS = ("pelicanconf.py", "publishconf.py")
_EXAMPLE_FEED = re.compile(r"exemples/premier-media\.xml")
_EXAMPLE_ARTICLE = "*Ce premier article est un exemple"
_DRAFT = re.compile(
    r"^(?:(?:status|statut)[ \t]*:[ \t]*[\"']?(?:draft|brouillon)"
    r"|(?:draft|brouillon)[ \t]*[:=][ \t]*(?:true|yes|oui)|published[ \t]*[:=][ \t]*(?:false|no|non))\b",
    re.MULTILINE | re.IGNORECASE,
)
_PLACE_NAME = re.compile(rf"^name\s*:\s*[\"']?(?:{'|'.join(PLACES)})[\"']?\s*$", re.MULTILINE)
# An address with a name and a host, as RFC 5322 (section 3.4.1) has most of them.
_EMAIL = re.compile(r"[^@\s<>(),;:\"]+@[^@\s<>(),;:\"]+\.[^@\s<>(),;:\".]{2,}")


def unfinished(settings: HubSettings) -> list[Problem]:
    """Return a problem for each line of settings and content that a person must still write or remove."""
    texts = dict(_texts(settings.root))
    place = _place_left(texts.get(f"{CONTENT}/territory.yml", ""))
    found = [problem for path, text in texts.items() for problem in _problems_of(path, text, place)]
    return [*_contact(settings, texts), *found]


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the settings files and the texts of a hub by their paths, without those that can't be read."""
    paths = [*_SETTINGS]
    for folder, folders, files in os.walk(root / CONTENT):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        where = Path(folder).relative_to(root).as_posix()
        paths += [f"{where}/{name}" for name in sorted(files) if is_text(name) or name.endswith(".yml")]
    for path in paths:
        try:
            yield path, read_file(root / path).decode("utf-8", "replace")
        except OSError:
            continue


def _problems_of(path: str, text: str, place: str) -> Iterator[Problem]:
    if _DRAFT.search(text):
        # Nobody reads a draft.
        return
    has_place = place and path.startswith((*_SETTINGS, f"{CONTENT}/pages/", f"{CONTENT}/territory.yml"))
    for number, line in enumerate(text.splitlines(), start=1):
        if message := _message_of(path, line, place if has_place else ""):
            yield Problem(path=path, line=number, message=message)


def _message_of(path: str, line: str, place: str) -> str:
    """Return what is unfinished in a line; empty for most lines. ``place`` is that of ``_place_left``."""
    if line.lstrip().startswith("#") and path.endswith((".py", ".yml")):
        return ""
    if to_complete := TO_COMPLETE.search(line):
        return _("“{line}” is still to be written").format(line=_around(line, to_complete))
    if path.startswith(f"{CONTENT}/sources/") and _EXAMPLE_FEED.search(line):
        message = _(
            "this medium is the example: remove this file, exemples/ and {archive}, once you have another"
        )
        return message.format(archive=f"archive/{Path(path).stem}/")
    if _EXAMPLE_ARTICLE in line:
        return _("this article is the example: write your own in its place, or remove this file")
    if place and place in line:
        return _("“{place}” stands where nobody named the place: write its name").format(place=place)
    return ""


def _around(line: str, match: re.Match[str]) -> str:
    """Return the words around a match, few enough for a line of a terminal."""
    start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
    return f"{'…' * (start > 0)}{line[start:end].strip().lstrip('- ')}{'…' * (end < len(line))}"


def _place_left(territory: str) -> str:
    """Return the place of the first files where the territory still has it as its name; else empty text."""
    if not _PLACE_NAME.search(territory):
        return ""
    return next(place for place in PLACES if place in territory)


def _contact(settings: HubSettings, texts: dict[str, str]) -> Iterator[Problem]:
    contact = settings.site.contact
    if not contact or _EMAIL.fullmatch(contact) or TO_COMPLETE.search(contact):
        return
    path, line = _setting("CONTACT", texts, _SETTINGS[::-1])
    message = _(
        "CONTACT is “{contact}”, which is no e-mail address: write one, such as bonjour@kiosque.example"
    )
    yield Problem(path=path, line=line, message=message.format(contact=contact))


def _setting(name: str, texts: dict[str, str], paths: Sequence[str]) -> tuple[str, int]:
    """Return the file and the line of a setting: in the first of the files that has it."""
    pattern = re.compile(rf"^{name}\s*=")
    for path in paths:
        for number, line in enumerate(texts.get(path, "").splitlines(), start=1):
            if pattern.match(line):
                return path, number
    return paths[-1], 1
