"""One build, from settings to the output folder, with Pelican as its host."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock, Timeout
from pelican import Pelican
from pelican.log import console

from kiosque import build_stamp
from kiosque.build_stamp import BuildStatus
from kiosque.files import cannot_write
from kiosque.i18n import _
from kiosque.model import OutputError, Problem, SettingsError
from kiosque.settings.pelicanconf import HubSettings, check
from kiosque.site.feeds.documents import feeds_last
from kiosque.site.hub.gather import gather
from kiosque.site.hub.records import Hub
from kiosque.site.output import compressed, publisher
from kiosque.site.output.sitemap import with_sitemap
from kiosque.site.output.unchanged import compared_ahead
from kiosque.site.output.wanted import Output, Wanted
from kiosque.site.pages.part_table import LARGEST, PARTS
from kiosque.site.pelican_host import load_settings
from kiosque.site.render.offline_week import publish_week
from kiosque.site.render.theme import Theme
from kiosque.site.search import SearchReport, index

if TYPE_CHECKING:
    from kiosque.site.hosting.public_build import Hosted

REPORT = "KIOSQUE_REPORT"


class BuildReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did: the paths written and removed, how many were left alone, and what to mend.

    ``seconds`` is how long the pages took, once Pelican had started; ``search`` is what became of the search index,
    unless it was left as it was.
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
    root: Path, *, output: Path | None = None, publish: bool = False, now: str = "", search: bool = True
) -> BuildReport:
    """Build a hub through Pelican; without ``search`` its index stays as it is.

    Raises KiosqueError where nothing can be built.
    """
    # Pelican says how many articles its own generators made, which is none, and worries about feeds that it
    # doesn't write: Kiosque has its own report.
    console.quiet = True
    logging.getLogger("pelican").setLevel(logging.ERROR)
    settings = load_settings(root, publish=publish)
    if output:
        settings["OUTPUT_PATH"] = str(output.absolute())
    settings["ASKED_NOW"] = now
    settings["SEARCH"] = search and settings["SEARCH"]
    settings["PUBLISH"] = publish
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
    """Gather the hub, let each part say what it wants, and publish that."""
    lock = FileLock(settings.cache / "build.lock")
    try:
        settings.cache.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError(_("another build of this hub is under way: wait until it is done")) from None
    except OSError as error:
        raise OutputError(cannot_write(settings.cache, error)) from error
    is_collecting = gc.isenabled()
    try:
        # A build ends before it makes garbage: looking for some among 100,000 records costs a third of its time.
        gc.disable()
        start = time.perf_counter()
        theme = Theme(settings)
        folder, assets = theme.assets()
        with theme.compiled_ahead():
            hub = gather(settings, folder)
        hosted = _hosted(hub, theme)
        wanted = partial(_wanted, hub, assets, hosted)
        published = publisher.publish(wanted, settings.output, settings.cache, theme)
        seconds = round(time.perf_counter() - start, 3)
        search, wrong = index(hub, published.files) if settings.search else (None, [])
        wrong += publish_week(hub, published, theme)
        if hosted:
            wrong += hosted.finish(published)
        else:
            compressed.drop_stale(published, settings)
        return BuildReport(
            output=str(settings.output),
            written=tuple(published.written),
            removed=tuple(published.removed),
            kept=published.kept,
            problems=tuple(dict.fromkeys([*hub.problems, *hub.files.problems, *published.problems, *wrong])),
            had_manifest=published.had_manifest,
            seconds=seconds,
            search=search,
        )
    finally:
        if is_collecting:
            gc.enable()
        lock.release()


def _hosted(hub: Hub, theme: Theme) -> Hosted | None:
    """Return what a build for the public does besides; nothing in others, which needn't load it."""
    if not hub.settings.publish:
        return None
    from kiosque.site.hosting.public_build import Hosted  # noqa: PLC0415

    return Hosted(hub, theme)


def _wanted(
    hub: Hub, assets: tuple[Output, ...], hosted: Hosted | None, standing: publisher.Standing
) -> Iterator[Wanted]:
    """Yield all that the site is made of, and what its hosts read of it."""
    outputs = _site(hub, assets, standing)
    yield from hosted.wanted(outputs) if hosted else outputs


def _site(hub: Hub, assets: tuple[Output, ...], standing: publisher.Standing) -> Iterator[Wanted]:
    """Yield all that the site is made of; files last, since pages say which ones they name."""
    yield from assets
    with hub.related.found_ahead(), compared_ahead(LARGEST, hub, standing) as largest:
        others: Iterator[Wanted] = (output for part in PARTS for output in part(hub))
        yield from with_sitemap(hub.site, feeds_last(chain(others, largest)))
    yield from hub.files.copies()
