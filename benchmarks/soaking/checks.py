"""Whether a hub keeps its promises: all is published in time, once, and nothing else is left."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

IN_TIME = timedelta(hours=2)
_TOKEN = re.compile(r"p\d{3,}x\d{4,}")
_TEMPORARY = re.compile(
    r"\.(?:tmp|part|kiosque-draft)$|(?:^|/)(?:\.draft|tmp[a-z0-9_]{8}$|kiosque-run-|pymp-)"
    r"|^\.kiosque/(?:lock|pending|drafts/)"
)


class Publication:
    """What readers of a host see of posts, from one look to the next; posts are named by their tokens.

    ``faults`` are the entries that were lost, doubled or published before their date.
    """

    def __init__(self, dates: Mapping[str, datetime], start: datetime) -> None:
        """Expect posts with their dates; those before ``start`` are due from then on."""
        self._due = {token: max(date, start) for token, date in dates.items()}
        self.first_seen: dict[str, datetime] = {}
        self.faults: list[str] = []

    def look(self, host: Path, now: datetime) -> None:
        """Note which posts the host shows at an hour."""
        pages = pages_by_token(host)
        for token in self.first_seen.keys() - pages.keys():
            self._add(f"lost: {token} was published, and isn't any more")
        for token, folders in pages.items():
            if len(folders) > 1:
                self._add(f"doubled: {token} has the pages {', '.join(sorted(folders))}")
            self.first_seen.setdefault(token, now)

    def delays(self) -> list[timedelta]:
        """Return after what time each post was published."""
        return [seen - self._due[token] for token, seen in self.first_seen.items() if token in self._due]

    def late(self, now: datetime) -> Iterator[str]:
        """Yield the posts that weren't published in time, at the hour of the end."""
        for token, due in sorted(self._due.items()):
            seen = self.first_seen.get(token)
            if seen is None and due + IN_TIME <= now:
                yield f"late: {token}, due since {due}, was never published"
            elif seen and seen - due > IN_TIME:
                yield f"late: {token}, due since {due}, was published {seen - due} later"

    def _add(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)


def pages_by_token(host: Path) -> dict[str, list[str]]:
    """Return the folders of pages below ``medias/`` by the token in their name."""
    pages: dict[str, list[str]] = defaultdict(list)
    for page in host.glob("medias/media-*/*/*/index.html"):
        if token := _TOKEN.search(page.parent.name):
            pages[token[0]].append(page.parent.relative_to(host).as_posix())
    return pages


def doubled_records(archive: Path) -> Iterator[str]:
    """Yield a fault for each post that has more than one record, or a record that holds two."""
    for folder in sorted(archive.glob("media-*")):
        lines = [line for file in folder.glob("*.jsonl") for line in file.read_text("utf-8").splitlines()]
        counts = Counter(token for line in lines for token in set(_TOKEN.findall(line)))
        yield from (
            f"doubled: {token} has {n} records in {folder.name}" for token, n in counts.items() if n > 1
        )


def left_files(folders: Iterable[Path], emptied: Path) -> Iterator[str]:
    """Yield the temporary files below some folders, and all that is in the folder for temporary files."""
    for folder in folders:
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if _TEMPORARY.search(name):
                yield f"left behind: {folder.name}/{name}"
    yield from (f"left behind: {path}" for path in emptied.rglob("*"))


def unlike(folder: Path, other: Path, but: str) -> Iterator[str]:
    """Yield a fault for each file that only one of two folders has, or that differs between them.

    Files whose path ``but`` finds, a pattern, needn't be alike.
    """
    one, two = _files(folder, but), _files(other, but)
    for name in sorted(one.keys() ^ two.keys()):
        yield f"unlike: only {folder.name if name in one else other.name} has {name}"
    yield from (
        f"unlike: {name} differs"
        for name in sorted(one.keys() & two.keys())
        if not _same(one[name], two[name])
    )


def _files(folder: Path, but: str) -> dict[str, Path]:
    paths = ((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return {name: path for name, path in paths if not re.search(but, name)}


def _same(one: Path, two: Path) -> bool:
    return one.stat().st_size == two.stat().st_size and one.read_bytes() == two.read_bytes()
