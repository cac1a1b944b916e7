"""Files of the hub's folder that pages name: pictures, sounds, attachments. Each is checked before it is served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from kiosque import pictures
from kiosque.i18n import _
from kiosque.model import Problem
from kiosque.site.output import Copy

_SERVED = pictures.SUFFIXES | {
    ".aac", ".flac", ".m4a", ".mp3", ".mp4", ".oga", ".ogg", ".ogv", ".opus", ".wav", ".webm",
    ".csv", ".geojson", ".gpx", ".ics", ".json", ".odp", ".ods", ".odt", ".pdf", ".txt", ".vtt", ".srt",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
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

    def copies(self) -> Iterator[Copy]:
        """Yield what the publisher has to copy, in order."""
        for path in sorted(self._copies):
            yield Copy(path, self._copies[path])

    def picture(self, path: str, named_by: str) -> tuple[Size, ...]:
        """Return a picture's widths, narrowest first, by its path from the hub's folder; none where it can't be shown."""
        if path not in self._pictures:
            self._pictures[path] = self._shrink(path, named_by)
        return self._pictures[path]

    def served(self, path: str, named_by: str) -> str | None:
        """Return the address of a file by its path from the hub's folder; ``None`` where it can't be served."""
        file = self._inside(path)
        if file is None or file.suffix.lower() not in _SERVED:
            return None
        if file.suffix.lower() in pictures.SUFFIXES:
            sizes = self.picture(path, named_by)
            return sizes[-1].address if sizes else None
        return self._serve(_output_path(path), file)

    def _serve(self, output: str, file: Path) -> str:
        self._copies[output] = file
        return f"/{quote(output)}"

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
        return tuple(
            Size(self._serve(f"{stem}-{one.width}.webp", one.file), one.width, one.height) for one in made
        )

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
