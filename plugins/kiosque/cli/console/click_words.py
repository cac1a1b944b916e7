"""What click says by itself, in the reader's language: usage, sections of help, wrong options.

click marks its messages for gettext, and asks Python's own function for them. That one takes the language
from the environment only, so that French as the default would be out of reach, and its catalogue would have
to be installed on the system. The messages of click that people can meet are in Kiosque's catalogues.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from gettext import gettext as gettext_of_python
from typing import Any, TypeVar

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from kiosque.cli.console.printing import echo
from kiosque.i18n import N_, _, ngettext
from kiosque.model import on_one_line

# The modules of click that have messages for people.
MODULES = (
    click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui, click.types,
)  # fmt: skip
# The names of values in help texts. Those that click itself gives are the names of its types in capitals.
_METAVARS = (
    N_("ADDRESS"), N_("DAY"), N_("DIRECTORY"), N_("EMAIL"), N_("FILE"), N_("FOLDER"), N_("KEY=VALUE"),
    N_("LIST"), N_("NAME"), N_("NUMBER"), N_("PATH"), N_("[PATH]..."), N_("REF"), N_("SECONDS"),
    N_("SLUG"), N_("TARGET"), N_("TEXT"), N_("TIME"),
)  # fmt: skip
_BY_ARGUMENT = {"DIR": "FOLDER", "URL": "ADDRESS"}
# Text between straight quotes, as click writes options and values. An apostrophe stands inside a word.
_QUOTED = re.compile(r"(?<![\w’'])'([^'\n]*)'(?!\w)")
_SENTENCE = re.compile(r".*?\.(?=\s)|.*", re.DOTALL)
C = TypeVar("C", bound=click.Command)


def use_own_catalogue() -> None:
    """Make click take its messages from Kiosque's catalogues. Calling it again changes nothing."""
    for module in MODULES:
        if getattr(module, "_", None) is gettext_of_python:
            module._ = _  # type: ignore[attr-defined]
        if hasattr(module, "ngettext"):
            module.ngettext = ngettext  # type: ignore[attr-defined]


class Number(click.ParamType[int]):
    """A number between two bounds; its error names the bounds in words."""

    name = "number"

    def __init__(self, lowest: int, highest: int | None = None) -> None:
        """Take the bounds, both included."""
        self._lowest, self._highest = lowest, highest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or fail with a message that says which are expected."""
        number = int(value) if re.fullmatch(r"\s*-?\d{1,9}\s*", str(value)) else None
        if number is not None and self._lowest <= number <= (
            number if self._highest is None else self._highest
        ):
            return number
        message = _("“{value}” is not a whole number from {lowest} up")
        if self._highest is not None:
            message = _("“{value}” is not a whole number from {lowest} to {highest}")
        text = message.format(value=value, lowest=self._lowest, highest=self._highest)
        raise click.BadParameter(text, ctx=ctx, param=param)


class Group(click.Group):
    """A group of commands in the reader's language, which proposes the nearest command for a mistyped one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the first argument; raises UsageError, which names those that exist."""
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args[0].startswith("-"):
                raise
            message = _no_such_command(args[0], self.list_commands(ctx))
            raise click.UsageError(message, ctx=error.ctx) from None
        return name, in_language(command) if command else command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, each with its whole first sentence."""
        names = self.list_commands(ctx)
        commands = [(name, command) for name in names if (command := self.get_command(ctx, name))]
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _first_sentence(command.help or "")) for name, command in commands])


def _first_sentence(text: str) -> str:
    """Return the first sentence of a help text.

    click would cut it, and let lines break in front of French signs.
    """
    found = _SENTENCE.match(text)
    return on_one_line(found[0] if found else text)


class MainGroup(Group):
    """The ``kiosque`` command itself: it prints what is wrong with a call as it prints all other errors."""

    # The base class has two signatures: the mode says whether it returns.
    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        *,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command, and leave the process with its exit code."""
        use_own_catalogue()
        in_language(self)
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except click.Abort:
            echo(_("Aborted!"), err=True)
            sys.exit(1)
        except click.ClickException as error:
            print_wrong_call(error)
            sys.exit(error.exit_code)
        sys.exit(code if isinstance(code, int) else 0)


def in_language(command: C) -> C:
    """Return a command whose help names its values in the reader's language."""
    command.options_metavar = _("[OPTIONS]")
    if isinstance(command, click.Group):
        command.subcommand_metavar = _("COMMAND [ARGUMENTS]...")
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice):
            # An empty choice is the default of some options, and nothing that people would write.
            parameter.metavar = f"[{'|'.join(filter(None, parameter.type.choices))}]"
        elif parameter.metavar is None:
            name = parameter.name or ""
            parameter.metavar = (
                name.upper() if isinstance(parameter, click.Argument) else parameter.type.name.upper()
            )
        if parameter.metavar:
            parameter.metavar = _(_BY_ARGUMENT.get(parameter.metavar, parameter.metavar))
    return command


def print_wrong_call(error: click.ClickException) -> None:
    """Print how the command is called, where more is said, and what is wrong, on the error output."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        # Its message is the whole help of a group that is called without a command.
        error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context:
        hint = _("Try '{command} {option}' for help.")
        echo(context.get_usage(), err=True)
        echo(_in_quotes(hint.format(command=context.command_path, option="--help")) + "\n", err=True)
    message = error.format_message()
    if isinstance(error, click.BadParameter) and error.message:
        message = message.replace(error.message, _with_small_letter(error.message))
    message = _in_quotes(_with_small_letter(message))
    echo(_("kiosque: {message}").format(message=message), err=True)


def _with_small_letter(text: str) -> str:
    """Return a text that goes on after a colon; what is in capitals altogether stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _in_quotes(text: str) -> str:
    """Return a text of click with the quotes of the language, and without the empty choice."""
    return _QUOTED.sub(lambda found: _("“{text}”").format(text=found[1]), text.replace("'', ", ""))


def _no_such_command(name: str, known: Sequence[str]) -> str:
    if near := get_close_matches(name.lower(), known, n=1, cutoff=0.6):
        return _("there is no command “{name}”: did you mean “{near}”?").format(name=name, near=near[0])
    message = _("there is no command “{name}”; the commands are: {known}")
    return message.format(name=name, known=", ".join(known))
