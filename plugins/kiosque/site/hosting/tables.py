"""``_headers`` and ``_redirects``: what Netlify, Cloudflare Pages and others of their kind read; GitLab Pages the latter.

Such hosts compress by themselves, keep pages for as long as they don't change, and show ``404.html`` unasked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from kiosque.site.hosting.rules import CACHES, FEEDS, OPEN, TYPES, Rules, Where
from kiosque.site.pages import frames

HEADERS, REDIRECTS = "_headers", "_redirects"
_HEAD = "# Written by `kiosque build --publish`: what is changed here is lost at the next build.\n"


def headers(rules: Rules, paths: Iterable[str]) -> str:
    """Return ``_headers``; ``paths`` are those of all files.

    Where two rules fit, these hosts send both values of a header: no header is said twice for one address. So who may
    frame a page is said in a header of its own, and folder by folder, to leave out what is made for frames.
    """
    root = rules.site.root
    found = [_rule(f"{root}/*", {**rules.headers, "Content-Security-Policy": rules.policy})]
    found += [_rule(root + folder, {"X-Frame-Options": "SAMEORIGIN"}) for folder in _folders(paths)]
    for where, lifetime in CACHES:
        if where.folder != "/" and not where.suffixes and where.folder.endswith("/"):
            found += [_rule(glob, {"Cache-Control": lifetime}) for glob in where.globs(root)]
    for suffix in OPEN:
        for glob in Where("/", (suffix,)).globs(root):
            kind = {"Content-Type": f"{TYPES[suffix]}; charset=utf-8"} if suffix in FEEDS else {}
            found.append(_rule(glob, {"Access-Control-Allow-Origin": "*", **kind}))
    return _HEAD + "".join(found)


def redirects(rules: Rules) -> str:
    """Return ``_redirects``. What was taken down isn't there: this file is public, and few hosts know 410."""
    root = rules.site.root
    return _HEAD + "".join(f"{quote(root + old)} {quote(root + new)} 301\n" for old, new in rules.moved)


def _rule(where: str, values: dict[str, str]) -> str:
    return "".join([f"{where}\n", *(f"  {name}: {value}\n" for name, value in values.items())])


def _folders(paths: Iterable[str]) -> Iterator[str]:
    """Yield what covers all pages but those that are made for frames, once each."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths if path.endswith(".html")}
    for top in sorted(tops - {frames.FOLDER[1:]}):
        yield f"/{top}/*" if top else "/"
