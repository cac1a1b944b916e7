"""What was taken down was known by: ``archive/takedowns.jsonl``, so that it is recognised however it comes back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from kiosque.archive.entries import ARCHIVE
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Problem
from kiosque.takedowns.covering import Memory

PATH = f"{ARCHIVE}/takedowns.jsonl"
_DECODER = msgspec.json.Decoder(Memory)
_ENCODER = msgspec.json.Encoder(order="sorted")


def read_memories(root: Path) -> tuple[list[Memory], list[Problem]]:
    """Read what is remembered, and name the lines that can't be read."""
    try:
        lines = (root / PATH).read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], []
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        return [], [Problem(path=PATH, message=message.format(reason=error.strerror))]
    memories, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            memories += [_DECODER.decode(line)] if line.strip() else []
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            message = _(
                "this line of the archive can't be read ({reason}): take it back from git, or remove it"
            )
            problems.append(Problem(path=PATH, line=number, message=message.format(reason=error)))
    return memories, problems


def write_memories(root: Path, memories: Iterable[Memory]) -> None:
    """Write what is remembered, where it differs; without anything there is no file."""
    path = root / PATH
    data = b"".join(sorted(_ENCODER.encode(memory) + b"\n" for memory in memories))
    try:
        before = path.read_bytes() if path.is_file() else b""
        if data and data != before:
            replace_file(path, data, lasting=True)
        elif not data:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(path, error)) from error
