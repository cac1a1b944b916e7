"""``kiosque doctor``: findings about a hub's set-up, and what to do about them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from kiosque.cli.console.common import common_behaviour, json_option, print_json
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext


@click.command(help=_("Say what is wrong with this hub's set-up, and what to do about it."))
@click.option("--hosts", is_flag=True, help=_("Compare the copies on the hosts of publishconf.py too."))
@json_option
@click.pass_obj
@common_behaviour
def doctor(root: Path, hosts: bool, as_json: bool) -> None:
    """Examine a hub; exit 1 where something must be mended."""
    from kiosque.cli.host_copies import compare_copies
    from kiosque.setup.doctor import Level, examine

    marks = {
        Level.WELL: click.style("✓", fg="green"),
        Level.LOOK: click.style("?", fg="yellow", bold=True),
        Level.MEND: click.style("✗", fg="red", bold=True),
    }
    examination = examine(root, compare_copies if hosts else None)
    levels = Counter(finding.level for findings in examination.values() for finding in findings)
    to_mend = levels[Level.MEND]
    if as_json:
        print_json(examination)
    else:
        for part, findings in examination.items():
            echo(click.style(part, bold=True))
            for finding in findings:
                where = f"{finding.where}: " if finding.where else ""
                echo(f"  {marks[finding.level]} {where}{finding.message}")
        echo()
        echo(_tally(to_mend, levels[Level.LOOK]))
    sys.exit(1 if to_mend else 0)


def _tally(to_mend: int, to_look_at: int) -> str:
    if not to_mend and not to_look_at:
        return _("All is well.")
    mend = ngettext("{number} thing to mend", "{number} things to mend", to_mend).format(number=to_mend)
    look = ngettext("{number} to look at", "{number} to look at", to_look_at).format(number=to_look_at)
    return f"{mend}, {look}."
