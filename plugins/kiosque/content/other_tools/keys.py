"""Understands the keys of heads that Pelican, Hugo, Jekyll, Eleventy and Zola read, and Kiosque doesn't.

A key is understood as the field that it means here. Settings of the other tool are left aside without a word:
no reader loses anything. Keys whose words nobody would see are named in one remark. Pure functions.

- Pelican: https://docs.getpelican.com/en/stable/content.html#file-metadata
- Hugo: https://gohugo.io/content-management/front-matter/
- Jekyll: https://jekyllrb.com/docs/front-matter/
- Eleventy: https://www.11ty.dev/docs/data-configuration/
- Zola: https://www.getzola.org/documentation/content/page/
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from urllib.parse import unquote

from kiosque.content.content_files import slug_of
from kiosque.content.frontmatter import FrontMatter, Located
from kiosque.content.schema import Kind
from kiosque.content.schema.fields import fields_by_key, plain_key
from kiosque.content.schema.values import BadValueError, aliases
from kiosque.content.site_addresses import site_address
from kiosque.i18n import _
from kiosque.model import Problem

# The kinds that other generators have too. The others are Kiosque's own.
_KINDS = frozenset({"article", "page"})
# The field that a key means here, as ``plain_key`` gives the key.
_MEANINGS = {
    "categories": "tags",
    "category": "tags",
    "date published": "date",
    "datemodified": "updated",
    "datepublished": "date",
    "description": "summary",
    "excerpt": "summary",
    "expirydate": "expires",
    "last modified at": "updated",
    "lastmod": "updated",
    "lastupdated": "updated",
    "path": "aliases",
    "permalink": "aliases",
    "pubdate": "date",
    "redirect from": "aliases",
    "save as": "aliases",
    "url": "aliases",
}
# Fields that take what several keys say. Of the others, the first key counts.
_JOINED = frozenset({"aliases", "tags"})
# Tables of a head whose keys are read as if they stood beside it: Zola's.
_TABLES = frozenset({"taxonomies"})
# Keys that tell the other tool how to make its page.
_SETTINGS = frozenset({
    "archetype", "cascade", "classes", "collection", "comment", "comments", "contenttype", "disqus",
    "draft path", "dynamicpermalink", "eleventycomputed", "eleventyexcludefromcollections",
    "eleventyimport", "eleventynavigation", "excerpt separator", "featured", "hidetoc", "id", "identifier",
    "in search index", "insert anchor links", "isbase64", "iscjklanguage", "js", "katex", "layout",
    "linktitle", "markup", "math", "mathjax", "menu", "menus", "mermaid", "nav order", "noindex", "order",
    "outputs", "override", "page template", "pagination", "parent", "permalinkbypassoutputdir", "pin",
    "render with liquid", "robots", "share", "showtoc", "sitemap", "slides", "sort by", "tabletitle",
    "templateengineoverride", "template", "theme", "toc", "translationkey", "type", "uid", "uuid", "weight",
})  # fmt: skip
# Keys with words or files for readers, which have no place here.
_WORDS = frozenset({
    "banner", "cover", "extra", "feature image", "featured image", "featuredimage", "gallery", "header",
    "headline", "images", "keywords", "params", "resources", "series", "subheading", "subtitle", "teaser",
    "thumbnail", "translation", "translations", "translator",
})  # fmt: skip
# Fields of articles that pages of other tools have, and pages here have not.
_OF_ARTICLES = frozenset({"author", "authors", "date", "image", "modified", "tags", "updated"})
# A template in place of a value, such as /:year/:title/ or {{ page.url }}.
_TEMPLATE = re.compile(r"[{}:*]")


def understood(kind: Kind, head: FrontMatter, path: str) -> FrontMatter:
    """Return a head with the fields of its kind in place of keys of other tools; ``path`` is its file."""
    own = fields_by_key(kind.fields)
    if kind.name not in _KINDS or all(_first(key) in own for key in head.values):
        return head
    names = {field.name for field in kind.fields}
    kept: dict[str, Located] = {}
    meant: defaultdict[str, list[Located]] = defaultdict(list)
    without_place: list[tuple[str, Located]] = []
    for key, located in _flat(head.values.items()):
        plain = _first(key)
        if plain in own:
            kept[key] = located
        elif _MEANINGS.get(plain) in names:
            meant[_MEANINGS[plain]].append(located)
        elif plain in _WORDS | _OF_ARTICLES | _MEANINGS.keys():
            without_place.append((key, located))
        elif plain not in _SETTINGS:
            kept[key] = located
    keys = {own[_first(key)].name: key for key in kept if _first(key) in own}
    if "aliases" in meant:
        meant["aliases"] = list(_former(meant["aliases"], kind, _slug(kept, keys, path)))
    for name, values in meant.items():
        key = keys.get(name, name)
        if name in _JOINED and values:
            kept[key] = _joined([*([kept[key]] if key in kept else []), *values])
        elif name not in _JOINED and name not in keys:
            kept[name] = next((value for value in values if value.value), values[0])
    return replace(head, values=kept, problems=(*head.problems, *_remarks(without_place, path)))


def _first(key: str) -> str:
    """Return a key as keys are compared; of ``image.alt``, that of the group."""
    return plain_key(key.partition(".")[0])


def _flat(pairs: Iterable[tuple[str, Located]]) -> Iterator[tuple[str, Located]]:
    for key, located in pairs:
        if plain_key(key) in _TABLES and isinstance(located.value, dict):
            yield from (("category", terms) for terms in located.value.values())
        else:
            yield key, located


def _slug(values: Mapping[str, Located], keys: Mapping[str, str], path: str) -> str:
    return str(values[keys["slug"]].value) if "slug" in keys else slug_of(path)


def _joined(values: list[Located]) -> Located:
    """Return the items of several lists as one list, in the place of the first."""
    return replace(values[0], value=[item for value in values for item in _items(value)])


def _items(value: Located) -> list[Located]:
    if isinstance(value.value, list):
        return [item for item in value.value if item.value not in (None, "")]
    words = (word.strip() for word in str(value.value or "").split(","))
    return [replace(value, value=word) for word in words if word]


def _former(values: list[Located], kind: Kind, slug: str) -> Iterator[Located]:
    """Yield the former addresses that this hub can have, without the text's own.

    A name of one of Jekyll's styles (``pretty``), a template and the address of another host are none.
    """
    for item in (item for value in values for item in _items(value)):
        address = unquote(str(item.value)).removesuffix("index.html")
        if not ({"/", "."} & set(address)) or _TEMPLATE.search(address):
            continue
        with suppress(BadValueError):
            former, *_none = aliases(address, UTC)
            if former != kind.page(slug) and not site_address(former):
                yield replace(item, value=former)


def _remarks(keys: list[tuple[str, Located]], path: str) -> Iterator[Problem]:
    if keys:
        message = _(
            "{keys}: the hub shows nothing of this: bring what readers need into the text or its summary"
        )
        line, column = keys[0][1].key or (keys[0][1].line, None)
        names = ", ".join(dict.fromkeys(f"“{key}”" for key, _located in keys))
        yield Problem(
            path=path, line=line, column=column, message=message.format(keys=names), rule="key-elsewhere"
        )
