"""The files ``_headers`` and ``_redirects`` for Netlify, Cloudflare Pages and similar hosts.

GitLab Pages reads only ``_redirects``. These hosts compress files, cache pages until they change, and show
``404.html`` without any configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from kiosque.settings.serving import CACHES, FEED_SUFFIXES, OPEN_SUFFIXES, TYPES, AddressPattern
from kiosque.site.hosting.rules import Rules
from kiosque.site.pages import frames

HEADERS, REDIRECTS = "_headers", "_redirects"
_HEAD = "# Written by `kiosque build --publish`: what is changed here is lost at the next build.\n"


def headers(rules: Rules, paths: Iterable[str]) -> str:
    """Return ``_headers``; ``paths`` are those of all files of the site.

    Where two rules fit an address, these hosts send both values of a header. So no two rules for an address
    set the same header. Framing has a header of its own, set folder by folder, which leaves out the pages
    made for frames.
    """
    root = rules.site.root
    sections = [_section(f"{root}/*", {**rules.headers, "Content-Security-Policy": rules.policy})]
    sections += [_section(root + folder, {"X-Frame-Options": "SAMEORIGIN"}) for folder in _folders(paths)]
    for addresses, lifetime in CACHES:
        if addresses.folder != "/" and not addresses.suffixes and addresses.folder.endswith("/"):
            sections += [_section(glob, {"Cache-Control": lifetime}) for glob in addresses.globs(root)]
    for suffix in OPEN_SUFFIXES:
        is_feed = suffix in FEED_SUFFIXES
        media_type = {"Content-Type": f"{TYPES[suffix]}; charset=utf-8"} if is_feed else {}
        for glob in AddressPattern("/", (suffix,)).globs(root):
            sections.append(_section(glob, {"Access-Control-Allow-Origin": "*", **media_type}))
    return _HEAD + "".join(sections)


def redirects(rules: Rules) -> str:
    """Return ``_redirects``.

    It doesn't name addresses that were taken down: the file is public, and few hosts can answer 410.
    """
    root = rules.site.root
    return _HEAD + "".join(f"{quote(root + old)} {quote(root + new)} 301\n" for old, new in rules.moved)


def _section(pattern: str, headers: dict[str, str]) -> str:
    return "".join([f"{pattern}\n", *(f"  {name}: {value}\n" for name, value in headers.items())])


def _folders(paths: Iterable[str]) -> Iterator[str]:
    """Yield a pattern for each top folder that has pages, without the folder of pages for frames."""
    folders = {path.partition("/")[0] if "/" in path else "" for path in paths if path.endswith(".html")}
    for folder in sorted(folders - {frames.FOLDER[1:]}):
        yield f"/{folder}/*" if folder else "/"
