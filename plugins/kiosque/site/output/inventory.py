"""What a build wants, counted while it passes: the paths of all outputs, and the pages for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from kiosque.model import Record
from kiosque.site.output.wanted import Output, Page, Unchanged, Wanted


class Listed(Record, frozen=True):
    """A page that search engines may list: its address, and when its content last changed."""

    address: str
    changed: datetime | None = None


@dataclass(slots=True)
class Inventory:
    """The paths of outputs, and those of them that search engines may list.

    ``redirects`` are the paths of the pages that redirect from former addresses.
    """

    paths: set[str] = field(default_factory=set)
    redirects: set[str] = field(default_factory=set)
    listed: list[Listed] = field(default_factory=list)

    def count(self, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
        """Yield all outputs as they are, and take note of each."""
        for output in outputs:
            self.paths.add(output.path)
            if isinstance(output, Page | Unchanged) and output.listed:
                address = f"/{output.path.removesuffix('index.html')}"
                self.listed.append(Listed(address=address, changed=output.changed))
            yield output

    def count_redirects(self, pages: Iterable[Output]) -> Iterator[Output]:
        """Yield the pages of former addresses. Note those that are, or lie below, no other output."""
        for page in pages:
            folders = map(str, PurePosixPath(page.path).parents)
            if page.path not in self.paths and self.paths.isdisjoint(folders):
                self.paths.add(page.path)
                self.redirects.add(page.path)
            yield page
