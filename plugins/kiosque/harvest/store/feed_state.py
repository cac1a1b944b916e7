"""What a visit means for a feed in the long run: gone, moved, failing; and when it is due again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Visit
from kiosque.harvest.net import schedule
from kiosque.harvest.net.responses import Failure, Fetched
from kiosque.harvest.net.schedule import Bounds

# A permanent redirect that holds for so long is meant.
_MEANT = timedelta(days=7)
# A server that is away for less is no news: the archive's files stay as they are.
_LASTING = timedelta(days=1)


def stands(state: FeedState, visit: Visit, answer: Fetched, now: datetime) -> FeedState:
    """Return the lasting state of a feed after an answer; ``visit`` is what the visits taught, this one included."""
    if isinstance(answer, Failure):
        return _after_failure(state, visit, answer, now)
    state = msgspec.structs.replace(state, failing=None, gone=None)
    if not answer.moved:
        # Whoever was moved is asked at the new address, and answers there without a redirect.
        return msgspec.structs.replace(state, moving="", moving_since=None)
    if state.moving != answer.moved or state.moving_since is None:
        return msgspec.structs.replace(state, moving=answer.moved, moving_since=now)
    if now - state.moving_since >= _MEANT:
        return _moved(state)
    return state


def _moved(state: FeedState) -> FeedState:
    return msgspec.structs.replace(state, moved=state.moving, moving="", moving_since=None)


def _after_failure(state: FeedState, visit: Visit, answer: Failure, now: datetime) -> FeedState:
    is_away = answer.gone or answer.missing
    if is_away and state.moving:
        return _moved(state)
    if is_away and state.moved:
        # The new address was no better: the old one is asked again.
        return msgspec.structs.replace(state, moved="")
    if answer.gone:
        return msgspec.structs.replace(state, gone=now, failing=None)
    if state.failing is None and visit.failing and now - visit.failing >= _LASTING:
        return msgspec.structs.replace(state, failing=visit.failing)
    return state


def failed(visit: Visit, message: str, wait: float | None, now: datetime, bounds: Bounds) -> Visit:
    """Return what visits taught after one more that failed."""
    return msgspec.structs.replace(
        visit,
        failures=visit.failures + 1,
        failing=visit.failing or now,
        failure=message,
        next=schedule.after_failure(now, visit.failures + 1, wait, bounds),
    )


def succeeded(visit: Visit, fresh: float | None, now: datetime, bounds: Bounds) -> Visit:
    """Return what visits taught after one more that was answered; ``fresh`` is for how many seconds it holds."""
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
