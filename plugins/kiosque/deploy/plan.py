"""The plan of a deployment: which files are sent and which are removed. No input or output happens here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from kiosque.deploy.host import File, folders_of
from kiosque.deploy.order import Phase, order_key, phase_of
from kiosque.deploy.state import HostState, Manifest

# The folder of style and scripts. Its subfolders are named after a digest of their content.
_LOOKS = "theme/"


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of a deployment, in order.

    First ``obstacles`` are removed, then ``sent`` is sent phase by phase, then ``removed`` is removed.
    ``mended`` are those of ``sent`` that someone changed on the host. ``manifest`` lists the files of the
    host afterwards.
    """

    obstacles: tuple[str, ...]
    sent: Mapping[str, File]
    removed: tuple[str, ...]
    mended: tuple[str, ...]
    manifest: Manifest

    @property
    def phases(self) -> Iterator[tuple[Phase, dict[str, File]]]:
        """Yield each phase with its files, in order."""
        for phase, paths in groupby(self.sent, phase_of):
            yield phase, {path: self.sent[path] for path in paths}


def make_plan(wanted: Mapping[str, File], host_state: HostState, differing: Collection[str]) -> Plan:
    """Return the plan that makes a host hold the ``wanted`` files.

    ``differing`` are the paths of ``host_state.trusted()`` whose file on the host is missing or another one.
    """
    trusted = {path: file for path, file in host_state.trusted().items() if path not in differing}
    same = {
        path: trusted[path]
        for path, file in wanted.items()
        if path in trusted and trusted[path].has_content_of(file)
    }
    sent = {path: wanted[path] for path in sorted(wanted.keys() - same.keys(), key=order_key)}
    unwanted = host_state.owned() - wanted.keys()
    previous = _previous_look(unwanted, host_state, is_new=not sent.keys() <= set(differing))
    removed = sorted(unwanted - previous.keys(), key=order_key, reverse=True)
    obstacles = _obstacles(removed, sent)
    return Plan(
        obstacles=tuple(path for path in removed if path in obstacles),
        sent=sent,
        removed=tuple(path for path in removed if path not in obstacles),
        mended=tuple(path for path in sent if path in differing and path in host_state.manifest.files),
        manifest=Manifest(
            files={path: same.get(path) or wanted[path] for path in sorted(wanted)}, previous=previous
        ),
    )


def _previous_look(unwanted: Iterable[str], host_state: HostState, *, is_new: bool) -> dict[str, File]:
    """Return the style and scripts of the previous look, which stay.

    Someone may be reading a page that names them.
    The next deployment that sends something new (``is_new``) removes them; a deployment without changes
    leaves them. All other unwanted files go at once, as a takedown requires.
    """
    last = {**host_state.pending, **host_state.manifest.files}
    if not is_new and not host_state.was_cut:
        last |= host_state.manifest.previous
    return {path: last[path] for path in sorted(unwanted) if path.startswith(_LOOKS) and path in last}


def _obstacles(removed: Sequence[str], sent: Iterable[str]) -> set[str]:
    """Return the removed files that are now folders, or that lie in folders that are now files."""
    files = set(sent)
    folders = set(folders_of(files))
    return {path for path in removed if path in folders or not files.isdisjoint(folders_of([path]))}
