"""Adding a takedown to ``content/takedowns.yml`` without touching what people wrote there."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

import msgspec
import yaml

from kiosque import frontmatter
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import ContentError, OutputError, Problem
from kiosque.takedowns.covering import Takedown
from kiosque.takedowns.reading import PATH, read

# No line is broken: a person finds a reason again by searching for it.
_WIDE = 10**6


def note(root: Path, takedown: Takedown, zone: tzinfo) -> Takedown:
    """Write a takedown at the end of the file, and return it as it is read there.

    Comments, order and line ends stay as they are. Raises ContentError, and writes nothing, where the file couldn't
    be read then as it is meant; OutputError where it can't be written.
    """
    file = root / PATH
    try:
        before = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise OutputError(cannot_write(file, error)) from error
    after = _appended(before, takedown)
    items, _problems, _is_whole = read(before, zone)
    read_back, _problems, _is_whole = read(after, zone)
    if len(read_back) != len(items) + 1 or read_back[:-1] != items or not _is_same(read_back[-1], takedown):
        message = _("a takedown can't be added to this file: write its items one under the other, each beginning with "
                    "a dash, then run again")  # fmt: skip
        raise ContentError((Problem(path=PATH, line=1, message=message),))
    replace_file(file, after, lasting=True)
    return read_back[-1]


def _is_same(read_back: Takedown, takedown: Takedown) -> bool:
    return msgspec.structs.replace(read_back, line=takedown.line) == takedown


def _appended(before: bytes, takedown: Takedown) -> bytes:
    text, _unread = frontmatter.decode(before, PATH)
    located, _wrong = frontmatter.parse_yaml(text, PATH)
    indent = " " * (located.column - 1) if located else ""
    item = yaml.safe_dump([_written(takedown)], allow_unicode=True, sort_keys=False, width=_WIDE)
    added = "".join(indent + line for line in item.splitlines(keepends=True))
    end_of_line = "\r\n" if b"\r\n" in before else "\n"
    between = "" if not before or before.endswith((b"\n", b"\r")) else "\n"
    return before + (between + added).replace("\n", end_of_line).encode()


def _written(takedown: Takedown) -> dict[str, object]:
    """Return the item of a takedown, its keys in the order in which people read them."""
    entry = f"{takedown.source}/{takedown.identity}" if takedown.identity else ""
    values = {
        "entry": entry,
        "address": takedown.address,
        "source": takedown.source if takedown.is_source else "",
        "date": takedown.day,
        "reason": takedown.reason,
        "by": takedown.by,
    }
    return {key: value for key, value in values.items() if value}
