"""``kiosque refresh``: the work of a scheduled run, the same on every forge and on a server."""

from __future__ import annotations

import logging
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from kiosque.cli.console.click_words import Number
from kiosque.cli.console.common import common_behaviour, load_settings, print_problems
from kiosque.cli.console.printing import echo
from kiosque.files import temporary_folder
from kiosque.i18n import _, translations
from kiosque.model import KiosqueError, OutputError, Problem
from kiosque.own_command import own_command
from kiosque.timed_stage import timed_stage

if TYPE_CHECKING:
    from kiosque.deploy.archive_push import Repository
    from kiosque.settings.pelicanconf import HubSettings

logger = logging.getLogger(__name__)

_ATTEMPTS = 3


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
    type=Number(0),
    default=0,
    metavar="SECONDS",
    help=_("Wait first, at most so long: hubs that all ran at once would weigh on the media’s servers."),
)
@click.option("--force", is_flag=True, help=_("All feeds, due or not."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@click.pass_obj
@common_behaviour
def refresh(
    root: Path,
    commit: bool,
    push: bool,
    targets: Sequence[str],
    spread: float,
    force: bool,
    allow_private: bool,
) -> None:
    """Harvest, commit and push the archive, build for the public, deploy, and tell WebSub hubs."""
    settings = load_settings(root)
    harvest_options = [*(["--force"] if force else []), *(["--allow-private"] if allow_private else [])]
    with _only_run(settings):
        pause = random.uniform(0, spread)  # noqa: S311 - nobody gains by guessing it
        logger.debug("waits %.1f s before the harvest", pause)
        time.sleep(pause)
        is_whole = _harvest_and_commit(settings, harvest_options, commit=commit or push, push=push)
        _step(root, "build", "--publish")
        for target in targets:
            _step(root, "deploy", target)
        if targets and settings.site.websub:
            _step(root, "ping")
    # A file that a person must mend sets the exit code. All other steps are done first.
    sys.exit(0 if is_whole else 1)


@contextmanager
def _only_run(settings: HubSettings) -> Iterator[None]:
    """Prevent other runs meanwhile; raises OutputError where one is under way."""
    from filelock import FileLock, Timeout

    settings.cache.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.cache / "refresh.lock", timeout=0):
            yield
    except Timeout:
        raise OutputError(_("another refresh of this hub is under way: wait until it is done")) from None


def _harvest_and_commit(settings: HubSettings, options: Sequence[str], *, commit: bool, push: bool) -> bool:
    """Harvest, commit and push; return whether people have nothing to mend.

    Where others have pushed meanwhile, the commit is undone, their state is taken and the feeds are harvested
    again. The memory of the visits is put back first. Otherwise servers would answer that their feeds haven't
    changed since the first attempt.
    """
    if not commit:
        return _harvest(settings, options)[1]
    repository = _repository(settings)
    repository.require(push=push)
    for attempt in range(_ATTEMPTS):
        logger.debug("attempt %d of %d", attempt + 1, _ATTEMPTS)
        with _restorable_visits(settings) as restore_visits:
            text, is_whole = _harvest(settings, options)
            committed = repository.commit(text)
            # This also pushes commits that an earlier run couldn't push.
            if not push or repository.push():
                return is_whole
            if committed:
                repository.give_up()
                restore_visits()
            repository.take_newest()
    raise KiosqueError(
        _("others kept pushing to this repository: nothing is lost, the next run harvests again")
    )


@contextmanager
def _restorable_visits(settings: HubSettings) -> Iterator[Callable[[], None]]:
    """Give a function that restores the memory of the visits as it is now; an exception restores it too."""
    folder = settings.cache / "harvest"
    with temporary_folder(settings.cache) as temporary:
        copy = temporary / "harvest"
        if folder.is_dir():
            shutil.copytree(folder, copy)

        def restore() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            if copy.is_dir():
                shutil.copytree(copy, folder)

        try:
            yield restore
        except BaseException:
            restore()
            raise


def _repository(settings: HubSettings) -> Repository:
    from kiosque.deploy.archive_push import Repository

    return Repository(settings.root, settings.site.name, settings.site.contact or "kiosque@localhost")


def _harvest(settings: HubSettings, options: Sequence[str]) -> tuple[str, bool]:
    """Harvest; return the message of a commit, and whether people have nothing to mend."""
    from kiosque.content.load import load_sources
    from kiosque.deploy.archive_push import HarvestSummary, commit_message

    command = [*own_command(settings.root), "harvest", "--json", *options]
    with timed_stage(logger, "harvest"):
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own command
    try:
        report = msgspec.json.decode(done.stdout)
    except msgspec.DecodeError:
        # The command has printed its own error message.
        sys.exit(done.returncode or 1)
    problems = [
        *report["problems"],
        *(problem for source in report["sources"] for problem in source.get("problems", ())),
    ]
    print_problems(msgspec.convert(problems, list[Problem]))
    names = {source.slug: source.name for source in load_sources(settings.root, settings.zone)[0]}
    sources = report["sources"]
    added = {
        names.get(source["source"], source["source"]): source["added"]
        for source in sources
        if source.get("added")
    }
    changed = sum(source.get("changed", 0) for source in sources)
    summary = HarvestSummary(added, changed, report.get("removed", 0))
    text = commit_message(summary, translations(settings.site.language, settings.themes))
    echo(text)
    return text, done.returncode == 0


def _step(root: Path, *arguments: str) -> None:
    """Run another command of Kiosque.

    Where it fails, it has printed why, and this run ends with the same exit code.
    """
    with timed_stage(logger, "%s", " ".join(arguments)):
        done = subprocess.run([*own_command(root), *arguments], check=False)  # noqa: S603 - our own command
    if done.returncode:
        sys.exit(done.returncode)
