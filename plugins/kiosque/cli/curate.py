"""``kiosque feature`` and ``kiosque hide``: choices of editors, written into ``content/curation.yml``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosque.cli.console.common import (
    commit_line,
    common_behaviour,
    is_terminal,
    json_option,
    load_settings,
    now_option,
    print_json,
    print_problems,
)
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, current_language

if TYPE_CHECKING:
    from kiosque.contribute.curate import Action, CurrentState, FoundPublication
    from kiosque.curation import Choice
    from kiosque.settings.pelicanconf import HubSettings

_OPTIONS = (
    click.argument("url"),
    click.option("--reason", default="", metavar="TEXT", help=_("Why: for those who choose after you.")),
    click.option("--by", default="", metavar="NAME", help=_("Who decided.")),
    click.option(
        "--until", default="", metavar="DAY", help=_("The last day on which it holds, as 2026-03-31.")
    ),
    click.option("--undo", is_flag=True, help=_("Take the choice back.")),
    now_option,
    json_option,
    click.pass_obj,
)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(
    help=_(
        "Put a publication first on the home page. "
        "ADDRESS is that of its page on the hub, or its original one."
    )
)
@_with_options
@common_behaviour
def feature(root: Path, **options: Any) -> None:
    """Write that a publication is featured, or no longer."""
    _curate(root, "feature", **options)


@click.command(help=_("Leave a publication out of the whole site; the archive keeps it. ADDRESS is that "
                      "of its page on the hub, or its original one."))  # fmt: skip
@_with_options
@common_behaviour
def hide(root: Path, **options: Any) -> None:
    """Write that a publication is hidden, or no longer."""
    _curate(root, "hide", **options)


def _curate(
    root: Path, what: Action, *, url: str, undo: bool, now: str, as_json: bool, **options: str
) -> None:
    """Write a choice unless it holds already, and print what is chosen.

    ``options`` are the values of ``--reason``, ``--by`` and ``--until``.
    """
    from kiosque.contribute.curate import CurationDesk
    from kiosque.text import line_text

    settings = load_settings(root, now)
    until = _until(options["until"], settings)
    desk = CurationDesk(settings)
    print_problems(desk.problems)
    publication = desk.find(url.strip())
    before = desk.state(publication, what)
    holds_already = before.holds != undo and (
        until is None or (before.choice is not None and before.choice.until == until)
    )
    if not as_json:
        echo(_described(publication))
    choice = before.choice
    if not holds_already:
        reason = line_text(options["reason"]) or ("" if undo else _asked_reason(what))
        choice = desk.add_choice(
            publication, what, holds=not undo, until=until, reason=reason, by=line_text(options["by"])
        )
    if as_json:
        print_json({"publication": publication, "choice": choice, "written": not holds_already})
        return
    if holds_already:
        echo(_already(what, publication, before, undo=undo))
    else:
        assert choice is not None
        echo(_done(what, choice, undo=undo))
        _tell_next(root, desk.state(publication, "hide") if what == "feature" and not undo else None)


def _until(text: str, settings: HubSettings) -> date | None:
    from kiosque.content.schema import BadValueError, values

    if not text:
        return None
    try:
        day = values.day(text, settings.zone)
    except BadValueError as error:
        raise click.BadParameter(str(error), param_hint="--until") from None
    if day < settings.today:
        raise click.BadParameter(
            _("{day} is over: name a day to come").format(day=_in_words(day)), param_hint="--until"
        )
    return day


def _asked_reason(what: Action) -> str:
    from kiosque.text import line_text

    if not is_terminal():
        raise click.UsageError(
            _("say why with --reason: content/curation.yml keeps it for those who choose after you")
        )
    question = _("Why is it featured?") if what == "feature" else _("Why is it hidden?")
    reason: str = click.prompt(question, prompt_suffix=" ", value_proc=line_text)
    return reason


def _described(publication: FoundPublication) -> str:
    line = _("“{title}”, {source}, {day}") if publication.source else _("“{title}”, an article of {day}")
    first_line = line.format(
        title=publication.title, source=publication.source, day=_in_words(publication.day)
    )
    return f"{first_line}\n  {publication.address}"


def _already(what: Action, publication: FoundPublication, before: CurrentState, *, undo: bool) -> str:
    if undo:
        nothing = _("It isn't featured: there is nothing to take back.")
        return nothing if what == "feature" else _("It isn't hidden: there is nothing to take back.")
    message = (
        _("It is featured already, by {where}.")
        if what == "feature"
        else _("It is hidden already, by {where}.")
    )
    return message.format(where=_place(before.choice) if before.choice else publication.path)


def _done(what: Action, choice: Choice, *, undo: bool) -> str:
    if undo:
        message = (
            _("It is no longer featured, by {where}.")
            if what == "feature"
            else _("It is no longer hidden, by {where}.")
        )
    elif what == "feature":
        message = (
            _("It is featured until {day}, by {where}.") if choice.until else _("It is featured, by {where}.")
        )
    else:
        message = (
            _("It is hidden until {day}, by {where}.") if choice.until else _("It is hidden, by {where}.")
        )
    return message.format(day=_in_words(choice.until) if choice.until else "", where=_place(choice))


def _in_words(day: date) -> str:
    from kiosque.wording.localized import format_day

    return format_day(day, current_language())


def _place(choice: Choice) -> str:
    from kiosque.curation import PATH

    return f"{PATH}:{choice.line}"


def _tell_next(root: Path, hidden: CurrentState | None) -> None:
    if hidden and hidden.holds and hidden.choice:
        message = _("It stays hidden, by {where}, until you take that back with kiosque hide --undo.")
        echo(message.format(where=_place(hidden.choice)))
    echo("\n" + _("Next:"))
    echo("  kiosque serve")
    if line := commit_line(root, "content", _("Choice of the editors")):
        echo(f"  {line}")
