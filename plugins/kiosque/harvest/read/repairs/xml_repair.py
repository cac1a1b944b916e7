"""Repair the faults that feeds often have in their XML, if the repair changes no word of their text."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import html5

from kiosque.i18n import N_, _
from kiosque.model import Problem

_DECLARATION = re.compile(rb"<\?xml\s[^>]*+>")
_OWN_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>"
# What may stand before the root: white space, comments, instructions, a document type (XML 1.0, section 2.8).
_PROLOG = re.compile(
    rb"(?:\s++|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->|<\?(?!xml\s)[^>]*+>|<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>)*+",
    re.IGNORECASE,
)
_ROOT = rb"<(?:[\w-]+:)?(?:rss|feed|rdf)\b"
_FEED_ROOT = re.compile(_ROOT, re.IGNORECASE)
_XML_START = re.compile(rb"<\?xml\s|" + _ROOT, re.IGNORECASE)
_LONGEST_LEAD = 20_000
# Signs without width that editors leave: byte order mark, zero width space, no-break space.
_UNSEEN = re.compile(rb"(?:\s|\xef\xbb\xbf|\xe2\x80\x8b|\xc2\xa0)*+")

# Characters that XML forbids (XML 1.0, section 2.2). U+FFFE and U+FFFF are EF BF BE and EF BF BF in UTF-8.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\xef](?:(?<!\xef)|\xbf[\xbe\xbf])")
_RARE_BYTES = bytes([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xEF])
# References to the two halves of a character beyond U+FFFF, in XML or in the HTML that it holds.
_HALF = rb"&(?:amp;)?#(?:(5[56]\d{3})|[xX]([dD][89a-fA-F][\da-fA-F]{2}));"
_HALVES = re.compile(_HALF * 2)
_SECTION = re.compile(rb"(?:<([\w:.-]++)(?:\s[^<>]*+)?>[^<]*+)?(<!\[CDATA\[)")
_ENTRY_MARK = re.compile(rb"</?(?:item|entry)\b")
# A comment can't contain the start of another (XML 1.0, section 2.5): where it does, it lacks its end.
_COMMENT = re.compile(
    rb"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?"
    rb"|<!--(?P<inside>[^-<]*+(?:(?:-(?!->)|<(?!!--))[^-<]*+)*+)(?P<end>-->)?"
)
_MARKS_OF_HALVES = (b"#55", b"#56", b"#xd", b"#xD", b"#Xd", b"#XD")
# Sections without references are matched whole. An unclosed section lasts until the feed's end. References
# that are right, as nearly all are, aren't matched: a feed of escaped HTML has thousands.
_REFERENCE = re.compile(
    rb"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>)?"
    rb"|<!--[^-]*+(?:-(?!->)[^-]*+)*+(?:-->)?"
    rb"|&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|[12]\d\d));)(?:#(?P<number>\d++|[xX][\da-fA-F]++);|(?P<name>[A-Za-z][A-Za-z0-9]{0,31}+)(?P<end>;)?)?"
)
_OWN_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
# Besides letters with accents. Others are words too: “&not”, “&sect”.
_NAMES_ALONE = _OWN_NAMES | {b"nbsp", b"laquo", b"raquo"}
_REPLACEMENT = "\ufffd".encode()


_BEFORE_DECLARATION = N_("“{words}” stands before “<?xml”, which must start the file: remove it")
_BEFORE_XML = N_("“{words}” stands before the start of the feed: remove it, it is no XML")


def with_own_start(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a feed that starts with one known XML declaration, then its root; and what it had before these.

    ``data`` is UTF-8, whatever its declaration says. ``path`` is the feed's address. Line numbers stay the
    same.
    """
    lead = _prolog_end(data, 0)
    declaration = _DECLARATION.match(data, lead)
    if not declaration and not _FEED_ROOT.match(data, lead) and (start := _start(data, lead)) is not None:
        lead = start
        declaration = _DECLARATION.match(data, lead)
    root = _prolog_end(data, declaration.end()) if declaration else lead
    # A warning of a program may stand behind the declaration.
    after = None if _FEED_ROOT.match(data, root) else _start(data, root)
    problems = (
        _lead_problems(data, 0, lead, path, _BEFORE_DECLARATION if declaration else _BEFORE_XML)
        if declaration or not _is_prolog(data, lead)
        else ()
    )
    if declaration and after is not None:
        problems += _lead_problems(data, root, after, path, _BEFORE_XML)
    root = root if after is None else after
    return _OWN_DECLARATION + b"\n" * data.count(b"\n", 0, root) + data[root:], problems


