"""``.htaccess``: Apache 2.4, as cheap shared hosts run it. What a module is missing for is left out, not an error."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

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

PATH = ".htaccess"
_HEAD = """\
# Written by `kiosque build --publish`: what is changed here is lost at the next build.
# Apache 2.4; it needs AllowOverride FileInfo Indexes."""
# The copies that lie beside a file, in the order in which browsers are given them.
_COPIES = (("br", "br"), ("gz", "gzip"))


def htaccess(rules: Rules) -> str:
    """Return the file for the folder of the site."""
    root = rules.site.root
    blocks = (
        [_HEAD],
        [
            "DirectoryIndex index.html",
            f"ErrorDocument 404 {root}{ERROR_PAGE}",
            f"ErrorDocument 410 {root}{ERROR_PAGE}",
        ],
        _module("mod_mime", _types()),
        _module("mod_headers", _headers(rules)),
        _module("mod_rewrite", _rewriting(rules)),
        _module("!mod_rewrite", _module("mod_alias", _moved(rules))),
        _module("mod_deflate", _module("mod_filter", _deflating())),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _module(name: str, lines: Iterable[str]) -> list[str]:
    return [
        f"<IfModule {name}.c>",
        *(f"    {line}" for line in lines),
        "</IfModule>",
    ]


def _types() -> Iterator[str]:
    for suffix, kind in TYPES.items():
        yield f"AddType {kind} {suffix}"
    yield f"AddCharset utf-8 {' '.join(TEXTUAL)}"
    for name, kind in NAMED_TYPES.items():
        yield f'<FilesMatch "^{re.escape(name)}(\\.br|\\.gz)?$">'
        yield f'    ForceType "{kind}; charset=utf-8"'
        yield "</FilesMatch>"
    # A copy has the type of what it is a copy of: to Apache .br is Breton, .gz an archive.
    yield "RemoveLanguage .br"
    yield "RemoveType .br .gz"
    for suffix, encoding in _COPIES:
        yield f"AddEncoding {encoding} .{suffix}"


def _headers(rules: Rules) -> Iterator[str]:
    root = rules.site.root
    for name, value in rules.headers.items():
        yield f'Header always set {name} "{value}"'
    yield f'Header always set Content-Security-Policy "{rules.framing(OWN)}"'
    yield _where(OPEN_FRAMES, root, f'always set Content-Security-Policy "{rules.framing(ANYONE)}"')
    yield _where(Where("/", OPEN), root, 'set Access-Control-Allow-Origin "*"')
    yield f'Header set Cache-Control "{PAGES}"'
    # What comes later counts.
    for where, lifetime in reversed(CACHES):
        yield _where(where, root, f'set Cache-Control "{lifetime}"')
    yield _where(Where("/", TEXTUAL), root, "merge Vary Accept-Encoding")


def _where(where: Where, root: str, setting: str) -> str:
    """Return a header of some addresses, and of their compressed copies, which take their place."""
    pattern = where.pattern(root).removesuffix("$")
    copies = r"(\.br|\.gz)?$" if where.suffixes else ""
    return f'Header {setting} "expr=%{{REQUEST_URI}} =~ m#{pattern}{copies}#"'


def _rewriting(rules: Rules) -> Iterator[str]:
    yield "RewriteEngine On"
    yield f"RewriteBase {rules.site.root}/"
    yield r"RewriteRule (^|/)\.(?!well-known/) - [R=404,L]"
    for old, new in rules.moved:
        yield f"RewriteRule ^{re.escape(old[1:])}$ {rules.site.root}{new} [R=301,L]"
    yield from _gone(rules)
    yield r"RewriteRule ^(|.*/)$ $1index.html"
    for suffix, encoding in _COPIES:
        yield rf"RewriteCond %{{HTTP:Accept-Encoding}} \b{suffix if suffix == 'br' else encoding}\b"
        yield f"RewriteCond %{{REQUEST_FILENAME}}.{suffix} -f"
        yield rf"RewriteRule ^(.+\.(?:{'|'.join(one[1:] for one in TEXTUAL)}))$ $1.{suffix} [E=no-gzip:1,L]"


def _gone(rules: Rules) -> Iterator[str]:
    """Yield what answers that something was taken down.

    This file goes wherever the site goes, also to hosts that show it: it holds digests of addresses, since these have
    words of what was to be forgotten.
    """
    root = rules.site.root
    if rules.gone:
        yield f'RewriteCond expr "sha1(%{{REQUEST_URI}}) in {{ {_digests(root, rules.gone)} }}"'
        yield "RewriteRule ^ - [G,L]"
    if rules.gone_folders:
        folder = rf"%{{REQUEST_URI}} =~ m#^({re.escape(root)}/medias/[^/]+/)#"
        yield f'RewriteCond expr "{folder} && sha1($1) in {{ {_digests(root, rules.gone_folders)} }}"'
        yield "RewriteRule ^ - [G,L]"


def _digests(root: str, addresses: Iterable[str]) -> str:
    # SHA-1 is what Apache's expressions know; nothing here rests on it but that a list can't be read.
    digests = (hashlib.sha1(f"{root}{one}".encode(), usedforsecurity=False).hexdigest() for one in addresses)
    return ", ".join(f"'{one}'" for one in digests)


def _moved(rules: Rules) -> Iterator[str]:
    for old, new in rules.moved:
        yield f'RedirectMatch 301 "^{re.escape(rules.site.root + old)}$" "{rules.site.root}{new}"'


def _deflating() -> Iterator[str]:
    """Yield what compresses texts without copies, such as those of the search, while they are sent."""
    types = sorted({TYPES[suffix] for suffix in TEXTUAL} | set(NAMED_TYPES.values()))
    yield f"AddOutputFilterByType DEFLATE {' '.join(types)}"
