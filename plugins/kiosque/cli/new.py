"""``kiosque new``: a new content file, from the questions of its kind's schema."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from kiosque.cli.console.click_words import Group
from kiosque.cli.console.common import (
    common_behaviour,
    json_option,
    now_option,
    verbose_option,
)
from kiosque.cli.console.questions import answers_options, write_content_file
from kiosque.cli.new_source import source
from kiosque.content.kinds import KINDS
from kiosque.content.schema import Kind
from kiosque.i18n import _


class _Kinds(Group):
    """A group with a command for each kind of content file."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the kinds."""
        return sorted(KINDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the command of a kind. The command of a source can also discover feeds."""
        if name == "source":
            return source
        return _command(KINDS[name]) if name in KINDS else None


@click.group(cls=_Kinds, help=_("Write a new content file."))
@verbose_option
def new() -> None:
    """Group the kinds of file that can be written."""


def _command(kind: Kind) -> click.Command:
    @click.command(kind.name, help=_(kind.help))
    @answers_options
    @click.option("--slug", default="", help=_("The file's name, and the end of its address."))
    @now_option
    @json_option
    @click.pass_obj
    @common_behaviour
    def command(
        root: Path, given: Sequence[str], text: Path | None, slug: str, now: str, as_json: bool
    ) -> None:
        write_content_file(root, kind, given, text, slug=slug, now=now, as_json=as_json)

    return command
