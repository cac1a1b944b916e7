"""The ``kiosque`` command."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
import msgspec

import kiosque
from kiosque.i18n import _, asked_language, ngettext, use
from kiosque.model import KiosqueError, Problem

P = ParamSpec("P")
R = TypeVar("R")

use(asked_language())


def _plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Print an error as one clear message and exit 1; no traceback reaches a person."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KiosqueError as error:
            click.echo(_("kiosque: {message}").format(message=error), err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo(
                _("kiosque: stopped; what was written stays, the next run goes on from there"), err=True
            )
            sys.exit(130)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            # A fault of Kiosque's own: whoever mends it can ask for the traceback, others are spared it.
            if os.environ.get("KIOSQUE_DEBUG"):
                raise
            message = _(
                "a fault of Kiosque itself ({reason}): please report it, with what KIOSQUE_DEBUG=1 prints"
            )
            reason = f"{type(error).__name__}: {error}"
            click.echo(_("kiosque: {message}").format(message=message.format(reason=reason)), err=True)
            sys.exit(1)

    return run


def _say(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


@click.group(help=_("A newsstand for the media that inhabitants make themselves."))
@click.version_option(kiosque.__version__, message="%(prog)s %(version)s")
@click.option("--hub", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".",
              help=_("The hub's folder; by default the current one."))  # fmt: skip
@click.pass_context
def main(context: click.Context, hub: Path) -> None:
    """Keep the hub's folder for the command."""
    context.obj = hub.resolve()


@main.command(help=_("Fetch the feeds that are due into archive/."))
@click.option("--only", multiple=True, metavar="SLUG", help=_("Only this source; may be repeated."))
@click.option("--force", is_flag=True, help=_("All feeds, due or not."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@click.option(
    "--now", default="", metavar="TIME", help=_("Take this as the present moment, as 2026-03-15T08:00:00Z.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Print the result for programs."))
@click.pass_obj
@_plainly
def harvest(
    root: Path, only: Sequence[str], force: bool, dry_run: bool, allow_private: bool, now: str, as_json: bool
) -> None:
    """Fetch the feeds that are due into ``archive/``."""
    from kiosque import content
    from kiosque import harvest as harvesting
    from kiosque.site import build as building
    from kiosque.site import settings

    given = building.load_settings(root)
    checked = settings.check(given | {"ASKED_NOW": now}, root)
    sources, problems = content.load_sources(root, checked.zone)
    _check_names(only, [source.slug for source in sources])
    wanted = [source for source in sources if not only or source.slug in only]
    site = checked.site
    options = harvesting.Options(
        now=checked.now,
        user_agent=f"Kiosque/{kiosque.__version__} ({'; '.join(filter(None, (f'+{site.url}' if site.url else '', site.contact)))})",
        force=force,
        dry_run=dry_run,
        allow_private=allow_private,
    )
    quiet = as_json or not sys.stderr.isatty()
    report = harvesting.harvest(root, wanted, options, None if quiet else _progress(len(wanted)))
    if as_json:
        click.echo(msgspec.json.encode({"problems": problems, **msgspec.to_builtins(report)}))
    else:
        _say([*problems, *report.problems])
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


@main.command(help=_("Build the site into output/."))
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help=_("Another output folder."))
@click.option("--publish", is_flag=True, help=_("Use publishconf.py."))
@click.option("--strict", is_flag=True, help=_("Exit 1 where something couldn't be read."))
@click.option(
    "--now", default="", metavar="TIME", help=_("Take this as the present moment, as 2026-03-15T08:00:00Z.")
)
@click.option("--json", "as_json", is_flag=True, help=_("Print the result for programs."))
@click.pass_obj
@_plainly
def build(root: Path, output: Path | None, publish: bool, strict: bool, now: str, as_json: bool) -> None:
    """Build the site into ``output/``."""
    # Loading Pelican makes no garbage, and the process ends with the build: there is none to look for.
    gc.disable()
    from kiosque.site import build as building

    report = building.build(root, output=output, publish=publish, now=now)
    gc.freeze()
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        _say(report.problems)
        _built(report)
    sys.exit(1 if strict and report.problems else 0)


def _built(report: object) -> None:
    from kiosque.site.build import BuildReport

    assert isinstance(report, BuildReport)
    if not report.had_manifest:
        click.echo(_("This output folder is new to this hub: nothing that lay there was removed."), err=True)
    number = len(report.written)
    written = ngettext("{number} file written", "{number} files written", number).format(number=number)
    removed = ngettext("{number} removed", "{number} removed", len(report.removed)).format(
        number=len(report.removed)
    )
    kept = ngettext("{number} left as it was", "{number} left as they were", report.kept).format(
        number=report.kept
    )
    click.echo(f"{written}, {removed}, {kept}: {report.output}")
    if report.problems:
        count = len(report.problems)
        message = ngettext(
            "{number} problem to mend, named above", "{number} problems to mend, named above", count
        )
        click.echo(message.format(number=count), err=True)


@main.command(help=_("Build, serve on localhost, and build again on every change."))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.pass_obj
@_plainly
def serve(root: Path, port: int) -> None:
    """Build, serve on localhost, and build again on every change."""
    from kiosque.site import serve as serving

    serving.serve(root, port)


if __name__ == "__main__":
    main()
