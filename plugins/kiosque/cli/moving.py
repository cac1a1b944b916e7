"""``kiosque import site`` and ``kiosque import wordpress``: a whole site of another tool moves in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.console.common import common_behaviour, json_option, load_settings, now_option, print_json
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext
from kiosque.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kiosque.contribute.moving.importing import Import
    from kiosque.contribute.moving.writing import Written
    from kiosque.settings.pelicanconf import HubSettings

_dry_run = click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
_licence = click.option(
    "--licence",
    default="",
    metavar="LICENCE",
    help=_("The licence of all texts, such as “CC BY-SA 4.0”, if their authors chose one."),
)
_list = click.option(
    "--list",
    "list_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("Write what a person must look at to this file too, as a list to tick off."),
)


@click.command(
    help=_(
        "Bring in a whole site of Pelican, Hugo, Jekyll or Eleventy from its folder: texts, pages, pictures."
    )
)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_dry_run
@_licence
@_list
@now_option
@json_option
@click.pass_obj
@common_behaviour
def site(
    root: Path, folder: Path, dry_run: bool, licence: str, list_file: Path | None, now: str, as_json: bool
) -> None:
    """Bring a site of another generator into the hub."""
    from kiosque.contribute.moving import importing

    settings = load_settings(root, now)
    _carry_out(settings, importing.site(settings, folder, licence), dry_run, list_file, as_json)


@click.command(help=_("Bring in the texts and pages of a WordPress site from its export, an XML file."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--uploads",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("A copy of its folder wp-content/uploads: its pictures come too. Nothing is downloaded."),
)
@_dry_run
@_licence
@_list
@now_option
@json_option
@click.pass_obj
@common_behaviour
def wordpress(
    root: Path,
    file: Path,
    uploads: Path | None,
    dry_run: bool,
    licence: str,
    list_file: Path | None,
    now: str,
    as_json: bool,
) -> None:
    """Bring a site of WordPress into the hub."""
    from kiosque.contribute.moving import importing

    settings = load_settings(root, now)
    planned = importing.wordpress(settings, file, uploads, licence)
    _carry_out(settings, planned, dry_run, list_file, as_json)


def _carry_out(
    settings: HubSettings, planned: Import, dry_run: bool, list_file: Path | None, as_json: bool
) -> None:
    """Write the files of an import, say what a person must look at, and end the command."""
    from kiosque.contribute.moving.writing import write

    written = write(settings.root, planned.moving.files, dry_run=dry_run)
    checked = () if dry_run else _checked(settings, [*written.new, *written.unchanged])
    problems = [*planned.moving.problems, *written.problems, *checked]
    if list_file:
        _write_list(list_file, problems)
    if as_json:
        print_json({
            "tool": planned.tool,
            "written": [] if dry_run else written.new,
            "wanted": [file.path for file in planned.moving.files],
            "unchanged": written.unchanged,
            "problems": problems,
        })  # fmt: skip
    else:
        _print(planned, written, problems, dry_run=dry_run)
    sys.exit(1 if problems or not planned.texts else 0)


def _checked(settings: HubSettings, paths: Sequence[str]) -> Iterable[Problem]:
    """Return what ``kiosque check`` says of the files of an import."""
    from kiosque.contribute.check import check

    findings = check(settings, paths).findings if paths else ()
    return [
        Problem(
            path=finding.path,
            line=finding.line,
            column=finding.column,
            message=finding.message,
            rule=finding.rule,
        )
        for finding in findings
    ]


def _write_list(file: Path, problems: Sequence[Problem]) -> None:
    from kiosque.files import replace_file

    title = _("To look at after moving in")
    lines = [f"# {title}", "", *(f"- [ ] {_inert(str(problem))}" for problem in problems), ""]
    replace_file(file, "\n".join(lines).encode("utf-8", "replace"))


def _inert(line: str) -> str:
    """Return a line in which words of the old site are no HTML in Markdown."""
    return line.replace("<", "\\<")


def _print(planned: Import, written: Written, problems: Sequence[Problem], *, dry_run: bool) -> None:
    for problem in problems:
        echo(str(problem))
    if planned.tool:
        echo(_("Made with {tool}.").format(tool=planned.tool))
    texts = ngettext("{number} text read", "{number} texts read", planned.texts).format(number=planned.texts)
    new = ngettext("{number} new file", "{number} new files", len(written.new)).format(
        number=len(written.new)
    )
    number = len(written.unchanged)
    same = ngettext("{number} file as it was", "{number} files as they were", number).format(number=number)
    looks = ngettext("{number} thing to look at", "{number} things to look at", len(problems))
    end = _(" (dry run: nothing was written)") if dry_run else ""
    echo(f"{texts}, {new}, {same}, {looks.format(number=len(problems))}{end}")
    if written.new and not dry_run:
        echo(_("Next: kiosque check --fix, then kiosque serve. Importing again changes nothing."))
