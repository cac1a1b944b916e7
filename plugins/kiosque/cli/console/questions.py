"""Questions for the fields of a content file, and the file that the answers make."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosque.cli.console.common import load_settings, print_json
from kiosque.cli.console.printing import echo
from kiosque.content.schema import BadValueError, Field, Kind
from kiosque.i18n import _

if TYPE_CHECKING:
    from kiosque.contribute.field_answers import Answers

Values = dict[str, object]


def answers_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that answer questions beforehand."""
    for option in (
        click.option("--text", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
                     help=_("Take its text from this file; - is what is piped in.")),
        click.option("--set", "given", multiple=True, metavar="KEY=VALUE",
                     help=_("Answer a question beforehand, as title=Bal; may be repeated.")),
    ):  # fmt: skip
        command = option(command)
    return command


def can_ask() -> bool:
    """Whether a person can read questions and answer them."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def write_content_file(
    root: Path,
    kind: Kind,
    given: Sequence[str],
    text: Path | None,
    *,
    slug: str,
    now: str = "",
    as_json: bool = False,
) -> None:
    """Write a file of a kind from the command line's answers and a person's, and print the next steps.

    ``given`` are answers as ``KEY=VALUE``. ``text`` is the file that has the body.
    """
    from kiosque.content.schema import content_file
    from kiosque.contribute.field_answers import Answers, head_of
    from kiosque.contribute.new_file import write_new
    from kiosque.text import slug as slug_of

    answers = Answers.of(load_settings(root, now), _signer(root))
    values = dict(_given(kind, given, answers))
    if can_ask() and not as_json:
        _ask(kind, answers, values)
    else:
        _take_defaults(kind, answers, values)
    _check_missing(kind, values)
    content = content_file(head_of(kind, values), _text(text))
    name = slug or slug_of(str(values[kind.title]), fallback=kind.name)
    path = write_new(root, name, content, kind.name)
    if as_json:
        print_json({"path": path})
        return
    echo(_("{path} is written.").format(path=path))
    if kind.needs_text and text is None:
        echo(_("Write its text below the second line of hyphens."))
    echo(_("Next: kiosque check {path}").format(path=path))


def _signer(root: Path) -> str:
    """Return the name of the person as git has it; empty without git."""
    command = ["git", "-C", str(root), "config", "user.name"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - own words
    except OSError:
        return ""
    return done.stdout.strip()


def _given(kind: Kind, given: Sequence[str], answers: Answers) -> Iterator[tuple[str, object]]:
    """Yield the answers of the command line as pairs of field name and value."""
    from kiosque.contribute.field_answers import field_of

    for answer in given:
        key, equals, text = answer.partition("=")
        if not equals:
            raise click.BadParameter(
                _("write it as KEY=VALUE: {given}").format(given=answer), param_hint="--set"
            )
        field = field_of(kind, key)
        group = key.partition(".")[0]
        name = next((outer.name for outer in kind.fields if group in (outer.name, *outer.french)), group)
        try:
            yield (f"{name}.{field.name}" if "." in key else name), _value(field, text, answers)
        except BadValueError as error:
            raise click.BadParameter(f"{key}: {error}", param_hint="--set") from error


def _value(field: Field, text: str, answers: Answers) -> object:
    """Return an answer as the file's value.

    In a list of mappings each word becomes a mapping, as the value of its first field.
    """
    if field.many and field.fields:
        return [answers.value(field.fields[0], word) for word in text.split()]
    return answers.value(field, text)


def _ask(kind: Kind, answers: Answers, values: Values) -> None:
    echo(f"{_(kind.label)}. {_(kind.help)}")
    echo(_("Enter alone takes what stands in brackets, or leaves the question."))
    for field in kind.fields:
        if not field.asked or field.name in values:
            continue
        if field.fields and not field.many:
            _ask_group(field, answers, values)
        elif (value := _answer(field, answers)) != "":
            values[field.name] = value


def _ask_group(group: Field, answers: Answers, values: Values) -> None:
    """Ask for the fields of a group; skip the others when the first is left empty."""
    echo(f"\n{click.style(_(group.label), bold=True)}")
    for inner in group.fields:
        key = f"{group.name}.{inner.name}"
        if not inner.asked or key in values:
            continue
        value = _answer(inner, answers, is_needed=False)
        if value == "" and inner is group.fields[0]:
            return
        if value != "":
            values[key] = value


def _answer(field: Field, answers: Answers, *, is_needed: bool | None = None) -> object:
    """Ask for a field until the answer is valid; return empty text where the person skips it."""
    is_needed = field.required if is_needed is None else is_needed

    def value_of(text: str) -> object:
        if not text.strip():
            if is_needed:
                raise click.BadParameter(_("It is needed."))
            return ""
        try:
            return _value(field, text, answers)
        except BadValueError as error:
            raise click.BadParameter(str(error)) from error

    help_text = field.help and _(field.help)
    if field.shape.name == "commune":
        help_text = _("Where it takes place: its name, or its official code.")
    echo(f"\n{help_text}" if help_text else "")
    if known := answers.suggestions(field):
        echo(_("Known: {known}").format(known=", ".join(known)))
    default = answers.default(field)
    answer: object = click.prompt(
        click.style(_(field.label), bold=True),
        default=default,
        show_default=bool(default),
        value_proc=value_of,
        prompt_suffix=" > ",
    )
    return answer


def _take_defaults(kind: Kind, answers: Answers, values: Values) -> None:
    """Give required fields their default value, where nobody can be asked."""
    for field in kind.fields:
        if field.required and field.name not in values and (default := answers.default(field)):
            values[field.name] = answers.value(field, default)


def _check_missing(kind: Kind, values: Values) -> None:
    from kiosque.contribute.field_answers import missing

    if names := missing(kind, values):
        message = _("{names}: not given; answer in a terminal, or add --set {first}=…")
        raise click.UsageError(message.format(names=", ".join(names), first=names[0].partition(" ")[0]))


def _text(file: Path | None) -> str:
    if file is None:
        return ""
    return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8", errors="replace")
