"""Options and output that all commands share: ``-v``, errors, problems, results for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click
import msgspec

import kiosque
from kiosque.cli.console.click_words import use_own_catalogue
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, asked_language, use
from kiosque.model import KiosqueError, Problem

if TYPE_CHECKING:
    from kiosque.settings.pelicanconf import HubSettings, Site

# The help of options is translated while modules are loaded. All modules of the package load this one first.
use(asked_language())
use_own_catalogue()

P = ParamSpec("P")
R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help=_("Print the result for programs."))
now_option = click.option(
    "--now", default="", metavar="TIME", help=_("Take this as the present moment, as 2026-03-15T08:00:00Z.")
)


def _show_debug_lines(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    """Print debug lines until the command ends."""
    if is_asked:
        from kiosque.cli.console.debug_log import debug_lines

        context.with_resource(debug_lines())


# `kiosque` itself has this option too: people write it in front of a command's name or behind it.
verbose_option = click.option(
    "-v",
    "--verbose",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_debug_lines,
    help=_("Say in detail what is done and how long it takes, on the error output."),
)


def common_behaviour(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``-v`` to a command, and print its errors as clear messages with exit code 1, without traceback."""

    @verbose_option
    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KiosqueError as error:
            echo(_("kiosque: {message}").format(message=error), err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            echo(_("kiosque: stopped; what was written stays, the next run goes on from there"), err=True)
            sys.exit(130)
        except click.Abort:
            # A person pressed Ctrl-C or Ctrl-D at a question. Commands ask before they write.
            echo("\n" + _("kiosque: stopped: nothing was written"), err=True)
            sys.exit(1)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            # A reader of the output may stop before its end, as `head` does. click then ends quietly.
            raise
        except Exception as error:
            # A fault of Kiosque itself. Only developers need the traceback.
            if os.environ.get("KIOSQUE_DEBUG"):
                raise
            message = _(
                "a fault of Kiosque itself ({reason}): please report it, with what KIOSQUE_DEBUG=1 prints"
            )
            reason = f"{type(error).__name__}: {error}"
            echo(_("kiosque: {message}").format(message=message.format(reason=reason)), err=True)
            sys.exit(1)

    return run


@contextmanager
def before_writing() -> Iterator[None]:
    """Treat Ctrl-C as at a question, during work that comes before the first file is written."""
    try:
        yield
    except KeyboardInterrupt:
        raise click.Abort from None


def load_settings(root: Path, now: str = "") -> HubSettings:
    """Return the checked settings of the hub in ``root``; raises SettingsError where they can't be used."""
    from kiosque.settings import pelicanconf

    return pelicanconf.load(root, now)


def user_agent(site: Site) -> str:
    """Return the ``User-Agent`` of a hub's requests (RFC 9110, section 10.1.5): its address and contact."""
    comment = "; ".join(filter(None, (f"+{site.url}" if site.url else "", site.contact)))
    return f"{kiosque.DISTRIBUTION}/{kiosque.__version__}" + (f" ({comment})" if comment else "")


def check_source_names(only: Iterable[str], known: Sequence[str]) -> None:
    """Raise click.BadParameter where ``--only`` names an unknown source; the message names the known ones."""
    for name in only:
        if name not in known:
            message = _("there is no source “{name}”; the sources are: {known}")
            raise click.BadParameter(message.format(name=name, known=", ".join(known)), param_hint="--only")


def is_terminal() -> bool:
    """Whether a person can answer questions."""
    return sys.stdin.isatty()


def confirmed(question: str) -> bool:
    """Ask a person a question; return whether the answer is yes. Enter alone is no."""
    # The answers in the language of the person, and in English.
    yes = {_("yes"), _("yes")[:1], "yes", "y"}
    answer: str = prompt(question + " " + _("(yes or no)"), default=_("no"), show_default=False)
    return answer.strip().casefold() in yes


def commit_line(root: Path, paths: str, message: str) -> str:
    """Return the command line that commits paths of a hub, and pushes where there is a remote.

    Empty where the hub isn't a repository of git.
    """
    from kiosque.setup.connect_forge import is_repository, remote_of

    if not is_repository(root):
        return ""
    push = " && git push" if remote_of(root) else ""
    return f'git add {paths} && git commit -m "{message}"{push}'


def prompt(question: str, **options: Any) -> Any:
    """Ask a question as click does, with the colon of the language behind it."""
    return click.prompt(question, prompt_suffix=_(": "), **options)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, a line each: standard output is for results."""
    for problem in problems:
        echo(str(problem), err=True)


def print_json(result: object) -> None:
    """Print a result as JSON."""
    echo(msgspec.json.encode(result).decode())
