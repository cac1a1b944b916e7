"""From a list of feeds to the sources that a hub lacks: pure, nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from kiosque.contribute.new_file import guessed_type, source_file
from kiosque.contribute.opml_reader import Outline
from kiosque.i18n import _
from kiosque.model import Feed, Record, Source
from kiosque.text import slug
from kiosque.urls import safe_url


class NewSource(Record, frozen=True):
    """A source to be written, under a slug that no other has."""

    slug: str
    name: str
    homepage: str = ""
    language: str = ""
    feeds: tuple[Feed, ...] = ()

    @property
    def text(self) -> str:
        """What stands in its file."""
        return source_file(
            name=self.name,
            type_=guessed_type(self.name, {}),
            homepage=self.homepage,
            language=self.language,
            feeds=self.feeds,
        )


class Skipped(Record, frozen=True):
    """A feed that is left aside, and why; ``is_wrong`` where a person must mend it."""

    url: str
    title: str
    reason: str
    is_wrong: bool = False


def feed_key(url: str) -> str:
    """Return what two addresses of one feed have in common: the scheme and a last slash often differ."""
    return url.partition("://")[2].rstrip("/") or url


def known_feeds(sources: Iterable[Source]) -> dict[str, str]:
    """Return the path of the source file that has each feed, by the feed's key."""
    return {feed_key(feed.url): source.path for source in sources for feed in source.feeds}


def plan(
    outlines: Iterable[Outline], sources: Sequence[Source]
) -> tuple[tuple[NewSource, ...], tuple[Skipped, ...]]:
    """Return the sources to write, and the feeds that are left aside.

    Feeds of the same name and page are those of one source.
    """
    known = known_feeds(sources)
    skipped: list[Skipped] = []
    found: dict[tuple[str, str], NewSource] = {}
    slugs = _Slugs(source.slug for source in sources)
    for outline in outlines:
        url = safe_url(outline.url)
        if reason := _refusal(outline, url, known):
            skipped.append(Skipped(url=outline.url, title=outline.title, reason=reason, is_wrong=not url))
            continue
        known[feed_key(url)] = ""
        source = _source(outline, url)
        key = (source.name, source.homepage or url)
        if key in found:
            feeds = (*found[key].feeds, *source.feeds)
            found[key] = msgspec.structs.replace(found[key], feeds=feeds)
        else:
            found[key] = msgspec.structs.replace(source, slug=slugs.free(source.slug))
    return tuple(found.values()), tuple(skipped)


def _refusal(outline: Outline, url: str, known: dict[str, str]) -> str:
    """Return why a feed is left aside, or nothing."""
    if not url:
        message = _("“{value}” is not a web address: write it in full, as https://radio.example/")
        return message.format(value=outline.url)
    if (path := known.get(feed_key(url))) is None:
        return ""
    return _("{path} has this feed already").format(path=path) if path else _("this list has it twice")


def _source(outline: Outline, url: str) -> NewSource:
    host = urlsplit(url).hostname or url
    name = outline.title or host
    return NewSource(
        slug=slug(name, fallback=slug(host, fallback="source")),
        name=name,
        homepage=safe_url(outline.homepage),
        language=outline.language,
        feeds=(Feed(url=url, tags=outline.tags),),
    )


class _Slugs:
    """The slugs in use; one that is taken gets a number, counted on from where the last one ended."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def free(self, wanted: str) -> str:
        """Return a slug that nobody has, and take it."""
        found = wanted
        while found in self._taken:
            self._next[wanted] = self._next.get(wanted, 1) + 1
            found = f"{wanted}-{self._next[wanted]}"
        self._taken.add(found)
        return found
