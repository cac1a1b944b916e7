"""The file ``hosting/Caddyfile``, which the block of a site imports in Caddy 2."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.settings.serving import (
    CACHES,
    NAMED_TYPES,
    OPEN_SUFFIXES,
    PAGES,
    TEXT_SUFFIXES,
    TYPES,
    AddressPattern,
)
from kiosque.site.hosting.quoting import for_caddy
from kiosque.site.hosting.rules import ANYONE, ERROR_PAGE, OPEN_FRAMES, OWN, Rules

PATH = "Caddyfile"
_HEAD = (
    "# Written by `kiosque build --publish`: what is changed here is lost at the next build.\n"
    "# In the block of the site: root * /the/folder/of/the/site, "
    "then import /the/folder/of/the/hub/hosting/Caddyfile\n"
    "# This file says what was taken down: it is not for the site's folder."
)


def caddyfile(rules: Rules) -> str:
    """Return the content of the file. The site's block itself has to set ``root``."""
    return "\n".join([_HEAD, "", *_lines(rules), ""])


def _lines(rules: Rules) -> Iterator[str]:
    root = rules.site.root
    caches = [(addresses.pattern(root), lifetime) for addresses, lifetime in CACHES]
    yield from _variable("cache", caches, PAGES)
    yield from _variable("policy", [(OPEN_FRAMES.pattern(root), rules.framing(ANYONE))], rules.framing(OWN))
    yield f"@kiosque path {root}/*"
    yield "header @kiosque {"
    for name, value in rules.headers.items():
        yield f"    {name} {for_caddy(value)}"
    yield '    Content-Security-Policy "{kiosque_policy}"'
    yield '    Cache-Control "{kiosque_cache}"'
    yield "    Vary Accept-Encoding"
    yield "}"
    yield f'@kiosque_open path_regexp "{AddressPattern("/", OPEN_SUFFIXES).pattern(root)}"'
    yield 'header @kiosque_open Access-Control-Allow-Origin "*"'
    yield from _types(root)
    yield f'@kiosque_hidden path_regexp "^{root}(/.*)?/\\.(htaccess|git)"'
    yield "error @kiosque_hidden 404"
    for old, new in rules.moved:
        yield f"redir {root}{old} {root}{new} 301"
    if gone := [*rules.gone, *(f"{folder}*" for folder in rules.gone_folders)]:
        yield f"@kiosque_gone path {' '.join(root + address for address in gone)}"
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


def _variable(name: str, rows: list[tuple[str, str]], default: str) -> Iterator[str]:
    """Yield the lines that set a variable by the pattern that the request's path fits."""
    yield f"map {{path}} {{kiosque_{name}}} {{"
    for pattern, value in rows:
        yield f'    "~{pattern}" {for_caddy(value)}'
    yield f"    default {for_caddy(default)}"
    yield "}"


def _types(root: str) -> Iterator[str]:
    """Yield the media types of files: Caddy takes its own from the system, where they differ."""
    for suffix, media_type in TYPES.items():
        charset = "; charset=utf-8" if suffix in TEXT_SUFFIXES else ""
        excluded = [f"*/{name}" for name in NAMED_TYPES if name.endswith(suffix)]
        pattern = AddressPattern("/", (suffix,)).pattern(root)
        yield from _type(suffix[1:], pattern, f"{media_type}{charset}", excluded)
    for name, media_type in NAMED_TYPES.items():
        pattern = AddressPattern("/", (name,)).pattern(root)
        yield from _type(name.replace(".", "_"), pattern, f"{media_type}; charset=utf-8", [])


def _type(name: str, pattern: str, media_type: str, excluded: list[str]) -> Iterator[str]:
    yield f"@kiosque_{name} {{"
    yield f'    path_regexp "{pattern}"'
    if excluded:
        yield f"    not path {' '.join(excluded)}"
    yield "}"
    yield f'header @kiosque_{name} Content-Type "{media_type}"'
