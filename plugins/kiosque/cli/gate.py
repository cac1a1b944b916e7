"""The conditions for a build for the public, and the texts that such a build leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kiosque import curation
from kiosque.content import legal_notice
from kiosque.content.kinds.page import PAGE
from kiosque.content.kinds.source import SOURCE
from kiosque.content.load import load_pages
from kiosque.content.unfinished import unfinished
from kiosque.i18n import _
from kiosque.model import Problem, SettingsError

if TYPE_CHECKING:
    from kiosque.contribute.check import Finding
    from kiosque.settings.pelicanconf import HubSettings


# The article that ``kiosque init`` writes as an example: a hub isn't published with it.
_EXAMPLE = "content/articles/bienvenue.md"
# A line of this file that can't be read may hide a publication, which would come back. (A takedown that can't
# be read leaves everything online that is online; but to stop would keep other takedowns from the host.)
_STOPPING = curation.PATH
# The rules that block a contribution, while a build makes the fault harmless: a link leads nowhere, a picture
# is left out or written again without its metadata, the page of today wins. A text that was fine yesterday
# breaks these when another one expires or is taken down.
_HARMLESS = frozenset({
    "address-taken", "alias-taken", "commune-unknown", "expires-early", "image-missing", "image-position",
    "image-refused", "link-broken",
})  # fmt: skip


class Verdict(NamedTuple):
    """The texts that a publication leaves out, by their paths, and all problems of texts."""

    left_out: frozenset[str]
    problems: tuple[Problem, ...]


def stop_unless_ready(root: Path, now: str = "") -> Verdict:
    """Return what a publication leaves out; raises SettingsError if the hub may not be published.

    One bad text doesn't stop it: what was taken down must go from the host, whatever else is wrong.
    """
    from kiosque.contribute.check import Severity, check
    from kiosque.settings import pelicanconf

    settings = pelicanconf.load(root, now, publish=True)
    blocking = [finding for finding in check(settings).findings if finding.severity is Severity.BLOCKS]
    to_complete = unfinished(settings)
    left_out = frozenset(finding.path for finding in blocking if _is_bad_text(finding))
    left_out |= {problem.path for problem in to_complete if _is_submission(problem.path)}
    problems = [
        *_address(settings),
        *_legal_notice(settings, left_out),
        *(problem for problem in to_complete if not _is_submission(problem.path)),
        *(_problem(finding) for finding in blocking if finding.path == _STOPPING),
    ]
    if problems:
        first = _("not built: this must be in order before the hub is published")
        raise SettingsError("\n".join((first, *map(str, problems))))
    told = (_left_out(problem) for problem in to_complete)
    return Verdict(left_out, (*told, *map(_problem, blocking)))


def _is_bad_text(finding: Finding) -> bool:
    """Whether a text isn't published with such a finding.

    A source stays: without it, all its entries would go.
    """
    from kiosque.contribute.check.reading import kind_of

    kind = kind_of(finding.path)
    return kind is not None and kind is not SOURCE and finding.rule not in _HARMLESS


def _is_submission(path: str) -> bool:
    """Whether a file is a text that people send, without which the hub can be published.

    No page, no source.
    """
    from kiosque.contribute.check.reading import kind_of

    return path != _EXAMPLE and kind_of(path) not in {None, PAGE, SOURCE}


def _problem(finding: Finding) -> Problem:
    problem = Problem(path=finding.path, line=finding.line, column=finding.column, message=finding.message)
    return _left_out(problem) if _is_bad_text(finding) else problem


def _left_out(problem: Problem) -> Problem:
    """Return the problem of a text, with the words that the text isn't on the site."""
    message = _("left out of the site: {message}").format(message=problem.message)
    return msgspec.structs.replace(problem, message=message)


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


def _legal_notice(settings: HubSettings, left_out: AbstractSet[str]) -> Iterable[Problem]:
    """Return a problem for each missing part of the legal notice: publisher and host."""
    pages, _problems = load_pages(settings.root, settings.zone)
    return legal_notice.problems(page for page in pages if page.path not in left_out)
