"""Stage of gathering: what feeds gave, read from ``archive/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosque.archive.entries import FeedState, read_archive, read_state
from kiosque.model import ArchiveError, Problem
from kiosque.site.gather.content import Content
from kiosque.site.gather.works import Archive
from kiosque.site.hub.takedowns import standing
from kiosque.works import WorkDecisions, load_decisions


@dataclass(frozen=True, slots=True)
class Stored:
    """What the archive holds of each source, without what was taken down; the lasting facts of its feeds, by source.

    ``decisions`` are those of editors on works.
    """

    archive: Archive
    states: Mapping[str, Mapping[str, FeedState]]
    decisions: WorkDecisions
    problems: tuple[Problem, ...]


def read_stored(root: Path, content: Content) -> Stored:
    """Read the archive of the sources that stand."""
    archived, of_archive = read_archive(root / "archive", [source.slug for source in content.sources])
    states = {source.slug: _state(root, source.slug) for source in content.sources}
    decisions, of_works = load_decisions(root)
    return Stored(
        archive=standing(archived, content.takedowns),
        states={slug: state for slug, (state, _problems) in states.items()},
        decisions=decisions,
        problems=(*of_archive, *(problem for _state, some in states.values() for problem in some), *of_works),
    )


def _state(root: Path, slug: str) -> tuple[Mapping[str, FeedState], tuple[Problem, ...]]:
    """Return what lasts of a source's feeds, which tells less where it can't be read."""
    try:
        return read_state(root / "archive", slug), ()
    except ArchiveError as error:
        return {}, (Problem(path=f"archive/{slug}/state.json", message=str(error)),)
