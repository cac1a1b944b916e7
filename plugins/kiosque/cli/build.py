"""``kiosque build`` and ``kiosque serve``."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from kiosque.cli.console.click_words import Number
from kiosque.cli.console.common import common_behaviour, json_option, now_option, print_json, print_problems
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, current_language, ngettext

if TYPE_CHECKING:
    from kiosque.contribute.check import Severity
    from kiosque.model import Problem
    from kiosque.site.search import SearchReport


@click.command(help=_("Build the site into output/."))
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help=_("Another output folder."))
@click.option("--publish", is_flag=True, help=_("Use publishconf.py."))
@click.option("--strict", is_flag=True, help=_("Exit 1 where something is to mend or to look at."))
@click.option("--search/--no-search", default=True, help=_("Bring the search index up to date, or leave it."))
@now_option
@json_option
@click.pass_obj
@common_behaviour
def build(
    root: Path, output: Path | None, publish: bool, strict: bool, search: bool, now: str, as_json: bool
) -> None:
    """Build the site into ``output/``."""
    # Loading Pelican makes no garbage, and the process ends after the build. A garbage collection would only
    # take time.
    gc.disable()
    left_out: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    if publish:
        from kiosque.cli.gate import stop_unless_ready

        left_out, problems = stop_unless_ready(root, now)
    from kiosque.site import build as building

    report = building.build(root, output=output, publish=publish, now=now, search=search, left_out=left_out)
    report = msgspec.structs.replace(report, problems=tuple(dict.fromkeys((*problems, *report.problems))))
    gc.freeze()
    if as_json:
        print_json(report)
    else:
        by_severity = _by_severity(report.problems)
        _print_problems(by_severity)
        _print_report(report, by_severity)
    sys.exit(1 if strict and report.problems else 0)


def _by_severity(problems: Iterable[Problem]) -> dict[Severity, list[Problem]]:
    """Return problems by how much they matter, as ``kiosque check`` has it, the worst first."""
    if not problems:
        return {}
    from kiosque.contribute.check import Severity
    from kiosque.contribute.check.rules import rule_of

    by_severity: dict[Severity, list[Problem]] = {severity: [] for severity in Severity}
    for problem in problems:
        by_severity[rule_of(problem).severity].append(problem)
    return {severity: group for severity, group in by_severity.items() if group}


def _print_problems(by_severity: Mapping[Severity, Sequence[Problem]]) -> None:
    for severity, problems in by_severity.items():
        echo(click.style(severity.label, bold=True), err=True)
        print_problems(problems)


def _print_report(report: object, by_severity: Mapping[Severity, Sequence[Problem]]) -> None:
    from kiosque.site.build import BuildReport

    assert isinstance(report, BuildReport)
    if not report.had_manifest:
        echo(_("This output folder is new to this hub: nothing that lay there was removed."), err=True)
    number = len(report.written)
    written = ngettext("{number} file written", "{number} files written", number).format(number=number)
    removed = ngettext("{number} removed", "{number} removed", len(report.removed)).format(
        number=len(report.removed)
    )
    kept = ngettext("{number} left as it was", "{number} left as they were", report.kept).format(
        number=report.kept
    )
    counts = f"{written}, {removed}, {kept}"
    echo(_("{name}: {value}").format(name=counts, value=report.output))
    if report.search and report.search.made:
        _print_index_report(report.search)
    if by_severity:
        counts = ", ".join(
            f"{len(group)} {severity.label.lower()}" for severity, group in by_severity.items()
        )
        echo(_("{counts}, named above").format(counts=counts), err=True)


def _print_index_report(search: SearchReport) -> None:
    from kiosque.wording.localized import format_decimal

    made, every = len(search.made), len(search.made) + len(search.kept)
    message = ngettext(
        "Search: {made} part of the index of {all} made anew, in {seconds} s",
        "Search: {made} parts of the index of {all} made anew, in {seconds} s",
        made,
    )
    seconds = format_decimal(round(search.seconds, 1), current_language())
    echo(message.format(made=made, all=every, seconds=seconds))


@click.command(help=_("Build, serve on localhost, and build again on every change."))
@click.option(
    "--port", type=Number(1, 65535), default=8000, help=_("The port of this machine; by default 8000.")
)
@click.pass_obj
@common_behaviour
def serve(root: Path, port: int) -> None:
    """Build, serve on localhost, and build again on every change."""
    from kiosque.site import serve as serving

    serving.serve(root, port)
