"""Compares the outputs of a part with the previous build, in a forked child process.

The pages of entries are half of a hub, and most builds change hardly any of them. While the child compares
them, the parent works on the other parts. It then makes only the outputs that differ. The result is the same
as without a child.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from kiosque.site.output.processes import Child
from kiosque.site.output.publisher import PreviousBuild
from kiosque.site.output.wanted import Output, Page, Unchanged, Wanted

# Comparing fewer files takes less time than starting a child.
_LEAST = 3000
# For each output of a part, in order: the fields of ``Unchanged``, or ``None`` for an output that differs.
_Verdicts = list[tuple[str, datetime | None, bool] | None]
_DECODER = msgspec.msgpack.Decoder(_Verdicts)
_Part = Callable[[], Iterable[Output]]


@contextmanager
def compared_ahead(part: _Part, previous: PreviousBuild) -> Iterator[Iterable[Wanted]]:
    """Start to compare the outputs of a part; yield its outputs, to be consumed after all other parts."""
    if len(previous.files) < _LEAST or (os.cpu_count() or 1) == 1:
        yield part()
        return
    with Child(lambda: _compare(part, previous)) as child:
        yield _wanted(part, child)


def _compare(part: _Part, previous: PreviousBuild) -> bytes:
    verdicts: _Verdicts = [_verdict(output) if previous.has(output) else None for output in part()]
    return msgspec.msgpack.encode(verdicts)


def _verdict(output: Output) -> tuple[str, datetime | None, bool]:
    if isinstance(output, Page):
        return output.path, output.changed, output.listed
    return output.path, None, False


def _wanted(part: _Part, child: Child) -> Iterator[Wanted]:
    """Yield the outputs of a part; ``Unchanged`` for each that the child found unchanged."""
    try:
        verdicts = _DECODER.decode(child.result())
    except msgspec.DecodeError:
        # The child failed. The parent does the same work, and reports the error.
        yield from part()
        return
    if None in verdicts:
        for output, verdict in zip(part(), verdicts, strict=True):
            yield Unchanged(*verdict) if verdict else output
    else:
        yield from (Unchanged(*verdict) for verdict in verdicts if verdict)
