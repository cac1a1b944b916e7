"""``kiosque takedown``: remove an entry or a source for good, and name the copies that this doesn't reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.console.common import (
    commit_line,
    common_behaviour,
    confirmed,
    is_terminal,
    json_option,
    load_settings,
    now_option,
    print_json,
    print_problems,
    prompt,
)
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from kiosque.settings.pelicanconf import HubSettings
    from kiosque.takedowns import RemovedEntry, Takedown, Takedowns

# A person reads so many lines before an answer.
_MOST_SHOWN = 10


@click.command(help=_("Remove an entry, or a whole medium, for good. ADDRESS is that of the entry's page "
                      "on the hub, its original one, or source:SLUG."))  # fmt: skip
@click.argument("url")
@click.option("--reason", default="", metavar="TEXT", help=_("Why: everyone can read it."))
@click.option("--by", default="", metavar="NAME", help=_("Who asked or decided; it isn't shown on the site."))
@click.option("--date", "day", default="", metavar="DAY", help=_("When it was decided; by default today."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@click.option("--yes", is_flag=True, help=_("Take a whole medium down without a question."))
@now_option
@json_option
@click.pass_obj
@common_behaviour
def takedown(
    root: Path, url: str, reason: str, by: str, day: str, dry_run: bool, yes: bool, now: str, as_json: bool
) -> None:
    """Write a takedown, remove its entries from the archive, and print the next steps."""
    from kiosque import takedowns
    from kiosque.works import named_by_editors

    settings = load_settings(root, now)
    decided_on = _day(day, settings)
    with _no_harvest(settings):
        taken_down, problems = takedowns.load(root, settings.zone, settings.site.url)
        print_problems(problems)
        known = _known(url, taken_down)
        item = known or _new(settings, url, taken_down, (decided_on, reason, by))
        named = tuple(named_by_editors(root, settings.zone))

        def purge(item: Takedown, *, dry_run: bool) -> Sequence[RemovedEntry]:
            whole = takedowns.Takedowns([*taken_down.items, item], taken_down.removals, settings.site.url)
            return takedowns.purge(root, whole, dry_run, named)

        if item.is_source and not (known or dry_run or yes):
            _ask_before_source(item, purge(item, dry_run=True), can_ask=is_terminal() and not as_json)
        if not known and not dry_run:
            item = takedowns.add_takedown(root, item, settings.zone)
        removed = purge(item, dry_run=dry_run)
        leftovers = 0 if dry_run else _remove_leftovers(settings)
    if as_json:
        print_json({"takedown": item, "removed": removed, "dry_run": dry_run, "leftovers": leftovers})
    else:
        _print_takedown(item, removed, is_known=known is not None, dry_run=dry_run)
        if not dry_run:
            _print_next_steps(settings, item, removed, leftovers)


def _ask_before_source(item: Takedown, removed: Sequence[RemovedEntry], *, can_ask: bool) -> None:
    """Show what a takedown of a whole source would remove, and ask.

    Raises click.Abort where the answer is no, UsageError where nobody can answer.
    """
    number = len(removed)
    message = ngettext(
        "{source}: {number} entry would go from archive and site for good:",
        "{source}: {number} entries would go from archive and site for good:",
        number,
    )
    if not can_ask:
        raise click.UsageError(_("this takes a whole medium down: look at it with --dry-run, then add --yes"))
    echo(message.format(source=item.source, number=number))
    for entry in removed[:_MOST_SHOWN]:
        echo(f"  {entry.address}")
    if number > _MOST_SHOWN:
        echo("  …")
    if not confirmed(_("Take all of this down?")):
        raise click.Abort


def _remove_leftovers(settings: HubSettings) -> int:
    """Remove the files of removed entries from the cache; return how many."""
    from kiosque import takedowns
    from kiosque.content.load import load_sources
    from kiosque.harvest.remote.leftovers import remove_leftovers

    taken_down, _problems = takedowns.load(settings.root, settings.zone, settings.site.url)
    sources, _source_problems = load_sources(settings.root, settings.zone)
    gone = [source.slug for source in sources if taken_down.covers_source(source.slug)]
    return remove_leftovers(settings.root, [one for one in sources if one.slug not in gone], gone)


@contextmanager
def _no_harvest(settings: HubSettings) -> Iterator[None]:
    """Prevent harvests meanwhile: a round under way would write back the entries that it has read."""
    from filelock import FileLock, Timeout

    from kiosque.files import cannot_write
    from kiosque.model import OutputError

    try:
        settings.cache.mkdir(parents=True, exist_ok=True)
        lock = FileLock(settings.cache / "harvest.lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise OutputError(_("another harvest of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(settings.cache, error)) from error
    try:
        yield
    finally:
        lock.release()


def _day(text: str, settings: HubSettings) -> date:
    from kiosque.content.schema import BadValueError, values

    if not text:
        return settings.now.astimezone(settings.zone).date()
    try:
        return values.day(text, settings.zone)
    except BadValueError as error:
        raise click.BadParameter(str(error), param_hint="--date") from None


def _known(url: str, taken_down: Takedowns) -> Takedown | None:
    """Return the takedown that already covers an address; ``None`` where there is none."""
    if url.startswith("source:"):
        return taken_down.covers_source(url.removeprefix("source:").strip())
    return taken_down.covers("", "", [taken_down.page(url) or url])


def _new(settings: HubSettings, url: str, taken_down: Takedowns, decision: tuple[date, str, str]) -> Takedown:
    """Return the takedown of the entry or source of an address; raises ArchiveError where there is none.

    ``decision`` has the day, the reason and the person's name.
    """
    from kiosque import takedowns
    from kiosque.archive import entries as archive
    from kiosque.content.load import load_sources
    from kiosque.text import line_text

    entries, problems = archive.read_archive(settings.root / archive.ARCHIVE)
    print_problems(problems)
    sources, _problems = load_sources(settings.root, settings.zone)
    subject = takedowns.find(url, entries, [source.slug for source in sources], taken_down)
    day, reason, by = decision
    return takedowns.Takedown(
        day=day,
        reason=line_text(reason) or _asked_reason(),
        by=line_text(by),
        source=subject.source,
        identity=subject.identity,
        address=subject.address,
    )


def _asked_reason() -> str:
    from kiosque.text import line_text

    if not is_terminal():
        raise click.UsageError(_("say why with --reason: the site lists each takedown with its reason"))
    reason: str = prompt(_("Why is it taken down? Everyone can read it"), value_proc=line_text)
    return reason


def _print_takedown(
    item: Takedown, removed: Sequence[RemovedEntry], *, is_known: bool, dry_run: bool
) -> None:
    from kiosque.takedowns import PATH

    what = f"{item.source}/{item.identity}" if item.identity else item.address or item.source
    if is_known:
        message = _("{what} is taken down already, by {path}:{line}.")
    elif dry_run:
        message = _("{what} would be taken down by a new item of {path}.")
    else:
        message = _("{what} is taken down by {path}:{line}.")
    echo(message.format(what=what, path=PATH, line=item.line))
    for entry in removed:
        echo(f"  {entry.address}")
    count = len(removed)
    if dry_run:
        message = ngettext(
            "{number} entry would go from the archive; nothing was written.",
            "{number} entries would go from the archive; nothing was written.",
            count,
        )
    else:
        message = ngettext(
            "{number} entry was removed from the archive.",
            "{number} entries were removed from the archive.",
            count,
        )
    echo(message.format(number=count))


def _print_next_steps(
    settings: HubSettings, item: Takedown, removed: Sequence[RemovedEntry], leftovers: int
) -> None:
    """Print the steps that are left to a person. The last one is that without which the text stays online."""
    if leftovers:
        message = ngettext(
            "{number} file of the cache went with it: pictures, chapters, transcripts.",
            "{number} files of the cache went with it: pictures, chapters, transcripts.",
            leftovers,
        )
        echo(message.format(number=leftovers))
    has_file = item.is_source and (settings.root / "content" / "sources" / f"{item.source}.md").is_file()
    if has_file:
        message = _(
            "content/sources/{slug}.md stays, and neither harvest nor site follow it: "
            "delete it if the medium won't be back."
        )
        echo("\n" + message.format(slug=item.source))
    commit = commit_line(settings.root, "content archive", _("Takedown"))
    if commit:
        _print_history_steps(_history_paths(item, removed))
    echo("\n" + _("Next; without these commands the text stays online:"))
    deploy_lines = [f"kiosque deploy {name}" for name in _targets(settings)]
    for line in filter(None, (commit, "kiosque build --publish", *deploy_lines)):
        echo(f"  {line}")


def _targets(settings: HubSettings) -> Sequence[str]:
    """Return the names of the targets; ``site`` where the settings name none or can't be read."""
    from kiosque.model import KiosqueError
    from kiosque.settings import pelicanconf

    try:
        return list(pelicanconf.load(settings.root, publish=True).targets) or ["site"]
    except KiosqueError:
        return ["site"]


