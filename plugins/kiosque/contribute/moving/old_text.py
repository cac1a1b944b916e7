"""The records of a site that moves in: its texts, and what a person must look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosque.model import Problem


@dataclass(frozen=True, slots=True)
class OldPicture:
    """The main picture of a text: its address in the old site, its description, its caption."""

    target: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person must look at in a text; ``near`` are words of its body in the line that is meant."""

    message: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class OldText:
    """A text of the old site.

    ``origin`` says where it stood: a path in the site's folder, or an address. ``head`` has the values of its
    new head by their keys. ``addresses`` are its addresses in the old site, from the top of its host.
    """

    origin: str
    kind: str
    slug: str
    head: Mapping[str, object]
    body: str
    suffix: str = ".md"
    addresses: tuple[str, ...] = ()
    picture: OldPicture | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to write: its path from the hub's folder, and its bytes or the file that is copied.

    ``text`` is the path of the text that a copied file belongs to.
    """

    path: str
    data: bytes = b""
    copied: Path | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Moving:
    """What an import would write, and what a person must look at, each with file, line and mend."""

    files: tuple[NewFile, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
