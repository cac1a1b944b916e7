"""An FTP server as a host, with TLS (RFC 4217) unless the settings say otherwise, by the standard library.

FTP waits for several answers for each file. Comparing all files of a large hub would take longer than sending
the changed ones. So each deployment compares the files of some folders, chosen by chance, and ``--verify``
compares all of them.
"""

from __future__ import annotations

import ftplib
import io
import logging
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
from kiosque.deploy.host import DRAFTS, File, HostError, OnSent, differs, digest_of, draft_of, folders_of
from kiosque.deploy.hosts import failures
from kiosque.settings.targets import HostKind, Target

logger = logging.getLogger(__name__)

_USUAL_PORT = 21
_SECONDS = 60
_FOLDERS_AT_ONCE = 200
# Reply codes of RFC 959 (section 4.2): no room; no such file or no permission; unknown command.
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
        """Go to the folder of the target; raises HostError where it doesn't exist."""
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
        with self._host_errors(path):
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
        """Make a folder beside the file, then write the file.

        Of two clients at the same time only one can make the folder.
        """
        self._make(posixpath.dirname(path))
        with self._host_errors(path):
            try:
                self._ftp.mkd(_claim_mark(path))
            except ftplib.error_perm:
                if posixpath.basename(_claim_mark(path)) not in self._entries(posixpath.dirname(path)):
                    raise
                return False
        self.write(path, data)
        return True

    def release(self, path: str) -> None:
        """Remove a claimed file, then the folder that marks it as claimed."""
        self.delete([path])
        with suppress(ftplib.error_perm):
            self._ftp.rmd(_claim_mark(path))

    def clear(self) -> None:
        """Remove all drafts."""
        with self._host_errors(DRAFTS):
            for name in self._entries(DRAFTS):
                self._ftp.delete(f"{DRAFTS}/{name}")

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Compare the files of some folders; with ``deep`` the content of all files."""
        if deep:
            return {
                path for path, file in expected.items() if digest_of(self.read(path) or b"") != file.digest
            }
        folders: dict[str, list[str]] = defaultdict(list)
        for path in expected:
            folders[posixpath.dirname(path)].append(path)
        sample = random.sample(sorted(folders), min(len(folders), _FOLDERS_AT_ONCE))
        logger.debug("compares %d of %d folders", len(sample), len(folders))
        return {path for folder in sample for path in self._differing(folder, folders[folder], expected)}

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Send files one after the other."""
        for path, file in files.items():
            with (folder / path).open("rb") as data:
                self._write(path, data, file.time)
            on_sent(path)

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        for path in paths:
            with self._host_errors(path):
                try:
                    self._ftp.delete(path)
                except ftplib.error_perm:
                    if posixpath.basename(path) in self._entries(posixpath.dirname(path)):
                        raise
        for folder in folders_of(paths):
            # A folder that still holds a file stays.
            with suppress(ftplib.error_perm):
                self._ftp.rmd(folder)

    def finish(self) -> None:
        """Do nothing: each change is online at once."""

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError, EOFError, ftplib.Error):
            self._ftp.quit()
        self._ftp.close()

    def _enter(self, folder: str) -> None:
        """Go to the folder of the target; raises HostError where it doesn't exist."""
        with self._host_errors(folder):
            landing = self._ftp.pwd()
            try:
                if folder:
                    self._ftp.cwd(folder)
            except ftplib.error_perm:
                raise failures.no_folder(folder, self._target.host, landing) from None

    def _differing(self, folder: str, paths: Collection[str], expected: Mapping[str, File]) -> Iterator[str]:
        """Yield the paths of a folder's files that differ in size or time."""
        with self._host_errors(folder):
            entries = self._entries(folder)
        for path in paths:
            size, time = entries.get(posixpath.basename(path), (-1, None))
            if differs(expected[path], size, time if self._sets_times else None):
                yield path

    def _entries(self, folder: str) -> dict[str, tuple[int, int | None]]:
        """Return size and time of the entries of a folder, by name; empty where it doesn't exist.

        The size of a folder is -1. The time is ``None`` where the server doesn't tell it.
        """
        try:
            return {
                name: (_size(facts), _timestamp(facts.get("modify", "")))
                for name, facts in self._ftp.mlsd(folder, ["type", "size", "modify"])
            }
        except ftplib.error_perm as error:
            if not str(error).startswith(_UNKNOWN):
                return {}
        return {name: (self._size(f"{folder}/{name}".lstrip("/")), None) for name in self._names(folder)}

    def _names(self, folder: str) -> list[str]:
        """Return the names in a folder, for servers without MLSD (RFC 3659, section 7)."""
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
        """Write a draft, then rename it to ``path``."""
        draft = draft_of(path)
        self._make(DRAFTS)
        with self._host_errors(path):
            self._store(draft, data)
            if time is not None and self._sets_times:
                self._ftp.voidcmd(f"MFMT {datetime.fromtimestamp(time, UTC):%Y%m%d%H%M%S} {draft}")
        self._make(posixpath.dirname(path))
        with self._host_errors(path):
            try:
                self._ftp.rename(draft, path)
            except ftplib.error_perm:
                # Some servers don't rename over an existing file. For an instant there is neither the old
                # file nor the new one.
                if posixpath.basename(path) not in self._entries(posixpath.dirname(path)):
                    raise
                self._ftp.delete(path)
                self._ftp.rename(draft, path)

    def _store(self, draft: str, data: BinaryIO) -> None:
        try:
            self._ftp.storbinary(f"STOR {draft}", data)
        except OSError:
            # A server without room ends the transfer first. Its next reply has the reason.
            self._ftp.voidresp()
            raise

    def _make(self, folder: str) -> None:
        """Make a folder and those above it, unless they are known to exist."""
        if folder in self._folders:
            return
        self._make(posixpath.dirname(folder))
        with self._host_errors(folder):
            try:
                self._ftp.mkd(folder)
            except ftplib.error_perm:
                above, name = posixpath.split(folder)
                # A size of 0 or more means that a file lies in the place of the folder.
                if self._entries(above).get(name, (0, None))[0] >= 0:
                    raise
        self._folders.add(folder)

    @contextmanager
    def _host_errors(self, path: str) -> Iterator[None]:
        """Turn errors of FTP into a HostError about ``path``."""
        try:
            yield
        except HostError:
            raise
        except ftplib.Error as error:
            raise _failure(path, error) from error
        except (OSError, EOFError) as error:
            raise failures.cut(self._target.host, error) from error


