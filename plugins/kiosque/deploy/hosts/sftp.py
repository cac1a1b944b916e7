"""An SFTP server as a host, by asyncssh. Several requests are under way at the same time."""

from __future__ import annotations

import asyncio
import os
import posixpath
from collections.abc import AsyncIterator, Collection, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import DRAFTS, File, HostError, OnSent, differs, digest_of, draft_of, folders_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.at_once import each
from kiosque.deploy.hosts.unlocking import Unlocking

T = TypeVar("T")
_USUAL_PORT = 22
_SECONDS = 30
# The number of files that are compared, or sent, at the same time. Servers queue more requests than they can
# serve.
_COMPARED_AT_ONCE, _SENT_AT_ONCE = 64, 16
_PIECE = 4_000_000
# A disk with fewer free bytes counts as full.
_LITTLE_ROOM = 1 << 20
_MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory)


def connect(credentials: Credentials, root: Path, _cache: Path) -> SftpHost:
    """Connect to the server of a target; raises HostError."""
    return SftpHost(credentials, root)


class SftpHost:
    """One connection to an SFTP server. Its event loop runs only during a call of a method."""

    def __init__(self, credentials: Credentials, root: Path) -> None:
        """Connect and go to the folder of the target; raises HostError."""
        self._target = credentials.target
        self._runner = asyncio.Runner()
        # When a connection is lost, the loop reports an error for each request under way. The caller gets one
        # HostError.
        self._runner.get_loop().set_exception_handler(lambda _loop, _context: None)
        self._folders: set[str] = {""}
        try:
            self._connection = self._open(credentials, Unlocking(credentials, root))
            self._sftp = self._run(self._enter_folder())
        except BaseException:
            self.close()
            raise

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        return self._run(self._read(path), path)

    def write(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._run(self._write(path, [data]), path)

    def claim(self, path: str, data: bytes) -> bool:
        """Create a small file where there is none."""
        return self._run(self._claim(path, data), path)

    def release(self, path: str) -> None:
        """Remove a claimed file."""
        self.delete([path])

    def clear(self) -> None:
        """Remove all drafts."""
        self._run(self._clear(), DRAFTS)

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Compare size and time of each file; with ``deep`` read its content."""
        return self._run(self._differing(expected, deep=deep))

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Send files, several at the same time."""
        self._run(self._put(folder, files, on_sent))

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        self._run(self._delete(paths))

    def finish(self) -> None:
        """Do nothing: each change is online at once."""

    def close(self) -> None:
        """Close the connection."""
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.abort()
        with suppress(OSError, RuntimeError):
            self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T], path: str = "") -> T:
        """Run the loop until ``work`` is done and return its result; raises a HostError about ``path``."""
        host = self._target.host
        try:
            return self._runner.run(work)
        except HostError:
            raise
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost) as error:
            raise failures.cut(host, error) from error
        except asyncssh.SFTPError as error:
            raise failures.refused(path, error.reason) from error
        except (asyncssh.DisconnectError, asyncssh.ChannelOpenError) as error:
            raise failures.cut(host, error) from error
        except (ConnectionError, EOFError, BrokenPipeError, TimeoutError) as error:
            raise failures.cut(host, error) from error
        except OSError as error:
            raise failures.from_os_error(path, error) from error

    def _open(self, credentials: Credentials, unlocking: Unlocking) -> asyncssh.SSHClientConnection:
        """Connect with what is known, then with the answers of a person; raises HostError."""
        while True:
            try:
                return self._run(self._connect(credentials, unlocking))
            except failures.RefusedLoginError:
                if not unlocking.ask_more():
                    raise failures.wrong_key(
                        self._target.user, self._target.host, unlocking.tried()
                    ) from None

    async def _connect(self, credentials: Credentials, unlocking: Unlocking) -> asyncssh.SSHClientConnection:
        target = self._target
        options: dict[str, Any] = {
            "connect_timeout": _SECONDS,
            "login_timeout": _SECONDS,
            "keepalive_interval": 15,
        }
        if target.host_key:
            options["known_hosts"] = asyncssh.import_known_hosts(f"* {target.host_key}\n")
        if target.user:
            options["username"] = target.user
        if unlocking.password:
            options["password"] = unlocking.password
        if keys := _keys(credentials, unlocking):
            options["client_keys"] = keys
        elif unlocking.passphrase:
            options["passphrase"] = unlocking.passphrase
        port = target.port or _USUAL_PORT
        try:
            return await asyncssh.connect(target.host, port, **options)
        except asyncssh.HostKeyNotVerifiable:
            raise await self._host_key_error(port) from None
        except asyncssh.PermissionDenied:
            raise failures.RefusedLoginError from None
        except (OSError, asyncssh.ConnectionLost) as error:
            raise failures.unreachable(target.host, port, error) from error

    async def _host_key_error(self, port: int) -> HostError:
        """Return the error of a host key that isn't trusted: no key is known yet, or another one is."""
        host = self._target.host
        if self._target.host_key or _is_known(host, port):
            return failures.other_host_key(host)
        key = await asyncssh.get_server_host_key(host, port)
        if key is None:
            return failures.other_host_key(host)
        kind_and_key = key.export_public_key().decode().split()[:2]
        return failures.unknown_host_key(host, key.get_fingerprint(), " ".join(kind_and_key))

    async def _enter_folder(self) -> asyncssh.SFTPClient:
        """Return a client in the folder of the target; raises HostError where the folder doesn't exist."""
        sftp = await self._connection.start_sftp_client()
        path = self._target.path
        if path and not await sftp.isdir(path):
            raise failures.no_folder(path, self._target.host, str(await sftp.realpath(".")))
        await sftp.chdir(path or ".")
        return sftp

    async def _read(self, path: str) -> bytes | None:
        try:
            async with self._sftp.open(path, "rb", encoding=None) as file:
                data: bytes = await file.read()
                return data
        except _MISSING:
            return None

    async def _claim(self, path: str, data: bytes) -> bool:
        await self._make_folder(posixpath.dirname(path))
        async with self._host_errors(path):
            try:
                async with self._sftp.open(path, "xb") as file:
                    await file.write(data)
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if await self._sftp.exists(path):
                    return False
                raise
        return True

    async def _clear(self) -> None:
        with suppress(*_MISSING):
            for name in await self._sftp.listdir(DRAFTS):
                if name not in {".", ".."}:
                    await self._sftp.remove(f"{DRAFTS}/{name}")

    async def _differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        differing: set[str] = set()

        async def check(path: str) -> None:
            if not await self._is_same(path, expected[path], deep=deep):
                differing.add(path)

        await each(expected, check, _COMPARED_AT_ONCE)
        return differing

    async def _is_same(self, path: str, file: File, *, deep: bool) -> bool:
        try:
            attributes = await self._sftp.lstat(path)
        except _MISSING:
            return False
        if differs(file, attributes.size or 0, attributes.mtime):
            return False
        return not deep or digest_of(await self._read(path) or b"") == file.digest

    async def _put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        async def send(path: str) -> None:
            with (folder / path).open("rb") as file:
                pieces = iter(lambda: file.read(_PIECE), b"")
                await self._write(path, pieces, files[path].time)
            on_sent(path)

        await each(files, send, _SENT_AT_ONCE)

    async def _delete(self, paths: Collection[str]) -> None:
        async def remove(path: str) -> None:
            async with self._host_errors(path):
                with suppress(*_MISSING):
                    await self._sftp.remove(path)

        await each(paths, remove, _COMPARED_AT_ONCE)
        for folder in folders_of(paths):
            # A folder that still holds a file stays.
            with suppress(asyncssh.SFTPError):
                await self._sftp.rmdir(folder)
                self._folders.discard(folder)

    async def _write(self, path: str, pieces: Iterable[bytes], time: int | None = None) -> None:
        """Write a draft, then rename it to ``path``."""
        draft = draft_of(path)
        await self._make_folder(DRAFTS)
        async with self._host_errors(path), self._sftp.open(draft, "wb") as file:
            for piece in pieces:
                await file.write(piece)
            if time is not None:
                await file.utime((time, time))
        await self._make_folder(posixpath.dirname(path))
        async with self._host_errors(path):
            await self._replace(draft, path)

    async def _replace(self, draft: str, path: str) -> None:
        try:
            await self._sftp.posix_rename(draft, path)
        except asyncssh.SFTPOpUnsupported:
            # Servers other than OpenSSH can't replace a file by a rename (SFTP version 3, section 6.5). For
            # an instant there is neither the old file nor the new one.
            with suppress(*_MISSING):
                await self._sftp.remove(path)
            await self._sftp.rename(draft, path)

    async def _make_folder(self, folder: str) -> None:
        """Make a folder and those above it, unless they are known to exist."""
        if folder in self._folders:
            return
        await self._make_folder(posixpath.dirname(folder))
        if not await self._sftp.isdir(folder):
            async with self._host_errors(folder):
                try:
                    await self._sftp.mkdir(folder)
                except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                    # Another task has made the folder meanwhile, or a file lies in its place.
                    if not await self._sftp.isdir(folder):
                        raise failures.in_the_way(folder) from None
        self._folders.add(folder)

    @asynccontextmanager
    async def _host_errors(self, path: str) -> AsyncIterator[None]:
        """Turn refusals of the server into a HostError about ``path``.

        SFTP version 3 has one error code for a full disk and many other failures, so the disk itself is
        asked.
        """
        try:
            yield
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect) as error:
            raise failures.forbidden(path) from error
        except (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded) as error:
            raise failures.full(path) from error
        except asyncssh.SFTPFailure as error:
            raise (await self._disk_failure(path) or failures.refused(path, error.reason)) from error

    async def _disk_failure(self, path: str) -> HostError | None:
        """Return the error of a disk that is full or read-only.

        ``None`` where it is neither or the server doesn't tell.
        """
        with suppress(asyncssh.SFTPError):
            disk = await self._sftp.statvfs(".")
            if (disk.flags or 0) & os.ST_RDONLY:
                return failures.forbidden(path)
            if disk.bavail * disk.frsize < _LITTLE_ROOM or (disk.files and not disk.favail):
                return failures.full(path)
        return None


def _is_known(host: str, port: int) -> bool:
    """Whether the file ``known_hosts`` of this account has a key of the host."""
    file = Path("~/.ssh/known_hosts").expanduser()
    return file.is_file() and any(asyncssh.match_known_hosts(str(file), host, "", port))


def _keys(credentials: Credentials, unlocking: Unlocking) -> list[Any]:
    """Return the private keys of environment and settings.

    Where there are none, asyncssh tries the keys of the ssh agent and of the usual files.
    """
    passphrase = unlocking.passphrase or None
    try:
        if credentials.key:
            return [asyncssh.import_private_key(credentials.key, passphrase)]
        if unlocking.key_file:
            return [asyncssh.read_private_key(str(unlocking.key_file), passphrase)]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError) as error:
        if not passphrase and unlocking.ask_more() and unlocking.passphrase:
            return _keys(credentials, unlocking)
        raise failures.unreadable_key(error) from None
    return []
