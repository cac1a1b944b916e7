"""What a part of the site may want: a page from a template, the copy of a file, or what is made otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from kiosque.model import Record
from kiosque.text import slug

_NOT_IN_PATHS = re.compile(r"""[\s\x00-\x1f\x7f"#%&'/:;<=>?\\^`{|}\[\]@+$,]+""")


class Shared(Record, frozen=True):
    """A record that many pages show, and that lives as long as its build: its fingerprint is taken once."""


class Page(msgspec.Struct, frozen=True, eq=False):
    """Where a page goes, its template, and all the values that the template sees.

    ``path`` is from the output folder. ``shared`` are the values that are lists of records which other pages show too. ``changed`` is when what it shows last changed, for the site map; a page
    that isn't ``listed`` stays out of it.
    """

    path: str
    template: str
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    changed: datetime | None = None
    listed: bool = True
    shared: Mapping[str, Sequence[Shared]] = msgspec.field(default_factory=dict)


class Unchanged(msgspec.Struct, frozen=True, eq=False):
    """A page, or what is made otherwise, that was found to be there as it should be; all but its values."""

    path: str
    changed: datetime | None
    listed: bool


class Copy(msgspec.Struct, frozen=True, eq=False):
    """A file that goes to the output as it is.

    ``is_named_by_content`` says that another content would have another name: the name alone tells whether it changed.
    """

    path: str
    origin: Path | str
    is_named_by_content: bool = False


class Data(msgspec.Struct, frozen=True, eq=False):
    """Bytes that were made for the output."""

    path: str
    data: bytes


class Generated(msgspec.Struct, frozen=True, eq=False):
    """Bytes that are made only where they are missing; ``key`` names all that they are made of."""

    path: str
    key: str
    make: Callable[[], bytes]


Output = Page | Copy | Data | Generated
Wanted = Output | Unchanged


def page_path(address: str) -> str:
    """Return the file of an address: ``/fil/`` is ``fil/index.html``."""
    return f"{address}index.html".lstrip("/")


@lru_cache(maxsize=100_000)
def tag_slug(name: str) -> str:
    """Return the part of an address that a tag has; the same for every spelling of its case and accents.

    Of what no letters stand for, such as a sign, what can be part of an address as it is.
    """
    return slug(name, fallback=_NOT_IN_PATHS.sub("-", name).strip("-"))
