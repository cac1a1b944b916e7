"""Finds the files that pages show or link: pictures, sounds and attachments.

Each is checked before it is served. For a file of another host, a harvest has stored a copy. Nothing here
opens a connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from kiosque import companions, pictures
from kiosque.companions import Companion
from kiosque.content.content_files import CONTENT
from kiosque.content.linking.named_files import PICTURES, NamedFiles, from_file, is_served
from kiosque.files import resolved_below
from kiosque.i18n import _
from kiosque.job_limits import JobLimits
from kiosque.model import ChaptersFile, Entry, Problem, Source, Transcript
from kiosque.site.hub.companion_files import CompanionFile
from kiosque.site.output.wanted import Copy

# PNG, JPEG and WebP of 60 million pixels took up to 4.1 s, and 1.3 GB of address space.
_DECODER_LIMITS = JobLimits(cpu=30, memory=2_500_000_000)


class Size(NamedTuple):
    """A picture in one width: its address on the hub, its width and height in pixels."""

    address: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class HubFiles:
    """The files that a site serves besides its pages.

    - ``copies`` are the files that the publisher copies.
    - ``addresses`` are the addresses of files by their path in the hub's folder; they begin at the hub's top.
    - ``widths`` are all widths of a picture, by the address of the widest. Texts name that address.
    - ``origins`` are the files by their address.
    - ``companions`` are the names of stored files of chapters and transcripts, by their key.
    - ``own_companions`` are files of chapters and transcripts in the hub's folder.
    """

    copies: tuple[Copy, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, tuple[Size, ...]] = field(default_factory=dict)
    origins: Mapping[str, Path] = field(default_factory=dict)
    companions: Mapping[str, str] = field(default_factory=dict)
    own_companions: Mapping[Companion, CompanionFile] = field(default_factory=dict)

    def served(self, path: str) -> str:
        """Return the address of a file by its path in the hub's folder; empty if it isn't served."""
        return self.addresses.get(path, "")

    def companion(self, companion: Companion) -> CompanionFile | None:
        """Return the file with chapters or a transcript: stored by a harvest, or a file of the hub.

        None if there is no such file.
        """
        if "://" not in companion.url:
            return self.own_companions.get(companion)
        name = self.companions.get(companions.key(companion))
        return CompanionFile(file=f".cache/companions/{name}") if name else None


class FileFinder:
    """Finds the files that content and archive name, while a hub is gathered. Each file is read once.

    ``problems`` are those of pictures that can't be shown. ``named`` are the files below ``content/`` by the
    names that texts have for them.
    """

    def __init__(self, root: Path, sources: Iterable[Source] = ()) -> None:
        """Start with no files; ``root`` is the hub's folder.

        Feeds of ``sources`` may name files beside them.
        """
        self.problems: list[Problem] = []
        self.named = NamedFiles(root)
        self._root = root
        self._content = (root / CONTENT).resolve()
        self._beside_feeds = {source.path: tuple(_feed_folders(root, source)) for source in sources}
        self._shrunk_folder = pictures.own_folder(root)
        self._gallery = pictures.remote_folder(root)
        self._decoder = pictures.PictureDecoder(_DECODER_LIMITS)
        self._copies: dict[str, Copy] = {}
        self._pictures: dict[str, tuple[Size, ...]] = {}
        self._addresses: dict[str, str] = {}
        self._widths: dict[str, tuple[Size, ...]] = {}
        self._companions: dict[Companion, CompanionFile] = {}

    def hub_files(self) -> HubFiles:
        """Return all files that were found, and end the process that decodes pictures: call it last."""
        self._decoder.close()
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
        """Return the widths of a picture, narrowest first; empty if it can't be shown, or isn't stored yet.

        ``path`` is its path in the hub's folder, or its absolute address. ``named_by`` is the file that names
        it.
        """
        if path not in self._pictures:
            self._pictures[path] = (
                self._stored_widths(path) if "://" in path else self._shrink(path, named_by)
            )
        return self._pictures[path]

    def served(self, path: str, named_by: str) -> str | None:
        """Return the address of a file by its path in the hub's folder; None if it can't be served.

        ``named_by`` is the file that names it.
        """
        file = self._inside(path, named_by)
        if file is None or not is_served(file.name):
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
        """Find the files of an entry in the hub's folder: sounds, videos, their transcripts and chapters."""
        for enclosure in entry.enclosures:
            for url in (enclosure.url, *(other.url for other in enclosure.alternatives)):
                if "://" not in url:
                    self.served(url, named_by)
            for companion in enclosure.transcripts:
                self._own_companion(companion, named_by)
            if isinstance(enclosure.chapters, ChaptersFile):
                self._own_companion(enclosure.chapters, named_by)

    def _own_companion(self, companion: Companion, named_by: str) -> None:
        if "://" in companion.url:
            return
        self.served(companion.url, named_by)
        file = self._inside(companion.url, named_by)
        if file is not None and is_served(file.name):
            state = file.stat()
            stated_type = companion.type if isinstance(companion, Transcript) else ""
            self._companions[companion] = CompanionFile(
                file=companion.url, state=f"{state.st_size} {state.st_mtime_ns}", type=stated_type
            )

    def _serve(self, output: str, file: Path) -> str:
        self._copies[output] = Copy(output, file)
        return f"/{quote(output)}"

    @cached_property
    def _shrunk_pictures(self) -> pictures.StoredPictures:
        return pictures.stored_pictures(self._shrunk_folder, pictures.WIDTHS)

    @cached_property
    def _stored_pictures(self) -> pictures.StoredPictures:
        return pictures.remote_pictures(self._root)

    def _stored_widths(self, address: str) -> tuple[Size, ...]:
        """Return the widths of a picture of another host that a harvest stored.

        Its address on the hub has a key of its original address. It stays the same as long as the original
        does.
        """
        key = pictures.remote_key(address)
        stored = self._stored_pictures.get(key, ())
        for name, width, _height, checksum in stored:
            path = f"images/{key}-{width}.webp"
            self._copies[path] = Copy(path, f"{self._gallery}/{name}", checksum)
        return tuple([Size(f"/images/{key}-{file.width}.webp", file.width, file.height) for file in stored])

    def _shrink(self, path: str, named_by: str) -> tuple[Size, ...]:
        file = self._inside(path, named_by)
        if file is None:
            self.problems.append(self._missing(path, named_by))
            return ()
        try:
            shrunk = self._shrunk_files(file)
        except pictures.PictureError as error:
            self.problems.append(Problem(path=path, message=str(error), rule="image-refused"))
            return ()
        sizes = tuple([self._serve_shrunk(path, stored) for stored in shrunk])
        self._widths[sizes[-1].address] = sizes
        return sizes

    def _missing(self, path: str, named_by: str) -> Problem:
        if likely := self.named.likely(path, PICTURES):
            message = _("the picture “{file}” isn't there: write “{likely}”, the file that is there")
        else:
            message = _("the picture “{file}” isn't there: put it beside this file, or mend its name")
        shown = message.format(file=PurePosixPath(path).name, likely=likely and from_file(likely, named_by))
        return Problem(path=named_by, message=shown, rule="image-missing")

    def _shrunk_files(self, file: Path) -> tuple[pictures.StoredFile, ...]:
        """Return the files of a picture of the hub, made where they are missing. Raises PictureError."""
        key = pictures.own_key(file)
        if key not in self._shrunk_pictures:
            try:
                self._shrunk_pictures[key] = self._decoder.do(_shrink, (file, self._shrunk_folder))
            except pictures.PictureTooHardError:
                message = _("this picture takes too much time or memory to be decoded: save it again as JPEG")
                raise pictures.PictureError(message) from None
        return self._shrunk_pictures[key]

    def _serve_shrunk(self, path: str, stored: pictures.StoredFile) -> Size:
        output = f"{_output_path(path).rsplit('.', 1)[0]}-{stored.width}.webp"
        self._copies[output] = Copy(output, self._shrunk_folder / stored.name, stored.checksum)
        return Size(f"/{quote(output)}", stored.width, stored.height)

    def _inside(self, path: str, named_by: str) -> Path | None:
        """Return a file by its path in the hub's folder, with links resolved.

        None unless it lies below ``content/``, or below the folder of a feed of the source ``named_by``. The
        name of a file below ``content/`` may have another Unicode form.
        """
        path = self.named.found(path) or path
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            return None
        return resolved_below(self._root / path, (self._content, *self._beside_feeds.get(named_by, ())))


def _shrink(job: tuple[Path, Path]) -> tuple[pictures.StoredFile, ...]:
    return pictures.shrink(*job)


def _feed_folders(root: Path, source: Source) -> Iterator[Path]:
    """Yield the folders of the feeds that are files.

    The hub's own folder is none: it holds whatever a hub has.
    """
    top = root.resolve()
    for feed in source.feeds:
        folder = (root / feed.url).parent.resolve() if feed.is_file else top
        if folder != top and folder.is_relative_to(top):
            parts = folder.relative_to(top).parts
            if not any(part.startswith(".") for part in parts):
                yield folder


def _output_path(path: str) -> str:
    return f"fichiers/{path.removeprefix('content/')}"
