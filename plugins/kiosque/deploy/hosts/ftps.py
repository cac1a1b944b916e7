"""An FTP server as a host, with TLS (RFC 4217) unless the settings do without, by the standard library.

Each file costs FTP several answers that must be waited for. So looking at all files of a large hub would take longer
than sending what changed: of the folders that a deployment leaves alone, some are looked at each time, others next time;
all of them with ``--verify``.
"""

from __future__ import annotations

import ftplib
import io
import posixpath
import random
import re
import socket
import ssl
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from kiosque.deploy.credentials import PASSWORD, Credentials
from kiosque.deploy.host import DRAFTS, Done, File, HostError, differs, digest_of, draft_of, folders_of
from kiosque.deploy.hosts import failures
from kiosque.settings.targets import Kind, Target

_USUAL_PORT = 21
_SECONDS = 60
_FOLDERS_A_TIME = 200
# Answers of RFC 959: no room, nothing there or not allowed, not understood.
_NO_ROOM = ("452", "552")
_REFUSED = ("550", "553", "450", "521")
_ROOM = re.compile(r"no space|quota|disk full", re.IGNORECASE)
_UNKNOWN = ("500", "501", "502", "504")


def connect(credentials: Credentials, root: Path, _cache: Path) -> FtpsHost:
    """Connect to the server of a target; raises HostError."""
    return FtpsHost(_logged_in(credentials, root), credentials.target)


