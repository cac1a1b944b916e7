"""The ``kiosque`` command. Each command has a module, which is loaded only when the command is called."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import click

import kiosque
from kiosque.cli.console.click_words import MainGroup
from kiosque.cli.console.common import verbose_option
from kiosque.i18n import _

# The module of each command. `harvest` must not wait until Pelican is loaded, nor `--help` until all commands
# are.
_COMMANDS = {
    "build": "build",
    "deploy": "deploy",
    "doctor": "doctor",
    "check": "check",
    "export": "lists",
    "feature": "curate",
    "harvest": "harvest",
    "hide": "curate",
    "import": "lists",
    "init": "init",
    "new": "new",
    "ping": "ping",
    "refresh": "refresh",
    "report": "report",
    "serve": "build",
    "setup": "setup",
    "takedown": "takedown",
    "upgrade": "upgrade",
}


class _Commands(MainGroup):
    """A group that loads a command when it is called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(_COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Load one command."""
        if name not in _COMMANDS:
            return None
        module = import_module(f"kiosque.cli.{_COMMANDS[name]}")
        command: click.Command = getattr(module, f"{name}_" if iskeyword(name) else name)
        return command


@click.group(cls=_Commands, help=_("A newsstand for the media that inhabitants make themselves."))
@click.version_option(kiosque.__version__, message="%(prog)s %(version)s")
@click.option("--hub", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".",
              help=_("The hub's folder; by default the current one."))  # fmt: skip
@verbose_option
@click.pass_context
def main(context: click.Context, hub: Path) -> None:
    """Hand the hub's folder on to the command."""
    context.obj = hub.resolve()
