"""Set aside the long texts of a feed while feedparser reads the rest, then put them back.

feedparser searches, copies and translates each text several times, which takes half of its time. What it does
to a text depends on that text alone. So the texts are decoded here, exactly as feedparser would decode them,
and feedparser sees a short placeholder instead.

A text is set aside only if it is the whole content of an element whose type says that it is HTML. Other
texts, and texts that may be malformed, stay where they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosque.harvest.read import field_limits

# In bytes.
_SHORTEST = 200
_PLACEHOLDER = "kiosque-text-"
# The start of a text. Comments and other CDATA sections are skipped: elements in them are none.
_OPENING = re.compile(
    rb"<(?:!--|!\[CDATA\["
    rb"|(?P<element>(?:description|content:encoded|(?:content|summary) type=[\"']html[\"'])"
    rb">\s*(?P<cdata><!\[CDATA\[)?))"
)
_CLOSING = re.compile(rb"\s*</(?:description|content:encoded|content|summary)>")
# References that XML doesn't define, or that may stand for no character. Only the XML parser can judge them.
_OTHER_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|1\d\d|[2-9]\d\d));)")
# The ampersand comes last: once decoded, it could make the text after it look like a reference (“&amp;lt;”).
_XML_REFERENCES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
# The characters that Windows-1252 has at codes 128 to 159, where Unicode has control characters.
_WINDOWS_CHARACTERS = {
    code: text for code in range(128, 160) if (text := bytes([code]).decode("cp1252", "ignore"))
}
_CONTROL_CHARACTER = re.compile(r"[\x80-\x9f]")


def set_aside(data: bytes) -> tuple[bytes, Mapping[str, str]]:
    """Return a feed with placeholders for its long texts, and the decoded texts by placeholder.

    ``data`` must be UTF-8 without characters that XML forbids.
    """
    texts: dict[str, str] = {}
    if _PLACEHOLDER.encode() in data:
        return data, texts
    pieces: list[bytes] = []
    done = 0
    for start, end, text in _long_texts(data):
        placeholder = f"{_PLACEHOLDER}{len(texts)}"
        texts[placeholder] = text
        pieces += (data[done:start], placeholder.encode())
        done = end
    return b"".join((*pieces, data[done:])), texts


def _long_texts(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the decoded content of each text that can be set aside."""
    place = 0
    while opening := _OPENING.search(data, place):
        is_cdata = opening[0].endswith(b"[")
        start, mark = opening.end(), b"]]>" if is_cdata else b"-->" if opening[0] == b"<!--" else b"<"
        end = data.find(mark, start)
        if end < 0:
            return
        place = end + len(mark) if mark != b"<" else end
        if opening["element"] and end - start >= _SHORTEST and _CLOSING.match(data, place):
            content = data[start:end]
            if is_cdata or not _OTHER_REFERENCE.search(content):
                outer = start - len(opening["cdata"] or b"")
                yield outer, place, _decoded(content, is_cdata=is_cdata)


def _decoded(content: bytes, *, is_cdata: bool) -> str:
    """Return a text as feedparser decodes it: see ``XMLParserMixin.pop`` in ``feedparser.mixin``."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").strip()
    text = (text if is_cdata else _unescaped(text).strip())[: field_limits.TEXT]
    if text.isascii():
        return text
    try:
        # Text that was encoded twice: UTF-8, read as Latin-1, then encoded as UTF-8 again.
        text = text.encode("iso-8859-1").decode()
    except UnicodeError:
        return text.translate(_WINDOWS_CHARACTERS) if _CONTROL_CHARACTER.search(text) else text
    return text.translate(_WINDOWS_CHARACTERS)


def _unescaped(text: str) -> str:
    """Return a text with its references decoded. The fast path is for XML's own five, the most frequent."""
    if "&#" in text:
        return html.unescape(text)
    for reference, character in _XML_REFERENCES:
        text = text.replace(reference, character)
    return text


def put_back(document: Any, texts: Mapping[str, str]) -> None:
    """Replace the placeholders in feedparser's result by their texts, in the feed and in its entries."""
    for fields in _dictionaries_with_texts(document):
        for key in ("value", "summary", "subtitle"):
            value = fields.get(key) if key in fields else None
            if isinstance(value, str) and value.startswith(_PLACEHOLDER):
                fields[key] = texts.get(value, value)


def _dictionaries_with_texts(document: Any) -> Iterator[Any]:
    for fields in (document.feed, *document.entries):
        yield fields
        for name in ("summary_detail", "subtitle_detail"):
            if name in fields:
                yield fields[name]
        yield from fields.get("content") or ()
