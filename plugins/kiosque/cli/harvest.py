"""``kiosque harvest``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

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
    user_agent,
)
from kiosque.cli.console.printing import echo
from kiosque.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from kiosque.harvest.harvest_round import Report

# How each action of a decision is called.
_ACTIONS = {"add": N_("add"), "change": N_("change"), "keep": N_("keep"), "drop": N_("drop")}
# How the fields of an entry are called, where a decision names those that changed.
_FIELDS = (
    N_("authors"), N_("communes"), N_("content"), N_("digest"), N_("enclosures"),
    N_("episode"), N_("format"), N_("id"), N_("image"), N_("language"), N_("locations"), N_("people"),
    N_("published"), N_("rights"), N_("season"), N_("summary"), N_("tags"), N_("title"),
    N_("updated"), N_("url"),
)  # fmt: skip


@click.command(help=_("Fetch the feeds that are due into archive/."))
@click.option("--only", multiple=True, metavar="SLUG", help=_("Only this source; may be repeated."))
@click.option("--force", is_flag=True, help=_("All feeds, due or not."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@click.option(
    "--no-pictures",
    is_flag=True,
    help=_("Leave the entries' pictures, chapters and transcripts for another round."),
)
@now_option
@json_option
@click.pass_obj
@common_behaviour
def harvest(
    root: Path,
    only: Sequence[str],
    force: bool,
    dry_run: bool,
    allow_private: bool,
    no_pictures: bool,
    now: str,
    as_json: bool,
) -> None:
    """Fetch the feeds that are due into ``archive/``."""
    from kiosque import takedowns
    from kiosque.content.load import load_sources
    from kiosque.harvest import harvest_round
    from kiosque.harvest.net.schedule import Bounds
    from kiosque.harvest.options import Options

    settings = load_settings(root, now)
    sources, problems = load_sources(root, settings.zone)
    taken_down, takedown_problems = takedowns.load(root, settings.zone, settings.site.url)
    problems += takedown_problems
    check_source_names(only, [source.slug for source in sources])
    shortest, longest = (timedelta(hours=hours) for hours in settings.visit_hours)
    options = Options(
        now=settings.now,
        zone=settings.zone,
        user_agent=user_agent(settings.site),
        only=frozenset(only),
        force=force,
        dry_run=dry_run,
        allow_private=allow_private,
        bounds=Bounds(shortest=shortest, longest=longest),
        takedowns=taken_down,
        pictures=not no_pictures,
    )
    is_quiet = as_json or not sys.stderr.isatty()
    progress = None if is_quiet else _progress(len(only) or len(sources))
    report = harvest_round.harvest(root, sources, options, progress)
    if as_json:
        print_json({"problems": problems, **msgspec.to_builtins(report)})
    else:
        print_problems([*problems, *report.problems])
        _print_summary(report, dry_run=dry_run)
    sys.exit(1 if problems or any(source.unwritten for source in report.sources) else 0)


def _progress(total: int) -> Callable[[object], None]:
    done = 0

    def step(_report: object) -> None:
        nonlocal done
        done += 1
        echo(f"\r{done}/{total}", nl=done == total, err=True)

    return step


def _print_summary(report: Report, *, dry_run: bool) -> None:
    """Print the numbers of a round; after a dry run also each decision and its reason."""
    for source in report.sources:
        for decision in source.decisions:
            action, reasons = _(_ACTIONS[decision.action]), map(_, decision.reason.split(", "))
            message = _("{source}: {action} ({reason}): {title}")
            echo(
                message.format(
                    source=source.source, action=action, reason=", ".join(reasons), title=decision.title
                )
            )
    if waiting := sum(source.postponed for source in report.sources):
        message = ngettext(
            "{number} source waits for the next round: this one has taken its time",
            "{number} sources wait for the next round: this one has taken its time",
            waiting,
        )
        echo(message.format(number=waiting), err=True)
    if report.kept:
        echo(
            _("The archive is in a new format; as it was, it is kept in {folder}").format(folder=report.kept)
        )
    added = sum(source.added for source in report.sources)
    changed = sum(source.changed for source in report.sources)
    parts = [
        ngettext("{number} new entry", "{number} new entries", added).format(number=added),
        ngettext("{number} changed", "{number} changed", changed).format(number=changed),
    ]
    if report.removed:
        message = ngettext("{number} taken down", "{number} taken down", report.removed)
        parts.append(message.format(number=report.removed))
    if report.pictures:
        message = ngettext("{number} picture", "{number} pictures", report.pictures)
        parts.append(message.format(number=report.pictures))
    if report.companions:
        message = ngettext(
            "{number} transcript or list of chapters",
            "{number} transcripts or lists of chapters",
            report.companions,
        )
        parts.append(message.format(number=report.companions))
    number = len(report.sources)
    sources = ngettext("{number} source", "{number} sources", number).format(number=number)
    end = _(" (dry run: nothing was written)") if dry_run else ""
    echo(_("{name}: {value}").format(name=sources, value=", ".join(parts) + end))
