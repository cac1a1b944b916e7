"""``kiosque setup``: what a hub gets later than at its start."""

from __future__ import annotations

from pathlib import Path

import click

from kiosque.cli.console.click_words import Group
from kiosque.cli.console.common import before_writing, common_behaviour, is_terminal, prompt, verbose_option
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext
from kiosque.model import KiosqueError

# Where a repository's page has the variables and secrets of its jobs, for each forge.
_MENUS = {
    "github": "Settings → Secrets and variables → Actions",
    "gitlab": "Settings → CI/CD → Variables",
    "forgejo": "Settings → Actions",
    "gitea": "Settings → Actions",
}


@click.group(cls=Group, help=_("Add to a hub what it lacks: a forge, positions of communes."))
@verbose_option
def setup() -> None:
    """Group what can be added to a hub."""


@setup.command(help=_("Connect the hub with its repository on a forge: address, workflows, first push."))
@click.argument("url", default="")
@click.option(
    "--forge",
    "kind",
    type=click.Choice(["", "github", "gitlab", "forgejo", "gitea"]),
    default="",
    help=_("The software of its forge, where the host's name doesn't tell."),
)
@click.pass_obj
@common_behaviour
def forge(root: Path, url: str, kind: str) -> None:
    """Write address and workflows, and print the commands that follow."""
    from kiosque.settings import pelicanconf
    from kiosque.settings.forge import repository_address
    from kiosque.setup import connect_forge

    settings = pelicanconf.load(root)
    known = settings.site.forge.repository if settings.site.forge else ""
    written = url or connect_forge.remote_of(root) or known or _asked_address()
    repository = repository_address(written)
    if not repository:
        message = _("“{url}” isn't the address of a repository: write it as https://codeberg.org/us/our-hub")
        raise click.BadParameter(message.format(url=written), param_hint=_("ADDRESS"))
    chosen = kind or forge_of(repository, can_ask=is_terminal())
    connected = connect_forge.connect_forge(root, repository, chosen)
    for path in connected.written:
        echo(_("{path} is written.").format(path=path))
    for path in connected.kept:
        echo(_("{path} has changes of your own, and stays as it is.").format(path=path), err=True)
    print_first_push(root, repository, chosen)


def forge_of(repository: str, *, can_ask: bool) -> str:
    """Return the software of a repository's forge, by the name of its host or by asking.

    Empty without a repository.
    """
    from kiosque.settings.forge import FORGE_KINDS, forge_kind

    if not repository or (known := forge_kind(repository)):
        return str(known) if repository else ""
    if not can_ask:
        raise click.UsageError(_("say with --forge what software the forge of the repository is"))
    chosen: str = prompt(_("The software of that forge"), type=click.Choice([*FORGE_KINDS]))
    return chosen


def _asked_address() -> str:
    if not is_terminal():
        raise click.UsageError(_("name the address of the repository, as https://codeberg.org/us/our-hub"))
    answer: str = prompt(_("The address of its repository on a forge"))
    return answer


def print_first_push(root: Path, repository: str, kind: str) -> None:
    """Print the commands and settings with which a hub's forge begins to run it."""
    from kiosque.setup.connect_forge import first_push

    echo("\n" + _("Next, in the hub's folder (make an empty repository at that address first):"))
    for line in first_push(root, repository):
        echo(f"  {line}")
    echo("\n" + _("Then, on the page of the repository, in {menu}:").format(menu=_MENUS[kind]))
    for setting in _settings_of_forge(kind):
        echo(f"  {setting}")


def _settings_of_forge(kind: str) -> tuple[str, ...]:
    settings: tuple[str, ...] = (
        _("the variable KIOSQUE_TARGETS: the name of the target in publishconf.py, such as site"),
        _("the secret KIOSQUE_DEPLOY_PASSWORD, or KIOSQUE_DEPLOY_KEY: what opens the host"),
    )
    if kind == "gitlab":
        settings += (
            _("the protected variable KIOSQUE_GIT_TOKEN: a project token that may write the repository"),
            _("in {menu}, a schedule such as 17 * * * *").format(menu="Build → Pipeline schedules"),
        )
    return settings


@setup.command(help=_("Fill in the positions of communes that content/territory.yml lacks."))
@click.option("--geography", default="", metavar="URL", help=_("Another address of the geography API."))
@click.pass_obj
@common_behaviour
def territory(root: Path, geography: str) -> None:
    """Ask the geography API for positions and write them into the territory."""
    from kiosque.setup.commune_positions import fill_in
    from kiosque.setup.new_hub import API, Geography, UnreachableError
    from kiosque.territory.doubts import PATH

    try:
        with before_writing():
            filled_in = fill_in(root, Geography(geography or API))
    except UnreachableError as error:
        message = _("the geography service of the State can't be reached ({reason}): try again later")
        raise KiosqueError(message.format(reason=error)) from None
    for commune in filled_in.missing:
        message = _("{name} ({code}): no position is known; kiosque check says whether its code is right")
        echo(message.format(name=commune.name, code=commune.code), err=True)
    number = len(filled_in.written)
    message = ngettext(
        "{number} position written into {path}.", "{number} positions written into {path}.", number
    )
    echo(message.format(number=number, path=PATH))
