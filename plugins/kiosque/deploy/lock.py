"""The lock of a host: one deployment at a time.

A file on the host names the deployment that runs, with the time of its last sign of life. A deployment that
was cut off leaves its lock behind. The next one from the same hub's folder knows the lock's token and goes on
at once. Any other waits until the lock has shown no sign of life for ``SILENCE``.
"""

from __future__ import annotations

import getpass
import logging
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
from kiosque.i18n import _, current_language
from kiosque.wording.localized import format_hour

logger = logging.getLogger(__name__)

SILENCE = timedelta(minutes=30)
_SECONDS_BETWEEN_BEATS = 60.0
# Some hosts create a file first and fill it in a second step. A lock that is empty for longer than this
# belongs to a deployment that was cut off between the two steps.
_SECONDS_EMPTY = 5.0


class BusyError(HostError):
    """Someone else is deploying to this host."""


class HeldLock:
    """The lock of a host while this deployment holds it."""

    def __init__(self, host: Host, own_lock: Lock) -> None:
        """Hold a lock that has just been written."""
        self._host, self._own_lock, self._renewed = host, own_lock, time.monotonic()

    def beat(self) -> None:
        """Renew the lock's sign of life, at most once a minute.

        Raises HostError where someone else has taken over.
        """
        if time.monotonic() - self._renewed < _SECONDS_BETWEEN_BEATS:
            return
        self.check()
        renewed_lock = msgspec.structs.replace(self._own_lock, seen=datetime.now(UTC))
        self._host.write(LOCK, msgspec.json.encode(renewed_lock))
        self._renewed = time.monotonic()

    def check(self) -> None:
        """Raise HostError unless the lock on the host is this deployment's own."""
        lock = read_lock(self._host)
        if lock is None or lock.token != self._own_lock.token:
            message = _("another deployment to “{target}” has taken over: let it finish, then deploy again")
            raise BusyError(message.format(target=self._own_lock.target))


@contextmanager
def locked(host: Host, target: str, cache: Path) -> Iterator[HeldLock]:
    """Hold the lock of a host; raises HostError where someone else holds it."""
    token_file = cache / "deploy" / f"{target}.token"
    own_lock = Lock(token=_own_token(token_file), owner=_owner(), target=target, seen=datetime.now(UTC))
    # This local file exists while the lock is held. Where it exists before, a deployment from this folder was
    # cut off, perhaps while it took the lock.
    held_note = token_file.with_suffix(".held")
    was_cut = held_note.exists()
    replace_file(held_note, b"")
    try:
        _take(host, own_lock, was_cut=was_cut)
    except BusyError:
        held_note.unlink(missing_ok=True)
        raise
    logger.debug("holds the lock of target %s, after a deployment that was cut off: %s", target, was_cut)
    held = HeldLock(host, own_lock)
    try:
        yield held
    finally:
        # Where the connection is lost, the lock stays on the host. The next deployment takes it over.
        with suppress(HostError):
            held.check()
            host.release(LOCK)
            held_note.unlink(missing_ok=True)


def _own_token(file: Path) -> str:
    """Return the token of this hub's folder; the first call creates it."""
    with suppress(OSError, UnicodeDecodeError):
        if token := file.read_text(encoding="ascii").strip():
            return token
    token = secrets.token_hex(16)
    replace_file(file, token.encode())
    return token


def _owner() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "?"
    return f"{user}@{socket.gethostname()}"


def _take(host: Host, own_lock: Lock, *, was_cut: bool) -> None:
    """Write this deployment's lock; raises BusyError where a lock of someone else shows life."""
    data = msgspec.json.encode(own_lock)
    if host.claim(LOCK, data):
        return
    lock = read_lock(host) or (None if was_cut else _read_again(host))
    if lock and lock.token != own_lock.token and datetime.now(UTC) - lock.seen < SILENCE:
        message = _(
            "another deployment to “{target}” is under way, by {owner}: wait until it is done. If it was cut "
            "off, it can be repeated from {time}"
        )
        until = (lock.seen + SILENCE).astimezone()
        raise BusyError(
            message.format(
                target=own_lock.target, owner=lock.owner, time=format_hour(until, current_language())
            )
        )
    logger.debug("takes over the lock of a deployment that was cut off")
    host.write(LOCK, data)
    HeldLock(host, own_lock).check()


def _read_again(host: Host) -> Lock | None:
    """Read a lock again that was empty or had just been removed."""
    time.sleep(_SECONDS_EMPTY)
    return read_lock(host)
