"""Repair the faults that feeds often have in their XML, if the repair changes no word of their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from kiosque.i18n import _
from kiosque.model import Problem

# Characters that XML forbids (XML 1.0, section 2.2). U+FFFE and U+FFFF are EF BF BE and EF BF BF in UTF-8.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\xef](?:(?<!\xef)|\xbf[\xbe\xbf])")
# References to these characters, which XML forbids too.
_FORBIDDEN_REFERENCE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[\da-f]));", re.IGNORECASE
)
_XML_START = re.compile(rb"<(?:\?xml|!DOCTYPE|(?:[\w-]+:)?(?:rss|feed|rdf)\b)", re.IGNORECASE)
_HTML_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
# A CDATA section holds no entities, so it is matched whole. An unclosed section lasts until the feed's end.
_CDATA_OR_ENTITY = re.compile(rb"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?|" + _HTML_ENTITY.pattern)
_RARE_BYTES = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xEF])
_LONGEST_LEAD = 20_000


def without_lead(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a feed without the text before the start of its XML, and a problem if there was any.

    ``path`` is the feed's address. Line numbers stay the same.
    """
    start = _XML_START.search(data, 0, _LONGEST_LEAD)
    if start is None or not data[: start.start()].strip(b"\xef\xbb\xbf"):
        return data, ()
    lines = b"\n" * data.count(b"\n", 0, start.start())
    declaration, end, rest = data[start.start() :].partition(b"?>")
    is_declared = declaration.startswith(b"<?xml")
    mended = declaration + end + lines + rest if is_declared else lines + data[start.start() :]
    message = _("something stands before the start of the XML: let it start the file")
    return mended, (Problem(path=path, line=1, message=message),)


def without_faults(data: bytes, path: str, added: int) -> tuple[bytes, tuple[Problem, ...]]:
    """Return XML without forbidden characters, and with HTML's entities replaced by their characters.

    ``data`` must be UTF-8. The problems tell the feed's producer what to mend: one for each kind of fault,
    with the line of the first. ``path`` is the feed's address, ``added`` the number of lines that were put
    before its first.
    """
    problems = tuple(_problems(data, path, added))
    if problems:
        data = _CDATA_OR_ENTITY.sub(_replacement, _FORBIDDEN_REFERENCE.sub(b"", _FORBIDDEN.sub(b"", data)))
    return data, problems


def _problems(data: bytes, path: str, added: int) -> Iterator[Problem]:
    is_clean = len(data.translate(None, _RARE_BYTES)) == len(data)
    if match := (None if is_clean else _FORBIDDEN.search(data)) or _FORBIDDEN_REFERENCE.search(data):
        message = _("a control character stands here, which XML forbids: remove it")
        yield Problem(path=path, line=_line(data, match.start()) - added, message=message)
    # The pattern that knows CDATA sections is slow: it runs only on the few feeds where the fast one matches.
    for match in _CDATA_OR_ENTITY.finditer(data) if _HTML_ENTITY.search(data) else ():
        if _is_html_only(match[1]):
            message = _("“{entity}” is known in HTML only: write the character itself")
            line = _line(data, match.start()) - added
            yield Problem(path=path, line=line, message=message.format(entity=match[0].decode()))
            return


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _is_html_only(name: bytes | None) -> bool:
    """Whether a name is an entity of HTML. XML's own entities are never asked for here."""
    return name is not None and f"{name.decode()};" in html5


def _replacement(match: re.Match[bytes]) -> bytes:
    """Return the character of an HTML entity; any other match (a CDATA section) as it is."""
    return html5[f"{match[1].decode()};"].encode() if _is_html_only(match[1]) else match[0]
