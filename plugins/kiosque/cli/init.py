"""``kiosque init``: a new hub from the answers to a few questions."""

from __future__ import annotations

from pathlib import Path

import click

from kiosque.cli import init_places
from kiosque.cli.console.click_words import Number
from kiosque.cli.console.common import common_behaviour, is_terminal, prompt
from kiosque.cli.console.printing import echo
from kiosque.cli.setup import forge_of, print_first_push
from kiosque.i18n import _, ngettext


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
    type=click.Choice(["", "ftps", "sftp", "rsync", "webdav", "s3", "git", "folder"]),
    default="",
    help=_("What its host takes files by."),
)
@click.option("--medium", default="", metavar="URL", help=_("The feed of a first medium."))
@click.option("--geography", default="", metavar="URL", help=_("Another address of the geography API."))
@click.option("--yes", is_flag=True, help=_("Don't ask: what isn't given stays empty."))
@common_behaviour
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
    """Ask for answers that no option gives, write the hub, print the next steps."""
    from zoneinfo import ZoneInfo

    from kiosque.settings.pelicanconf import present_moment
    from kiosque.setup import new_hub
    from kiosque.setup.distribution.hub_package import package_that_runs, write_package

    if not (yes or is_terminal()):
        raise click.UsageError(_("nobody can be asked here: give the answers as options, and add --yes"))
    ask = _default_answer if yes else _ask
    name = ask(_("The hub's name"), name, _("Our newsstand"))
    place = ask(_("Its territory, as people call it"), place, _("our valley"))
    chosen_communes = init_places.asked_communes(geography, communes, can_ask=not yes)
    contact = ask(_("The e-mail address where people write to the hub"), contact)
    url = _site_url(url, can_ask=not yes)
    repository = _repository(repository, can_ask=not yes)
    answers = new_hub.HubAnswers(
        name=name,
        place=place,
        communes=chosen_communes,
        contact=contact,
        url=url,
        repository=repository,
        forge=forge or forge_of(repository, can_ask=not yes),
        host=host if yes else _ask_host(host),
        medium=ask(_("The feed of a first medium"), medium),
    )
    package = package_that_runs()
    paths = new_hub.write_hub(folder, answers, present_moment("", "").astimezone(ZoneInfo("Europe/Paris")))
    paths += write_package(folder, package)
    _print_next_steps(folder, paths)
    if repository:
        print_first_push(folder, repository, answers.forge)


def _repository(option: str, *, can_ask: bool) -> str:
    """Return the web address of the hub's repository, or empty text; ask until it is an address.

    Raises UsageError for a wrong address where nobody can be asked.
    """
    from kiosque.settings.forge import repository_address

    ask = _ask if can_ask else _default_answer
    while written := ask(_("The address of its repository on a forge (Enter if there is none yet)"), option):
        if repository := repository_address(written):
            return repository
        message = _("“{url}” isn't the address of a repository: write it as https://codeberg.org/us/our-hub")
        if not can_ask:
            raise click.UsageError(message.format(url=written))
        echo(message.format(url=written), err=True)
        option = ""
    return ""


def _default_answer(_question: str, option: str, default: str = "") -> str:
    """Return the value of an option, or its default."""
    return option or default


def _ask(question: str, option: str, default: str = "") -> str:
    """Return the value of an option, or ask for it. Enter takes the default."""
    if option:
        return option
    answer: str = prompt(question, default=default, show_default=bool(default))
    return answer.strip()


def _ask_host(option: str) -> str:
    from kiosque.setup.new_hub import HOSTS

    if option:
        return option
    echo(_("What does its host take files by?"))
    kinds = list(HOSTS)
    for number, kind in enumerate(kinds, start=1):
        echo(f"  {number}  {_(HOSTS[kind][1])}")
    unknown = _("not known yet")
    echo(f"  0  {unknown}")
    chosen: int = prompt(_("Its number"), type=Number(0, len(kinds)), default=0)
    return kinds[chosen - 1] if chosen else ""


def _site_url(option: str, *, can_ask: bool) -> str:
    """Return the address of the public site, or empty text; ask until it is an address.

    Raises UsageError for a wrong address where nobody can be asked.
    """
    from kiosque.urls import safe_url

    ask = _ask if can_ask else _default_answer
    while True:
        url = _https(ask(_("The address where it will be online, https://…"), option))
        if not url or safe_url(url).startswith("https://"):
            return url
        message = _("“{url}” isn't the address of a site: it begins with https://").format(url=url)
        if not can_ask:
            raise click.UsageError(message)
        echo(message, err=True)
        option = ""


def _https(url: str) -> str:
    """Return an address with https and without a slash at its end, as SITEURL has it."""
    whole = url if "://" in url or not url else f"https://{url}"
    return whole.replace("http://", "https://", 1).rstrip("/")


def _print_next_steps(folder: Path, paths: tuple[str, ...]) -> None:
    number = len(paths)
    message = ngettext("{number} file written in {folder}", "{number} files written in {folder}", number)
    echo(message.format(number=number, folder=folder))
    echo(_("What comes next:"))
    for line in (
        f"cd {folder}",
        "python3 -m venv .venv && . .venv/bin/activate",
        "pip install --require-hashes -r requirements.txt",
        "kiosque harvest && kiosque serve",
    ):
        echo(f"  {line}")
    echo(_("README.md says the rest; kiosque doctor says what is still missing."))
