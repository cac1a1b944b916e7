"""Checking: which files are looked at, by which rules, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from kiosque.archive.entries import ARCHIVE, archived_sources
from kiosque.content.link_targets import linked_path
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
    stale,
)
from kiosque.contribute.check.reading import Text
from kiosque.contribute.check.report import Finding, Report
from kiosque.contribute.check.rules import RULES
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.pictures import SUFFIXES
from kiosque.settings.pelicanconf import HubSettings
from kiosque.wording.reasons import reason_of

# What looks at a text; each yields the problems of one thing.
_OF_A_TEXT: tuple[Callable[[Text, Context], Iterator[Problem]], ...] = (
    heads.communes,
    heads.dates,
    heads.title,
    heads.licences,
    heads.addresses,
    heads.media,
    bodies.is_there,
    bodies.headings,
    bodies.raw_html,
    bodies.people,
    links.links,
    links.descriptions,
)
_LOOKED_AT = SUFFIXES | {".svg"}


def check(settings: HubSettings, paths: Sequence[str] | None = None, *, fix: bool = False) -> Report:
    """Check a hub, or of it the files and folders that ``paths`` name from its folder; with ``fix`` mend first.

    A path that isn't there is left out: whoever takes them from a person says so.
    """
    hub = Context(settings)
    problems = list(_problems(hub, paths))
    mended = tuple(mending.mend(hub, problems)) if fix else ()
    if mended:
        hub = Context(settings)
        problems = list(_problems(hub, paths))
    return Report(findings=findings(problems), files=len(files(hub, paths)), mended=mended)


def check_stale(settings: HubSettings, paths: Sequence[str] | None = None) -> Report:
    """Look only for what is past, or unverified for a year."""
    hub = Context(settings)
    asked = files(hub, paths)
    texts = [text for path in asked if reading.kind_of(path) and (text := hub.text(path)[0])]
    problems = [problem for text in texts for problem in stale.stale(text, hub)]
    return Report(findings=findings(problems), files=len(asked))


def findings(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """Return problems with what is known of their rules, each once, by path and place."""
    found = dict.fromkeys(_finding(problem) for problem in problems)
    return tuple(sorted(found, key=lambda one: (one.path, one.line or 0, one.column or 0, one.rule)))


def _finding(problem: Problem) -> Finding:
    rule = RULES[problem.rule or "value-wrong"]
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
    """Return the files of content that paths name, by themselves or by a folder; all of them where paths are None."""
    if paths is None or "." in paths:
        return hub.paths
    folders = tuple(f"{path}/" for path in paths)
    wanted = set(paths)
    return tuple(path for path in hub.paths if path in wanted or path.startswith(folders))


def _sources(root: Path, paths: Sequence[str] | None) -> list[str]:
    """Return the sources of which the archive is to be looked at."""
    there = archived_sources(root / ARCHIVE)
    if paths is None or {".", ARCHIVE} & set(paths):
        return there
    named = {
        parts[1] for path in paths if len(parts := PurePosixPath(path).parts) > 1 and parts[0] == ARCHIVE
    }
    return [name for name in there if name in named]


def _problems(hub: Context, paths: Sequence[str] | None) -> Iterator[Problem]:
    seen: set[str] = set()
    texts: list[Text] = []
    for path in files(hub, paths):
        yield from file_names.names(path, hub)
        if hub.leads_out(path):
            continue
        if path in file_names.LEDGERS:
            yield from data_files.ledger(path, hub)
        elif reading.kind_of(path):
            text, wrong = hub.text(path)
            yield from _readable(path, text, wrong, hub)
            if text:
                texts.append(text)
                yield from _text(text, hub, seen)
        elif PurePosixPath(path).suffix.lower() in _LOOKED_AT:
            yield from _pictures([path], hub, seen)
    yield from similar.problems(hub.words, [text.path for text in texts])
    yield from similar.titles(texts, hub.root / ARCHIVE)
    for source in _sources(hub.root, paths):
        yield from data_files.archived(source, hub)


def _readable(path: str, text: Text | None, wrong: tuple[Problem, ...], hub: Context) -> Iterator[Problem]:
    # A rule of its own names the code that a commune's name stands for.
    yield from (problem for problem in wrong if problem.rule != "commune-code")
    if text is None and not wrong:
        try:
            reading.bytes_of(hub.root, path)
        except OSError as error:
            yield RULES["file-unreadable"].at(path, reason=reason_of(error))


def _text(text: Text, hub: Context, seen: set[str]) -> Iterator[Problem]:
    for rule in _OF_A_TEXT:
        yield from rule(text, hub)
    for name, line, column in text.pictures():
        path = linked_path(text.path, name)
        if text.kind.name != "source":
            yield from images.named(path, text.path, hub, line, column)
        yield from _pictures([path], hub, seen)
    yield from _pictures(links.pictures_of(text), hub, seen)


def _pictures(paths: Iterable[str], hub: Context, seen: set[str]) -> Iterator[Problem]:
    for path in paths:
        if path not in seen and PurePosixPath(path).suffix.lower() in _LOOKED_AT:
            seen.add(path)
            yield from images.picture(path, hub)
