"""``kiosque init``: a new hub, from a few questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.common import is_terminal, plainly
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from kiosque.model import Commune
    from kiosque.setup.new_hub import Found, Geography


@click.command(help=_("Start a hub in a new folder, from a few questions."))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="", help=_("The hub's name."))
@click.option("--place", default="", help=_("The name of its territory."))
@click.option(
    "--communes",
    default="",
    metavar="LIST",
    help=_("Names or codes of communes, or of intercommunalities, parted by commas."),
)
@click.option("--contact", default="", metavar="EMAIL", help=_("Where people write to the hub."))
@click.option("--url", default="", metavar="URL", help=_("The address where it will be online, https://…"))
@click.option("--repository", default="", metavar="URL", help=_("The address of its repository on a forge."))
@click.option(
    "--forge",
    type=click.Choice(["", "github", "gitlab", "forgejo", "gitea"]),
    default="",
    help=_("The software of its forge, where the host's name doesn't tell."),
)
@click.option(
    "--host",
    type=click.Choice(["", "ftps", "sftp", "rsync", "git", "folder"]),
    default="",
    help=_("What its host takes files by."),
)
@click.option("--medium", default="", metavar="URL", help=_("The feed of a first medium."))
@click.option("--geography", default="", metavar="URL", help=_("Another address of the geography API."))
@click.option("--yes", is_flag=True, help=_("Don't ask: what isn't given stays empty."))
@plainly
def init(
    folder: Path,
    name: str,
    place: str,
    communes: str,
    contact: str,
    url: str,
    repository: str,
    forge: str,
    host: str,
    medium: str,
    geography: str,
    yes: bool,
) -> None:
    """Ask what isn't given, write the hub, say what comes next."""
    from zoneinfo import ZoneInfo

    from kiosque.settings.pelicanconf import now
    from kiosque.setup import new_hub

    if not (yes or is_terminal()):
        raise click.UsageError(_("nobody can be asked here: give the answers as options, and add --yes"))
    ask = _given if yes else _asked
    name = ask(_("The hub's name"), name, _("Our newsstand"))
    place = ask(_("Its territory, as people call it"), place, _("our valley"))
    found = _communes(new_hub.Geography(geography or new_hub.API), communes, is_asked=not yes)
    contact = ask(_("The e-mail address where people write to the hub"), contact)
    url = _online(url, is_asked=not yes)
    repository = ask(_("The address of its repository on a forge"), repository)
    answers = new_hub.Answers(
        name=name,
        place=place,
        communes=found,
        contact=contact,
        url=url,
        repository=repository,
        forge=forge or _forge(repository, is_asked=not yes),
        host=host if yes else _asked_host(host),
        medium=ask(_("The feed of a first medium"), medium),
    )
    written = new_hub.start(folder, answers, now("", "").astimezone(ZoneInfo("Europe/Paris")))
    _tell(folder, written)


def _given(_question: str, given: str, default: str = "") -> str:
    return given or default


def _asked(question: str, given: str, default: str = "") -> str:
    """Return what was given, else the answer to a question; Enter takes what is offered, or leaves it empty."""
    if given:
        return given
    answer: str = click.prompt(question, default=default, show_default=bool(default))
    return answer.strip()


def _forge(repository: str, *, is_asked: bool) -> str:
    """Return the software of a repository's forge, by its host's name, else as people know it."""
    from kiosque.settings.forge import KINDS, kind_of

    if not repository or (known := kind_of(repository)):
        return str(known) if repository else ""
    if not is_asked:
        raise click.UsageError(_("say with --forge what software the forge of the repository is"))
    chosen: str = click.prompt(_("The software of that forge"), type=click.Choice([*KINDS]))
    return chosen


def _asked_host(given: str) -> str:
    from kiosque.setup.new_hub import HOSTS

    if given:
        return given
    click.echo(_("What does its host take files by?"))
    kinds = list(HOSTS)
    for number, kind in enumerate(kinds, start=1):
        click.echo(f"  {number}  {_(HOSTS[kind][1])}")
    click.echo(f"  0  {_('not known yet')}")
    chosen: int = click.prompt(_("Its number"), type=click.IntRange(0, len(kinds)), default=0)
    return kinds[chosen - 1] if chosen else ""


