"""What readers can take with them for when there is no network: the texts of the newest week, and how large each is.

Sizes are those of the pages as they were written, so the list is made once the site is there, as a share of its own: a new
entry changes it, and neither the service worker nor any page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import islice, takewhile

import msgspec

from kiosque.model import Format, Problem, Record
from kiosque.site.hub.hub import Hub
from kiosque.site.hub.records import Publication
from kiosque.site.output import publisher
from kiosque.site.output.publisher import Published, PublishedFile
from kiosque.site.output.wanted import Data, page_path
from kiosque.site.render.theme import Theme

ADDRESS = "/hors-ligne/"
WEEK_FILE = f"{ADDRESS}semaine.json"
_SHARE = "offline"
_WEEK = timedelta(days=7)
# Texts of a week that brings more are the newest of it: with 20 kB each, 4 MB.
_MOST = 200


class WeekText(Record, frozen=True):
    """One text: the address of its page with the hub's path, its title, and the size of its page in bytes, not compressed."""

    address: str
    title: str
    size: int


class Week(Record, frozen=True):
    """The texts that came in the seven days up to the newest one, newest first, and the days of the last and the first."""

    texts: tuple[WeekText, ...] = ()
    since: date | None = None
    until: date | None = None


def publish_week(hub: Hub, published: Published, theme: Theme) -> list[Problem]:
    """Write the list of the week's texts beside a site that was published, and count it in; return what went wrong."""
    settings = hub.settings
    data = msgspec.json.encode(week(hub, published.files))
    done = publisher.publish(
        lambda _standing: [Data(WEEK_FILE[1:], data)], settings.output, settings.cache, theme, share=_SHARE
    )
    published.written += done.written
    published.kept += done.kept
    published.files = {**published.files, **done.files}
    return done.problems


def week(hub: Hub, files: Mapping[str, PublishedFile]) -> Week:
    """Return the newest week of a hub, as far as its pages were written.

    It ends with the newest text rather than today: a build after which nothing came changes nothing.
    """
    texts = (one for one in hub.publications if _is_text(one) and one.card.moment <= hub.settings.now)
    newest = next(texts, None)
    if newest is None:
        return Week()
    start = newest.card.moment - _WEEK
    of_week = [newest, *islice(takewhile(lambda one: one.card.moment > start, texts), _MOST - 1)]
    written = [(one, files[path]) for one in of_week if (path := page_path(one.card.address)) in files]
    return Week(
        texts=tuple(
            WeekText(address=f"{hub.site.root}{one.card.address}", title=one.card.title, size=state.size)
            for one, state in written
        ),
        since=of_week[-1].local.date(),
        until=newest.local.date(),
    )


def _is_text(publication: Publication) -> bool:
    """Whether a page holds a whole text: one of the hub's own, or one that its source lets the hub show in full."""
    return bool(publication.html) and (publication.entry is None or publication.card.format is Format.TEXT)
