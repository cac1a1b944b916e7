"""What must be in order before a hub is built for the public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosque.content import legal_notice, records
from kiosque.i18n import _
from kiosque.model import Problem, SettingsError

if TYPE_CHECKING:
    from kiosque.settings.pelicanconf import HubSettings


def stop_unless_ready(root: Path, now: str = "") -> None:
    """Raise SettingsError, which names each file to fill, where a hub isn't ready to be published."""
    from kiosque.settings import pelicanconf as settings

    found = settings.load(root, now, publish=True)
    if problems := [problem for gate in _GATES for problem in gate(found)]:
        first = _("not built: this must be in order before the hub is published")
        raise SettingsError("\n".join((first, *map(str, problems))))


def _address(settings: HubSettings) -> Iterable[Problem]:
    """The hub knows its own address, and it is encrypted."""
    url = settings.site.url
    if url.startswith("https://"):
        return
    file = "publishconf.py" if (settings.root / "publishconf.py").is_file() else "pelicanconf.py"
    message = _("SITEURL is missing: write the whole address of the hub, such as https://kiosque.example")
    if url:
        message = _("SITEURL is “{url}”: write it with https://, which every host offers today")
    yield Problem(path=file, message=message.format(url=url))


def _legal_notice(settings: HubSettings) -> Iterable[Problem]:
    """Readers know who answers for the site, and who hosts it."""
    pages, _problems = records.load_pages(settings.root, settings.zone)
    return legal_notice.problems(pages)


def _submissions(settings: HubSettings) -> Iterable[Problem]:
    """Nothing that people wrote must be mended first."""
    from kiosque.contribute.check import Severity, check

    for found in check(settings).findings:
        if found.severity is Severity.BLOCKS:
            yield Problem(path=found.path, line=found.line, column=found.column, message=found.message)


# Each says what is to mend, in the order in which people are told. A new one is a line here.
_GATES: tuple[Callable[[HubSettings], Iterable[Problem]], ...] = (_address, _legal_notice, _submissions)
