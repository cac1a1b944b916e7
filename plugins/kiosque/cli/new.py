"""``kiosque new``: a new content file, from the questions that its kind's schema asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosque.cli.common import as_json, at_moment, checked, plainly, print_json
from kiosque.content.kinds import KINDS
from kiosque.content.schema import BadValueError, Field, Kind
from kiosque.i18n import _

if TYPE_CHECKING:
    from kiosque.contribute.field_answers import Answers

Values = dict[str, object]


class _Kinds(click.Group):
    """A command for each kind of content file."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names of the kinds."""
        return sorted(KINDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Return the command of a kind; that of a source can look for feeds besides."""
        if name == "source":
            from kiosque.cli.new_source import source

            return source
        return _command(KINDS[name]) if name in KINDS else None


@click.group(cls=_Kinds, help=_("Write a new content file."))
def new() -> None:
    """Hold the kinds of file that can be made."""


def answers_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that answer a kind's questions without being asked."""
    for option in (
        click.option("--text", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True),
                     help=_("Take its text from this file; - is what is piped in.")),
        click.option("--set", "given", multiple=True, metavar="KEY=VALUE",
                     help=_("Answer a question beforehand, as title=Bal; may be repeated.")),
    ):  # fmt: skip
        command = option(command)
    return command


def _command(kind: Kind) -> click.Command:
    @click.command(kind.name, help=_(kind.help))
    @answers_options
    @click.option("--slug", default="", help=_("The file's name, and the end of its address."))
    @at_moment
    @as_json
    @click.pass_obj
    @plainly
    def command(
        root: Path, given: Sequence[str], text: Path | None, slug: str, now: str, as_json: bool
    ) -> None:
        make(root, kind, given, text, slug=slug, now=now, as_json=as_json)

    return command


def is_asked() -> bool:
    """Whether someone is there who can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def make(
    root: Path, kind: Kind, given: Sequence[str], text: Path | None, *, slug: str, now: str = "", as_json: bool = False
) -> None:  # fmt: skip
    """Write a file of a kind from what is given and what someone answers, and say what to do next."""
    from kiosque.content.schema import content_file
    from kiosque.contribute.field_answers import Answers, head_of
    from kiosque.contribute.new_file import write_new
    from kiosque.text import slug as slug_of

    answers = Answers.of(checked(root, now), _signer(root))
    values = dict(_given(kind, given, answers))
    if is_asked() and not as_json:
        _ask(kind, answers, values)
    else:
        _take_offered(kind, answers, values)
    _check_missing(kind, values)
    written = content_file(head_of(kind, values), _text(text))
    name = slug or slug_of(str(values[kind.title]), fallback=kind.name)
    path = write_new(root, name, written, kind.name)
    if as_json:
        print_json({"path": path})
        return
    click.echo(_("{path} is written.").format(path=path))
    if kind.needs_text and text is None:
        click.echo(_("Write its text below the second line of hyphens."))
    click.echo(_("Next: kiosque check {path}").format(path=path))


def _signer(root: Path) -> str:
    """Return the name by which git knows whoever writes; empty without git."""
    command = ["git", "-C", str(root), "config", "user.name"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - git, asked for a name
    except OSError:
        return ""


def _given(kind: Kind, given: Sequence[str], answers: Answers) -> Iterator[tuple[str, object]]:
    """Yield the answers of the command line, by the keys of their fields."""
    from kiosque.contribute.field_answers import field_of

    for one in given:
        key, equals, written = one.partition("=")
        if not equals:
            raise click.BadParameter(
                _("write it as KEY=VALUE: {given}").format(given=one), param_hint="--set"
            )
        field = field_of(kind, key)
        group = key.partition(".")[0]
        name = next((whole.name for whole in kind.fields if group in (whole.name, *whole.french)), group)
        try:
            yield (f"{name}.{field.name}" if "." in key else name), _value(field, written, answers)
        except BadValueError as error:
            raise click.BadParameter(f"{key}: {error}", param_hint="--set") from error


def _value(field: Field, written: str, answers: Answers) -> object:
    """Return an answer as the file has it; of a list of mappings each line, or word, gives the first of its fields."""
    if field.many and field.fields:
        return [answers.taken(field.fields[0], one) for one in written.split()]
    return answers.taken(field, written)


def _ask(kind: Kind, answers: Answers, values: Values) -> None:
    click.echo(f"{_(kind.label)}. {_(kind.help)}")
    click.echo(_("Enter alone takes what stands in brackets, or leaves the question."))
    for field in kind.fields:
        if not field.asked or field.name in values:
            continue
        if field.fields and not field.many:
            _ask_group(field, answers, values)
        elif (value := _answer(field, answers)) != "":
            values[field.name] = value


def _ask_group(group: Field, answers: Answers, values: Values) -> None:
    """Ask for what is inside a group, unless its first field is left empty."""
    click.echo(f"\n{click.style(_(group.label), bold=True)}")
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
    """Ask for a field until the answer fits it; returns an empty text where it is left."""
    is_needed = field.required if is_needed is None else is_needed

    def taken(written: str) -> object:
        if not written.strip():
            if is_needed:
                raise click.BadParameter(_("It is needed."))
            return ""
        try:
            return _value(field, written, answers)
        except BadValueError as error:
            raise click.BadParameter(str(error)) from error

    said = field.help and _(field.help)
    if field.shape.name == "commune":
        said = _("Where it takes place: its name, or its official code.")
    click.echo(f"\n{said}" if said else "")
    if known := answers.known(field):
        click.echo(_("Known: {known}").format(known=", ".join(known)))
    offered = answers.offered(field)
    answer: object = click.prompt(
        click.style(_(field.label), bold=True),
        default=offered,
        show_default=bool(offered),
        value_proc=taken,
        prompt_suffix=" > ",
    )
    return answer


def _take_offered(kind: Kind, answers: Answers, values: Values) -> None:
    """Where nobody is asked, what must be there and can be offered is taken as it is."""
    for field in kind.fields:
        if field.required and field.name not in values and (offered := answers.offered(field)):
            values[field.name] = answers.taken(field, offered)


def _check_missing(kind: Kind, values: Values) -> None:
    from kiosque.contribute.field_answers import missing

    if names := missing(kind, values):
        message = _("{names}: not given; answer in a terminal, or add --set {first}=…")
        raise click.UsageError(message.format(names=", ".join(names), first=names[0].partition(" ")[0]))


def _text(file: Path | None) -> str:
    if file is None:
        return ""
    return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8", errors="replace")
