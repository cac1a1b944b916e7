"""One deployment at a time: a file on the host says who is at it, and since when no sign of life has come.

A deployment that was cut off can't take its lock away. The next one from the same hub's folder knows its token and
goes on at once; another waits until the lock has been silent for ``SILENCE``.
"""

from __future__ import annotations

import getpass
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from kiosque.deploy.host import Host, HostError
from kiosque.deploy.state import LOCK, Lock, read_lock
from kiosque.files import replace_file
from kiosque.i18n import _

SILENCE = timedelta(minutes=30)
_BEAT = 60.0
# A lock is made, then written, on hosts that can't do both at once: empty for longer, its maker was cut off between.
_EMPTY = 5.0


class BusyError(HostError):
    """Someone else is deploying to this host."""


class Held:
    """A lock that this deployment holds."""

    def __init__(self, host: Host, mine: Lock) -> None:
        """Remember when it was last renewed: now."""
        self._host, self._mine, self._renewed = host, mine, time.monotonic()

    def beat(self) -> None:
        """Give a sign of life, once a minute at most; raises HostError where someone else has taken over."""
        if time.monotonic() - self._renewed < _BEAT:
            return
        self.check()
        self._host.write(
            LOCK, msgspec.json.encode(msgspec.structs.replace(self._mine, seen=datetime.now(UTC)))
        )
        self._renewed = time.monotonic()

    def check(self) -> None:
        """Raise HostError unless the lock on the host is this one."""
        found = read_lock(self._host)
        if found is None or found.token != self._mine.token:
            message = _("another deployment to “{target}” has taken over: let it finish, then deploy again")
            raise BusyError(message.format(target=self._mine.target))


@contextmanager
def locked(host: Host, target: str, cache: Path) -> Iterator[Held]:
    """Hold the lock of a host; raises HostError where someone else does."""
    kept = cache / "deploy" / f"{target}.token"
    token = _kept(kept)
    mine = Lock(token=token, owner=_owner(), target=target, seen=datetime.now(UTC))
    # Where this note stays, a deployment from here was cut off, perhaps while it took the lock.
    note = kept.with_suffix(".held")
    was_cut = note.exists()
    replace_file(note, b"")
    try:
        _take(host, mine, was_cut=was_cut)
    except BusyError:
        note.unlink(missing_ok=True)
        raise
    held = Held(host, mine)
    try:
        yield held
    finally:
        # Cut off from the host, the lock stays there, and the next deployment takes it over.
        with suppress(HostError):
            held.check()
            host.release(LOCK)
            note.unlink(missing_ok=True)


def _kept(file: Path) -> str:
    """Return the token of this hub's folder, made the first time."""
    with suppress(OSError, UnicodeDecodeError):
        if written := file.read_text(encoding="ascii").strip():
            return written
    token = secrets.token_hex(16)
    replace_file(file, token.encode())
    return token


def _owner() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "?"
    return f"{user}@{socket.gethostname()}"


def _take(host: Host, mine: Lock, *, was_cut: bool) -> None:
    data = msgspec.json.encode(mine)
    if host.claim(LOCK, data):
        return
    holder = read_lock(host) or (None if was_cut else _later(host))
    if holder and holder.token != mine.token and datetime.now(UTC) - holder.seen < SILENCE:
        message = _(
            "another deployment to “{target}” is under way, by {owner}: wait until it is done. If it was cut off, "
            "it can be repeated from {time}"
        )
        until = (holder.seen + SILENCE).astimezone()
        raise BusyError(message.format(target=mine.target, owner=holder.owner, time=f"{until:%H:%M}"))
    host.write(LOCK, data)
    Held(host, mine).check()


def _later(host: Host) -> Lock | None:
    """Look at a lock once more that was empty, or gone again."""
    time.sleep(_EMPTY)
    return read_lock(host)
