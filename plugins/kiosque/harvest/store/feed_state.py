"""Update a feed's lasting state and its memory after a visit: gone, moved, failing, due. Pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Visit
from kiosque.harvest.net import schedule
from kiosque.harvest.net.responses import Answer, Failure
from kiosque.harvest.net.schedule import Bounds

# A permanent redirect may be a mistake. One that lasts this long is meant.
_LASTING_REDIRECT = timedelta(days=7)
# A shorter failure isn't written to the archive, so that its files don't change for nothing.
_LASTING_FAILURE = timedelta(days=1)


def state_after(state: FeedState, visit: Visit, answer: Answer, now: datetime) -> FeedState:
    """Return the lasting state of a feed after an answer. ``visit`` is its memory, this visit included.

    A body that is no feed is a failure here.
    """
    if isinstance(answer, Failure):
        return _after_failure(state, visit, answer, now)
    state = msgspec.structs.replace(state, failing=None, gone=None)
    if not answer.moved:
        # A feed that has moved is asked at its new address, so its `moved` stays as it is.
        return msgspec.structs.replace(state, moving="", moving_since=None)
    if state.moving != answer.moved or state.moving_since is None:
        return msgspec.structs.replace(state, moving=answer.moved, moving_since=now)
    if now - state.moving_since >= _LASTING_REDIRECT:
        return _moved(state)
    return state


def _moved(state: FeedState) -> FeedState:
    return msgspec.structs.replace(state, moved=state.moving, moving="", moving_since=None)


def _after_failure(state: FeedState, visit: Visit, answer: Failure, now: datetime) -> FeedState:
    is_missing = answer.gone or answer.missing
    if is_missing and state.moving:
        return _moved(state)
    if is_missing and state.moved:
        # The new address is missing as well, so the old one is asked again.
        return msgspec.structs.replace(state, moved="")
    if answer.no_feed:
        # Only an address that gives the feed is a new one. A page about maintenance or a portal is none, and
        # the old address is asked again.
        state = msgspec.structs.replace(state, moving="", moving_since=None, moved="")
    if answer.gone:
        return msgspec.structs.replace(state, gone=now, failing=None)
    if state.failing is None and visit.failing and now - visit.failing >= _LASTING_FAILURE:
        return msgspec.structs.replace(state, failing=visit.failing)
    return state


def with_failure(visit: Visit, message: str, wait: float | None, now: datetime, bounds: Bounds) -> Visit:
    """Return the memory of a feed after a failed visit. ``wait`` is what the server asks for, in seconds."""
    return msgspec.structs.replace(
        visit,
        failures=visit.failures + 1,
        failing=visit.failing or now,
        failure=message,
        next=schedule.after_failure(now, visit.failures + 1, wait, bounds),
    )


def with_success(visit: Visit, fresh: float | None, now: datetime, bounds: Bounds) -> Visit:
    """Return the memory of a feed after a successful visit. The answer is fresh for ``fresh`` seconds."""
    hints = msgspec.structs.replace(visit.hints, fresh=fresh)
    return msgspec.structs.replace(
        visit,
        failures=0,
        failing=None,
        failure="",
        succeeded=now,
        hints=hints,
        next=schedule.after_success(now, hints, bounds),
    )
