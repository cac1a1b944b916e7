"""``kiosque refresh``: all that a scheduled run does, the same on every forge and on a server."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from kiosque.cli.common import checked, plainly, say
from kiosque.i18n import _, translations
from kiosque.model import KiosqueError, OutputError, Problem
from kiosque.own_command import own_command

if TYPE_CHECKING:
    from kiosque.deploy.archive_push import Repository
    from kiosque.settings.pelicanconf import HubSettings

_TRIES = 3


@click.command(
    help=_("Harvest, keep the archive, build for the public, deploy: all that a scheduled run does.")
)
@click.option("--commit", is_flag=True, help=_("Commit the archive to git where it changed."))
@click.option(
    "--push", is_flag=True, help=_("Commit it and push it; where others have pushed, harvest again.")
)
@click.option(
    "--deploy",
    "targets",
    multiple=True,
    metavar="TARGET",
    envvar="KIOSQUE_TARGETS",
    help=_("Deploy there; may be repeated. Without it, the targets that KIOSQUE_TARGETS names."),
)
@click.option(
    "--spread",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help=_("Wait first, at most so long: hubs that all ran at once would weigh on the media’s servers."),
)
@click.option("--force", is_flag=True, help=_("All feeds, due or not."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@click.pass_obj
@plainly
def refresh(
    root: Path,
    commit: bool,
    push: bool,
    targets: Sequence[str],
    spread: float,
    force: bool,
    allow_private: bool,
) -> None:
    """Do all that a scheduled run does."""
    settings = checked(root)
    asked = [*(["--force"] if force else []), *(["--allow-private"] if allow_private else [])]
    with _alone(settings):
        time.sleep(random.uniform(0, spread))  # noqa: S311 - nobody gains by guessing it
        is_whole = _harvested(settings, asked, commit=commit or push, push=push)
        _step(root, "build", "--publish")
        for target in targets:
            _step(root, "deploy", target)
        if targets and settings.site.websub:
            _step(root, "ping")
    # What a person must mend is told by how this ends, once all the rest is done.
    sys.exit(0 if is_whole else 1)


@contextmanager
def _alone(settings: HubSettings) -> Iterator[None]:
    """Keep other runs away; raises OutputError where there is one."""
    from filelock import FileLock, Timeout

    settings.cache.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.cache / "refresh.lock", timeout=0):
            yield
    except Timeout:
        raise OutputError(_("another refresh of this hub is under way: wait until it is done")) from None


def _harvested(settings: HubSettings, asked: Sequence[str], *, commit: bool, push: bool) -> bool:
    """Harvest and keep what came; return whether nothing is left to mend.

    Where others have pushed meanwhile, what they have is taken and the feeds are asked again, as if the first time had
    not been: what visits taught is put back, or feeds would answer that they have nothing new.
    """
    if not commit:
        return _harvest(settings, asked)[1]
    repository = _repository(settings)
    for _try in range(_TRIES):
        with _visits_kept(settings) as forget:
            text, is_whole = _harvest(settings, asked)
            committed = repository.commit(text)
            # What a run before this one couldn't push goes along.
            if not push or repository.push():
                return is_whole
            if committed:
                repository.give_up()
                forget()
            repository.take_newest()
    raise KiosqueError(
        _("others kept pushing to this repository: nothing is lost, the next run harvests again")
    )


@contextmanager
def _visits_kept(settings: HubSettings) -> Iterator[Any]:
    """Give a function that puts back what visits had taught before; a failure puts it back too."""
    folder = settings.cache / "harvest"
    with tempfile.TemporaryDirectory(dir=settings.cache) as temporary:
        copy = Path(temporary) / "harvest"
        if folder.is_dir():
            shutil.copytree(folder, copy)

        def forget() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            if copy.is_dir():
                shutil.copytree(copy, folder)

        try:
            yield forget
        except BaseException:
            forget()
            raise


def _repository(settings: HubSettings) -> Repository:
    from kiosque.deploy.archive_push import Repository

    return Repository(settings.root, settings.site.name, settings.site.contact or "kiosque@localhost")


def _harvest(settings: HubSettings, asked: Sequence[str]) -> tuple[str, bool]:
    """Harvest; return what there is to say of it in a commit, and whether nothing is left to mend."""
    from kiosque.content import records
    from kiosque.deploy.archive_push import Harvested, message

    command = [*own_command(settings.root), "harvest", "--json", *asked]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own command
    try:
        report = msgspec.json.decode(done.stdout)
    except msgspec.DecodeError:
        # It has said why.
        sys.exit(done.returncode or 1)
    wrong = [
        *report["problems"],
        *(one for source in report["sources"] for one in source.get("problems", ())),
    ]
    say(msgspec.convert(wrong, list[Problem]))
    names = {source.slug: source.name for source in records.load_sources(settings.root, settings.zone)[0]}
    sources = report["sources"]
    added = {names.get(one["source"], one["source"]): one["added"] for one in sources if one.get("added")}
    found = Harvested(added, sum(one.get("changed", 0) for one in sources), report.get("removed", 0))
    text = message(found, translations(settings.site.language, settings.themes))
    click.echo(text)
    return text, done.returncode == 0


def _step(root: Path, *arguments: str) -> None:
    """Run another command of ours; where it fails, it has said why, and this ends."""
    done = subprocess.run([*own_command(root), *arguments], check=False)  # noqa: S603 - our own command
    if done.returncode:
        sys.exit(done.returncode)
