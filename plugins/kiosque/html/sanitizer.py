"""Sanitizes HTML of feeds and submissions: keeps allowed elements only, removes tracking. Pure functions.

No HTML from outside is trusted before it has passed here.
"""

from __future__ import annotations

import html
import re
from contextvars import ContextVar

import nh3

from kiosque.html.allow_list import ATTRIBUTES, SCHEMES, TAGS, WATCHED
from kiosque.html.layout import (
    nests_headings,
    nests_items,
    with_headings_in_order,
    without_empty,
    without_layout_tables,
)
from kiosque.html.media.late_pictures import with_shown_pictures
from kiosque.html.media.ornaments import is_ornament
from kiosque.html.tidy import has_many_tags, is_tidy, tidied
from kiosque.text import CONTROLS
from kiosque.urls import PLAIN_ADDRESS, is_plain, safe_url, without_tracking

# References to control characters and to those without a meaning, which a parser would turn into these. Most
# of 128 to 159 are absent: HTML reads them as the characters that Windows-1252 has there.
_MEANINGLESS = "|".join(str((plane << 16) + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_CONTROL_REFERENCES = re.compile(
    rf"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|127|129|141|14[34]|157|6497[6-9]|649[89]\d|6500[0-7]|{_MEANINGLESS})(?!\d)"
    r"|x0*(?:[0-8bcef]|1[\da-f]|7f|81|8[df]|90|9d|fd[de][\da-f]|(?:10|[\da-f])?fff[ef])(?![\da-f]));?",
    re.IGNORECASE,
)
_NOTE_ID = re.compile(r"fn(?:ref)?\d*[-:]?[\w.-]{0,40}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NO_PICTURE = re.compile(r'<img(?: (?!src=)[a-z]+="[^"]*")*+>')
# Tracking pictures, which are a dot of one pixel, as nh3 writes them.
_DOT = re.compile(r'<img(?: [a-z]+="[^"]*")*? (?:width|height)="[01]"(?: [a-z]+="[^"]*")*+>')
_IMAGE = re.compile(r'<img\b((?:[^<>"]|"[^"]*")*+)>')
_REMOTE = re.compile(r'\bsrc="((?:https?:)?//[^"]*)"', re.IGNORECASE)
# HTML that a second cleaning may change: a parser moves misplaced content out of tables, and nh3 reorders
# attributes.
_UNSETTLED = ("<table", 'rel="noopener" ')
# A parser drops the first line break inside ``<pre>``, so each cleaning would remove one more.
_PREFORMATTED = re.compile(r"(<pre(?: [^<>]*+)?>)\n+")
# The base of the relative addresses in the text that is being cleaned. A cleaner takes as long to make as a
# short text to clean, and each text has a base of its own.
_base: ContextVar[str] = ContextVar("_base", default="")


def clean_html(source: str, base_url: str = "") -> str:
    """Return HTML that can run no code: only allowed tags and attributes stay, tracking is removed.

    With ``base_url``, relative addresses become absolute. Without it they stay, and so do Pelican's
    ``{filename}`` links. Frames become links. Layout tables become paragraphs. Headings start at ``h2``.
    Cleaning twice gives the same result as cleaning once.
    """
    source = with_shown_pictures(CONTROLS.sub("", source))
    tidy = _CONTROL_REFERENCES.sub(" ", source if is_tidy(source) else tidied(source))
    outer = _base.set(safe_url(base_url))
    try:
        clean = _cleaned_until_stable(tidy)
    finally:
        _base.reset(outer)
    if "<img" in clean:
        clean = _DOT.sub("", _NO_PICTURE.sub("", clean))
    clean = with_headings_in_order(without_empty(clean))
    return _PREFORMATTED.sub(r"\1", clean).strip()


def scrub(clean: str) -> str:
    """Return HTML of the archive without anything that could run code.

    HTML that ``clean_html`` made stays as it is. The files of the archive may have been edited by hand since.
    """
    source = CONTROLS.sub("", clean)
    tidy = _CONTROL_REFERENCES.sub(" ", tidied(source) if has_many_tags(source) else source)
    return with_headings_in_order(_CLEANER.clean(tidy))


def _cleaned_until_stable(source: str) -> str:
    """Clean until nothing changes.

    A parser moves misplaced content out of a table, and may read it differently the next time.
    """
    # The cleaner decodes a reference to a carriage return. The next parser would read a line break instead.
    clean = _CLEANER.clean(source).replace("\r", "\n")
    for _again in range(4):
        if not (any(text in clean for text in _UNSETTLED) or nests_headings(clean) or nests_items(clean)):
            break
        before, flat = clean, without_layout_tables(clean)
        # Attributes are clean after the first pass: if the tree stays the same, checking them again is
        # needless.
        if flat == before and _PARSER.clean(before) == before:
            break
        clean = _CLEANER.clean(flat)
        if clean == before:
            break
    return clean


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute may keep, or None to remove it."""
    if name not in WATCHED:
        return value
    if name == "id":
        return value if _NOTE_ID.fullmatch(value) else None
    if name in {"href", "cite"}:
        return _address(value)
    if tag == "img" and name == "src":
        address = _address(value) or ""
        is_picture = bool(address) and not address.startswith(("#", "mailto:", "tel:"))
        return address if is_picture and not is_ornament(address) else None
    if name in {"width", "height", "colspan", "rowspan"}:
        return value if value.isascii() and value.isdecimal() and len(value) <= 4 else None
    return value if name != "role" or value.strip().lower() in {"none", "presentation"} else None


def _address(value: str) -> str | None:
    """Return an address that browsers read in the same way as Kiosque; None if there is none."""
    value = value.strip()
    # Most addresses are plain: they have no parameters, so no tracking.
    if value.startswith("#") or is_plain(value, PLAIN_ADDRESS):
        return value
    if scheme := _SCHEME.match(value):
        kind = scheme[1].lower()
        if kind in {"http", "https"}:
            return without_tracking(safe_url(value)) or None
        return value if kind in SCHEMES else None
    # Browsers read “\” as “/”. Two of them start the address of another host.
    if value.replace("\\", "/").startswith("//"):
        return without_tracking(safe_url("https:" + value.replace("\\", "/"))) or None
    base_url = _base.get()
    if not base_url:
        return value
    return without_tracking(safe_url(value, base_url)) or None


_PARSER = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    attribute_filter=_attribute,
    link_rel="noopener",
)


def without_remote_pictures(clean: str) -> str:
    """Return HTML with a link in place of each picture of another host.

    A page calls no other host until the reader asks for it.
    """
    return _IMAGE.sub(_picture_link, clean) if "<img" in clean else clean


def _picture_link(picture: re.Match[str]) -> str:
    remote = _REMOTE.search(picture[1])
    if not remote:
        return picture[0]
    alt = re.search(r'\balt="([^"]*)"', picture[1])
    file = html.escape(html.unescape(remote[1]).partition("?")[0].rpartition("/")[2])
    name = (alt[1].strip() if alt else "") or file or "image"
    return f'<a href="{remote[1]}" rel="noopener">{name.replace("<", "&lt;")}</a>'
