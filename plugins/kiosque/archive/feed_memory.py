"""Read and write the memory of past visits to a source's feeds: ``.cache/harvest/<source>.msgpack``.

It may be lost without harm: each feed of that source is then visited once more.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kiosque.cache_files import load_cache, save_cache
from kiosque.files import cannot_write
from kiosque.model import OutputError, Problem, Record


class Validators(Record, frozen=True):
    """The validators of an HTTP answer (``ETag``, ``Last-Modified``), exactly as received.

    ``url`` is the address that gave them; empty if it is the one that is asked.
    """

    etag: str = ""
    last_modified: str = ""
    url: str = ""


class Hints(Record, frozen=True):
    """The information that decides when a feed is due again. Durations are in seconds.

    - ``fresh``: how long the server says that its answer stays fresh.
    - ``every``: the interval that the feed itself asks for.
    - ``rhythm``: the usual time between two entries of the feed.
    - ``skip_hours`` (0 to 23) and ``skip_days`` (Monday is 0): when not to visit, in GMT.
    """

    fresh: float | None = None
    every: float | None = None
    rhythm: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


class Visit(Record, frozen=True):
    """The results of a feed's past visits.

    - ``terms``: a digest of all that decides about the feed's entries, besides the feed itself.
    - ``digest``: a digest of the feed's bytes.
    - ``next``: when the feed is due again.
    - ``succeeded``: when the feed last answered.
    - ``failures``: how many visits in a row failed since then, the first one at ``failing``.
    - ``failure``: why the last visit failed, in plain words; empty if it succeeded.
    - ``problems``: the parts of the feed that couldn't be read.
    - ``advice``: the faults that the feed's producer could mend.
    - ``rewrites``: how many reads in a row changed most of the feed's entries.
    - ``rewritten``: when such changes were last kept.
    - ``older``: the address of the older page with which the next round goes on; empty where none waits.
    - ``older_read``: how many older pages were read so far.
    """

    terms: str
    validators: Validators = Validators()
    digest: str = ""
    next: datetime | None = None
    hints: Hints = Hints()
    succeeded: datetime | None = None
    failures: int = 0
    failing: datetime | None = None
    failure: str = ""
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    rewrites: int = 0
    rewritten: datetime | None = None
    older: str = ""
    older_read: int = 0


class Memory(Record, frozen=True):
    """The memory of a source's visits.

    - ``archive``: a stamp of the source's archive after the last visit.
    - ``scope``: the scope of the agreement that this archive was written under.
    - ``probed``: when the source's newest media files were last asked for.
    - ``dead``: a message for each of these files that couldn't be fetched then.
    - ``visits``: the visits of each feed, by its address.
    """

    archive: str = ""
    scope: str = ""
    probed: datetime | None = None
    dead: tuple[str, ...] = ()
    visits: dict[str, Visit] = {}  # noqa: RUF012 - msgspec gives each record its own


def load(root: Path, source: str) -> Memory:
    """Return the memory of a source; an empty one if the file is missing or unreadable."""
    return load_cache(_file(root, source), Memory) or Memory()


def save(root: Path, source: str, memory: Memory) -> None:
    """Write the memory of a source. Raises OutputError if it can't be written."""
    save_cache(_file(root, source), memory)


def forget(root: Path, source: str) -> None:
    """Remove the memory of a source. Raises OutputError if it can't be removed."""
    file = _file(root, source)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(file, error)) from error


def _file(root: Path, source: str) -> Path:
    return root / ".cache" / "harvest" / f"{source}.msgpack"
