"""Frames (``<iframe>``) of other hosts: the page that one shows, and the link that replaces it. Pure."""

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


def frame_address(attributes: Mapping[str, str], base_url: str = "") -> str:
    """Return the absolute address of the page that a frame shows; empty if it isn't an http(s) address.

    ``attributes`` are those of the frame. Scripts that load frames late keep the address in ``data-src`` or
    alike instead of ``src``.
    """
    for name in _FRAME_ADDRESSES:
        value = html.unescape(attributes.get(name, "")).strip()
        if value and (address := safe_url("https:" + value if value.startswith("//") else value, base_url)):
            return address
    return ""


def frame_title(attributes: Mapping[str, str]) -> str:
    """Return the title of a frame as plain text, at most 200 characters."""
    return excerpt(line_text(html.unescape(attributes.get("title", ""))), _LONGEST_TITLE)


def linked_frame(attributes: Mapping[str, str], address: str) -> str:
    """Return the link that replaces a frame; empty if the frame is hidden or a tracking picture.

    The words of the link are the title of the frame, or the host of ``address``.
    """
    if not address or is_hidden(attributes) or is_counter(address):
        return ""
    words = frame_title(attributes) or urlsplit(address).netloc
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether a picture or frame is at most one pixel wide or high, as tracking pictures are, or hidden."""
    sizes = {attributes.get(side, "").strip().lower().removesuffix("px") for side in ("width", "height")}
    return bool(sizes & {"0", "1"}) or bool(_HIDDEN.search(attributes.get("style", "")))
