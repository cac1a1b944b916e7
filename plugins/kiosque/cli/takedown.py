"""``kiosque takedown``: remove an entry or a source for good, and say what that doesn't reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosque.cli.common import as_json, at_moment, checked, is_terminal, plainly, print_json, say
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from kiosque.settings.pelicanconf import HubSettings
    from kiosque.takedowns import RemovedEntry, Takedown, Takedowns


@click.command(help=_("Remove an entry, or a whole medium, for good. URL is the entry's page on the hub, its original "
                      "address, or source:SLUG."))  # fmt: skip
@click.argument("url")
@click.option("--reason", default="", metavar="TEXT", help=_("Why: everyone can read it."))
@click.option("--by", default="", metavar="NAME", help=_("Who asked or decided; it isn't shown on the site."))
@click.option("--date", "day", default="", help=_("When it was decided; by default today."))
@click.option("--dry-run", is_flag=True, help=_("Say what would change, and write nothing."))
@at_moment
@as_json
@click.pass_obj
@plainly
def takedown(
    root: Path, url: str, reason: str, by: str, day: str, dry_run: bool, now: str, as_json: bool
) -> None:
    """Note a takedown, remove what it names from the archive, and say what is left to do."""
    from kiosque import takedowns

    settings = checked(root, now)
    decided = _day(day, settings)
    with _no_harvest(settings):
        down, problems = takedowns.load(root, settings.zone, settings.site.url)
        say(problems)
        known = _known(url, down)
        item = known or _new(settings, url, down, (decided, reason, by))
        if not known and not dry_run:
            item = takedowns.add_takedown(root, item, settings.zone)
        everything = takedowns.Takedowns([*down.items, item], down.removals, settings.site.url)
        removed = takedowns.purge(root, everything, dry_run)
    if as_json:
        print_json({"takedown": item, "removed": removed, "dry_run": dry_run})
    else:
        _tell(item, removed, is_known=known is not None, dry_run=dry_run)
        if not dry_run:
            _tell_next(settings, item, removed)


@contextmanager
def _no_harvest(settings: HubSettings) -> Iterator[None]:
    """Keep harvests away: a round under way would write back what it has read."""
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


def _day(written: str, settings: HubSettings) -> date:
    from kiosque.content.schema import BadValueError, values

    if not written:
        return settings.now.astimezone(settings.zone).date()
    try:
        return values.day(written, settings.zone)
    except BadValueError as error:
        raise click.BadParameter(str(error), param_hint="--date") from None


def _known(url: str, down: Takedowns) -> Takedown | None:
    """Return the takedown that covers an address already."""
    if url.startswith("source:"):
        return down.covers_source(url.removeprefix("source:").strip())
    return down.covers("", "", [down.page(url) or url])


def _new(settings: HubSettings, url: str, down: Takedowns, told: tuple[date, str, str]) -> Takedown:
    """Return the takedown of what an address names; raises ArchiveError where that is nothing."""
    from kiosque import takedowns
    from kiosque.archive import entries as archive
    from kiosque.content import records
    from kiosque.text import line_text

    entries, problems = archive.read_archive(settings.root / archive.ARCHIVE)
    say(problems)
    sources, _problems = records.load_sources(settings.root, settings.zone)
    subject = takedowns.find(url, entries, [source.slug for source in sources], down)
    day, reason, by = told
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
    reason: str = click.prompt(_("Why is it taken down? Everyone can read it"), value_proc=line_text)
    return reason


def _tell(item: Takedown, removed: Sequence[RemovedEntry], *, is_known: bool, dry_run: bool) -> None:
    from kiosque.takedowns import PATH

    what = f"{item.source}/{item.identity}" if item.identity else item.address or item.source
    if is_known:
        message = _("{what} is taken down already, by {path}:{line}.")
    elif dry_run:
        message = _("{what} would be taken down by a new item of {path}.")
    else:
        message = _("{what} is taken down by {path}:{line}.")
    click.echo(message.format(what=what, path=PATH, line=item.line))
    for one in removed:
        click.echo(f"  {one.address}")
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
    click.echo(message.format(number=count))


def _tell_next(settings: HubSettings, item: Takedown, removed: Sequence[RemovedEntry]) -> None:
    from kiosque.archive.entries import ARCHIVE

    is_there = item.is_source and (settings.root / "content" / "sources" / f"{item.source}.md").is_file()
    if is_there:
        message = _(
            "content/sources/{slug}.md stays, and neither harvest nor site follow it: delete it if the medium won't be back."
        )
        click.echo("\n" + message.format(slug=item.source))
    click.echo("\n" + _("Next: commit content/ and archive/, then build and publish:"))
    click.echo("  git add content archive && git commit && git push\n  kiosque build --publish")
    paths = {f"{ARCHIVE}/{one.source}/{one.year}.jsonl" for one in removed}
    if item.is_source:
        paths = {f"{ARCHIVE}/{item.source}/"} | {
            path for path in paths if not path.startswith(f"{ARCHIVE}/{item.source}/")
        }
    _tell_of_the_past(sorted(paths) or [f"{ARCHIVE}/{item.source or 'SOURCE'}/"])


def _tell_of_the_past(paths: Iterable[str]) -> None:
    """Say how the past of a public repository is cleaned: filter-repo drops the files from all of it."""
    click.echo("\n" + _("The past of a git repository still holds what was removed. If others can read that repository, "
                        "clean its past as well. Tell everyone who has a copy, push this takedown first, then, with "
                        "git-filter-repo installed, in a fresh clone:"))  # fmt: skip
    options = " ".join(f"--path {path}" for path in paths)
    click.echo(f"  cp -r archive ../archive-kept\n  git filter-repo --invert-paths {options}")
    click.echo('  cp -r ../archive-kept/. archive/\n  git add archive && git commit -m "Put back what stays"')
    click.echo("  git remote add origin ADDRESS\n  git push --force --all && git push --force --tags")
    click.echo(_("Then everyone clones again: a push from an old copy brings it all back. Forks, pull requests, the caches "
                 "of the forge and a branch that holds the built site keep copies too: ask the forge to drop them, or to "
                 "do all of this for you."))  # fmt: skip
