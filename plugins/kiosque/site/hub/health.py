"""The health of the sources as pages show it, in the hub's language. Its dates are days, without hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from kiosque import urls
from kiosque.archive import feed_memory
from kiosque.archive.entries import FeedState
from kiosque.health import (
    Condition,
    SourceHealth,
    Words,
    advice_text,
    sentence,
    source_health,
    tally,
    verdict,
    worst_first,
)
from kiosque.i18n import translations
from kiosque.model import Record, Source, StoredEntry
from kiosque.settings.pelicanconf import HubSettings
from kiosque.wording.localized import format_day


class Remark(Record, frozen=True):
    """A sentence about a source; ``feed`` is the address of its feed in question, if it has several."""

    text: str
    feed: str = ""


class HealthCard(Record, frozen=True):
    """The health of a source; ``verdict`` is its condition in words, ``newest`` the day of its last entry."""

    condition: Condition
    verdict: str
    newest: date | None = None
    troubles: tuple[Remark, ...] = ()
    advice: tuple[Remark, ...] = ()


class HubHealth(Record, frozen=True):
    """The health of all sources by their slug, worst first; ``tally`` is a sentence with the numbers."""

    tally: str = ""
    cards: dict[str, HealthCard] = {}  # noqa: RUF012 - msgspec gives each record its own


def gather_health(
    settings: HubSettings,
    sources: Iterable[Source],
    archive: Mapping[str, Sequence[StoredEntry]],
    states: Mapping[str, Mapping[str, FeedState]],
) -> HubHealth:
    """Return the health of a hub's sources, from its archive and its cache of visits.

    Without the cache, less is known.
    """
    words = _words(settings)
    healths = [
        source_health(
            source,
            archive.get(source.slug, ()),
            states[source.slug],
            feed_memory.load(settings.root, source.slug),
            settings.now,
            settings.zone,
        )
        for source in sources
    ]
    verdicts = {condition: verdict(condition, words) for condition in Condition}
    cards = {
        health.source: _card(health, verdicts[health.condition], words) for health in worst_first(healths)
    }
    return HubHealth(tally=tally(healths, words), cards=cards)


def _words(settings: HubSettings) -> Words:
    """Return the messages in the language of the hub. The person who builds it may have another."""
    language = settings.site.language
    catalogue = translations(language, settings.themes)
    day = partial(format_day, language=language)
    return Words(gettext=catalogue.gettext, ngettext=catalogue.ngettext, day=day)


def _card(health: SourceHealth, condition: str, words: Words) -> HealthCard:
    """Return the card of a source.

    It has nothing that each harvest changes, such as the next visit: pages would change each hour.
    """
    has_one_feed = len(health.feeds) == 1
    return HealthCard(
        condition=health.condition,
        verdict=condition,
        newest=health.newest,
        troubles=tuple(
            Remark(text=sentence(fact, words), feed="" if has_one_feed else _shown(feed))
            for feed, fact in health.troubles
        ),
        advice=(
            *(Remark(text=text) for text in health.dead),
            *(
                Remark(text=advice_text(problem, words), feed="" if has_one_feed else _shown(feed.url))
                for feed in health.feeds
                for problem in feed.advice
            ),
        ),
    )


def _shown(feed: str) -> str:
    """Return the address of a feed as pages may show it."""
    return urls.public_address(feed) or urls.without_secrets(feed)
