"""The conditions under which a hub may be built for the public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosque.content import legal_notice
from kiosque.content.load import load_pages
from kiosque.i18n import _
from kiosque.model import Problem, SettingsError

if TYPE_CHECKING:
    from kiosque.settings.pelicanconf import HubSettings


def stop_unless_ready(root: Path, now: str = "") -> None:
    """Raise SettingsError, which names each file to complete, where a hub may not be published yet."""
    from kiosque.settings import pelicanconf

    settings = pelicanconf.load(root, now, publish=True)
    if problems := [problem for gate in _GATES for problem in gate(settings)]:
        first = _("not built: this must be in order before the hub is published")
        raise SettingsError("\n".join((first, *map(str, problems))))


def _address(settings: HubSettings) -> Iterable[Problem]:
    """Yield a problem unless the hub has an address with https."""
    url = settings.site.url
    if url.startswith("https://"):
        return
    file = "publishconf.py" if (settings.root / "publishconf.py").is_file() else "pelicanconf.py"
    message = _("SITEURL is missing: write the whole address of the hub, such as https://kiosque.example")
    if url:
        message = _("SITEURL is “{url}”: write it with https://, which every host offers today")
    yield Problem(path=file, message=message.format(url=url))


def _legal_notice(settings: HubSettings) -> Iterable[Problem]:
    """Return a problem for each missing part of the legal notice: publisher and host."""
    pages, _problems = load_pages(settings.root, settings.zone)
    return legal_notice.problems(pages)


def _submissions(settings: HubSettings) -> Iterable[Problem]:
    """Yield a problem for each finding of ``kiosque check`` that blocks."""
    from kiosque.contribute.check import Severity, check

    for finding in check(settings).findings:
        if finding.severity is Severity.BLOCKS:
            yield Problem(
                path=finding.path, line=finding.line, column=finding.column, message=finding.message
            )


# Each returns problems. People see them in this order.
_GATES: tuple[Callable[[HubSettings], Iterable[Problem]], ...] = (_address, _legal_notice, _submissions)
