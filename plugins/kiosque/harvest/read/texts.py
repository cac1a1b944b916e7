"""The text of an entry as HTML: plain text with its lines, the fuller of several texts, the bases in it.

Nothing is sanitized here. Pure functions.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from kiosque.html.added import own_text
from kiosque.html.tokenizer import VOID, Token, attributes, tokens
from kiosque.model import Record

_TAG = re.compile(r"<[A-Za-z/!?]")
_MOST_PICTURES = 20
# The words at most that SPIP adds to a description: section, keywords and author.
_FEW_WORDS = 20
# How much of a text is looked at first, for each character of the text that it is compared with.
_FIRST_LOOK = 3


_STATED = "xml:base"
_ADDRESS = re.compile(r"(\b(?:href|src|cite|poster)\s*+=\s*+)(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
# The number of open elements around an address that are followed.
_DEEPEST = 100


class Text(Record, frozen=True):
    """A text as HTML, and the base of its relative addresses as its feed gives it (``xml:base``), if any."""

    html: str = ""
    base: str = ""


def text_of(detail: Mapping[str, Any], *, is_atom: bool) -> Text:
    """Return a text from feedparser's details of it.

    In Atom, plain text is what its type says (RFC 4287, section 3.1.1.1): a tag in it is shown as it is
    written. Producers of other formats write HTML whatever the type says.
    """
    value = detail.get("value")
    written = value.strip() if isinstance(value, str) else ""
    # feedparser writes XHTML's ``<br/>`` so, which HTML reads as two breaks.
    written = written.replace("<br></br>", "<br>")
    is_plain = detail.get("type") == "text/plain" and (is_atom or "<" not in written)
    return Text(
        html=from_plain(written) if is_plain else with_breaks(written),
        base=str(detail.get("base") or ""),
    )


def from_plain(plain: str) -> str:
    """Return plain text as HTML, with its paragraphs and line breaks."""
    return _with_breaks(html.escape(plain, quote=False)) if plain else ""


def with_breaks(written: str) -> str:
    """Return HTML; if it has no tags, the line breaks that it has are those of plain text."""
    return _with_breaks(written) if "\n" in written and not _TAG.search(written) else written


def _with_breaks(written: str) -> str:
    paragraphs: list[list[str]] = [[]]
    for line in map(str.strip, written.splitlines()):
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return "".join(f"<p>{'<br>'.join(lines)}</p>" for lines in paragraphs if lines)


def fullest(texts: Iterable[Text]) -> Text:
    """Return the text with the most words that browsers show; of several, the first."""
    best, *others = [text for text in texts if text.html] or [Text()]
    for other in others:
        best = other if is_fuller(other.html, best.html) else best
    return best


def text_and_summary(content: Text, summary: Text) -> tuple[Text, Text]:
    """Return the text of an entry and its summary, which is empty if there is one text only.

    Some producers swap the two, or shorten one: the fuller one is the text. It gets the pictures of the other
    one if it has none. Of two with the same words, the one with links counts.
    """
    if not content.html or not summary.html:
        return (content if content.html else summary), Text()
    if not is_fuller(summary.html, content.html):
        has_more_links = "<a " in summary.html and "<a " not in content.html
        is_same = has_more_links and not is_fuller(content.html, summary.html)
        return (summary, content) if is_same else (content, summary)
    if "<img" in content.html and "<img" not in summary.html and content.base == summary.base:
        shown, longer = own_text(content.html), own_text(summary.html)
        if shown and longer.startswith(shown) and len(longer[len(shown) :].split()) <= _FEW_WORDS:
            return content, summary
        return Text(html=_pictures(content.html) + summary.html, base=summary.base), content
    return summary, content


def _pictures(source: str) -> str:
    found = (source[token.start : token.stop] for token in tokens(source) if token.name == "img")
    return f"<p>{''.join(islice(found, _MOST_PICTURES))}</p>"


def is_fuller(other: str, text: str) -> bool:
    """Whether a text shows more words than another one. What plugins add isn't counted."""
    if not other or other == text:
        return False
    # The beginning of the longer one mostly has as many words as all of the other.
    if len(other) > len(text):
        words = _words(text)
        return _words(_beginning(other, len(text))) > words or _words(other) > words
    wanted = _words(other)
    return _words(_beginning(text, len(other))) < wanted and _words(text) < wanted


def _beginning(source: str, length: int) -> str:
    """Return the beginning of HTML up to its last tag, several times as long as ``length``."""
    return source[: _FIRST_LOOK * length].rpartition("<")[0]


def _words(source: str) -> int:
    return len(own_text(source).split())


def with_stated_bases(source: str, base: str) -> str:
    """Return HTML with absolute addresses in each element that states a base, up to its end.

    Such a base starts from that of the elements around it, at last from ``base``.
    """
    if _STATED not in source:
        return source
    pieces: list[str] = []
    # The names and bases of open elements, from the outermost one that states a base.
    open_bases: list[tuple[str, str]] = []
    place = 0
    for token in tokens(source):
        pieces.append(source[place : token.start])
        place = token.stop
        tag = source[token.start : token.stop]
        if token.is_end:
            _close(open_bases, token.name)
        elif token.name and (own := _base_of(token, open_bases, base)):
            tag = _ADDRESS.sub(lambda match, own=own: _absolute(match, own), tag)  # type: ignore[misc]
            if token.name not in VOID and not token.is_self_closed and len(open_bases) < _DEEPEST:
                open_bases.append((token.name, own))
        pieces.append(tag)
    return "".join(pieces)


def stated_base(tag: str, base: str) -> str:
    """Return the base that a tag states; empty if it states none. A relative one starts from ``base``."""
    stated = attributes(tag).get(_STATED, "") if _STATED in tag else ""
    return _joined(base, html.unescape(stated)) if stated else ""


def _base_of(token: Token, open_bases: list[tuple[str, str]], base: str) -> str:
    """Return the base in an element; empty if neither it nor one around it states any."""
    around = open_bases[-1][1] if open_bases else ""
    return stated_base(token.attributes, around or base) or around


def _close(open_bases: list[tuple[str, str]], name: str) -> None:
    place = next((i for i in reversed(range(len(open_bases))) if open_bases[i][0] == name), None)
    if place is not None:
        del open_bases[place:]


def _absolute(match: re.Match[str], base: str) -> str:
    address = match[2] if match[2] is not None else match[3]
    is_whole = not address or address.startswith("#")
    return match[0] if is_whole else f'{match[1]}"{html.escape(_joined(base, html.unescape(address)))}"'


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
