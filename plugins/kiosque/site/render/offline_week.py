"""The list of texts that readers can save for offline reading: those of the newest week, with their sizes.

Sizes are those of the published pages, so the list is written after the site. A new entry changes only the
list, not the service worker or any page.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import islice, takewhile

import msgspec

from kiosque.model import Format, Problem, Record
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication
from kiosque.site.output import publisher
from kiosque.site.output.manifest import PublishedFile
from kiosque.site.output.publisher import Published
from kiosque.site.output.wanted import Data, page_path
from kiosque.site.render.theme import Theme

logger = logging.getLogger(__name__)

ADDRESS = "/hors-ligne/"
WEEK_FILE = f"{ADDRESS}semaine.json"
_SHARE = "offline"
_WEEK = timedelta(days=7)
# The list has at most the newest 200 texts of a week: 4 MB with 20 kB each.
_MOST_TEXTS = 200


class WeekText(Record, frozen=True):
    """A text of the list.

    ``address`` is that of its page, with the hub's path. ``size`` is that of the uncompressed page, in bytes.
    """

    address: str
    title: str
    size: int


class Week(Record, frozen=True):
    """The texts of the seven days that end with the newest text, newest first.

    ``since`` is the day of the oldest text, ``until`` that of the newest.
    """

    texts: tuple[WeekText, ...] = ()
    since: date | None = None
    until: date | None = None


def publish_week(hub: Hub, published: Published, theme: Theme) -> list[Problem]:
    """Write the list of the week's texts after the site, and add it to ``published``; return the problems."""
    settings = hub.settings
    newest = week(hub, published.files)
    logger.debug("%d texts for offline reading, since %s", len(newest.texts), newest.since)
    data = msgspec.json.encode(newest)
    result = publisher.publish(
        lambda _previous: [Data(WEEK_FILE[1:], data)], settings.output, settings.cache, theme, share=_SHARE
    )
    published.written += result.written
    published.kept += result.kept
    published.files = {**published.files, **result.files}
    return result.problems


def week(hub: Hub, files: Mapping[str, PublishedFile]) -> Week:
    """Return the newest week of a hub; ``files`` are the published files, by path.

    The week ends with the newest text, not today: a build without new texts doesn't change the list.
    """
    now = hub.settings.now
    texts = (
        publication
        for publication in hub.publications
        if _has_full_text(publication) and publication.card.moment <= now
    )
    newest = next(texts, None)
    if newest is None:
        return Week()
    start = newest.card.moment - _WEEK
    others = takewhile(lambda publication: publication.card.moment > start, texts)
    of_week = [newest, *islice(others, _MOST_TEXTS - 1)]
    return Week(
        texts=tuple(
            WeekText(
                address=f"{hub.site.root}{publication.card.address}",
                title=publication.card.title,
                size=files[path].size,
            )
            for publication in of_week
            if (path := page_path(publication.card.address)) in files
        ),
        since=of_week[-1].local.date(),
        until=newest.local.date(),
    )


def _has_full_text(publication: Publication) -> bool:
    """Whether the page has a full text: a text of the hub, or one that the agreement lets the hub show."""
    return bool(publication.html) and (publication.entry is None or publication.card.format is Format.TEXT)
