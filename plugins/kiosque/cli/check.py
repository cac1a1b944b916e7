"""``kiosque check``: everything that is to mend or to look at in what people wrote, at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.common import as_json, at_moment, checked, plainly, print_json
from kiosque.i18n import _, ngettext
from kiosque.model import spelt_out

if TYPE_CHECKING:
    from kiosque.contribute.check import Finding, Report

_COLOURS = {"blocks": "red", "warns": "yellow", "informs": "blue"}
_FORMATS = ("text", "github", "gitlab", "forgejo")


@click.command(
    help=_("Say what is to mend in texts, pictures, sources and archive: all of them, or those named.")
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help=_("Mend what is safe to mend, and say what was done."))
@click.option(
    "--since", default="", metavar="REF", help=_("Only the files changed since this point of git's history.")
)
@click.option(
    "--summary",
    is_flag=True,
    help=_("Print one comment in Markdown for who decides: what arrives, what to mend."),
)
@click.option("--stale", is_flag=True, help=_("List what is past, or not verified for a year."))
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    help=_("Print annotations for a forge."),
)
@click.option("--rules", is_flag=True, help=_("Print the list of all that is checked."))
@at_moment
@as_json
@click.pass_obj
@plainly
def check(
    root: Path, paths: Sequence[Path], fix: bool, since: str, summary: bool, stale: bool, format_: str, rules: bool,
    now: str, as_json: bool,
) -> None:  # fmt: skip
    """Say what is to mend in a hub, or in some of its files."""
    from kiosque.contribute import check as checking

    if rules:
        click.echo(checking.as_markdown(), nl=False)
        return
    settings = checked(root, now)
    named = _named(root, paths) if paths else None
    if since:
        from kiosque.contribute.check.changed import since as changed_since

        named = (*(named or ()), *changed_since(root, since))
    report = checking.check_stale(settings, named) if stale else checking.check(settings, named, fix=fix)
    if as_json:
        print_json(report)
    elif summary:
        from kiosque.contribute.check.summary import comment

        click.echo(comment(settings, named, report), nl=False)
    elif format_ == "gitlab":
        from kiosque.contribute.check.annotations import gitlab

        click.echo(gitlab(report))
    elif format_ != "text":
        from kiosque.contribute.check.annotations import commands

        click.echo(commands(report), nl=False)
    else:
        _print(report)
    sys.exit(1 if report.blocks else 0)


def _named(root: Path, paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the paths as they are from the hub's folder; from the current folder, or else from the hub's."""
    return tuple(_inside(root, path) for path in paths)


def _inside(root: Path, path: Path) -> str:
    there = [one for one in (Path.cwd() / path, root / path) if one.exists() or one.is_symlink()]
    if not there:
        message = _("there is no file or folder “{path}”").format(path=path)
        raise click.BadParameter(message, param_hint="PATH")
    # The folder's own links are resolved, not that of the file itself: it is what is looked at.
    whole = [one.resolve() if one.name in {"", ".."} else one.parent.resolve() / one.name for one in there]
    for one in whole:
        if one.is_relative_to(root):
            return one.relative_to(root).as_posix()
    message = _("“{path}” is not in this hub’s folder").format(path=path)
    raise click.BadParameter(message, param_hint="PATH")


def _print(report: Report) -> None:
    """Print a report for people: file by file, each reason once a file, and how many there are of each at the end."""
    for path, mended in groupby(report.mended, key=lambda one: one.path):
        click.secho(spelt_out(path), bold=True)
        for one in mended:
            click.echo("  " + click.style(_("Mended"), fg="green") + f"  {spelt_out(one.message)}")
        click.echo()
    for path, findings in groupby(report.findings, key=lambda one: one.path):
        click.secho(spelt_out(path), bold=True)
        _print_file(list(findings))
        click.echo()
    click.echo(_tally(report))


def _print_file(findings: Sequence[Finding]) -> None:
    said: set[str] = set()
    for one in findings:
        label = click.style(one.severity.label, fg=_COLOURS[one.severity.value], bold=True)
        click.echo(f"  {label}  {_place(one)}{_sentence(one.message)}")
        if one.why not in said:
            said.add(one.why)
            click.secho(f"      {one.why}", dim=True)


def _sentence(message: str) -> str:
    """Return a message as a sentence; a key that it begins with stays as it is written in files."""
    plain = spelt_out(" ".join(message.split()))
    begins_with_key = plain.partition(" ")[0].endswith(":")
    start = plain[:1] if begins_with_key else plain[:1].upper()
    return f"{start}{plain[1:]}{'' if plain.endswith(('.', '…', '!', '?')) else '.'}"


def _place(one: Finding) -> str:
    if one.line is None:
        return ""
    if one.column is None:
        return _("Line {line}: ").format(line=one.line)
    return _("Line {line}, column {column}: ").format(line=one.line, column=one.column)


def _tally(report: Report) -> str:
    from kiosque.contribute.check import Severity

    files = ngettext("{number} file checked", "{number} files checked", report.files).format(
        number=report.files
    )
    tally = report.tally
    if not report.findings:
        return _("{files}: nothing to mend.").format(files=files)
    counts = (
        ngettext("{number} to mend", "{number} to mend", tally[Severity.BLOCKS]),
        ngettext("{number} to look at", "{number} to look at", tally[Severity.WARNS]),
        ngettext("{number} good to know", "{number} good to know", tally[Severity.INFORMS]),
    )
    numbers = (tally[Severity.BLOCKS], tally[Severity.WARNS], tally[Severity.INFORMS])
    said = ", ".join(
        count.format(number=number) for count, number in zip(counts, numbers, strict=True) if number
    )
    lines = [_("{files}: {said}.").format(files=files, said=said)]
    if any(one.mends_itself for one in report.findings):
        lines.append(_("`kiosque check --fix` mends some of it by itself."))
    return "\n".join(lines)