def _online(given: str, *, is_asked: bool) -> str:
    """Return the address of the public site, asked until it is one; raises UsageError where nobody can be asked."""
    from kiosque.urls import safe_url

    ask = _asked if is_asked else _given
    while True:
        url = _https(ask(_("The address where it will be online, https://…"), given))
        if not url or safe_url(url).startswith("https://"):
            return url
        message = _("“{url}” isn't the address of a site: it begins with https://").format(url=url)
        if not is_asked:
            raise click.UsageError(message)
        click.echo(message, err=True)
        given = ""


def _https(url: str) -> str:
    """Return an address as settings have it: https, without a slash at its end."""
    whole = url if "://" in url or not url else f"https://{url}"
    return whole.replace("http://", "https://", 1).rstrip("/")


def _communes(geography: Geography, given: str, *, is_asked: bool) -> tuple[Commune, ...]:
    """Return the communes that were named, each looked up; asked one after the other until nobody names another."""
    found: dict[str, Commune] = {}
    for written in filter(None, map(str.strip, given.split(","))):
        found |= {one.code: one for one in _looked_up(geography, written, is_asked=is_asked)}
    if given or not is_asked:
        return tuple(found.values())
    click.echo(
        _("Its communes, one after the other, by name or code; or its intercommunality. Enter ends the list.")
    )
    while written := click.prompt(_("Commune"), default="", show_default=False).strip():
        several = _looked_up(geography, written, is_asked=True)
        found |= {one.code: one for one in several}
        if several:
            click.echo("  " + ", ".join(f"{one.name} ({one.code})" for one in several))
    return tuple(found.values())


def _looked_up(geography: Geography, written: str, *, is_asked: bool) -> tuple[Commune, ...]:
    from kiosque.setup.new_hub import UnreachableError, by_hand

    if commune := by_hand(written):
        return (commune,)
    try:
        choices = geography.find(written)
    except UnreachableError as error:
        message = _(
            "the geography API can't be reached ({reason}): write the code and the name, as 26113 Die"
        )
        return _not_found(message.format(reason=error), is_asked=is_asked)
    if not choices:
        message = _("“{name}” isn't found: write the code and the name, as 26113 Die")
        return _not_found(message.format(name=written), is_asked=is_asked)
    if len(choices) == 1 or not is_asked:
        return choices[0].communes
    return _chosen(choices)


def _not_found(message: str, *, is_asked: bool) -> tuple[Commune, ...]:
    """Say that a commune wasn't found, where someone can name it otherwise; raises UsageError elsewhere."""
    if not is_asked:
        raise click.UsageError(message)
    click.echo(message, err=True)
    return ()


def _chosen(choices: tuple[Found, ...]) -> tuple[Commune, ...]:
    for number, choice in enumerate(choices, start=1):
        click.echo(f"  {number}  {_named(choice)}")
    place: int = click.prompt(_("Its number"), type=click.IntRange(0, len(choices)), default=1)
    return choices[place - 1].communes if place else ()


def _named(choice: Found) -> str:
    if choice.group:
        number = len(choice.communes)
        several = ngettext("{number} commune", "{number} communes", number).format(number=number)
        return f"{choice.group} ({several})"
    commune = choice.communes[0]
    return f"{commune.name} ({commune.code})"


def _tell(folder: Path, written: tuple[str, ...]) -> None:
    number = len(written)
    message = ngettext("{number} file written in {folder}", "{number} files written in {folder}", number)
    click.echo(message.format(number=number, folder=folder))
    click.echo(_("What comes next:"))
    for line in (
        f"cd {folder}",
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        ".venv/bin/kiosque harvest && .venv/bin/kiosque serve",
    ):
        click.echo(f"  {line}")
    click.echo(_("README.md says the rest; kiosque doctor says what is still missing."))
