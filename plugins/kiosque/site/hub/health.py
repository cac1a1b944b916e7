"""How the sources fare, as pages show it: read beside the archive, by the day, said in the hub's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial

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
    """One thing to know of a source; ``feed`` is the address that it is about, where the source has several."""

    text: str
    feed: str = ""


class HealthCard(Record, frozen=True):
    """How one source fares; ``verdict`` is its condition in words, ``newest`` the day of its last entry."""

    condition: Condition
    verdict: str
    newest: date | None = None
    troubles: tuple[Remark, ...] = ()
    advice: tuple[Remark, ...] = ()


class HubHealth(Record, frozen=True):
    """How all sources fare, by slug, worst first; ``tally`` counts them, in words."""

    tally: str = ""
    cards: dict[str, HealthCard] = {}  # noqa: RUF012 - msgspec gives each record its own


def gather_health(
    settings: HubSettings,
    sources: Iterable[Source],
    archive: Mapping[str, Sequence[StoredEntry]],
    states: Mapping[str, Mapping[str, FeedState]],
) -> HubHealth:
    """Return how the sources of a hub fare, by its archive and its cache of visits: a lost cache tells less."""
    words = _words(settings)
    found = [
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
    cards = {one.source: _card(one, verdicts[one.condition], words) for one in worst_first(found)}
    return HubHealth(tally=tally(found, words), cards=cards)


def _words(settings: HubSettings) -> Words:
    """Return the hub's own language, not that of whoever builds it."""
    language = settings.site.language
    catalogue = translations(language, settings.themes)
    day = partial(format_day, language=language)
    return Words(gettext=catalogue.gettext, ngettext=catalogue.ngettext, day=day)


def _card(health: SourceHealth, called: str, words: Words) -> HealthCard:
    """Return what is wrong with a source; what each round moves, such as the next visit, is no page's matter."""
    is_one = len(health.feeds) == 1
    return HealthCard(
        condition=health.condition,
        verdict=called,
        newest=health.newest,
        troubles=tuple(
            Remark(text=sentence(fact, words), feed="" if is_one else feed) for feed, fact in health.troubles
        ),
        advice=(
            *(Remark(text=text) for text in health.dead),
            *(
                Remark(text=advice_text(problem, words), feed="" if is_one else feed.url)
                for feed in health.feeds
                for problem in feed.advice
            ),
        ),
    )
