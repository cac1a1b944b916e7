"""The file ``.htaccess`` for Apache 2.4, as cheap shared hosts run it.

Where a module of Apache is missing, the server skips the lines that need it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from kiosque.content.addresses import ENTRIES
from kiosque.settings.serving import (
    CACHES,
    NAMED_TYPES,
    OPEN_SUFFIXES,
    PAGES,
    TEXT_SUFFIXES,
    TYPES,
    AddressPattern,
)
from kiosque.site.hosting.quoting import for_apache
from kiosque.site.hosting.rules import ANYONE, ERROR_PAGE, OPEN_FRAMES, OWN, Rules

PATH = ".htaccess"
_HEAD = """\
# Written by `kiosque build --publish`: what is changed here is lost at the next build.
# Apache 2.4; it needs AllowOverride FileInfo Indexes."""
# The compressed copies of a file: suffix and encoding. The first copy that a browser accepts is sent.
_COPIES = (("br", "br"), ("gz", "gzip"))


def htaccess(rules: Rules) -> str:
    """Return the content of ``.htaccess``, which lies in the folder of the site."""
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
    for suffix, media_type in TYPES.items():
        yield f"AddType {media_type} {suffix}"
    yield f"AddCharset utf-8 {' '.join(TEXT_SUFFIXES)}"
    for name, media_type in NAMED_TYPES.items():
        yield f'<FilesMatch "^{re.escape(name)}(\\.br|\\.gz)?$">'
        yield f'    ForceType "{media_type}; charset=utf-8"'
        yield "</FilesMatch>"
    # A copy has the type of its original. Without these lines Apache takes .br for Breton and .gz for an
    # archive.
    yield "RemoveLanguage .br"
    yield "RemoveType .br .gz"
    for suffix, encoding in _COPIES:
        yield f"AddEncoding {encoding} .{suffix}"


def _headers(rules: Rules) -> Iterator[str]:
    root = rules.site.root
    for name, value in rules.headers.items():
        yield f"Header always set {name} {for_apache(value)}"
    yield f"Header always set Content-Security-Policy {for_apache(rules.framing(OWN))}"
    yield _header(
        OPEN_FRAMES, root, f"always set Content-Security-Policy {for_apache(rules.framing(ANYONE))}"
    )
    yield _header(AddressPattern("/", OPEN_SUFFIXES), root, 'set Access-Control-Allow-Origin "*"')
    yield f'Header set Cache-Control "{PAGES}"'
    # Of several lines that fit an address, Apache uses the last.
    for pattern, lifetime in reversed(CACHES):
        yield _header(pattern, root, f'set Cache-Control "{lifetime}"')
    yield _header(AddressPattern("/", TEXT_SUFFIXES), root, "merge Vary Accept-Encoding")


def _header(addresses: AddressPattern, root: str, setting: str) -> str:
    """Return the line that sets a header for some addresses, and for their compressed copies."""
    pattern = addresses.pattern(root).removesuffix("$")
    copies = r"(\.br|\.gz)?$" if addresses.suffixes else ""
    return f'Header {setting} "expr=%{{REQUEST_URI}} =~ m#{pattern}{copies}#"'


def _rewriting(rules: Rules) -> Iterator[str]:
    yield "RewriteEngine On"
    yield f"RewriteBase {rules.site.root}/"
    yield r"RewriteRule (^|/)\.(?!well-known/) - [R=404,L]"
    for old, new in rules.moved:
        yield f"RewriteRule ^{re.escape(old[1:])}$ {rules.site.root}{new} [R=301,L]"
    yield from _gone(rules)
    yield r"RewriteRule ^(|.*/)$ $1index.html"
    text_names = "|".join(suffix[1:] for suffix in TEXT_SUFFIXES)
    for suffix, encoding in _COPIES:
        yield rf"RewriteCond %{{HTTP:Accept-Encoding}} \b{suffix if suffix == 'br' else encoding}\b"
        yield f"RewriteCond %{{REQUEST_FILENAME}}.{suffix} -f"
        yield rf"RewriteRule ^(.+\.(?:{text_names}))$ $1.{suffix} [E=no-gzip:1,L]"


def _gone(rules: Rules) -> Iterator[str]:
    """Yield the lines that answer 410 for addresses that were taken down.

    Some hosts show this file to everybody, and addresses contain words of the texts that were taken down. So
    the file has digests of the addresses only.
    """
    root = rules.site.root
    if rules.gone:
        yield f'RewriteCond expr "sha1(%{{REQUEST_URI}}) in {{ {_digests(root, rules.gone)} }}"'
        yield "RewriteRule ^ - [G,L]"
    if rules.gone_folders:
        folder = rf"%{{REQUEST_URI}} =~ m#^({re.escape(root)}{ENTRIES}[^/]+/)#"
        yield f'RewriteCond expr "{folder} && sha1($1) in {{ {_digests(root, rules.gone_folders)} }}"'
        yield "RewriteRule ^ - [G,L]"


def _digests(root: str, addresses: Iterable[str]) -> str:
    # Apache's expressions know only SHA-1. It has to make the list unreadable, and nothing more.
    digests = (
        hashlib.sha1(f"{root}{address}".encode(), usedforsecurity=False).hexdigest() for address in addresses
    )
    return ", ".join(f"'{digest}'" for digest in digests)


def _moved(rules: Rules) -> Iterator[str]:
    for old, new in rules.moved:
        yield f'RedirectMatch 301 "^{re.escape(rules.site.root + old)}$" "{rules.site.root}{new}"'


def _deflating() -> Iterator[str]:
    """Yield the line that compresses texts without copies, such as the search index, while they are sent."""
    types = sorted({TYPES[suffix] for suffix in TEXT_SUFFIXES} | set(NAMED_TYPES.values()))
    yield f"AddOutputFilterByType DEFLATE {' '.join(types)}"
