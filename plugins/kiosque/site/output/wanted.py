"""The outputs that a part of the site may want: a page from a template, a copy of a file, or bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from kiosque.model import Record
from kiosque.text import slug

# Of a name without letters, in characters: file systems allow 255 bytes.
_LONGEST = 60
_NOT_IN_PATHS = re.compile(r"""[\s\x00-\x1f\x7f"#%&'/:;<=>?\\^`{|}\[\]@+$,]+""")


class Shared(Record, frozen=True):
    """A record that many pages show and that lives as long as its build: its fingerprint is made once."""


class Page(msgspec.Struct, frozen=True, eq=False):
    """A page: its path, its template, and all the values that the template sees.

    ``path`` begins at the output folder. ``shared`` are values that are lists of records which other pages
    show too. ``changed`` is the moment at which the content last changed, for the site map. A page with
    ``listed`` false isn't in the site map.
    """

    path: str
    template: str
    values: Mapping[str, object] = msgspec.field(default_factory=dict)
    changed: datetime | None = None
    listed: bool = True
    shared: Mapping[str, Sequence[Shared]] = msgspec.field(default_factory=dict)


class Unchanged(msgspec.Struct, frozen=True, eq=False):
    """An output that the previous build has written already, and that is still the same.

    It has the fields that the site map needs, and no values.
    """

    path: str
    changed: datetime | None
    listed: bool


class Copy(msgspec.Struct, frozen=True, eq=False):
    """A file that is copied to the output.

    A file of a cache has a ``checksum``, which is part of its name: the name alone then shows a change. A
    file that doesn't match it is never published.
    """

    path: str
    origin: Path | str
    checksum: str = ""


class Data(msgspec.Struct, frozen=True, eq=False):
    """Bytes that exist already when the output is wanted."""

    path: str
    data: bytes


class Generated(msgspec.Struct, frozen=True, eq=False):
    """Bytes that ``make`` returns, called only where the file is missing or the ``key`` has changed.

    The key has to change with everything that the bytes are made of.
    """

    path: str
    key: str
    make: Callable[[], bytes]


Output = Page | Copy | Data | Generated
Wanted = Output | Unchanged


def page_path(address: str) -> str:
    """Return the path of the file at an address: ``fil/index.html`` for ``/fil/``."""
    return f"{address}index.html".lstrip("/")


@lru_cache(maxsize=100_000)
def tag_slug(name: str) -> str:
    """Return the part of an address that stands for a tag, in whichever case and with whichever accents.

    A name without letters, such as a sign, keeps the characters that an address may hold. It is empty for a
    name of dots only, which would lead to the folder itself, or out of it.
    """
    return slug(name, fallback=_NOT_IN_PATHS.sub("-", name[:_LONGEST]).strip("-."))
