"""``kiosque doctor``: what is wrong with a hub's set-up, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kiosque.cli.common import as_json, plainly, print_json
from kiosque.i18n import _, ngettext


@click.command(help=_("Say what is wrong with this hub's set-up, and what to do about it."))
@click.option("--hosts", is_flag=True, help=_("Compare the copies on the hosts of publishconf.py too."))
@as_json
@click.pass_obj
@plainly
def doctor(root: Path, hosts: bool, as_json: bool) -> None:
    """Examine a hub; exit 1 where something must be mended."""
    from kiosque.cli.deploy import credentials
    from kiosque.setup.doctor import Level, examine

    marks = {
        Level.WELL: click.style("✓", fg="green"),
        Level.LOOK: click.style("?", fg="yellow", bold=True),
        Level.MEND: click.style("✗", fg="red", bold=True),
    }
    found = examine(root, credentials if hosts else None)
    findings = [one for several in found.values() for one in several]
    to_mend = sum(one.level is Level.MEND for one in findings)
    if as_json:
        print_json(found)
    else:
        for topic, several in found.items():
            click.echo(click.style(topic, bold=True))
            for one in several:
                where = f"{one.where}: " if one.where else ""
                click.echo(f"  {marks[one.level]} {where}{one.message}")
        click.echo()
        click.echo(_tally(to_mend, sum(one.level is Level.LOOK for one in findings)))
    sys.exit(1 if to_mend else 0)


def _tally(to_mend: int, to_look_at: int) -> str:
    if not to_mend and not to_look_at:
        return _("All is well.")
    mend = ngettext("{number} thing to mend", "{number} things to mend", to_mend).format(number=to_mend)
    look = ngettext("{number} to look at", "{number} to look at", to_look_at).format(number=to_look_at)
    return f"{mend}, {look}."
