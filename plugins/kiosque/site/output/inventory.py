"""What a build wants, counted while it passes: the paths of all outputs, and the pages for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from kiosque.model import Record
from kiosque.site.output.wanted import Page, Unchanged, Wanted


class Listed(Record, frozen=True):
    """A page that search engines may list: its address, and when its content last changed."""

    address: str
    changed: datetime | None = None


@dataclass(slots=True)
class Inventory:
    """The paths of outputs, and those of them that search engines may list."""

    paths: set[str] = field(default_factory=set)
    listed: list[Listed] = field(default_factory=list)

    def count(self, outputs: Iterable[Wanted]) -> Iterator[Wanted]:
        """Yield all outputs as they are, and take note of each."""
        for output in outputs:
            self.paths.add(output.path)
            if isinstance(output, Page | Unchanged) and output.listed:
                address = f"/{output.path.removesuffix('index.html')}"
                self.listed.append(Listed(address=address, changed=output.changed))
            yield output
