"""Files that pages name: pictures, sounds, attachments of the hub's folder, each checked before it is served.

A file of elsewhere, be it a picture or what lies beside a sound, is one that a harvest has kept: no socket is opened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from kiosque import companions, pictures
from kiosque.companions import Companion
from kiosque.i18n import _
from kiosque.model import ChaptersFile, Entry, Problem, Transcript
from kiosque.site.hub.companion_files import Beside
from kiosque.site.output.wanted import Copy

_SERVED = pictures.SUFFIXES | {
    ".aac", ".flac", ".m4a", ".mp3", ".mp4", ".oga", ".ogg", ".ogv", ".opus", ".wav", ".webm",
    ".csv", ".geojson", ".gpx", ".ics", ".json", ".odp", ".ods", ".odt", ".pdf", ".txt", ".vtt", ".srt",
}  # fmt: skip


class Size(NamedTuple):
    """One width of a picture, where it is served; sizes in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HubFiles:
    """The files that a site serves besides its pages, as gathering found them.

    ``copies`` is what the publisher has to copy. ``addresses`` are addresses from the hub's root by path from its folder;
    ``widths`` all widths of a picture by the address of its widest, which is the one that texts name; ``origins`` the
    files behind addresses. ``companions`` are chapters and transcripts that a harvest kept, by their key, and
    ``own_companions`` those that lie in the hub's folder.
    """

    copies: tuple[Copy, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, tuple[Size, ...]] = field(default_factory=dict)
    origins: Mapping[str, Path] = field(default_factory=dict)
    companions: Mapping[str, str] = field(default_factory=dict)
    own_companions: Mapping[Companion, Beside] = field(default_factory=dict)

    def served(self, path: str) -> str:
        """Return the address of a file by its path from the hub's folder; empty where it isn't served."""
        return self.addresses.get(path, "")

    def beside(self, companion: Companion) -> Beside | None:
        """Return the file of chapters or words that a harvest kept, or that is one of the hub; ``None`` without one."""
        if "://" not in companion.url:
            return self.own_companions.get(companion)
        name = self.companions.get(companions.key(companion))
        return Beside(file=f".cache/companions/{name}") if name else None


class FileFinder:
    """Finds the files that content and archive name, while a hub is gathered; each is looked at once.

    ``problems`` grows with the pictures that can't be shown.
    """

    def __init__(self, root: Path) -> None:
        """Find nothing yet, in the hub's folder ``root``."""
        self.problems: list[Problem] = []
        self._root = root
        self._inside_of = root.resolve()
        self._gallery = pictures.remote_folder(root)
        self._copies: dict[str, Copy] = {}
        self._pictures: dict[str, tuple[Size, ...]] = {}
        self._addresses: dict[str, str] = {}
        self._widths: dict[str, tuple[Size, ...]] = {}
        self._companions: dict[Companion, Beside] = {}

    def found(self) -> HubFiles:
        """Return all files that were found."""
        copies = {path: self._copies[path] for path in sorted(self._copies)}
        return HubFiles(
            copies=tuple(copies.values()),
            addresses=self._addresses,
            widths=self._widths,
            origins={f"/{quote(path)}": Path(copy.origin) for path, copy in copies.items()},
            companions=companions.names_by_key(companions.folder(self._root)),
            own_companions=self._companions,
        )

    def picture(self, path: str, named_by: str) -> tuple[Size, ...]:
        """Return a picture's widths, narrowest first, by its path from the hub's folder or its absolute address.

        None where it can't be shown, or where no harvest has kept it yet. ``named_by`` is the file that names it.
        """
        if path not in self._pictures:
            self._pictures[path] = self._kept_widths(path) if "://" in path else self._shrink(path, named_by)
        return self._pictures[path]

    def served(self, path: str, named_by: str) -> str | None:
        """Return the address of a file by its path from the hub's folder; ``None`` where it can't be served."""
        file = self._inside(path)
        if file is None or file.suffix.lower() not in _SERVED:
            return None
        if file.suffix.lower() in pictures.SUFFIXES:
            sizes = self.picture(path, named_by)
            address = sizes[-1].address if sizes else None
        else:
            address = self._serve(_output_path(path), file)
        if address:
            self._addresses[path] = address
        return address

    def enclosures(self, entry: Entry, named_by: str) -> None:
        """Find the files of an entry that lie in the hub's folder: sounds, videos, their transcripts and chapters."""
        for enclosure in entry.enclosures:
            named: list[str] = [enclosure.url, *(other.url for other in enclosure.alternatives)]
            beside: list[Companion] = [*enclosure.transcripts]
            if isinstance(enclosure.chapters, ChaptersFile):
                beside.append(enclosure.chapters)
            for url in (*named, *(companion.url for companion in beside)):
                if "://" not in url:
                    self.served(url, named_by)
            for companion in beside:
                if "://" not in companion.url:
                    self._own_companion(companion)

    def _own_companion(self, companion: Companion) -> None:
        file = self._inside(companion.url)
        if file is not None and file.suffix.lower() in _SERVED:
            state = file.stat()
            stated_type = companion.type if isinstance(companion, Transcript) else ""
            self._companions[companion] = Beside(
                file=companion.url, state=f"{state.st_size} {state.st_mtime_ns}", type=stated_type
            )

    def _serve(self, output: str, file: Path) -> str:
        self._copies[output] = Copy(output, file)
        return f"/{quote(output)}"

    @cached_property
    def _kept(self) -> dict[str, tuple[pictures.RemoteFile, ...]]:
        return pictures.remote_files(self._gallery)

    def _kept_widths(self, address: str) -> tuple[Size, ...]:
        """Return the widths of a picture of elsewhere, served under a key of its address: it lasts as long as that."""
        key = pictures.remote_key(address)
        kept = self._kept.get(key, ())
        for name, width, _height in kept:
            path = f"images/{key}-{width}.webp"
            self._copies[path] = Copy(path, f"{self._gallery}/{name}", is_named_by_content=True)
        return tuple([Size(f"/images/{key}-{width}.webp", width, height) for _name, width, height in kept])

    def _shrink(self, path: str, named_by: str) -> tuple[Size, ...]:
        file = self._inside(path)
        if file is None:
            message = _("the picture “{file}” isn't there: put it beside this file, or mend its name")
            self.problems.append(
                Problem(path=named_by, message=message.format(file=PurePosixPath(path).name))
            )
            return ()
        try:
            made = pictures.shrink(file, self._root / ".cache" / "pictures")
        except pictures.PictureError as error:
            self.problems.append(Problem(path=path, message=str(error)))
            return ()
        stem = _output_path(path).rsplit(".", 1)[0]
        sizes = tuple(
            Size(self._serve(f"{stem}-{size.width}.webp", size.file), size.width, size.height)
            for size in made
        )
        self._widths[sizes[-1].address] = sizes
        return sizes

    def _inside(self, path: str) -> Path | None:
        """Return a file below the hub's folder, links resolved; nothing hidden, nothing that leads out of it."""
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            return None
        try:
            file = (self._root / path).resolve(strict=True)
        except (OSError, ValueError):
            return None
        return file if file.is_file() and file.is_relative_to(self._inside_of) else None


def _output_path(path: str) -> str:
    return f"fichiers/{path.removeprefix('content/')}"
