"""The links that publications share, each made once: a hub has many entries, and few tags, authors and communes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial

from kiosque.curation import Themes, is_junk
from kiosque.model import Source, Territory
from kiosque.site.hub.records import Link, Theme
from kiosque.site.output.wanted import tag_slug

_TAGS = "mots-cles"
# The tags of a publication, and its themes.
Subjects = tuple[tuple[Link, ...], tuple[Link, ...]]


class Links:
    """The links of a hub by what they stand for; ``themes`` are all of its themes."""

    def __init__(
        self, territory: Territory, sources: Iterable[Source], themes: Themes, hub_name: str
    ) -> None:
        """Make the links that are known before anything is read."""
        self.communes = {
            commune.code: Link(name=commune.name, address=f"/communes/{commune.department}/{commune.slug}/")
            for commune in territory.communes
        }
        sources = tuple(sources)
        self.sources = {
            source.slug: Link(name=source.name, address=f"/medias/{source.slug}/") for source in sources
        }
        self.themes = tuple(_themes(themes))
        self._of_tag = _by_tag(self.themes)
        self._own = {source.slug: _spellings(source.name, source.slug) for source in sources}
        self._names_of_sources = frozenset().union(*self._own.values())
        self._is_unwanted = _is_unwanted(themes, hub_name)
        self._author = cache(partial(_link, "auteurs"))
        self._tag = cache(self._known)
        self._found = cache(self._subjects)

    def subjects(self, names: tuple[str, ...], source: str = "") -> Subjects:
        """Return the tags of a publication, each address once, and the themes that they map to.

        What only repeats the name of its ``source`` says nothing. The same names give the same links.
        """
        found, names_a_source = self._found(names)
        return self._found(names, source)[0] if names_a_source and source else found

    def _subjects(self, names: tuple[str, ...], source: str = "") -> tuple[Subjects, bool]:
        """Return tags and themes, and whether a tag is the name of a source, which few are."""
        own = self._own.get(source)
        tags: dict[str, Link] = {}
        themes: dict[str, Link] = {}
        names_a_source = False
        for name in names:
            if not (tag := self._tag(name)):
                continue
            link, address, of_tag, is_source = tag
            if is_source:
                names_a_source = True
                if own and address in own:
                    continue
            tags[address] = link
            if of_tag:
                themes.update(of_tag)
        return (tuple(tags.values()), tuple(themes.values())), names_a_source

    def _known(self, name: str) -> tuple[Link, str, Mapping[str, Link] | None, bool] | None:
        """Return all there is to know of a tag: its link and address, its themes, whether it is the name of a source.

        None for one that says nothing. Some write tags as Mastodon does, with a hash.
        """
        name = name.lstrip("# ")
        link = None if self._is_unwanted(tag_slug(name)) else _link(_TAGS, name)
        if link is None:
            return None
        return link, link.address, self._of_tag.get(link.address), link.address in self._names_of_sources

    def authors(self, names: Iterable[str], besides: str = "") -> tuple[Link, ...]:
        """Return the authors of a publication, save one who only repeats the source's name."""
        found = (self._author(name) for name in names if name != besides)
        return tuple({link.address: link for link in found if link}.values())


def _link(folder: str, name: str) -> Link | None:
    slug = tag_slug(name)
    return Link(name=name, address=f"/{folder}/{slug}/") if slug else None


def _is_unwanted(themes: Themes, hub_name: str) -> Callable[[str], bool]:
    """Return whether a slug is that of a tag which the hub's editors, or nobody, want to see."""
    ignored = _slugs(themes.ignore) | {slug for slug in _squeezed(tag_slug(hub_name)) if slug}
    kept = _slugs(themes.keep) | _slugs(name for theme in themes.items for name in theme.names)
    return lambda slug: slug in ignored or (is_junk(slug) and slug not in kept)


def _slugs(names: Iterable[str]) -> set[str]:
    return {tag_slug(name.lstrip("# ")) for name in names}


def _squeezed(slug: str) -> set[str]:
    """Return the slug of a name and that of its hashtag, which has no spaces."""
    return {slug, slug.replace("-", "")}


def _spellings(*names: str) -> frozenset[str]:
    return frozenset(f"/{_TAGS}/{slug}/" for name in names for slug in _squeezed(tag_slug(name)))


def _themes(themes: Themes) -> Iterable[Theme]:
    for item in themes.items:
        yield Theme(
            link=Link(name=item.name, address=f"/themes/{item.slug}/"),
            introduction=item.introduction,
            tags=tuple(dict.fromkeys(f"/{_TAGS}/{tag_slug(name.lstrip('# '))}/" for name in item.names)),
            aliases=item.aliases,
        )


def _by_tag(themes: Iterable[Theme]) -> Mapping[str, dict[str, Link]]:
    """Return the links of the themes of each tag, by their address, as they are put together."""
    found: defaultdict[str, dict[str, Link]] = defaultdict(dict)
    for theme in themes:
        for address in theme.tags:
            found[address][theme.link.address] = theme.link
    return found
