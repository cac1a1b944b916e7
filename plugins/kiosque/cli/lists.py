"""``kiosque import`` and ``kiosque export``: lists in and out in standard formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.common import as_json, checked, plainly, print_json, say, verbose
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kiosque.contribute.source_imports import NewSource, Skipped


@click.group("import", help=_("Take in lists that other programs wrote."))
@verbose
def import_() -> None:
    """Hold the formats that can be read."""


@click.group(help=_("Print lists for other programs."))
@verbose
def export() -> None:
    """Hold the formats that can be written."""


@import_.command("opml", help=_("Write a source file for each feed of an OPML list that the hub lacks."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@as_json
@click.pass_obj
@plainly
def import_opml(root: Path, file: Path, dry_run: bool, as_json: bool) -> None:
    """Write a source file for each feed of a list that the hub lacks."""
    from kiosque.content import records
    from kiosque.contribute import opml_reader, source_imports

    sources, problems = records.load_sources(root, checked(root).zone)
    outlines = opml_reader.read(_bytes(file))
    wanted, skipped = source_imports.plan(outlines, sources)
    paths, unwritten = (
        ([f"content/sources/{one.slug}.md" for one in wanted], ()) if dry_run else _write(root, wanted)
    )
    skipped = (*skipped, *unwritten)
    if as_json:
        print_json(
            {"written": [] if dry_run else paths, "wanted": wanted, "skipped": skipped, "problems": problems}
        )
    else:
        say(problems)
        _say_imported(paths, skipped, dry_run=dry_run)
    sys.exit(1 if any(one.is_wrong for one in skipped) or not outlines else 0)


def _bytes(file: Path) -> bytes:
    from kiosque.contribute.opml_reader import LARGEST
    from kiosque.model import KiosqueError

    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        raise KiosqueError(message.format(reason=error.strerror)) from error


def _write(root: Path, wanted: Iterable[NewSource]) -> tuple[list[str], tuple[Skipped, ...]]:
    """Write what can be; a file that is there already, unreadable as it may be, stays."""
    from kiosque.contribute.new_file import write_new
    from kiosque.contribute.source_imports import Skipped
    from kiosque.model import KiosqueError

    paths, unwritten = [], []
    for source in wanted:
        try:
            paths.append(write_new(root, source.slug, source.text))
        except KiosqueError as error:
            url = source.feeds[0].url
            unwritten.append(Skipped(url=url, title=source.name, reason=str(error), is_wrong=True))
    return paths, tuple(unwritten)


def _say_imported(paths: Sequence[str], skipped: Sequence[Skipped], *, dry_run: bool) -> None:
    for path in paths:
        click.echo(path)
    for one in skipped:
        click.echo(_("left aside: {title} <{url}>: {reason}").format(title=one.title, url=one.url, reason=one.reason),
                   err=True)  # fmt: skip
    if not paths and not skipped:
        click.echo(_("this list has no feed"), err=True)
    new = ngettext("{number} new source", "{number} new sources", len(paths)).format(number=len(paths))
    aside = ngettext("{number} left aside", "{number} left aside", len(skipped)).format(number=len(skipped))
    click.echo(f"{new}, {aside}{_(' (dry run: nothing was written)') if dry_run else ''}")
    if paths and not dry_run:
        click.echo(
            _("Each lets the hub show excerpts: ask the media what they agree to. Next: kiosque harvest")
        )


@export.command("opml", help=_("Print the feeds of all sources as an OPML list."))
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help=_("Write to this file instead.")
)
@click.pass_obj
@plainly
def export_opml(root: Path, output: Path | None) -> None:
    """Print the feeds of all sources as an OPML list."""
    from kiosque import files
    from kiosque.content import opml, records

    settings = checked(root)
    sources, problems = records.load_sources(root, settings.zone)
    say(problems)
    text = opml.written(opml.of_sources(sources), settings.site.name)
    if output:
        files.replace_file(output, text.encode())
    else:
        click.echo(text.encode(), nl=False)
    sys.exit(1 if problems else 0)