def _history_paths(item: Takedown, removed: Sequence[RemovedEntry]) -> list[str]:
    from kiosque.archive.entries import ARCHIVE

    paths = {entry.file for entry in removed}
    if item.is_source:
        paths = {f"{ARCHIVE}/{item.source}/"} | {
            path for path in paths if not path.startswith(f"{ARCHIVE}/{item.source}/")
        }
    return sorted(paths) or [f"{ARCHIVE}/{item.source or 'SOURCE'}/"]


def _print_history_steps(paths: Iterable[str]) -> None:
    """Print the steps that clean the history of a repository.

    git-filter-repo removes the files from all commits.
    """
    message = _(
        "The past of a git repository still holds what was removed. If others can read that "
        "repository, clean its past as well. Tell everyone who has a copy, push this "
        "takedown first, then, with git-filter-repo installed, in a fresh clone:"
    )
    echo(f"\n{message}")
    options = " ".join(f"--path {path}" for path in paths)
    echo(f"  cp -r archive ../archive-kept\n  git filter-repo --invert-paths {options}")
    echo('  cp -r ../archive-kept/. archive/\n  git add archive && git commit -m "Put back what stays"')
    echo("  git remote add origin ADDRESS\n  git push --force --all && git push --force --tags")
    echo(_("Then everyone clones again: a push from an old copy brings it all back. Forks, pull "
                 "requests, the caches of the forge and a branch that holds the built site keep copies too: "
                 "ask the forge to drop them, or to do all of this for you."))  # fmt: skip
