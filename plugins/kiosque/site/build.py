"""Builds a hub with Pelican: from settings to the output folder."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from pelican import Pelican

from kiosque import build_stamp
from kiosque.build_stamp import BuildStatus
from kiosque.files import cannot_write
from kiosque.i18n import _
from kiosque.model import OutputError, Problem, SettingsError
from kiosque.settings.pelicanconf import HubSettings, check
from kiosque.site.feeds.documents import feeds_last
from kiosque.site.gather.gather import gather
from kiosque.site.hub.hub import Hub
from kiosque.site.output import compressed, publisher
from kiosque.site.output.inventory import Inventory
from kiosque.site.output.publisher import Published
from kiosque.site.output.sitemap import sitemap
from kiosque.site.output.unchanged import compared_ahead
from kiosque.site.output.wanted import Output, Wanted
from kiosque.site.pages.part_table import LARGEST, LAST, PARTS
from kiosque.site.pelican_host import load_settings
from kiosque.site.render.offline_week import publish_week
from kiosque.site.render.theme import Theme
from kiosque.site.search import SearchReport, index

REPORT = "KIOSQUE_REPORT"
logger = logging.getLogger(__name__)


class BuildReport(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a build.

    ``written`` and ``removed`` are paths in the folder ``output``, ``kept`` the number of unchanged files.
    ``seconds`` is the time for gathering and writing, without the start of Pelican. ``search`` reports on the
    search index, unless the build kept the old one.
    """

    output: str
    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int
    problems: tuple[Problem, ...]
    had_manifest: bool
    seconds: float
    search: SearchReport | None = None


def build(
    root: Path,
    *,
    output: Path | None = None,
    publish: bool = False,
    now: str = "",
    search: bool = True,
    left_out: Collection[str] = (),
) -> BuildReport:
    """Build a hub with Pelican, and return the results. Raises KiosqueError if the hub can't be built.

    ``output`` and ``now`` replace the settings of that name. ``publish`` makes a build for the public, and
    ``search=False`` keeps the old search index. ``left_out`` are the paths of texts that get no page.
    """
    settings = load_settings(root, publish=publish)
    if output:
        settings["OUTPUT_PATH"] = str(output.absolute())
    settings["ASKED_NOW"] = now
    settings["SEARCH"] = search and settings["SEARCH"]
    settings["PUBLISH"] = publish
    settings["LEFT_OUT"] = frozenset(left_out)
    checked = check(settings, root)
    pelican = Pelican(settings)
    if "kiosque.site" not in pelican.settings["PLUGINS"]:
        raise SettingsError(_('PLUGINS must name "kiosque.site" in pelicanconf.py, or be left out'))
    build_stamp.write_stamp(checked.cache, checked.output, BuildStatus.UNFINISHED)
    pelican.run()
    build_stamp.write_stamp(
        checked.cache, checked.output, BuildStatus.PUBLISHED if publish else BuildStatus.PRIVATE
    )
    report: BuildReport = pelican.settings[REPORT]
    return report


def publish_hub(settings: HubSettings) -> BuildReport:
    """Gather a hub, write its pages, and then whatever is made from the pages. Raises OutputError."""
    with _locked(settings), _without_garbage_collection():
        start = time.perf_counter()

        # The hub, and the look of its pages.
        theme = Theme(settings)
        folder, assets = theme.assets()
        with theme.compiled_ahead():
            hub = gather(settings, folder)
        _log("gathered", start)

        # The pages, and the files that they name.
        inventory = Inventory()
        wanted = partial(_wanted, hub, assets, inventory)
        published = publisher.publish(wanted, settings.output, settings.cache, theme)
        seconds = round(time.perf_counter() - start, 3)
        _log("written", start)

        # Made from the written pages: search, the list for reading offline, files for web servers.
        search, search_problems = index(hub, published.files) if settings.search else (None, [])
        week_problems = publish_week(hub, published, theme)
        host_problems = _finish_for_hosts(hub, inventory, published, theme)
        _log("finished", start)
        problems = (
            *hub.problems,
            *published.problems,
            *search_problems,
            *week_problems,
            *host_problems,
        )
        return BuildReport(
            output=str(settings.output),
            written=tuple(published.written),
            removed=tuple(published.removed),
            kept=published.kept,
            problems=tuple(dict.fromkeys(problems)),
            had_manifest=published.had_manifest,
            seconds=seconds,
            search=search,
        )


@contextmanager
def _locked(settings: HubSettings) -> Iterator[None]:
    """Hold the lock of the hub's cache: two builds at the same time would destroy each other's files."""
    lock = FileLock(settings.cache / "build.lock")
    try:
        settings.cache.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError(_("another build of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(settings.cache, error)) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Switch the garbage collector off: it takes a third of a build's time, with 100,000 records."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _log(stage: str, start: float) -> None:
    logger.debug("%s after %.2f s", stage, time.perf_counter() - start)


def _wanted(
    hub: Hub, assets: tuple[Output, ...], inventory: Inventory, previous: publisher.PreviousBuild
) -> Iterator[Wanted]:
    """Yield all files of the site. The site map and the configuration for hosts list others, so come last."""
    yield from inventory.count(assets)
    with hub.related.computed_ahead(), compared_ahead(partial(LARGEST, hub), previous) as largest:
        others: Iterator[Wanted] = (output for part in PARTS for output in part(hub))
        yield from inventory.count(feeds_last(chain(others, largest)))
    yield from inventory.count(sitemap(hub.site, inventory.listed))
    yield from inventory.count(hub.files.copies)
    # Former addresses come last: whatever else has such an address wins.
    redirects = list(inventory.count_redirects(LAST(hub)))
    if hub.settings.publish:
        yield from _for_hosts(hub, inventory)
    yield from redirects


def _for_hosts(hub: Hub, inventory: Inventory) -> Iterator[Wanted]:
    """Yield the configuration files that hosts read in the folder of the site."""
    from kiosque.site import hosting  # noqa: PLC0415 - only public builds load it

    return hosting.site_files(hosting.rules(hub, inventory), inventory.paths)


def _finish_for_hosts(hub: Hub, inventory: Inventory, published: Published, theme: Theme) -> list[Problem]:
    """Write the files that web servers need besides the site, in a public build; return the problems."""
    if not hub.settings.publish:
        compressed.drop_stale(published, hub.settings)
        return []
    from kiosque.site.hosting import public_build, rules  # noqa: PLC0415 - only public builds load it

    return public_build.finish(hub.settings, rules(hub, inventory), published, theme)
