"""Frames of other hosts: what each shows, and the link that stands in its place. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from kiosque.html.counters import is_counter
from kiosque.text import excerpt, line_text
from kiosque.urls import safe_url

_LONGEST_TITLE = 200
_FRAME_ADDRESSES = ("src", "data-src", "data-lazy-src", "data-litespeed-src")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[;\s])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)


def frame_address(given: Mapping[str, str], base_url: str = "") -> str:
    """Return the absolute address of what a frame shows; empty where it is no page of the web.

    ``given`` are its attributes. Those who load frames late keep the address elsewhere than in ``src``.
    """
    for name in _FRAME_ADDRESSES:
        value = html.unescape(given.get(name, "")).strip()
        if value and (address := safe_url("https:" + value if value.startswith("//") else value, base_url)):
            return address
    return ""


def frame_title(given: Mapping[str, str]) -> str:
    """Return what a frame says that it shows, as plain text of at most 200 characters."""
    return excerpt(line_text(html.unescape(given.get("title", ""))), _LONGEST_TITLE)


def linked_frame(given: Mapping[str, str], address: str) -> str:
    """Return a link in place of a frame, its words the frame's title or the host; nothing for one that is not seen."""
    if not address or is_hidden(given) or is_counter(address):
        return ""
    words = frame_title(given) or urlsplit(address).netloc
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def is_hidden(given: Mapping[str, str]) -> bool:
    """Whether a picture or frame is one of the dots that count readers, or not to be seen at all."""
    sizes = {given.get(side, "").strip().lower().removesuffix("px") for side in ("width", "height")}
    return bool(sizes & {"0", "1"}) or bool(_HIDDEN.search(given.get("style", "")))
