"""``kiosque check``: all findings about files that people wrote, in one run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.console.common import common_behaviour, json_option, load_settings, now_option, print_json
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext
from kiosque.model import on_one_line

if TYPE_CHECKING:
    from kiosque.contribute.check import Finding, Report
    from kiosque.contribute.check.checker import Convert
    from kiosque.settings.pelicanconf import HubSettings

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
@now_option
@json_option
@click.pass_obj
@common_behaviour
def check(
    root: Path,
    paths: Sequence[Path],
    fix: bool,
    since: str,
    summary: bool,
    stale: bool,
    format_: str,
    rules: bool,
    now: str,
    as_json: bool,
) -> None:
    """Print the findings about a hub, or about some of its files."""
    from kiosque.contribute import check as checking

    if rules:
        echo(checking.as_markdown(), nl=False)
        return
    settings = load_settings(root, now)
    chosen_paths = _paths_in_hub(root, paths) if paths else None
    if since:
        from kiosque.contribute.check.changed import since as changed_since

        chosen_paths = (*(chosen_paths or ()), *changed_since(root, since))
    if stale:
        report = checking.check_stale(settings, chosen_paths)
    else:
        report = checking.check(settings, chosen_paths, fix=fix, convert=_converter(settings, chosen_paths))
    if as_json:
        print_json(report)
    elif summary:
        from kiosque.contribute.check.summary import comment

        echo(comment(settings, chosen_paths, report), nl=False)
    elif format_ == "gitlab":
        from kiosque.contribute.check.annotations import gitlab

        echo(gitlab(report))
    elif format_ != "text":
        from kiosque.contribute.check.annotations import commands

        echo(commands(report), nl=False)
    else:
        _print_report(report)
    sys.exit(1 if report.blocks else 0)


def _converter(settings: HubSettings, paths: Sequence[str] | None) -> Convert | None:
    """Return the site's own reader for the files of a contribution.

    It takes longer than all checks. Of a whole hub, the next build converts the texts and says the same.
    """
    if not paths or "." in paths:
        return None
    from kiosque.site.gather.texts import TextReader

    cache = settings.cache / "texts.msgpack"
    return TextReader(settings.root, settings.zone, cache).unreadable


def _paths_in_hub(root: Path, paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the paths of the command line, as paths from the hub's folder.

    Each starts at the current folder or, where no such file exists, at the hub's folder.
    """
    return tuple(_path_in_hub(root, path) for path in paths)


def _path_in_hub(root: Path, path: Path) -> str:
    candidates = (Path.cwd() / path, root / path)
    existing = [candidate for candidate in candidates if candidate.exists() or candidate.is_symlink()]
    if not existing:
        message = _("there is no file or folder “{path}”").format(path=path)
        raise click.BadParameter(message, param_hint=_("PATH"))
    for candidate in existing:
        # Links of the folders are resolved. A file that is itself a link stays a link: the check reports it.
        is_folder = candidate.name in {"", ".."}
        whole = candidate.resolve() if is_folder else candidate.parent.resolve() / candidate.name
        if whole.is_relative_to(root):
            return whole.relative_to(root).as_posix()
    message = _("“{path}” is not in this hub’s folder").format(path=path)
    raise click.BadParameter(message, param_hint=_("PATH"))


def _print_report(report: Report) -> None:
    """Print a report for people: the findings of each file, then the numbers.

    Each reason is printed once in a file.
    """
    for path, mended in groupby(report.mended, key=lambda mend: mend.path):
        echo(click.style(path, bold=True))
        for mend in mended:
            echo("  " + click.style(_("Mended"), fg="green") + f"  {mend.message}")
        echo()
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        echo(click.style(path, bold=True))
        _print_findings(list(findings))
        echo()
    echo(_tally(report))


def _print_findings(findings: Sequence[Finding]) -> None:
    printed_reasons: set[str] = set()
    for finding in findings:
        label = click.style(finding.severity.label, fg=_COLOURS[finding.severity.value], bold=True)
        echo(f"  {label}  {_place(finding)}{_sentence(finding.message)}")
        if finding.why not in printed_reasons:
            printed_reasons.add(finding.why)
            echo(click.style(f"      {finding.why}", dim=True))


def _sentence(message: str) -> str:
    """Return a message as a sentence with a capital and a full stop.

    A key or a path at its start keeps its spelling.
    """
    plain = on_one_line(message)
    first_word = plain.partition(" ")[0]
    start = plain[:1] if first_word.endswith(":") or "/" in first_word else plain[:1].upper()
    return f"{start}{plain[1:]}{'' if plain.endswith(('.', '…', '!', '?')) else '.'}"


def _place(finding: Finding) -> str:
    if finding.line is None:
        return ""
    if finding.column is None:
        return _("Line {line}: ").format(line=finding.line)
    return _("Line {line}, column {column}: ").format(line=finding.line, column=finding.column)


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
    nonzero_counts = ", ".join(
        count.format(number=number) for count, number in zip(counts, numbers, strict=True) if number
    )
    lines = [_("{files}: {said}.").format(files=files, said=nonzero_counts)]
    if any(finding.mends_itself for finding in report.findings):
        lines.append(_("`kiosque check --fix` mends some of it by itself."))
    return "\n".join(lines)
