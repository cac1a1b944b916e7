"""A part that is compared ahead: by a forked child, while its parent goes on with the other parts.

The pages of entries are half of a hub, and after most builds hardly any of them differs. What the child found to be there as
it should be is only named again by the parent, which makes the others: the output is the same as without a child.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from kiosque.site.hub.hub import Hub
from kiosque.site.output.processes import Child
from kiosque.site.output.publisher import PreviousBuild
from kiosque.site.output.wanted import Output, Page, Unchanged, Wanted

# Fewer files are compared sooner than a child is born.
_LEAST = 3000
# For each output of a part, in order: what the site map says of what is there, or ``None`` for what isn't.
_Verdicts = list[tuple[str, datetime | None, bool] | None]
_DECODER = msgspec.msgpack.Decoder(_Verdicts)


@contextmanager
def compared_ahead(
    part: Callable[[Hub], Iterator[Output]], hub: Hub, standing: PreviousBuild
) -> Iterator[Iterator[Wanted]]:
    """Give what a part wants, to be asked for after all else; a child starts to compare it at once."""
    if len(standing.files) < _LEAST or (os.cpu_count() or 1) == 1:
        yield part(hub)
        return
    with Child(lambda: _compare(part, hub, standing)) as child:
        yield _replayed(part, hub, child)


def _compare(part: Callable[[Hub], Iterator[Output]], hub: Hub, standing: PreviousBuild) -> bytes:
    """Return the verdicts on a part; nothing where making it told the hub more than what it returns."""
    known = hub.files.extent
    verdicts: _Verdicts = [_verdict(output) if standing.has(output) else None for output in part(hub)]
    return msgspec.msgpack.encode(verdicts) if hub.files.extent == known else b""


def _verdict(output: Output) -> tuple[str, datetime | None, bool]:
    return (
        (output.path, output.changed, output.listed)
        if isinstance(output, Page)
        else (output.path, None, False)
    )


def _replayed(part: Callable[[Hub], Iterator[Output]], hub: Hub, child: Child) -> Iterator[Wanted]:
    """Yield what a part wants, made anew where the child found anything that isn't there."""
    try:
        verdicts = _DECODER.decode(child.result())
    except msgspec.DecodeError:
        # The child said nothing, or ended while it spoke: the part speaks for itself, and says what is wrong.
        yield from part(hub)
        return
    if None in verdicts:
        for output, verdict in zip(part(hub), verdicts, strict=True):
            yield Unchanged(*verdict) if verdict else output
    else:
        yield from (Unchanged(*verdict) for verdict in verdicts if verdict)
