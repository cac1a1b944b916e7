"""The file ``hosting/nginx.conf``, which a ``server`` block of nginx 1.18 or later includes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kiosque.settings.serving import (
    CACHES,
    NAMED_TYPES,
    OPEN_SUFFIXES,
    PAGES,
    TEXT_SUFFIXES,
    TYPES,
    AddressPattern,
)
from kiosque.site.hosting.quoting import for_nginx
from kiosque.site.hosting.rules import ANYONE, ERROR_PAGE, OPEN_FRAMES, OWN, Rules

PATH = "nginx.conf"
_HEAD = """\
# Written by `kiosque build --publish`: what is changed here is lost at the next build.
# In the server block: root /the/folder/of/the/site; include /the/folder/of/the/hub/hosting/nginx.conf;
# This file says what was taken down: it is not for the site's folder."""


def conf(rules: Rules) -> str:
    """Return the content of the file. The server block itself has to set ``root``."""
    lines = [_HEAD, "", *_variables(rules), "", f"location {rules.site.root}/ {{"]
    lines += [f"    {line}" if line else "" for line in _location(rules)]
    return "\n".join([*lines, "}", ""])


def _variables(rules: Rules) -> Iterator[str]:
    """Yield variables for the headers that differ from address to address.

    A block of nginx loses all outer headers as soon as it sets one itself. So headers are set once, outside.
    """
    root = rules.site.root
    yield f"set $kiosque_cache {for_nginx(PAGES)};"
    # Of several lines that fit an address, nginx uses the last.
    for addresses, lifetime in reversed(CACHES):
        yield _set("cache", addresses, root, lifetime)
    yield f"set $kiosque_policy {for_nginx(rules.framing(OWN))};"
    yield _set("policy", OPEN_FRAMES, root, rules.framing(ANYONE))
    yield 'set $kiosque_open "";'
    yield _set("open", AddressPattern("/", OPEN_SUFFIXES), root, "*")


def _set(name: str, addresses: AddressPattern, root: str, value: str) -> str:
    return f'if ($uri ~ "{addresses.pattern(root)}") {{ set $kiosque_{name} {for_nginx(value)}; }}'


def _location(rules: Rules) -> Iterator[str]:
    root = rules.site.root
    yield "index index.html;"
    yield f"error_page 404 410 {root}{ERROR_PAGE};"
    yield ""
    yield from _block("types", (f"{media_type} {suffix[1:]};" for suffix, media_type in TYPES.items()))
    yield "default_type application/octet-stream;"
    yield "charset utf-8;"
    yield f"charset_types {' '.join(_text_types())};"
    yield ""
    yield "gzip on;"
    yield f"gzip_types {' '.join(_text_types())};"
    yield "gzip_vary on;"
    yield "gzip_static on;"
    yield "# With the module ngx_brotli (Debian: libnginx-mod-http-brotli-static):"
    yield "# brotli_static on;"
    yield ""
    for name, value in rules.headers.items():
        yield f"add_header {name} {for_nginx(value)} always;"
    yield "add_header Content-Security-Policy $kiosque_policy always;"
    yield "add_header Cache-Control $kiosque_cache;"
    yield "add_header Access-Control-Allow-Origin $kiosque_open;"
    yield ""
    for name, media_type in NAMED_TYPES.items():
        pattern = name.replace(".", r"\.")
        yield f'location ~ "/{pattern}$" {{ types {{ }} default_type {media_type}; }}'
    yield r'location ~ "/\.(?!well-known/)" { return 404; }'
    for old, new in rules.moved:
        yield f"location = {root}{old} {{ return 301 {root}{new}; }}"
    for address in rules.gone:
        yield f"location = {root}{address} {{ return 410; }}"
    for folder in rules.gone_folders:
        yield f"location ^~ {root}{folder} {{ return 410; }}"


def _block(name: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"{name} {{"
    for line in lines:
        yield f"    {line}"
    yield "}"


def _text_types() -> list[str]:
    """Return the media types of texts but HTML, which nginx adds itself: naming it gives a warning."""
    types = {TYPES[suffix] for suffix in TEXT_SUFFIXES} | set(NAMED_TYPES.values())
    return sorted(types - {"text/html"})
