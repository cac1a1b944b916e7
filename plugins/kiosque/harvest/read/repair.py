"""Faults of XML that feeds really have and that change no word of them, mended before an XML parser sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from kiosque.i18n import _
from kiosque.model import Problem

# Only characters that XML allows (XML 1.0, section 2.2); those that UTF-8 writes in several bytes begin with EF.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\xef](?:(?<!\xef)|\xbf[\xbe\xbf])")
# The same as references, which XML forbids as well.
_FORBIDDEN_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[\da-f]));", re.IGNORECASE
)
_START = re.compile(rb"<(?:\?xml|!DOCTYPE|(?:[\w-]+:)?(?:rss|feed|rdf)\b)", re.IGNORECASE)
_FOREIGN = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
# What stands in a section of character data is no entity of the XML; one without an end goes on to that of the feed.
_ENTITY = re.compile(rb"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?|" + _FOREIGN.pattern)
_RARE = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xEF])
_LEAD = 20_000


def started(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return bytes without what stands before the start of their XML, lines staying where they are, and say so."""
    start = _START.search(data, 0, _LEAD)
    if start is None or not data[: start.start()].strip(b"\xef\xbb\xbf"):
        return data, ()
    lines = b"\n" * data.count(b"\n", 0, start.start())
    declaration, end, rest = data[start.start() :].partition(b"?>")
    is_declared = declaration.startswith(b"<?xml")
    mended = declaration + end + lines + rest if is_declared else lines + data[start.start() :]
    message = _("something stands before the start of the XML: let it start the file")
    return mended, (Problem(path=path, line=1, message=message),)


def repaired(data: bytes, path: str, added: int) -> tuple[bytes, tuple[Problem, ...]]:
    """Return XML in UTF-8 without characters that XML forbids and entities of HTML.

    The problems say what the producer should mend, each kind once with its first line; ``path`` is the feed's address,
    ``added`` how many lines stand before its first.
    """
    problems = tuple(_faults(data, path, added))
    if problems:
        data = _ENTITY.sub(_character, _FORBIDDEN_REFERENCE.sub(b"", _FORBIDDEN.sub(b"", data)))
    return data, problems


def _faults(data: bytes, path: str, added: int) -> Iterator[Problem]:
    is_plain = len(data.translate(None, _RARE)) == len(data)
    if found := (None if is_plain else _FORBIDDEN.search(data)) or _FORBIDDEN_REFERENCE.search(data):
        message = _("a control character stands here, which XML forbids: remove it")
        yield Problem(path=path, line=_line(data, found.start()) - added, message=message)
    # Looking twice at the few that may have some costs less than looking closely at all.
    for found in _ENTITY.finditer(data) if _FOREIGN.search(data) else ():
        if _is_foreign(found[1]):
            message = _("“{entity}” is known in HTML only: write the character itself")
            line = _line(data, found.start()) - added
            yield Problem(path=path, line=line, message=message.format(entity=found[0].decode()))
            return


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _is_foreign(name: bytes | None) -> bool:
    """Whether a name is that of an entity of HTML, which XML doesn't know."""
    return name is not None and f"{name.decode()};" in html5


def _character(found: re.Match[bytes]) -> bytes:
    """Return what an entity of HTML stands for; whatever else was found stays as it is."""
    return html5[f"{found[1].decode()};"].encode() if _is_foreign(found[1]) else found[0]
