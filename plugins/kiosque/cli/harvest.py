"""``kiosque harvest``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
import msgspec

import kiosque
from kiosque.cli.common import as_json, at_moment, checked, plainly, print_json, say
from kiosque.i18n import _, ngettext


@click.command(help=_("Fetch the feeds that are due into archive/."))
@click.option("--only", multiple=True, metavar="SLUG", help=_("Only this source; may be repeated."))
@click.option("--force", is_flag=True, help=_("All feeds, due or not."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@at_moment
@as_json
@click.pass_obj
@plainly
def harvest(
    root: Path, only: Sequence[str], force: bool, dry_run: bool, allow_private: bool, now: str, as_json: bool
) -> None:
    """Fetch the feeds that are due into ``archive/``."""
    from kiosque import content
    from kiosque import harvest as harvesting

    settings = checked(root, now)
    sources, problems = content.load_sources(root, settings.zone)
    _check_names(only, [source.slug for source in sources])
    wanted = [source for source in sources if not only or source.slug in only]
    site = settings.site
    options = harvesting.Options(
        now=settings.now,
        user_agent=f"Kiosque/{kiosque.__version__} ({'; '.join(filter(None, (f'+{site.url}' if site.url else '', site.contact)))})",
        force=force,
        dry_run=dry_run,
        allow_private=allow_private,
    )
    quiet = as_json or not sys.stderr.isatty()
    report = harvesting.harvest(root, wanted, options, None if quiet else _progress(len(wanted)))
    if as_json:
        print_json({"problems": problems, **msgspec.to_builtins(report)})
    else:
        say([*problems, *report.problems])
        _summary(report.sources, dry_run=dry_run)
    sys.exit(1 if problems or any(source.unwritten for source in report.sources) else 0)


def _check_names(only: Iterable[str], known: Sequence[str]) -> None:
    for name in only:
        if name not in known:
            message = _("there is no source “{name}”; the sources are: {known}")
            raise click.BadParameter(message.format(name=name, known=", ".join(known)), param_hint="--only")


def _progress(total: int) -> Callable[[object], None]:
    done = 0

    def step(_report: object) -> None:
        nonlocal done
        done += 1
        click.echo(f"\r{done}/{total}", nl=done == total, err=True)

    return step


def _summary(reports: Sequence[object], *, dry_run: bool) -> None:
    from kiosque.harvest.run import SourceReport, totals

    known = [report for report in reports if isinstance(report, SourceReport)]
    for report in known:
        for decision in report.decisions:
            click.echo(f"{report.source}: {decision.kind} ({decision.reason}): {decision.title}")
    added, changed = totals(known)
    sources = ngettext("{number} source", "{number} sources", len(known)).format(number=len(known))
    new = ngettext("{number} new entry", "{number} new entries", added).format(number=added)
    corrected = ngettext("{number} changed", "{number} changed", changed).format(number=changed)
    click.echo(f"{sources}: {new}, {corrected}{_(' (dry run: nothing was written)') if dry_run else ''}")