class _Encrypted(ftplib.FTP_TLS):
    """FTP with TLS for commands and data.

    Both share a TLS session: many servers require it, as a proof of identity.
    """

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[Any, int | None]:
        """Open a connection for data."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - the next lines encrypt it
        # Without this, the end of TLS waits for the reply to earlier packets: 40 ms for each file.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        encrypted = self.context.wrap_socket(connection, server_hostname=self.host, session=session)
        return encrypted, size


def _logged_in(credentials: Credentials, root: Path) -> ftplib.FTP:
    """Return a connection that is logged in; raises HostError."""
    target = credentials.target
    if target.kind is HostKind.FTPS:
        ftp: ftplib.FTP = _Encrypted(context=_tls_context(target, root))
    else:
        ftp = ftplib.FTP()  # noqa: S321 - only where the settings say "unencrypted"
    ftp.encoding = "utf-8"
    try:
        _log_in(ftp, credentials)
    except HostError:
        ftp.close()
        raise
    except (OSError, EOFError, ftplib.Error) as error:
        ftp.close()
        raise _login_failure(error, credentials) from None
    return ftp


def _log_in(ftp: ftplib.FTP, credentials: Credentials) -> None:
    """Connect and log in.

    The password is sent only after the certificate has proved the identity of the host.
    """
    target = credentials.target
    password = credentials.password or (credentials.asked_password() if target.user else "")
    if target.user and not password:
        raise failures.no_password(target.user, target.host, PASSWORD)
    ftp.connect(target.host, target.port or _USUAL_PORT, timeout=_SECONDS)
    if isinstance(ftp, _Encrypted):
        ftp.auth()
    ftp.login(target.user, password)
    if isinstance(ftp, _Encrypted):
        ftp.prot_p()


def _login_failure(error: Exception, credentials: Credentials) -> HostError:
    """Return the error of a login that failed."""
    target = credentials.target
    reply = str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return failures.wrong_certificate(target.host, error)
    if isinstance(error, ftplib.error_perm) and reply.startswith("530"):
        return failures.wrong_password(target.user, target.host, credentials.name_of(PASSWORD))
    if isinstance(error, ftplib.error_perm) and target.kind is HostKind.FTPS and reply.startswith(_UNKNOWN):
        return failures.no_encryption(target.host)
    return failures.unreachable(target.host, target.port or _USUAL_PORT, error)


def _tls_context(target: Target, root: Path) -> ssl.SSLContext:
    """Return the TLS settings that check certificates.

    Where the target names a certificate authority of its own, only that one is trusted. Otherwise those of
    the system are.
    """
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


def _claim_mark(path: str) -> str:
    """Return the path of the folder that marks a file as claimed."""
    return f"{path}.taken"


def _size(facts: Mapping[str, str]) -> int:
    return int(facts["size"]) if facts.get("type") == "file" and facts.get("size", "").isdecimal() else -1


def _timestamp(time: str) -> int | None:
    """Return the seconds since 1970 of a time of RFC 3659 (section 2.3); ``None`` where it isn't one."""
    try:
        return int(datetime.strptime(time[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _failure(path: str, error: ftplib.Error) -> HostError:
    reply = str(error)
    if reply.startswith(_NO_ROOM) or _ROOM.search(reply):
        return failures.full(path)
    return failures.forbidden(path) if reply.startswith(_REFUSED) else failures.refused(path, reply)
