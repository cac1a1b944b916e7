"""``kiosque import`` and ``kiosque export``: lists of feeds in standard formats; whole sites come in too."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli import moving
from kiosque.cli.console.click_words import Group
from kiosque.cli.console.common import (
    common_behaviour,
    json_option,
    load_settings,
    print_json,
    print_problems,
    verbose_option,
)
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kiosque.contribute.source_imports import NewSource, Skipped


@click.group(
    "import", cls=Group, help=_("Take in lists of feeds, and whole sites, that other programs made.")
)
@verbose_option
def import_() -> None:
    """Group the formats that can be read."""


import_.add_command(moving.site)
import_.add_command(moving.wordpress)


@click.group(cls=Group, help=_("Print lists for other programs."))
@verbose_option
def export() -> None:
    """Group the formats that can be written."""


@import_.command("opml", help=_("Write a source file for each feed of an OPML list that the hub lacks."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@json_option
@click.pass_obj
@common_behaviour
def import_opml(root: Path, file: Path, dry_run: bool, as_json: bool) -> None:
    """Write a source file for each feed of a list that no source has."""
    from kiosque.content.load import load_sources
    from kiosque.contribute import opml_reader, source_imports
    from kiosque.files import read_given_file

    sources, problems = load_sources(root, load_settings(root).zone)
    outlines = opml_reader.read(read_given_file(file, opml_reader.LARGEST))
    new_sources, skipped = source_imports.plan(outlines, sources)
    if dry_run:
        paths = [f"content/sources/{source.slug}.md" for source in new_sources]
    else:
        paths, unwritten = _write(root, new_sources)
        skipped = (*skipped, *unwritten)
    if as_json:
        print_json(
            {
                "written": [] if dry_run else paths,
                "wanted": new_sources,
                "skipped": skipped,
                "problems": problems,
            }
        )
    else:
        print_problems(problems)
        _print_imported(paths, skipped, dry_run=dry_run)
    sys.exit(1 if any(feed.is_wrong for feed in skipped) or not outlines else 0)


def _write(root: Path, new_sources: Iterable[NewSource]) -> tuple[list[str], tuple[Skipped, ...]]:
    """Write the source files; return their paths, and the feeds whose file couldn't be written.

    An existing file is never replaced, even one that can't be read.
    """
    from kiosque.contribute.new_file import write_new
    from kiosque.contribute.source_imports import Skipped
    from kiosque.model import KiosqueError

    paths, unwritten = [], []
    for source in new_sources:
        try:
            paths.append(write_new(root, source.slug, source.text))
        except KiosqueError as error:
            url = source.feeds[0].url
            unwritten.append(Skipped(url=url, title=source.name, reason=str(error), is_wrong=True))
    return paths, tuple(unwritten)


def _print_imported(paths: Sequence[str], skipped: Sequence[Skipped], *, dry_run: bool) -> None:
    for path in paths:
        echo(path)
    for feed in skipped:
        message = _("left aside: {title} <{url}>: {reason}")
        echo(message.format(title=feed.title, url=feed.url, reason=feed.reason), err=True)
    if not paths and not skipped:
        echo(_("this list has no feed"), err=True)
    new = ngettext("{number} new source", "{number} new sources", len(paths)).format(number=len(paths))
    aside = ngettext("{number} left aside", "{number} left aside", len(skipped)).format(number=len(skipped))
    end = _(" (dry run: nothing was written)") if dry_run else ""
    echo(f"{new}, {aside}{end}")
    if paths and not dry_run:
        echo(_("Each lets the hub show excerpts: ask the media what they agree to. Next: kiosque harvest"))


@export.command("opml", help=_("Print the feeds of all sources as an OPML list."))
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help=_("Write to this file instead.")
)
@click.pass_obj
@common_behaviour
def export_opml(root: Path, output: Path | None) -> None:
    """Print the feeds of all sources as an OPML list."""
    from kiosque import files
    from kiosque.content import opml
    from kiosque.content.load import load_sources

    settings = load_settings(root)
    sources, problems = load_sources(root, settings.zone)
    print_problems(problems)
    text = opml.opml_document(opml.feeds_of_sources(sources), settings.site.name)
    if output:
        files.replace_file(output, text.encode())
    else:
        click.echo(text.encode(), nl=False)
    sys.exit(1 if problems else 0)
