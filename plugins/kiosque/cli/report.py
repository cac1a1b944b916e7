"""``kiosque report``: the health of each source, worst first."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from kiosque.cli.console.common import (
    check_source_names,
    common_behaviour,
    json_option,
    load_settings,
    now_option,
    print_json,
    print_problems,
)
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, current_language, ngettext
from kiosque.model import ArchiveError, Problem, Source, StoredEntry
from kiosque.text import line_text

if TYPE_CHECKING:
    from kiosque.archive.entries import FeedState
    from kiosque.health import Fact, FeedHealth, SourceHealth, Words
    from kiosque.settings.pelicanconf import HubSettings
    from kiosque.works import Suggestion


@click.command(help=_("Say how each source fares, and what its producer could mend."))
@click.option("--only", multiple=True, metavar="SLUG", help=_("Only this source; may be repeated."))
@now_option
@json_option
@click.pass_obj
@common_behaviour
def report(root: Path, only: Sequence[str], now: str, as_json: bool) -> None:
    """Print the health of each source, worst first, and texts that are nearly the same."""
    from kiosque import works
    from kiosque.archive import entries as archive
    from kiosque.content.load import load_sources
    from kiosque.health import tally

    settings = load_settings(root, now)
    sources, problems = load_sources(root, settings.zone)
    check_source_names(only, [source.slug for source in sources])
    chosen_sources = [source for source in sources if not only or source.slug in only]
    entries, archive_problems = archive.read_archive(
        root / archive.ARCHIVE, [source.slug for source in chosen_sources]
    )
    states, state_problems = _states(root, chosen_sources)
    decisions, decision_problems = works.load_decisions(root)
    problems = (*problems, *archive_problems, *state_problems, *decision_problems)
    healths = _healths(settings, chosen_sources, entries, states)
    # Nearly the same texts are in several sources: a report on some sources can't name them.
    all_entries = [entry for source_entries in entries.values() for entry in source_entries]
    alike = () if only else works.suggest(all_entries, decisions)
    if as_json:
        sources_json = [_health_for_programs(health) for health in healths]
        print_json({"sources": sources_json, "alike": alike, "problems": problems})
    else:
        print_problems(problems)
        _print_healths(healths)
        _print_alike(alike)
        echo(tally(healths, _words()))
    sys.exit(1 if problems else 0)


def _states(
    root: Path, sources: Iterable[Source]
) -> tuple[dict[str, Mapping[str, FeedState]], tuple[Problem, ...]]:
    """Return the states of each source's feeds, and a problem for each file that can't be read."""
    from kiosque.archive.entries import ARCHIVE, read_state

    states: dict[str, Mapping[str, FeedState]] = {}
    problems = []
    for source in sources:
        try:
            states[source.slug] = read_state(root / ARCHIVE, source.slug)
        except ArchiveError as error:
            problems.append(Problem(path=f"{ARCHIVE}/{source.slug}/state.json", message=str(error)))
    return states, tuple(problems)


def _healths(
    settings: HubSettings,
    sources: Iterable[Source],
    entries: Mapping[str, Sequence[StoredEntry]],
    states: Mapping[str, Mapping[str, FeedState]],
) -> list[SourceHealth]:
    from kiosque.archive import feed_memory
    from kiosque.health import source_health, worst_first

    return worst_first(
        source_health(
            source,
            entries[source.slug],
            states.get(source.slug, {}),
            feed_memory.load(settings.root, source.slug),
            settings.now,
            settings.zone,
        )
        for source in sources
    )


def _words() -> Words:
    from kiosque.health import Words
    from kiosque.wording.localized import format_day

    def day(moment: date) -> str:
        return format_day(moment, current_language())

    return Words(gettext=_, ngettext=ngettext, day=day)


def _health_for_programs(health: SourceHealth) -> dict[str, Any]:
    """Return the health of a source as plain values, with a sentence for each fact."""
    from kiosque.health import sentence

    words = _words()
    plain: dict[str, Any] = msgspec.to_builtins(health)

    def add_sentences(plain_values: dict[str, Any], facts: Iterable[Fact]) -> None:
        for plain_fact, fact in zip(plain_values.get("facts", ()), facts, strict=True):
            plain_fact["text"] = sentence(fact, words)

    add_sentences(plain, health.facts)
    for plain_feed, feed in zip(plain.get("feeds", ()), health.feeds, strict=True):
        add_sentences(plain_feed, feed.facts)
    return plain


def _print_healths(healths: Sequence[SourceHealth]) -> None:
    from kiosque.health import verdict

    words = _words()
    for health in healths:
        name = click.style(line_text(health.name), bold=True)
        echo(_("{name}: {verdict}").format(name=name, verdict=verdict(health.condition, words)))
        lines = list(_lines(health, words))
        width = max(len(label) for label, _text in lines)
        for label, text in lines:
            echo(f"  {label:<{width}}  {line_text(text)}")
        echo()


def _print_alike(alike: Sequence[Suggestion]) -> None:
    """Print texts that may be the same work. A person decides."""
    from kiosque.wording.localized import format_percent
    from kiosque.works.decisions import PATH

    if not alike:
        return
    title = click.style(_("Texts that are nearly the same"), bold=True)
    echo(_("{title}: write in {path}, under “same” or “apart”, what you know").format(title=title, path=PATH))
    for suggestion in alike:
        first, second = (line_text(title) or _("Untitled") for title in suggestion.titles)
        likeness = format_percent(suggestion.likeness, current_language())
        echo(f"  {likeness:>5}  {suggestion.earlier}  {first}")
        echo(f"  {'':5}  {suggestion.later}  {second}")
    echo()


def _lines(health: SourceHealth, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the lines of a source, each with its label, which may be empty."""
    from kiosque.health import advice_text, sentence

    yield _("newest entry"), _newest(health, words)
    for fact in health.facts:
        yield "", sentence(fact, words)
    yield from _labelled(_("files"), health.dead)
    for feed in health.feeds:
        yield _("feed"), feed.url
        yield from (("", text) for text in _remarks(feed, words))
        yield from _labelled(_("advice"), [advice_text(problem, words) for problem in feed.advice])


def _labelled(label: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield texts; only the first has the label."""
    for index, text in enumerate(texts):
        yield "" if index else label, text


def _remarks(feed: FeedHealth, words: Words) -> Iterator[str]:
    """Yield the facts of a feed, a line each. Its last and its next visit share the last line."""
    from kiosque.health import ROUTINE, sentence

    yield from (sentence(fact, words) for fact in feed.facts if fact.kind not in ROUTINE)
    if visits := [sentence(fact, words) for fact in feed.facts if fact.kind in ROUTINE]:
        yield ", ".join(visits)


def _newest(health: SourceHealth, words: Words) -> str:
    from kiosque.health import age
    from kiosque.wording.localized import format_decimal

    if health.newest is None or health.silence is None:
        return _("none yet")
    number = ngettext("{number} entry in all", "{number} entries in all", health.entries)
    in_all = number.format(number=format_decimal(health.entries, current_language()))
    return f"{words.day(health.newest)} ({age(health.silence, words)}), {in_all}"
