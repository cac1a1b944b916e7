"""Files that pages name: pictures, sounds, attachments of the hub's folder, each checked before it is served.

A file of elsewhere, be it a picture or what lies beside a sound, is one that a harvest has kept: no socket is opened here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote

from kiosque import companions, pictures
from kiosque.companions import Companion
from kiosque.i18n import _
from kiosque.model import Problem, Transcript
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


@dataclass
class LocalFiles:
    """The files of one hub that its pages name; addresses are from the hub's root.

    ``problems`` grows with the pictures that can't be shown.
    """

    root: Path
    problems: list[Problem] = field(default_factory=list)
    _copies: dict[str, Path] = field(default_factory=dict)
    _pictures: dict[str, tuple[Size, ...]] = field(default_factory=dict)
    _remote: dict[str, tuple[pictures.RemoteFile, ...]] = field(default_factory=dict)
    _widths: dict[str, tuple[Size, ...]] = field(default_factory=dict)

    @property
    def extent(self) -> tuple[int, int, int]:
        """How much is known of files: it grows where a page names one that nothing named before."""
        return len(self._copies), len(self._remote), len(self.problems)

    def copies(self) -> Iterator[Copy]:
        """Yield what the publisher has to copy, in order."""
        for path in sorted(self._copies):
            yield Copy(path, self._copies[path])
        for key, kept in self._remote.items():
            for name, width, _height in kept:
                yield Copy(f"images/{key}-{width}.webp", f"{self._gallery}/{name}", is_named_by_content=True)

    def picture(self, path: str, named_by: str) -> tuple[Size, ...]:
        """Return a picture's widths, narrowest first, by its path from the hub's folder or its absolute address.

        None where it can't be shown, or where no harvest has kept it yet.
        """
        if path not in self._pictures:
            self._pictures[path] = self._kept_widths(path) if "://" in path else self._shrink(path, named_by)
        return self._pictures[path]

    def widths(self, address: str) -> tuple[Size, ...]:
        """Return all widths of a local picture, by the address of its widest, which is the one that texts name."""
        return self._widths.get(address, ())

    def origin(self, address: str) -> Path | None:
        """Return the file of the cache that is served at the address of a picture: another content has another name."""
        key, _hyphen, width = PurePosixPath(address).stem.rpartition("-")
        for name, kept_width, _height in self._remote.get(key, ()):
            if str(kept_width) == width:
                return self._gallery / name
        return self._copies.get(unquote(address[1:]))

    def served(self, path: str, named_by: str) -> str | None:
        """Return the address of a file by its path from the hub's folder; ``None`` where it can't be served."""
        file = self._inside(path)
        if file is None or file.suffix.lower() not in _SERVED:
            return None
        if file.suffix.lower() in pictures.SUFFIXES:
            sizes = self.picture(path, named_by)
            return sizes[-1].address if sizes else None
        return self._serve(_output_path(path), file)

    def beside(self, companion: Companion) -> Beside | None:
        """Return the file of chapters or words that a harvest kept, or that is one of the hub; ``None`` without one."""
        if "://" in companion.url:
            name = self._companions.get(companions.key(companion))
            return Beside(file=f".cache/companions/{name}") if name else None
        file = self._inside(companion.url)
        if file is None or file.suffix.lower() not in _SERVED:
            return None
        state = file.stat()
        stated_type = companion.type if isinstance(companion, Transcript) else ""
        return Beside(file=companion.url, state=f"{state.st_size} {state.st_mtime_ns}", type=stated_type)

    @cached_property
    def _companions(self) -> dict[str, str]:
        return companions.names_by_key(companions.folder(self.root))

    def _serve(self, output: str, file: Path) -> str:
        self._copies[output] = file
        return f"/{quote(output)}"

    @cached_property
    def _gallery(self) -> Path:
        return pictures.remote_folder(self.root)

    @cached_property
    def _kept(self) -> dict[str, tuple[pictures.RemoteFile, ...]]:
        return pictures.remote_files(self._gallery)

    def _kept_widths(self, address: str) -> tuple[Size, ...]:
        """Return the widths of a picture of elsewhere, served under a key of its address: it lasts as long as that."""
        key = pictures.remote_key(address)
        kept = self._remote[key] = self._kept.get(key, ())
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
            made = pictures.shrink(file, self.root / ".cache" / "pictures")
        except pictures.PictureError as error:
            self.problems.append(Problem(path=path, message=str(error)))
            return ()
        stem = _output_path(path).rsplit(".", 1)[0]
        sizes = tuple(
            Size(self._serve(f"{stem}-{one.width}.webp", one.file), one.width, one.height) for one in made
        )
        self._widths[sizes[-1].address] = sizes
        return sizes

    def _inside(self, path: str) -> Path | None:
        """Return a file below the hub's folder, links resolved; nothing hidden, nothing that leads out of it."""
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            return None
        try:
            file = (self.root / path).resolve(strict=True)
        except (OSError, ValueError):
            return None
        return file if file.is_file() and file.is_relative_to(self.root.resolve()) else None


def _output_path(path: str) -> str:
    return f"fichiers/{path.removeprefix('content/')}"
