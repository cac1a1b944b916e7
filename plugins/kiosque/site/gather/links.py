"""Makes the links to tags, themes, authors, communes and sources.

Each link is made once, and all publications share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial

from kiosque.content.kinds.source import SOURCE
from kiosque.curation import Themes, is_junk
from kiosque.model import Source, Territory
from kiosque.site.hub.records import Link, Theme
from kiosque.site.output.wanted import tag_slug

_TAGS = "mots-cles"
# The tags of a publication, and its themes.
Subjects = tuple[tuple[Link, ...], tuple[Link, ...]]


class Links:
    """The links of a hub: ``communes`` by code, ``sources`` by slug, and ``themes``.

    The methods return the links to tags and authors.
    """

    def __init__(
        self, territory: Territory, sources: Iterable[Source], themes: Themes, hub_name: str
    ) -> None:
        """Make the links of communes, sources and themes."""
        self.communes = {
            commune.code: Link(name=commune.name, address=f"/communes/{commune.department}/{commune.slug}/")
            for commune in territory.communes
        }
        sources = tuple(sources)
        self.sources = {
            source.slug: Link(name=source.name, address=SOURCE.page(source.slug)) for source in sources
        }
        self.themes = tuple(_themes(themes))
        self._themes_by_tag = _themes_by_tag(self.themes)
        # The addresses of the tags that are a spelling of a source's name.
        self._name_tags = {source.slug: _spellings(source.name, source.slug) for source in sources}
        self._all_name_tags = frozenset().union(*self._name_tags.values())
        self._is_unwanted = _is_unwanted(themes, hub_name)
        self._author = cache(partial(_link, "auteurs"))
        self._cached_tag = cache(self._tag)
        self._cached_subjects = cache(self._subjects)

    def subjects(self, names: tuple[str, ...], source: str = "") -> Subjects:
        """Return the tags of a publication, each address once, and the themes of these tags.

        ``names`` are the tags in the file or feed. A tag that only repeats the name of the publication's
        ``source`` (a slug) is left out. The same names give the same objects.
        """
        subjects, names_a_source = self._cached_subjects(names)
        # Few tags are the name of a source. Without one, all sources share the same cached result.
        return self._cached_subjects(names, source)[0] if names_a_source and source else subjects

    def _subjects(self, names: tuple[str, ...], source: str = "") -> tuple[Subjects, bool]:
        """Return tags and themes, and whether a tag is the name of a source."""
        own_name_tags = self._name_tags.get(source)
        tags: dict[str, Link] = {}
        themes: dict[str, Link] = {}
        names_a_source = False
        for name in names:
            if not (tag := self._cached_tag(name)):
                continue
            link, address, tag_themes, is_source_name = tag
            if is_source_name:
                names_a_source = True
                if own_name_tags and address in own_name_tags:
                    continue
            tags[address] = link
            if tag_themes:
                themes.update(tag_themes)
        return (tuple(tags.values()), tuple(themes.values())), names_a_source

    def _tag(self, name: str) -> tuple[Link, str, Mapping[str, Link] | None, bool] | None:
        """Return a tag: its link, its address, its themes, and whether it is the name of a source.

        None for an unwanted tag. A hash in front of the name, as Mastodon writes tags, isn't part of the
        name.
        """
        name = name.lstrip("# ")
        link = None if self._is_unwanted(tag_slug(name)) else _link(_TAGS, name)
        if link is None:
            return None
        return link, link.address, self._themes_by_tag.get(link.address), link.address in self._all_name_tags

    def authors(self, names: Iterable[str], besides: str = "") -> tuple[Link, ...]:
        """Return the authors of a publication, without the name ``besides``, which is that of its source."""
        links = (self._author(name) for name in names if name != besides)
        return tuple({link.address: link for link in links if link}.values())


def _link(folder: str, name: str) -> Link | None:
    slug = tag_slug(name)
    return Link(name=name, address=f"/{folder}/{slug}/") if slug else None


def _is_unwanted(themes: Themes, hub_name: str) -> Callable[[str], bool]:
    """Return a function that tells from a slug whether a tag is left out: ignored by the editors, or junk."""
    ignored = _slugs(themes.ignore) | {slug for slug in _squeezed(tag_slug(hub_name)) if slug}
    kept = _slugs(themes.keep) | _slugs(name for theme in themes.items for name in theme.names)
    return lambda slug: slug in ignored or (is_junk(slug) and slug not in kept)


def _slugs(names: Iterable[str]) -> set[str]:
    return {tag_slug(name.lstrip("# ")) for name in names}


def _squeezed(slug: str) -> set[str]:
    """Return the slug of a name, and that of its hashtag, which has no hyphens."""
    return {slug, slug.replace("-", "")}


def _spellings(*names: str) -> frozenset[str]:
    """Return the addresses of the tags that are a spelling of a name."""
    return frozenset(f"/{_TAGS}/{slug}/" for name in names for slug in _squeezed(tag_slug(name)))


def _themes(themes: Themes) -> Iterable[Theme]:
    for item in themes.items:
        yield Theme(
            link=Link(name=item.name, address=f"/themes/{item.slug}/"),
            introduction=item.introduction,
            tags=tuple(dict.fromkeys(f"/{_TAGS}/{tag_slug(name.lstrip('# '))}/" for name in item.names)),
            aliases=item.aliases,
        )


def _themes_by_tag(themes: Iterable[Theme]) -> Mapping[str, dict[str, Link]]:
    """Return the themes of each tag by the address of the tag: links by the address of the theme."""
    by_tag: defaultdict[str, dict[str, Link]] = defaultdict(dict)
    for theme in themes:
        for address in theme.tags:
            by_tag[address][theme.link.address] = theme.link
    return by_tag