class FtpsHost:
    """One connection to an FTP server, in the folder of the target."""

    def __init__(self, ftp: ftplib.FTP, target: Target) -> None:
        """Go to the folder; raises HostError where it isn't there."""
        self._ftp, self._target = ftp, target
        self._folders: set[str] = {""}
        try:
            self._enter(target.path)
            self._sets_times = "MFMT" in _features(ftp)
        except BaseException:
            self.close()
            raise

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        data = io.BytesIO()
        with self._about(path):
            try:
                self._ftp.retrbinary(f"RETR {path}", data.write)
            except ftplib.error_perm:
                if posixpath.basename(path) in self._entries(posixpath.dirname(path)):
                    raise
                return None
        return data.getvalue()

    def write(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._write(path, io.BytesIO(data))

    def claim(self, path: str, data: bytes) -> bool:
        """Make a folder beside the file, which of two at once only one can, then write the file."""
        self._make(posixpath.dirname(path))
        with self._about(path):
            try:
                self._ftp.mkd(_mark(path))
            except ftplib.error_perm:
                if posixpath.basename(_mark(path)) not in self._entries(posixpath.dirname(path)):
                    raise
                return False
        self.write(path, data)
        return True

    def release(self, path: str) -> None:
        """Remove a claimed file, then the folder that says so."""
        self.delete([path])
        with suppress(ftplib.error_perm):
            self._ftp.rmd(_mark(path))

    def clear(self) -> None:
        """Remove all drafts."""
        with self._about(DRAFTS):
            for name in self._entries(DRAFTS):
                self._ftp.delete(f"{DRAFTS}/{name}")

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Look at some folders, with ``deep`` at all of them and what their files hold."""
        if deep:
            return {
                path for path, file in expected.items() if digest_of(self.read(path) or b"") != file.digest
            }
        folders: dict[str, list[str]] = defaultdict(list)
        for path in expected:
            folders[posixpath.dirname(path)].append(path)
        some = random.sample(sorted(folders), min(len(folders), _FOLDERS_A_TIME))
        return {path for folder in some for path in self._differing(folder, folders[folder], expected)}

    def put(self, folder: Path, files: Mapping[str, File], done: Done) -> None:
        """Send files, one after the other."""
        for path, file in files.items():
            with (folder / path).open("rb") as data:
                self._write(path, data, file.time)
            done(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        for path in paths:
            with self._about(path):
                try:
                    self._ftp.delete(path)
                except ftplib.error_perm:
                    if posixpath.basename(path) in self._entries(posixpath.dirname(path)):
                        raise
        for folder in folders_of(paths):
            # One that still holds something stays.
            with suppress(ftplib.error_perm):
                self._ftp.rmd(folder)

    def finish(self) -> None:
        """Do nothing: all stands at once."""

    def close(self) -> None:
        """Leave the server."""
        with suppress(OSError, EOFError, ftplib.Error):
            self._ftp.quit()
        self._ftp.close()

    def _enter(self, folder: str) -> None:
        """Go to the folder of the target, which must be there."""
        with self._about(folder):
            landing = self._ftp.pwd()
            try:
                if folder:
                    self._ftp.cwd(folder)
            except ftplib.error_perm:
                raise failures.no_folder(folder, self._target.host, landing) from None

    def _differing(self, folder: str, paths: Collection[str], expected: Mapping[str, File]) -> Iterator[str]:
        with self._about(folder):
            found = self._entries(folder)
        for path in paths:
            size, time = found.get(posixpath.basename(path), (-1, None))
            if differs(expected[path], size, time if self._sets_times else None):
                yield path

    def _entries(self, folder: str) -> dict[str, tuple[int, int | None]]:
        """Return size and time of all in a folder by name, nothing where it isn't there; a folder has the size -1."""
        try:
            return {
                name: (_size(facts), _moment(facts.get("modify", "")))
                for name, facts in self._ftp.mlsd(folder, ["type", "size", "modify"])
            }
        except ftplib.error_perm as error:
            if not str(error).startswith(_UNKNOWN):
                return {}
        return {name: (self._size(f"{folder}/{name}".lstrip("/")), None) for name in self._names(folder)}

    def _names(self, folder: str) -> list[str]:
        """Return the names in a folder, on servers that don't list it for programs."""
        try:
            return [posixpath.basename(path) for path in self._ftp.nlst(folder or ".")]
        except ftplib.error_perm:
            return []

    def _size(self, path: str) -> int:
        try:
            self._ftp.voidcmd("TYPE I")
            return self._ftp.size(path) or 0
        except ftplib.error_perm:
            return -1

    def _write(self, path: str, data: BinaryIO, time: int | None = None) -> None:
        """Write a draft, then rename it."""
        draft = draft_of(path)
        self._make(DRAFTS)
        with self._about(path):
            self._store(draft, data)
            if time is not None and self._sets_times:
                self._ftp.voidcmd(f"MFMT {datetime.fromtimestamp(time, UTC):%Y%m%d%H%M%S} {draft}")
        self._make(posixpath.dirname(path))
        with self._about(path):
            try:
                self._ftp.rename(draft, path)
            except ftplib.error_perm:
                # Some servers don't put a file in the place of another: for an instant there is neither.
                if posixpath.basename(path) not in self._entries(posixpath.dirname(path)):
                    raise
                self._ftp.delete(path)
                self._ftp.rename(draft, path)

    def _store(self, draft: str, data: BinaryIO) -> None:
        try:
            self._ftp.storbinary(f"STOR {draft}", data)
        except OSError:
            # A server without room ends the transfer first, then says why.
            self._ftp.voidresp()
            raise

    def _make(self, folder: str) -> None:
        """Make a folder and those above it, unless they are known to be there."""
        if folder in self._folders:
            return
        self._make(posixpath.dirname(folder))
        with self._about(folder):
            try:
                self._ftp.mkd(folder)
            except ftplib.error_perm:
                above, name = posixpath.split(folder)
                # A folder's size isn't told; that of a file that lies there is.
                if self._entries(above).get(name, (0, None))[0] >= 0:
                    raise
        self._folders.add(folder)

    @contextmanager
    def _about(self, path: str) -> Iterator[None]:
        """Say what an answer means."""
        try:
            yield
        except HostError:
            raise
        except ftplib.Error as error:
            raise _failure(path, error) from error
        except (OSError, EOFError) as error:
            raise failures.cut(self._target.host, error) from error


class _Encrypted(ftplib.FTP_TLS):
    """TLS for data too, in the session of the commands: servers ask for that as proof of who fetches it."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[Any, int | None]:
        """Open a connection for data."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - the next lines encrypt it
        # The last words of TLS must not wait for an answer to what went before: 40 ms a file.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        encrypted = self.context.wrap_socket(connection, server_hostname=self.host, session=session)
        return encrypted, size


def _logged_in(credentials: Credentials, root: Path) -> ftplib.FTP:
    """Connect and log in; raises HostError."""
    target = credentials.target
    ftp = _Encrypted(context=_context(target, root)) if target.kind is Kind.FTPS else ftplib.FTP()  # noqa: S321 - where the settings say so in full
    ftp.encoding = "utf-8"
    try:
        _log_in(ftp, credentials)
    except HostError:
        ftp.close()
        raise
    except (OSError, EOFError, ftplib.Error) as error:
        ftp.close()
        raise _not_let_in(error, credentials) from None
    return ftp


def _log_in(ftp: ftplib.FTP, credentials: Credentials) -> None:
    """Connect and log in; the certificate must be good, and the host's own, before the password is sent."""
    target = credentials.target
    password = credentials.password or (credentials.asked() if target.user else "")
    if target.user and not password:
        raise failures.no_password(target.user, target.host, PASSWORD)
    ftp.connect(target.host, target.port or _USUAL_PORT, timeout=_SECONDS)
    if isinstance(ftp, _Encrypted):
        ftp.auth()
    ftp.login(target.user, password)
    if isinstance(ftp, _Encrypted):
        ftp.prot_p()


def _not_let_in(error: Exception, credentials: Credentials) -> HostError:
    """Return why a server doesn't let us in."""
    target = credentials.target
    said = str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return failures.wrong_certificate(target.host, error.verify_message)
    if isinstance(error, ftplib.error_perm) and said.startswith("530"):
        return failures.wrong_password(target.user, target.host, credentials.name_of(PASSWORD))
    if isinstance(error, ftplib.error_perm) and target.kind is Kind.FTPS and said.startswith(_UNKNOWN):
        return failures.no_encryption(target.host)
    return failures.unreachable(target.host, target.port or _USUAL_PORT, error)


def _context(target: Target, root: Path) -> ssl.SSLContext:
    """Return what a certificate must be: from an authority that systems know, or else from the target's own, and no other."""
    file = root / Path(target.certificate).expanduser() if target.certificate else None
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise failures.unreadable_certificate(target.certificate, error) from None


def _features(ftp: ftplib.FTP) -> str:
    try:
        return ftp.sendcmd("FEAT").upper()
    except ftplib.error_perm:
        return ""


def _mark(path: str) -> str:
    return f"{path}.taken"


def _size(facts: Mapping[str, str]) -> int:
    return int(facts["size"]) if facts.get("type") == "file" and facts.get("size", "").isdecimal() else -1


def _moment(written: str) -> int | None:
    """Return a time of RFC 3659 in seconds."""
    try:
        return int(datetime.strptime(written[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _failure(path: str, error: ftplib.Error) -> HostError:
    text = str(error)
    if text.startswith(_NO_ROOM) or _ROOM.search(text):
        return failures.full(path)
    return failures.forbidden(path) if text.startswith(_REFUSED) else failures.refused(path, error)
