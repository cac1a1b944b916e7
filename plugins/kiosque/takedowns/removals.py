"""Read and write ``archive/takedowns.jsonl``: the names under which removed entries were known.

With them an entry that comes back is recognised, whatever name it comes back under.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kiosque.archive.entries import ARCHIVE
from kiosque.files import cannot_write, replace_file
from kiosque.i18n import _
from kiosque.model import OutputError, Problem
from kiosque.takedowns.covering import Removal
from kiosque.wording.reasons import reason_of

PATH = f"{ARCHIVE}/takedowns.jsonl"
_DECODER = msgspec.json.Decoder(Removal)
_ENCODER = msgspec.json.Encoder(order="sorted")
logger = logging.getLogger(__name__)


def read_removals(root: Path) -> tuple[list[Removal], list[Problem]]:
    """Return the removals in the file, and a problem for each line that can't be read."""
    try:
        lines = (root / PATH).read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], []
    except OSError as error:
        message = _("this file can't be opened ({reason}): check its permissions")
        return [], [Problem(path=PATH, message=message.format(reason=reason_of(error)))]
    removals, problems = [], []
    for number, line in enumerate(lines, start=1):
        try:
            removals += [_DECODER.decode(line)] if line.strip() else []
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            message = _(
                "this line of the archive can't be read ({reason}): take it back from git, or remove it"
            )
            problems.append(Problem(path=PATH, line=number, message=message.format(reason=reason_of(error))))
    return removals, problems


def write_removals(root: Path, removals: Iterable[Removal]) -> None:
    """Write the file where its bytes change; without removals there is no file. Raises OutputError."""
    path = root / PATH
    data = b"".join(sorted(_ENCODER.encode(removal) + b"\n" for removal in removals))
    try:
        before = path.read_bytes() if path.is_file() else b""
        if data and data != before:
            replace_file(path, data, lasting=True)
            logger.debug("%s: %d removals written", PATH, data.count(b"\n"))
        elif not data:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(cannot_write(path, error)) from error
