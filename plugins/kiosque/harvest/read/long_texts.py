"""Long texts of a feed, set aside while feedparser reads the rest, and put back as feedparser would have given them.

feedparser searches, copies and translates each text several times, which is half of its time; nothing that it does to
the text of an entry depends on anything but that text. Set aside is only what is the whole of an element whose type
says that it is HTML; all else, and whatever isn't plainly well-formed, stays where it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

_LONG = 200
_NAME = "kiosque-text-"
# Where a text may begin. Comments and other CDATA sections are passed over: what looks like an element in them is none.
_OPENING = re.compile(
    rb"<(?:!--|!\[CDATA\["
    rb"|(?P<element>(?:description|content:encoded|(?:content|summary) type=[\"']html[\"'])>\s*(?P<cdata><!\[CDATA\[)?))"
)
_CLOSING = re.compile(rb"\s*</(?:description|content:encoded|content|summary)>")
# References that XML doesn't know by itself, or that may name no character, are for the parser to judge.
_OTHER_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|1\d\d|[2-9]\d\d));)")
# The ampersand comes last: it may begin what only looks like another reference once it stands there.
_OF_XML = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
# What Windows has where Unicode has control characters, which UTF-8 writes as C2 and the code.
_WINDOWS = {code: text for code in range(128, 160) if (text := bytes([code]).decode("cp1252", "ignore"))}
_ANY_WINDOWS = re.compile(r"[\x80-\x9f]")


def set_aside(data: bytes) -> tuple[bytes, Mapping[str, str]]:
    """Return a feed with names in the place of its long texts, and these texts by name.

    ``data`` is in UTF-8 and has no characters that XML forbids.
    """
    texts: dict[str, str] = {}
    if _NAME.encode() in data:
        return data, texts
    pieces: list[bytes] = []
    done = 0
    for start, end, text in _long_texts(data):
        name = f"{_NAME}{len(texts)}"
        texts[name] = text
        pieces += (data[done:start], name.encode())
        done = end
    return b"".join((*pieces, data[done:])), texts


def _long_texts(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield each text that can be set aside: where it starts and ends, and what an XML parser would make of it."""
    place = 0
    while found := _OPENING.search(data, place):
        is_cdata = found[0].endswith(b"[")
        start, mark = found.end(), b"]]>" if is_cdata else b"-->" if found[0] == b"<!--" else b"<"
        end = data.find(mark, start)
        if end < 0:
            return
        place = end + len(mark) if mark != b"<" else end
        if found["element"] and end - start >= _LONG and _CLOSING.match(data, place):
            written = data[start:end]
            if is_cdata or not _OTHER_REFERENCE.search(written):
                outer = start - len(found["cdata"] or b"")
                yield outer, place, _read(written, is_cdata=is_cdata)


def _read(written: bytes, *, is_cdata: bool) -> str:
    """Return a text as feedparser gives it: see ``XMLParserMixin.pop`` in ``feedparser.mixin``."""
    text = written.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").strip()
    text = text if is_cdata else _unescaped(text).strip()
    if text.isascii():
        return text
    try:
        # UTF-8 that someone took for Latin-1 and encoded again.
        text = text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text.translate(_WINDOWS) if _ANY_WINDOWS.search(text) else text
    return text.translate(_WINDOWS)


def _unescaped(text: str) -> str:
    """Return what references stand for: the five of XML, which most are, one kind after the other."""
    if "&#" in text:
        return html.unescape(text)
    for reference, character in _OF_XML:
        text = text.replace(reference, character)
    return text


def put_back(document: Any, texts: Mapping[str, str]) -> None:
    """Put the texts where feedparser left their names: in the entries, and in what the feed says of itself."""
    for fields in _with_texts(document):
        for key in ("value", "summary", "subtitle"):
            value = fields.get(key) if key in fields else None
            if isinstance(value, str) and value.startswith(_NAME):
                fields[key] = texts.get(value, value)


def _with_texts(document: Any) -> Iterator[Any]:
    for fields in (document.feed, *document.entries):
        yield fields
        for name in ("summary_detail", "subtitle_detail"):
            if name in fields:
                yield fields[name]
        yield from fields.get("content") or ()