def _prolog_end(data: bytes, place: int) -> int:
    match = _PROLOG.match(data, place)
    return match.end() if match else place


def _start(data: bytes, place: int) -> int | None:
    """Return where the XML of a feed starts behind other text."""
    match = _XML_START.search(data, place, place + _LONGEST_LEAD)
    return match.start() if match else None


def _is_prolog(data: bytes, end: int) -> bool:
    return _prolog_end(data, 0) >= end


def _lead_problems(data: bytes, start: int, end: int, path: str, message: str) -> tuple[Problem, ...]:
    """Return that something stands before the start of the XML, if so."""
    if start == end:
        return ()
    unseen = _UNSEEN.match(data, start)
    seen = unseen.end() if unseen else start
    if seen >= end:
        message = _(
            "a blank line or an unseen sign stands before “<?xml”: remove it, that must start the file"
        )
        return (Problem(path=path, line=1, message=message),)
    words = b" ".join(data[seen:end].split())[:60].decode("utf-8", "ignore")
    return (Problem(path=path, line=_line(data, seen), message=_(message).format(words=words)),)


def needs_care(data: bytes) -> bool:
    """Whether a feed may have faults that its XML parser doesn't see, or sees too late."""
    return (
        len(data.translate(None, _RARE_BYTES)) != len(data)
        or any(mark in data for mark in _MARKS_OF_HALVES)
        or _lacks_section_ends(data)
    )


def _lacks_section_ends(data: bytes) -> bool:
    return data.count(b"<![CDATA[") > data.count(b"]]>")


def without_unseen_faults(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return a feed without forbidden characters, halves of characters, sections without end."""
    data, problems = with_section_ends(data, path, leaves_marks_out=False)
    if match := _FORBIDDEN.search(data):
        message = _("a control character stands here, which XML forbids: remove it")
        problems += (Problem(path=path, line=_line(data, match.start()), message=message),)
        data = _FORBIDDEN.sub(b"", data)
    halves = [match for match in _HALVES.finditer(data) if _character(match)]
    if halves:
        message = _("“{reference}” are two halves of one character: write the character itself, {character}")
        shown = {"reference": halves[0][0].decode(), "character": _character(halves[0])}
        line = _line(data, halves[0].start())
        problems += (Problem(path=path, line=line, message=message.format(**shown)),)
        data = _HALVES.sub(lambda match: _character(match).encode() or match[0], data)
    return data, problems


def with_section_ends(data: bytes, path: str, *, leaves_marks_out: bool) -> tuple[bytes, tuple[Problem, ...]]:
    """Return XML whose CDATA sections end with their elements, where one would swallow the next entries.

    With ``leaves_marks_out``, a section that no element holds is none, and its mark is left out. Well-formed
    XML may have such a mark as text.
    """
    if not (leaves_marks_out or _lacks_section_ends(data)):
        return data, ()
    pieces: list[bytes] = []
    done, first, end = 0, None, 0
    for match in _SECTION.finditer(data):
        start = match.end()
        end = data.find(b"]]>", start) if 0 <= end < start else end
        following = data.find(b"<![CDATA[", start, end if end >= 0 else len(data))
        if end >= 0 > following:
            continue
        limit = following if following >= 0 else len(data)
        entry = _ENTRY_MARK.search(data, start, limit)
        limit = entry.start() if entry else limit
        closing = data.find(b"</" + match[1] + b">", start, limit) if match[1] else -1
        if closing < 0 and not leaves_marks_out:
            continue
        first = match.start(2) if first is None else first
        pieces += (data[done:closing], b"]]>") if closing >= 0 else (data[done : match.start(2)],)
        done = closing if closing >= 0 else start
    if first is None:
        return data, ()
    message = _("a CDATA section starts here that doesn't end with its element: close it with “]]>”")
    problem = Problem(path=path, line=_line(data, first), message=message)
    return b"".join((*pieces, data[done:])), (problem,)


def without_open_comments(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return XML without the marks of comments that don't end: they would swallow the next entries."""
    first: list[re.Match[bytes]] = []

    def opened(match: re.Match[bytes]) -> bytes:
        if match["inside"] is None or match["end"]:
            return match[0]
        if not first:
            first.append(match)
        return match["inside"]

    mended = _COMMENT.sub(opened, data)
    message = _("a comment starts here that doesn't end: close it with “-->”")
    told = (Problem(path=path, line=_line(data, match.start()), message=message) for match in first)
    return mended, tuple(told)


def _character(halves: re.Match[bytes]) -> str:
    """Return the character of two references to halves (UTF-16, RFC 2781); empty if they are no pair."""
    high, low = (
        int(decimal) if decimal else int(hexadecimal, 16)
        for decimal, hexadecimal in ((halves[1], halves[2]), (halves[3], halves[4]))
    )
    is_pair = 0xD800 <= high < 0xDC00 <= low < 0xE000
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00) if is_pair else ""


