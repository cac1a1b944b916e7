"""``kiosque report``: how each source fares, worst first."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from kiosque.cli.common import as_json, at_moment, check_names, checked, plainly, print_json, say
from kiosque.i18n import _, asked_language, ngettext
from kiosque.model import ArchiveError, Problem, Source, StoredEntry
from kiosque.text import line_text

if TYPE_CHECKING:
    from kiosque.archive.entries import FeedState
    from kiosque.health import Fact, FeedHealth, SourceHealth, Words
    from kiosque.settings.pelicanconf import HubSettings
    from kiosque.works import Suggestion


@click.command(help=_("Say how each source fares, and what its producer could mend."))
@click.option("--only", multiple=True, metavar="SLUG", help=_("Only this source; may be repeated."))
@at_moment
@as_json
@click.pass_obj
@plainly
def report(root: Path, only: Sequence[str], now: str, as_json: bool) -> None:
    """Say how each source fares, worst first."""
    from kiosque import works
    from kiosque.archive import entries as archive
    from kiosque.content import records
    from kiosque.health import tally

    settings = checked(root, now)
    sources, problems = records.load_sources(root, settings.zone)
    check_names(only, [source.slug for source in sources])
    wanted = [source for source in sources if not only or source.slug in only]
    entries, unread = archive.read_archive(root / archive.ARCHIVE, [source.slug for source in wanted])
    states, unknown = _states(root, wanted)
    problems = (*problems, *unread, *unknown)
    decisions, wrong = works.load_decisions(root)
    problems = (*problems, *wrong)
    found = _health(settings, wanted, entries, states)
    # Texts are alike across sources: of some alone there is nothing to say.
    alike = () if only else works.suggest([one for several in entries.values() for one in several], decisions)
    if as_json:
        print_json({"sources": [_built_in(one) for one in found], "alike": alike, "problems": problems})
    else:
        say(problems)
        _print(found)
        _print_alike(alike)
        click.echo(tally(found, _words()))
    sys.exit(1 if problems else 0)


def _states(
    root: Path, sources: Iterable[Source]
) -> tuple[dict[str, Mapping[str, FeedState]], tuple[Problem, ...]]:
    """Return what lasts of each source's feeds, and what of it can't be read."""
    from kiosque.archive.entries import ARCHIVE, read_state

    states: dict[str, Mapping[str, FeedState]] = {}
    problems = []
    for source in sources:
        try:
            states[source.slug] = read_state(root / ARCHIVE, source.slug)
        except ArchiveError as error:
            problems.append(Problem(path=f"{ARCHIVE}/{source.slug}/state.json", message=str(error)))
    return states, tuple(problems)


def _health(
    settings: HubSettings,
    sources: Iterable[Source],
    entries: Mapping[str, Sequence[StoredEntry]],
    states: Mapping[str, Mapping[str, FeedState]],
) -> list[SourceHealth]:
    from kiosque import health
    from kiosque.archive import feed_memory as visits

    return health.worst_first(
        health.source_health(
            source,
            entries[source.slug],
            states.get(source.slug, {}),
            visits.load(settings.root, source.slug),
            settings.now,
            settings.zone,
        )
        for source in sources
    )


def _words() -> Words:
    from babel.dates import format_date

    from kiosque.health import Words

    language = asked_language()

    def day(moment: date) -> str:
        return format_date(moment, "d MMMM y", locale=language)

    return Words(gettext=_, ngettext=ngettext, day=day)


def _built_in(one: SourceHealth) -> dict[str, Any]:
    """Return the facts of a source for programs, each with the words for it."""
    from kiosque.health import sentence

    words = _words()
    plain: dict[str, Any] = msgspec.to_builtins(one)

    def say_in(built: dict[str, Any], facts: Iterable[Fact]) -> None:
        for there, fact in zip(built.get("facts", ()), facts, strict=True):
            there["text"] = sentence(fact, words)

    say_in(plain, one.facts)
    for built, feed in zip(plain.get("feeds", ()), one.feeds, strict=True):
        say_in(built, feed.facts)
    return plain


def _print(found: Sequence[SourceHealth]) -> None:
    from kiosque.health import verdict

    words = _words()
    for one in found:
        name = click.style(line_text(one.name), bold=True)
        click.echo(_("{name}: {verdict}").format(name=name, verdict=verdict(one.condition, words)))
        lines = list(_lines(one, words))
        width = max(len(label) for label, _text in lines)
        for label, text in lines:
            click.echo(f"  {label:<{width}}  {line_text(text)}")
        click.echo()


def _print_alike(alike: Sequence[Suggestion]) -> None:
    """Print which texts may be the same work, for a person to decide."""
    from kiosque.works.decisions import PATH

    if not alike:
        return
    title = click.style(_("Texts that are nearly the same"), bold=True)
    click.echo(
        _("{title}: write in {path}, under “same” or “apart”, what you know").format(title=title, path=PATH)
    )
    for one in alike:
        first, second = (line_text(title) or _("Untitled") for title in one.titles)
        click.echo(f"  {one.likeness:>4.0%}  {one.one}  {first}")
        click.echo(f"  {'':4}  {one.other}  {second}")
    click.echo()


def _lines(one: SourceHealth, words: Words) -> Iterator[tuple[str, str]]:
    """Yield the lines of a source, each with the label that stands before it or none."""
    from kiosque.health import advice_text, sentence

    yield _("newest entry"), _newest(one, words)
    for fact in one.facts:
        yield "", sentence(fact, words)
    yield from _labelled(_("files"), one.dead)
    for feed in one.feeds:
        yield _("feed"), feed.url
        yield from (("", text) for text in _remarks(feed, words))
        yield from _labelled(_("advice"), [advice_text(problem, words) for problem in feed.advice])


def _labelled(label: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield texts, the first of them with the label."""
    for place, text in enumerate(texts):
        yield "" if place else label, text


def _remarks(feed: FeedHealth, words: Words) -> Iterator[str]:
    """Yield what is to know of a feed, a line each; its last and its next visit together on the last."""
    from kiosque.health import ROUTINE, sentence

    yield from (sentence(fact, words) for fact in feed.facts if fact.kind not in ROUTINE)
    if visits := [sentence(fact, words) for fact in feed.facts if fact.kind in ROUTINE]:
        yield ", ".join(visits)


def _newest(one: SourceHealth, words: Words) -> str:
    if one.newest is None or one.silence is None:
        return _("none yet")
    age = (
        ngettext("{number} day ago", "{number} days ago", one.silence).format(number=one.silence)
        if one.silence
        else _("today")
    )
    number = ngettext("{number} entry in all", "{number} entries in all", one.entries)
    return f"{words.day(one.newest)} ({age}), {number.format(number=one.entries)}"
