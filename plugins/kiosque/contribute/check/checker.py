"""Check files by all rules, and collect the findings."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import ParamSpec

from kiosque.archive.entries import ARCHIVE, archived_sources
from kiosque.content.guarded import Failure, guarded
from kiosque.content.kinds import Kind
from kiosque.content.linking.link_targets import linked_path
from kiosque.contribute.check import mending, reading
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.inspect import (
    bodies,
    data_files,
    file_names,
    heads,
    images,
    links,
    similar,
    slips,
    stale,
)
from kiosque.contribute.check.reading import CheckedText
from kiosque.contribute.check.report import Finding, Report
from kiosque.contribute.check.rules import RULES, rule_of
from kiosque.i18n import N_, _
from kiosque.model import Problem
from kiosque.pictures import SUFFIXES
from kiosque.settings.pelicanconf import HubSettings
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)
P = ParamSpec("P")
# The checks of a content file. Each yields problems.
_CHECKS_OF_A_TEXT: tuple[Callable[[CheckedText, Context], Iterator[Problem]], ...] = (
    heads.communes,
    heads.dates,
    heads.title,
    heads.licences,
    heads.addresses,
    heads.aliases,
    heads.media,
    bodies.empty,
    bodies.headings,
    bodies.raw_html,
    bodies.people,
    slips.slips,
    links.links,
    links.descriptions,
)
# Returns the problems that keep a build from showing the text of a file.
Convert = Callable[[str, Kind], Iterable[Problem]]
_PICTURES = SUFFIXES | {".svg"}
# What is said where a look at a file fails. Nobody knows then if the file is in order.
_RULE = "check-failed"
_OF_PICTURE = Failure(
    _RULE,
    N_("this picture takes too long to check: save it again, smaller"),
    N_("this picture can't be checked: save it again as JPEG, PNG or WebP"),
    N_("this picture can't be checked ({reason}): save it again as JPEG, PNG or WebP"),
)
_OF_LIST = Failure(
    _RULE,
    N_("this list takes too long to check: take out what isn't needed any more"),
    N_("this list can't be checked, for it goes too deep: keep it flat"),
    N_("this list can't be checked ({reason}): look at what was changed last in it"),
)
_OF_FILE = Failure(
    _RULE,
    N_("this file takes too long to check: simplify it, or cut it into several"),
    N_("this file can't be checked, for it goes too deep: keep it flat"),
    N_("this file can't be checked ({reason}): simplify it, and tell the makers of Kiosque"),
)


def check(
    settings: HubSettings,
    paths: Sequence[str] | None = None,
    *,
    fix: bool = False,
    convert: Convert | None = None,
) -> Report:
    """Check a hub, or only the files and folders in ``paths``, which are from the hub's folder.

    ``convert`` is the site's own reader. It takes most of the time, and is left out where a build follows.
    With ``fix``, mend first what can be mended safely. A path that doesn't exist is left out: callers report
    it.
    """
    start = perf_counter()
    hub = Context(settings)
    problems = list(_problems(hub, paths, convert))
    logger.debug("%d problems found in %.2f s", len(problems), perf_counter() - start)
    mended = tuple(mending.mend(hub, problems)) if fix else ()
    if mended:
        logger.debug("%d places mended: all is checked again", len(mended))
        hub = Context(settings)
        problems = list(_problems(hub, paths, convert))
    return Report(findings=findings(problems), files=len(files(hub, paths)), mended=mended)


def check_stale(settings: HubSettings, paths: Sequence[str] | None = None) -> Report:
    """Check only for files that are past, or that nobody has verified for a year."""
    hub = Context(settings)
    wanted = files(hub, paths)
    texts = [text for path in wanted if reading.kind_of(path) and (text := hub.text(path)[0])]
    problems = [problem for text in texts for problem in stale.stale(text, hub)]
    return Report(findings=findings(problems), files=len(wanted))


def findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """Return the findings of problems, each once, sorted by path, line and column."""

    def place(finding: Finding) -> tuple[str, int, int, str]:
        return finding.path, finding.line or 0, finding.column or 0, finding.rule

    return tuple(sorted(dict.fromkeys(map(_finding, problems)), key=place))


def _finding(problem: Problem) -> Finding:
    rule = rule_of(problem)
    return Finding(
        path=problem.path,
        rule=rule.code,
        severity=rule.severity,
        message=problem.message,
        why=_(rule.why),
        line=problem.line,
        column=problem.column,
        mends_itself=rule.mends_itself,
    )


def files(hub: Context, paths: Sequence[str] | None) -> tuple[str, ...]:
    """Return the files of ``content/`` that are in ``paths``, or in a folder of it; all where it is None."""
    if paths is None or "." in paths:
        return hub.paths
    folders = tuple(f"{path}/" for path in paths)
    wanted = set(paths)
    return tuple(path for path in hub.paths if path in wanted or path.startswith(folders))


def _sources(root: Path, paths: Sequence[str] | None) -> list[str]:
    """Return the sources whose archive is checked."""
    sources = archived_sources(root / ARCHIVE)
    if paths is None or {".", ARCHIVE} & set(paths):
        return sources
    wanted = {
        parts[1] for path in paths if len(parts := PurePosixPath(path).parts) > 1 and parts[0] == ARCHIVE
    }
    return [source for source in sources if source in wanted]


def _problems(hub: Context, paths: Sequence[str] | None, convert: Convert | None) -> Iterator[Problem]:
    seen_pictures: set[str] = set()
    texts: list[CheckedText] = []
    wanted = files(hub, paths)
    logger.debug("checking %d of %d files", len(wanted), len(hub.paths))
    for path in wanted:
        yield from _apart(path, file_names.names, path, hub)
        if hub.leads_out(path):
            continue
        if path in file_names.LEDGERS:
            yield from _apart(path, data_files.ledger, path, hub)
        elif reading.kind_of(path):
            text, problems = hub.text(path)
            yield from _reading_problems(path, text, problems, hub)
            if text:
                texts.append(text)
                yield from _text(text, hub, seen_pictures)
                yield from _apart(path, convert, path, text.kind) if convert else ()
        elif PurePosixPath(path).suffix.lower() in _PICTURES:
            yield from _pictures([path], hub, seen_pictures)
    yield from similar.problems(hub.words, [text.path for text in texts])
    yield from similar.titles(texts, hub.root / ARCHIVE)
    for source in _sources(hub.root, paths):
        yield from _apart(f"{ARCHIVE}/{source}", data_files.archived, source, hub)


def _reading_problems(
    path: str, text: CheckedText | None, problems: tuple[Problem, ...], hub: Context
) -> Iterator[Problem]:
    # ``heads.communes`` reports these, with the code of the commune that was meant.
    yield from (problem for problem in problems if problem.rule != "commune-code")
    if text is None and not problems:
        try:
            reading.bytes_of(hub.root, path)
        except OSError as error:
            yield RULES["file-unreadable"].at(path, reason=reason_of(error))


def _text(text: CheckedText, hub: Context, seen_pictures: set[str]) -> Iterator[Problem]:
    for check_of_text in _CHECKS_OF_A_TEXT:
        yield from _apart(text.path, check_of_text, text, hub)
    yield from _apart(text.path, _pictures_named, text, hub)
    yield from _pictures(
        [linked_path(text.path, name) for name, *_place in text.pictures()], hub, seen_pictures
    )
    yield from _pictures(links.pictures_of(text, hub), hub, seen_pictures)


def _pictures_named(text: CheckedText, hub: Context) -> Iterator[Problem]:
    for name, line, column in text.pictures() if text.kind.name != "source" else ():
        yield from images.named(linked_path(text.path, name), text.path, hub, line, column)


def _apart(
    path: str, look: Callable[P, Iterable[Problem]], *args: P.args, **kwargs: P.kwargs
) -> Sequence[Problem]:
    """Return what a look at a file finds, or the problem that it fails: the looks at other files go on."""
    result = guarded(path, lambda: list(look(*args, **kwargs)), _failure_of(path))
    return [result] if isinstance(result, Problem) else result


def _failure_of(path: str) -> Failure:
    if PurePosixPath(path).suffix.lower() in _PICTURES:
        return _OF_PICTURE
    return _OF_LIST if path in file_names.LEDGERS else _OF_FILE


def _pictures(paths: Iterable[str], hub: Context, seen_pictures: set[str]) -> Iterator[Problem]:
    for path in paths:
        if path not in seen_pictures and PurePosixPath(path).suffix.lower() in _PICTURES:
            seen_pictures.add(path)
            yield from _apart(path, images.picture, path, hub)
