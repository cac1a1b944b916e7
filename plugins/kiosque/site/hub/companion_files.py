"""What lies beside a sound, in a page: its values name the file, and a filter reads that where the page is rendered.

So an hour of words costs nothing in a build after which it didn't change.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosque import companions
from kiosque.html.captions import Cue, paragraphs, read_chapters, read_transcript
from kiosque.model import Chapter, Record


class Beside(Record, frozen=True):
    """A file of chapters or words; ``file`` is its path from the hub's folder.

    One that a harvest kept has been read, and its name says when it changes. ``state`` is what the file system says of
    a file of the hub, ``type`` what its feed does.
    """

    file: str
    state: str = ""
    type: str = ""


def filters(root: Path) -> dict[str, Callable[..., object]]:
    """Return the filters that give what a page's player names: a file's chapters and words, or those given in its place."""

    def chapters(given: Beside | tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        if not isinstance(given, Beside):
            return given
        return (
            read_chapters(_bytes(root, given)) if given.state else companions.load_chapters(root / given.file)
        )

    def said(given: Beside | tuple[Cue, ...]) -> list[Cue]:
        if not isinstance(given, Beside):
            return paragraphs(given)
        if given.state:
            return paragraphs(read_transcript(_bytes(root, given), given.type))
        return paragraphs(companions.load_cues(root / given.file))

    return {"chapters": chapters, "paragraphs": said}


def _bytes(root: Path, given: Beside) -> bytes:
    try:
        with (root / given.file).open("rb") as file:
            return file.read(companions.SIZE)
    except OSError:
        # It has gone since the hub was gathered: the next build sees that.
        return b""
