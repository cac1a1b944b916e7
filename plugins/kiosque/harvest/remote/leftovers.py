"""Remove from ``.cache/`` what belonged to entries that were taken down."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from kiosque.archive import feed_memory
from kiosque.harvest.remote import companions, pictures
from kiosque.harvest.remote.needed_files import needed_files
from kiosque.model import Source


def remove_leftovers(root: Path, sources: Iterable[Source], taken_down: Iterable[str]) -> int:
    """Remove pictures, chapters and transcripts that no entry names any more; return how many files.

    ``sources`` are those that stay, ``taken_down`` the slugs of sources that were taken down as a whole: the
    memory of their visits goes too. Don't run it during a harvest.
    """
    for slug in taken_down:
        feed_memory.forget(root, slug)
    needed = needed_files(root, sources)
    return pictures.prune(root, needed.pictures, sys.maxsize) + companions.prune(
        root, needed.companions, sys.maxsize
    )
