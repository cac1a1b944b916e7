"""A stage of gathering: reads ``archive/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosque.archive.entries import FeedState, read_archive, read_state
from kiosque.model import ArchiveError, Problem
from kiosque.site.gather.content import Content
from kiosque.site.gather.works import Archive
from kiosque.site.hub.takedowns import without_takedowns
from kiosque.works import WorkDecisions, load_decisions


@dataclass(frozen=True, slots=True)
class Stored:
    """The entries of each source without those that were taken down, and the states of its feeds, by source.

    ``decisions`` are the editors' decisions on works.
    """

    archive: Archive
    states: Mapping[str, Mapping[str, FeedState]]
    decisions: WorkDecisions
    problems: tuple[Problem, ...]


def read_stored(root: Path, content: Content) -> Stored:
    """Read the archive of all sources that weren't taken down."""
    archive, archive_problems = read_archive(root / "archive", [source.slug for source in content.sources])
    states = {source.slug: _state(root, source.slug) for source in content.sources}
    decisions, decision_problems = load_decisions(root)
    state_problems = (problem for _state, problems in states.values() for problem in problems)
    return Stored(
        archive=without_takedowns(archive, content.takedowns),
        states={slug: state for slug, (state, _problems) in states.items()},
        decisions=decisions,
        problems=(*archive_problems, *state_problems, *decision_problems),
    )


def _state(root: Path, slug: str) -> tuple[Mapping[str, FeedState], tuple[Problem, ...]]:
    """Return the states of a source's feeds; without states, and with the problem, if they can't be read."""
    try:
        return read_state(root / "archive", slug), ()
    except ArchiveError as error:
        return {}, (Problem(path=f"archive/{slug}/state.json", message=str(error), rule="archive"),)
