"""The examination of a hub, part by part."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosque import health
from kiosque.archive import feed_memory
from kiosque.archive.entries import ARCHIVE, read_source, read_state
from kiosque.content import legal_notice
from kiosque.content.load import load_pages, load_sources
from kiosque.content.territory_file import load_territory
from kiosque.content.unfinished import unfinished
from kiosque.health import Condition
from kiosque.i18n import _, current_language, ngettext
from kiosque.model import ArchiveError, KiosqueError, Source
from kiosque.settings import pelicanconf as settings
from kiosque.settings.pelicanconf import HubSettings
from kiosque.settings.targets import Target
from kiosque.setup.doctor import installation, machine
from kiosque.setup.doctor.archive_lines import ArchiveExamination
from kiosque.setup.doctor.findings import Finding, look, mend, problem, well
from kiosque.territory import doubts
from kiosque.timed_stage import timed_stage
from kiosque.wording.localized import format_day

logger = logging.getLogger(__name__)

Examination = Mapping[str, Sequence[Finding]]
# Compares the copies of the site on its hosts: from the hub's folder, its cache and its targets to findings.
CompareCopies = Callable[[Path, Path, Mapping[str, Target]], Iterable[Finding]]
# Words of the targets that ``kiosque init`` writes; hosts are in small letters.
_LEFT_OF_STARTER = re.compile(r"\b(?:COMPTE|DEPOT)\b|(?:hebergeur|serveur|forge|FORGE)\.example")
# Schedules run each hour or each night. A schedule without a visit for this long has stopped.
_STOPPED_AFTER = timedelta(days=2)


def examine(root: Path, compare_copies: CompareCopies | None = None) -> Examination:
    """Return the findings about a hub by its parts, in the order in which they should be mended.

    With ``compare_copies`` the copies on the hosts are examined too: only deployments open connections to
    hosts.
    """
    findings: dict[str, Sequence[Finding]] = {}
    hub, findings[_("Settings")] = _settings(root)
    if hub is None:
        return findings
    public, findings[_("Public site")] = _public(root)
    sources, source_problems = load_sources(root, hub.zone)
    findings[_("Content")] = [*map(problem, source_problems), *_territory(root), *_content(sources)]
    with timed_stage(logger, "reading the archive of %d sources", len(sources)):
        archive = ArchiveExamination(root, sources)
    findings[_("Archive")] = archive.findings
    with timed_stage(logger, "judging the feeds"):
        findings[_("Feeds")] = list(_feeds(hub, sources))
    targets: Mapping[str, Target] = public.targets if public else {}
    findings[_("Versions")] = [*machine.versions(targets), *installation.asked_versions(root)]
    findings[_("Disk")] = list(machine.disk(root, (root / ARCHIVE, hub.cache, hub.output)))
    findings[_("Clock")] = list(machine.clock(archive.newest, hub.zone))
    if compare_copies and targets:
        with timed_stage(logger, "comparing the copies on %d hosts", len(targets)):
            findings[_("Hosts")] = list(compare_copies(root, hub.cache, targets))
    else:
        logger.debug("the copies on %d hosts are not compared", len(targets))
    return findings


def _settings(root: Path) -> tuple[HubSettings | None, list[Finding]]:
    try:
        hub = settings.load(root)
    except KiosqueError as error:
        return None, [mend(str(error))]
    return hub, list(_settings_findings(hub)) or [well(_("pelicanconf.py can be used"))]


def _settings_findings(hub: HubSettings) -> Iterator[Finding]:
    if not hub.site.contact:
        message = _('nobody can write to the hub: give it an address, CONTACT = "…"')
        yield look(message, "pelicanconf.py")
    if hub.site.demonstration:
        yield look(_("DEMONSTRATION says that all is made up: a real hub leaves it out"), "pelicanconf.py")
    if abs(hub.now - datetime.now(UTC)) > _STOPPED_AFTER:
        yield look(_("NOW stops the hub's time: a real hub leaves it out"), "pelicanconf.py")


def _public(root: Path) -> tuple[HubSettings | None, list[Finding]]:
    try:
        public = settings.load(root, publish=True)
    except KiosqueError as error:
        return None, [mend(str(error))]
    pages, _problems = load_pages(root, public.zone)
    return public, [
        *_public_findings(public),
        *map(problem, [*legal_notice.problems(pages), *unfinished(public)]),
    ]


def _public_findings(public: HubSettings) -> Iterator[Finding]:
    if not public.site.url.startswith("https://"):
        message = _('the public site has no address: SITEURL = "https://…" is missing')
        yield mend(message, "publishconf.py")
    else:
        yield well(_("it is published at {url}").format(url=public.site.url))
    if not public.targets:
        message = _("no host is named: kiosque deploy needs DEPLOY = {…}")
        yield look(message, "publishconf.py")
    for name, target in public.targets.items():
        if _LEFT_OF_STARTER.search(f"{target.host} {target.user} {target.repository}"):
            message = _(
                "the target “{name}” has the words of the example: write the host’s name and your account"
            )
            yield mend(message.format(name=name), "publishconf.py")


def _territory(root: Path) -> Iterator[Finding]:
    territory, problems = load_territory(root)
    file = root / doubts.PATH
    if not problems and file.is_file():
        problems = tuple(doubts.wrong_communes(territory, file.read_text(encoding="utf-8", errors="replace")))
    yield from map(problem, problems)
    if missing := doubts.unplaced(territory):
        yield look(missing, doubts.PATH)


def _content(sources: Sequence[Source]) -> Iterator[Finding]:
    if not sources:
        yield look(_("there is no medium yet: kiosque new source ADDRESS writes one"), "content/sources")
        return
    number = len(sources)
    yield well(ngettext("{number} medium", "{number} media", number).format(number=number))


def _feeds(hub: HubSettings, sources: Sequence[Source]) -> Iterator[Finding]:
    """Yield findings about feeds that fail and about a harvest that has stopped.

    ``kiosque report`` has the details.
    """
    failing = [
        source.name for source in sources if _condition(hub, source) in {Condition.BROKEN, Condition.WARNING}
    ]
    if failing:
        message = _("the feeds of some media don't answer as they should ({names}): see kiosque report")
        yield look(message.format(names=", ".join(failing)))
    last = _last_visit(hub.root, sources)
    if last is None and any(not feed.is_file for source in sources for feed in source.feeds):
        yield look(_("no feed was asked from this machine yet: kiosque harvest"))
    elif last and hub.now - last > _STOPPED_AFTER:
        message = _("no feed was asked since {day}: is the schedule still running?")
        yield look(message.format(day=format_day(last.astimezone(hub.zone).date(), current_language())))
    elif not failing:
        yield well(_("the feeds answer"))


def _condition(hub: HubSettings, source: Source) -> Condition:
    archive = hub.root / ARCHIVE
    try:
        state = read_state(archive, source.slug)
    except ArchiveError:
        return Condition.BROKEN
    entries = read_source(archive, source.slug).entries
    memory = feed_memory.load(hub.root, source.slug)
    return health.source_health(source, entries, state, memory, hub.now, hub.zone).condition


def _last_visit(root: Path, sources: Iterable[Source]) -> datetime | None:
    moments = (
        visit.succeeded
        for source in sources
        for visit in feed_memory.load(root, source.slug).visits.values()
        if visit.succeeded
    )
    return max(moments, default=None)
