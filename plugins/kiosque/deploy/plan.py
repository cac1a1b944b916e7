"""Decides what a deployment sends and removes. Pure: from what is wanted and what is known to what is to be done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kiosque.deploy.host import File, folders_of
from kiosque.deploy.order import Phase, phase_of, place
from kiosque.deploy.state import Known, Manifest

# Style and scripts lie in folders named after what they hold.
_LOOKS = "theme/"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in order: ``obstacles`` are removed first, ``sent`` goes by phases, ``removed`` last.

    ``mended`` are those of ``sent`` that someone changed on the host. ``manifest`` is what the host holds afterwards.
    """

    obstacles: tuple[str, ...]
    sent: Mapping[str, File]
    removed: tuple[str, ...]
    mended: tuple[str, ...]
    manifest: Manifest

    @property
    def phases(self) -> Iterator[tuple[Phase, dict[str, File]]]:
        """Yield each phase with what it sends, in order."""
        for phase, paths in groupby(self.sent, phase_of):
            yield phase, {path: self.sent[path] for path in paths}


def make_plan(wanted: Mapping[str, File], known: Known, differing: Collection[str]) -> Plan:
    """Decide; ``differing`` are the files of ``known.trusted()`` that aren't on the host as they should be."""
    trusted = {path: file for path, file in known.trusted().items() if path not in differing}
    same = {
        path: trusted[path]
        for path, file in wanted.items()
        if path in trusted and trusted[path].has_content_of(file)
    }
    sent = {path: wanted[path] for path in sorted(wanted.keys() - same.keys(), key=place)}
    unwanted = known.owned() - wanted.keys()
    previous = _previous(unwanted, known, is_new=not sent.keys() <= set(differing))
    removed = sorted(unwanted - previous.keys(), key=place, reverse=True)
    obstacles = _obstacles(removed, sent)
    return Plan(
        obstacles=tuple(path for path in removed if path in obstacles),
        sent=sent,
        removed=tuple(path for path in removed if path not in obstacles),
        mended=tuple(path for path in sent if path in differing and path in known.manifest.files),
        manifest=Manifest(
            files={path: same.get(path) or wanted[path] for path in sorted(wanted)}, previous=previous
        ),
    )


def _previous(unwanted: Iterable[str], known: Known, *, is_new: bool) -> dict[str, File]:
    """Return the files of the last look, which stay: someone may be reading a page that names them.

    They go with the next deployment that has something new: one that finds nothing to do leaves them. Other files that nobody wants
    any more go at once, as they must where something was taken down.
    """
    last = {**known.pending, **known.manifest.files}
    if not is_new and not known.was_cut:
        last |= known.manifest.previous
    return {path: last[path] for path in sorted(unwanted) if path.startswith(_LOOKS) and path in last}


def _obstacles(removed: Sequence[str], sent: Iterable[str]) -> set[str]:
    """Return the removed files that are now folders, or lie in folders that are now files."""
    files = set(sent)
    folders = set(folders_of(files))
    return {path for path in removed if path in folders or not files.isdisjoint(folders_of([path]))}
