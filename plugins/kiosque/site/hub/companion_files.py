"""Files of chapters and transcripts that a page shows.

The values of a page name the file, and a filter reads it when the page is rendered. A page that is unchanged
isn't rendered: the transcript of an hour then costs a build no time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosque import companions
from kiosque.html.captions import Cue, paragraphs, read_chapters, read_transcript
from kiosque.model import Chapter, Record


class CompanionFile(Record, frozen=True):
    """A file of chapters or a transcript; ``file`` is its path in the hub's folder.

    A file that a harvest stored is in a format of Kiosque, and its name changes with its content. For a file
    of the hub, ``state`` is its size and the time of its last change, and ``type`` the media type that its
    feed states.
    """

    file: str
    state: str = ""
    type: str = ""


def filters(root: Path) -> dict[str, Callable[..., object]]:
    """Return the filters ``chapters`` and ``paragraphs`` for templates.

    Their argument is a file, or the chapters or cues themselves.
    """

    def chapters(value: CompanionFile | tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        if not isinstance(value, CompanionFile):
            return value
        if value.state:
            return read_chapters(_bytes(root, value))
        return companions.load_chapters(root / value.file)

    def spoken_paragraphs(value: CompanionFile | tuple[Cue, ...]) -> list[Cue]:
        if not isinstance(value, CompanionFile):
            return paragraphs(value)
        if value.state:
            return paragraphs(read_transcript(_bytes(root, value), value.type))
        return paragraphs(companions.load_cues(root / value.file))

    return {"chapters": chapters, "paragraphs": spoken_paragraphs}


def _bytes(root: Path, companion: CompanionFile) -> bytes:
    try:
        with (root / companion.file).open("rb") as file:
            return file.read(companions.SIZE)
    except OSError:
        # The file was removed after the hub was gathered. The next build will know.
        return b""
