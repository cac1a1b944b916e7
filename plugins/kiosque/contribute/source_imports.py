"""Turn a list of feeds into the sources that a hub lacks. Pure: callers write the files."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from kiosque.contribute.new_file import guessed_type, source_file
from kiosque.contribute.opml_reader import Outline
from kiosque.i18n import _
from kiosque.model import Feed, Record, Source
from kiosque.text import slug
from kiosque.urls import not_taken, safe_url, without_userinfo

logger = logging.getLogger(__name__)


class NewSource(Record, frozen=True):
    """A source to write, with a slug that no other source has."""

    slug: str
    name: str
    homepage: str = ""
    language: str = ""
    feeds: tuple[Feed, ...] = ()

    @property
    def text(self) -> str:
        """The text of its file."""
        return source_file(
            name=self.name,
            type_=guessed_type(self.name, {}),
            homepage=self.homepage,
            language=self.language,
            feeds=self.feeds,
        )


class Skipped(Record, frozen=True):
    """A feed that is skipped, and why; ``is_wrong`` tells that a person has to correct it."""

    url: str
    title: str
    reason: str
    is_wrong: bool = False


def feed_key(url: str) -> str:
    """Return the key of a feed's address, which doesn't depend on its scheme and its last slash."""
    return url.partition("://")[2].rstrip("/") or url


def known_feeds(sources: Iterable[Source]) -> dict[str, str]:
    """Return, for the key of each feed, the path of the source file that has it."""
    return {feed_key(feed.url): source.path for source in sources for feed in source.feeds}


def plan(
    outlines: Iterable[Outline], sources: Sequence[Source]
) -> tuple[tuple[NewSource, ...], tuple[Skipped, ...]]:
    """Return the sources to write, and the feeds that are skipped.

    Feeds with the same name and homepage go into the same source.
    """
    known = known_feeds(sources)
    skipped: list[Skipped] = []
    new_sources: dict[tuple[str, str], NewSource] = {}
    slugs = _Slugs(source.slug for source in sources)
    for outline in outlines:
        url = safe_url(outline.url)
        if reason := _refusal(outline, url, known):
            skipped.append(
                Skipped(
                    url=without_userinfo(outline.url), title=outline.title, reason=reason, is_wrong=not url
                )
            )
            continue
        known[feed_key(url)] = ""
        source = _source(outline, url)
        key = (source.name, source.homepage or url)
        if key in new_sources:
            feeds = (*new_sources[key].feeds, *source.feeds)
            new_sources[key] = msgspec.structs.replace(new_sources[key], feeds=feeds)
        else:
            new_sources[key] = msgspec.structs.replace(source, slug=slugs.free(source.slug))
    logger.debug("%d sources to write, %d feeds skipped", len(new_sources), len(skipped))
    return tuple(new_sources.values()), tuple(skipped)


def _refusal(outline: Outline, url: str, known: dict[str, str]) -> str:
    """Return why a feed is skipped; empty where it isn't."""
    if not url:
        return not_taken(outline.url)
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
    """The slugs in use. A taken slug gets the next free number; the search starts at the last number."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}

    def free(self, wanted: str) -> str:
        """Return the wanted slug, or a numbered one where it is taken, and mark it as taken."""
        slug_ = wanted
        while slug_ in self._taken:
            self._next[wanted] = self._next.get(wanted, 1) + 1
            slug_ = f"{wanted}-{self._next[wanted]}"
        self._taken.add(slug_)
        return slug_