def without_wrong_references(data: bytes, path: str) -> tuple[bytes, tuple[Problem, ...]]:
    """Return XML whose references and ampersands are right, for the same text.

    HTML's entities become their characters, references to nothing “�”, other ampersands text. The problems
    tell the feed's producer what to mend: one for each kind of fault, with the line of the first.
    """
    first: dict[str, re.Match[bytes]] = {}

    def replaced(match: re.Match[bytes]) -> bytes:
        fault, text = _mended_reference(match)
        if fault:
            first.setdefault(fault, match)
        return text

    data_before, data = data, _REFERENCE.sub(replaced, data)
    return data, tuple(
        Problem(path=path, line=_line(data_before, match.start()), message=_MESSAGES[fault](match))
        for fault, match in first.items()
    )


def _mended_reference(match: re.Match[bytes]) -> tuple[str, bytes]:
    """Return the kind of fault of a reference, empty if it has none, and what to write instead."""
    number, name = match["number"], match["name"]
    if number:
        return _mended_number(number, match[0])
    if match[0][:1] != b"&" or (match["end"] and name in _OWN_NAMES):
        return "", match[0]
    if name is None:
        return "ampersand", b"&amp;"
    # Without its semicolon, a name is a reference where no letter and no value follows: “?a=1&lt=2” is an
    # address (HTML, section 13.2.5.73).
    is_whole = match["end"] or match.string[match.end() : match.end() + 1] not in _NAME_GOES_ON
    text = html5.get(name.decode() + (";" if match["end"] else ""), "")
    if not is_whole or not text or not (match["end"] or name in _NAMES_ALONE or text.isalpha()):
        return "ampersand", b"&amp;" + match[0][1:]
    if name in _OWN_NAMES:
        return "semicolon", b"&" + name + b";"
    return "entity", _escaped(text).encode()


_NAME_GOES_ON = frozenset({b"=", b"_", *(bytes([byte]) for byte in range(128, 256))})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mended_number(number: bytes, reference: bytes) -> tuple[str, bytes]:
    """Return the fault of a reference by number, and what to write instead."""
    is_hexadecimal = number[:1] in b"xX"
    # A huge number of digits would take quadratic time to read.
    digits = (number[1:] if is_hexadecimal else number).lstrip(b"0")[:8] or b"0"
    code = int(digits, 16 if is_hexadecimal else 10)
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "nothing", _REPLACEMENT
    if (code < 0x20 and code not in {9, 10, 13}) or code in {0xFFFE, 0xFFFF}:
        return "control", b""
    # XML only knows a small “x”.
    return ("", reference) if number[:1] != b"X" else ("entity", _escaped(chr(code)).encode())


def _words(match: re.Match[bytes]) -> str:
    """Return a faulty reference with the words around it."""
    text, end = match.string, match.end()
    before = re.split(rb"[\n<>\"]", text[max(match.start() - 20, 0) : match.start()])[-1]
    after = re.split(rb"[\n<>\"]", text[end : end + 20])[0]
    return (before + match[0] + after).decode("utf-8", "ignore").strip()


def _reference(match: re.Match[bytes]) -> str:
    return match[0][:40].decode("utf-8", "ignore")


_MESSAGES: dict[str, Callable[[re.Match[bytes]], str]] = {
    "ampersand": lambda match: _("an “&” stands alone here, in “{words}”: write “&amp;”").format(
        words=_words(match)
    ),
    "control": lambda _match: _("a control character stands here, which XML forbids: remove it"),
    "entity": lambda match: _("“{entity}” is known in HTML only: write the character itself").format(
        entity=_reference(match)
    ),
    "nothing": lambda match: _(
        "“{reference}” stands for no character in XML, and is shown as “�”: write the character itself"
    ).format(reference=_reference(match)),
    "semicolon": lambda match: _("“{reference}” lacks its semicolon: write “{reference};”").format(
        reference=_reference(match)
    ),
}


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
