"""``hosting/Caddyfile``: what the block of a site imports in Caddy 2."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hosting.rules import (
    ANYONE,
    CACHES,
    ERROR_PAGE,
    NAMED_TYPES,
    OPEN,
    OPEN_FRAMES,
    OWN,
    PAGES,
    TEXTUAL,
    TYPES,
    Rules,
    Where,
)

PATH = "Caddyfile"
_HEAD = """\
# Written by `kiosque build --publish`: what is changed here is lost at the next build.
# In the block of the site: root * /the/folder/of/the/site, then import /the/folder/of/the/hub/hosting/Caddyfile
# This file says what was taken down: it is not for the site's folder."""


def caddyfile(rules: Rules) -> str:
    """Return the file; ``root`` is what the block of the site says."""
    return "\n".join([_HEAD, "", *_lines(rules), ""])


def _lines(rules: Rules) -> Iterator[str]:
    root = rules.site.root
    caches = [(where.pattern(root), lifetime) for where, lifetime in CACHES]
    yield from _mapped("cache", caches, PAGES)
    yield from _mapped("policy", [(OPEN_FRAMES.pattern(root), rules.framing(ANYONE))], rules.framing(OWN))
    yield f"@kiosque path {root}/*"
    yield "header @kiosque {"
    for name, value in rules.headers.items():
        yield f'    {name} "{value}"'
    yield '    Content-Security-Policy "{kiosque_policy}"'
    yield '    Cache-Control "{kiosque_cache}"'
    yield "    Vary Accept-Encoding"
    yield "}"
    yield f'@kiosque_open path_regexp "{Where("/", OPEN).pattern(root)}"'
    yield 'header @kiosque_open Access-Control-Allow-Origin "*"'
    yield from _types(root)
    yield f'@kiosque_hidden path_regexp "^{root}(/.*)?/\\.(htaccess|git)"'
    yield "error @kiosque_hidden 404"
    for old, new in rules.moved:
        yield f"redir {root}{old} {root}{new} 301"
    if gone := [*rules.gone, *(f"{folder}*" for folder in rules.gone_folders)]:
        yield f"@kiosque_gone path {' '.join(root + one for one in gone)}"
        yield "error @kiosque_gone 410"
    yield "handle_errors {"
    yield f"    rewrite * {root}{ERROR_PAGE}"
    yield '    header Cache-Control "no-cache"'
    yield "    file_server"
    yield "}"
    yield "encode gzip"
    yield "file_server {"
    yield "    precompressed br gzip"
    yield "}"


def _mapped(name: str, rows: list[tuple[str, str]], default: str) -> Iterator[str]:
    yield f"map {{path}} {{kiosque_{name}}} {{"
    for pattern, value in rows:
        yield f'    "~{pattern}" "{value}"'
    yield f'    default "{default}"'
    yield "}"


def _types(root: str) -> Iterator[str]:
    """Yield the types of files, since those of Caddy differ from system to system; what is named otherwise comes last."""
    for suffix, kind in TYPES.items():
        charset = "; charset=utf-8" if suffix in TEXTUAL else ""
        besides = [f"*/{name}" for name in NAMED_TYPES if name.endswith(suffix)]
        yield from _type(suffix[1:], Where("/", (suffix,)).pattern(root), f"{kind}{charset}", besides)
    for name, kind in NAMED_TYPES.items():
        pattern = Where("/", (name,)).pattern(root)
        yield from _type(name.replace(".", "_"), pattern, f"{kind}; charset=utf-8", [])


def _type(name: str, pattern: str, kind: str, besides: list[str]) -> Iterator[str]:
    yield f"@kiosque_{name} {{"
    yield f'    path_regexp "{pattern}"'
    if besides:
        yield f"    not path {' '.join(besides)}"
    yield "}"
    yield f'header @kiosque_{name} Content-Type "{kind}"'
