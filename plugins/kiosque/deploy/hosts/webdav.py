"""A WebDAV server (RFC 4918) as a host, as shared hosts and Nextcloud offer it, by aiohttp.

WebDAV answers for one folder at a time. Each deployment compares the files of some folders, chosen by chance,
and ``--verify`` compares all of them. Servers tell sizes. Only some, such as Nextcloud, keep the time of a
file that a client sends: Kiosque's own notes get a known time, which shows whether this server does.

Few servers replace a file that a rename overwrites in one step: for an instant there may be neither the old
file nor the new one.
"""

from __future__ import annotations

import asyncio
import io
import logging
import posixpath
import random
import ssl
from collections import defaultdict
from collections.abc import Collection, Coroutine, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

import aiohttp
from yarl import URL

from kiosque.deploy.credentials import PASSWORD, Credentials
from kiosque.deploy.host import DRAFTS, File, OnSent, differs, digest_of, draft_of, folders_of
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.at_once import each
from kiosque.deploy.hosts.webdav_answers import (
    NO_PARENT,
    PROPERTIES,
    Answer,
    Entry,
    failure_of,
    is_done,
    listed,
    login_schemes,
    require_done,
    timestamp,
)
from kiosque.settings.targets import Target

logger = logging.getLogger(__name__)
T = TypeVar("T")

_SECONDS = 30
_AT_ONCE = 8
_FOLDERS_AT_ONCE = 200
# The time of Kiosque's own notes, on servers that keep times.
_NOTE_TIME = 1_000_000_000
# The header by which ownCloud and Nextcloud, and servers that follow them, take the time of a file.
_TIME_HEADER = "X-OC-Mtime"


def connect(credentials: Credentials, root: Path, _cache: Path) -> WebdavHost:
    """Connect to the server of a target; raises HostError."""
    return WebdavHost(credentials, root)


class WebdavHost:
    """The folder of the target on a WebDAV server. Its event loop runs only during a call of a method."""

    def __init__(self, credentials: Credentials, root: Path) -> None:
        """Log in and look at the folder of the target; raises HostError where it doesn't exist."""
        self._credentials, self._target = credentials, credentials.target
        self._base = _address(self._target)
        self._keeps_times = False
        self._folders: set[str] = {""}
        self._one_folder = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None
        self._runner = asyncio.Runner()
        try:
            self._run(self._log_in(root), "")
        except BaseException:
            self.close()
            raise

    def read(self, path: str) -> bytes | None:
        """Return a small file."""
        return self._run(self._read(path), path)

    def write(self, path: str, data: bytes) -> None:
        """Write a small file."""
        self._run(self._write(path, io.BytesIO(data), _NOTE_TIME), path)

    def claim(self, path: str, data: bytes) -> bool:
        """Make a folder beside the file, then write the file.

        Of two clients at the same time only one can make the folder.
        """
        return self._run(self._claim(path, data), path)

    def release(self, path: str) -> None:
        """Remove a claimed file, then the folder that marks it as claimed."""
        self._run(self._release(path), path)

    def clear(self) -> None:
        """Remove all drafts."""
        self._run(self._clear(), DRAFTS)

    def differing(self, expected: Mapping[str, File], *, deep: bool) -> set[str]:
        """Compare the files of some folders; with ``deep`` the content of all files."""
        return self._run(self._differing_content(expected) if deep else self._differing(expected), "")

    def put(self, folder: Path, files: Mapping[str, File], on_sent: OnSent) -> None:
        """Send files, several at the same time."""

        async def send(path: str) -> None:
            with (folder / path).open("rb") as data:
                await self._write(path, data, files[path].time)
            on_sent(path)

        self._run(each(files, send, _AT_ONCE), "")

    def delete(self, paths: Collection[str]) -> None:
        """Remove files and empty folders."""
        self._run(self._delete(paths), "")

    def finish(self) -> None:
        """Do nothing: each change is online at once."""

    def close(self) -> None:
        """Close the connections."""
        with suppress(OSError, RuntimeError, aiohttp.ClientError):
            if self._session is not None:
                self._runner.run(self._session.close())
            self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T], path: str) -> T:
        """Run the loop until ``work`` is done and return its result; raises HostError."""
        host, port = self._target.host, self._base.port or 0
        try:
            return self._runner.run(work)
        except aiohttp.ClientConnectorCertificateError as error:
            raise failures.wrong_certificate(host, error.certificate_error) from None
        except aiohttp.ClientConnectorError as error:
            raise failures.unreachable(host, port, error.os_error) from error
        except (aiohttp.ClientError, TimeoutError, ConnectionError, EOFError) as error:
            raise failures.cut(host, error) from error
        except ET.ParseError as error:
            raise failures.refused(path or host, "XML") from error

    async def _log_in(self, root: Path) -> None:
        """Open the folder of the target.

        The password is sent at once only where TLS has proved the identity of the host. A server may ask for
        Digest authentication (RFC 7616) instead.
        """
        target = self._target
        password = self._credentials.password or (self._credentials.asked_password() if target.user else "")
        if target.user and not password:
            raise failures.no_password(target.user, target.host, PASSWORD)
        context = _tls_context(target, root)
        basic = {"Authorization": aiohttp.encode_basic_auth(target.user, password)} if target.user else {}
        answer = await self._begin(context, headers={} if target.unencrypted else basic)
        if answer.status == HTTPStatus.UNAUTHORIZED and target.user:
            if "digest" in login_schemes(answer):
                digest = aiohttp.DigestAuthMiddleware(target.user, password)
                answer = await self._begin(context, middlewares=[digest])
            elif target.unencrypted:
                answer = await self._begin(context, headers=basic)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            variable = self._credentials.name_of(PASSWORD)
            raise failures.wrong_password(target.user or "?", target.host, variable)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise failures.no_folder(target.path, target.host, "/")
        if answer.status != HTTPStatus.MULTI_STATUS:
            raise failures.no_webdav(str(self._base), answer.status)

    async def _begin(self, context: ssl.SSLContext, **options: Any) -> Answer:
        """Begin a session; return the answer to a look at the target's folder."""
        if self._session is not None:
            await self._session.close()
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(sock_connect=_SECONDS, sock_read=2 * _SECONDS),
            connector=aiohttp.TCPConnector(limit=_AT_ONCE, ssl=context),
            trust_env=True,
            **options,
        )
        return await self._properties("", "0")

    async def _request(
        self,
        method: str,
        path: str,
        data: bytes | BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request about a path of the target's folder; return the answer, whatever its status."""
        assert self._session
        request = self._session.request(
            method, self._url(path), data=data, headers=headers, allow_redirects=False
        )
        async with request as response:
            return Answer(response.status, response.headers, await response.read())

    def _url(self, path: str) -> URL:
        return URL(f"{self._base}{quote(path)}", encoded=True)

    async def _properties(self, folder: str, depth: str) -> Answer:
        path = f"{folder}/" if folder else ""
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        return await self._request("PROPFIND", path, PROPERTIES, headers)

    async def _entries(self, folder: str) -> dict[str, Entry]:
        """Return the entries of a folder by name; empty where it doesn't exist."""
        answer = await self._properties(folder, "1")
        if answer.status == HTTPStatus.NOT_FOUND:
            return {}
        if answer.status != HTTPStatus.MULTI_STATUS:
            raise failure_of(folder or self._target.path, answer)
        own = unquote(urlsplit(str(self._url(folder))).path).rstrip("/")
        return {
            posixpath.basename(path): entry for path, entry in listed(answer.body) if path.rstrip("/") != own
        }

    async def _read(self, path: str) -> bytes | None:
        answer = await self._request("GET", path, headers={"Accept-Encoding": "identity"})
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise failure_of(path, answer)
        if timestamp(answer.headers.get("Last-Modified", "")) == _NOTE_TIME:
            self._keeps_times = True
        return answer.body

    async def _write(self, path: str, data: BinaryIO, time: int) -> None:
        """Write a draft, then rename it to ``path``."""
        draft = draft_of(path)
        await self._make_folder(DRAFTS)
        answer = await self._request("PUT", draft, data, {_TIME_HEADER: str(time)})
        require_done(path, answer)
        answer = await self._move(draft, path)
        if answer.status in NO_PARENT:
            await self._make_folder(posixpath.dirname(path))
            answer = await self._move(draft, path)
        require_done(path, answer)

    async def _move(self, draft: str, path: str) -> Answer:
        headers = {"Destination": str(self._url(path)), "Overwrite": "T"}
        return await self._request("MOVE", draft, headers=headers)

    async def _make_folder(self, folder: str) -> None:
        """Make a folder and those above it, unless they are known to exist.

        One at a time: servers refuse to make a folder that another request is making.
        """
        if folder not in self._folders:
            async with self._one_folder:
                await self._make(folder)

    async def _make(self, folder: str) -> None:
        if folder in self._folders:
            return
        answer = await self._request("MKCOL", f"{folder}/")
        if answer.status in NO_PARENT and posixpath.dirname(folder):
            await self._make(posixpath.dirname(folder))
            answer = await self._request("MKCOL", f"{folder}/")
        if not is_done(answer):
            await self._check_folder(folder, answer)
        self._folders.add(folder)

    async def _check_folder(self, folder: str, answer: Answer) -> None:
        """Raise a HostError with the answer to MKCOL, unless the folder exists."""
        entries = await self._entries(posixpath.dirname(folder))
        entry = entries.get(posixpath.basename(folder))
        if entry is None:
            raise failure_of(folder, answer)
        if entry.size >= 0:
            raise failures.in_the_way(folder)

    async def _claim(self, path: str, data: bytes) -> bool:
        await self._make_folder(posixpath.dirname(path))
        mark = _claim_mark(path)
        answer = await self._request("MKCOL", f"{mark}/")
        if not is_done(answer):
            await self._check_folder(mark, answer)
            return False
        await self._write(path, io.BytesIO(data), _NOTE_TIME)
        return True

    async def _release(self, path: str) -> None:
        await self._remove(path)
        await self._remove(f"{_claim_mark(path)}/")

    async def _clear(self) -> None:
        for name in await self._entries(DRAFTS):
            await self._remove(f"{DRAFTS}/{name}")

    async def _delete(self, paths: Collection[str]) -> None:
        await each(paths, self._remove, _AT_ONCE)
        for folder in folders_of(paths):
            # A server removes a folder with all that is in it. Someone else's file in it must stay.
            if not await self._entries(folder):
                await self._remove(f"{folder}/")
                self._folders.discard(folder)

    async def _remove(self, path: str) -> None:
        answer = await self._request("DELETE", path)
        if answer.status != HTTPStatus.NOT_FOUND:
            require_done(path, answer)

    async def _differing_content(self, expected: Mapping[str, File]) -> set[str]:
        differing: set[str] = set()

        async def check(path: str) -> None:
            if digest_of(await self._read(path) or b"") != expected[path].digest:
                differing.add(path)

        await each(expected, check, _AT_ONCE)
        return differing

    async def _differing(self, expected: Mapping[str, File]) -> set[str]:
        folders: dict[str, list[str]] = defaultdict(list)
        for path in expected:
            folders[posixpath.dirname(path)].append(path)
        sample = random.sample(sorted(folders), min(len(folders), _FOLDERS_AT_ONCE))
        logger.debug("compares %d of %d folders; times: %s", len(sample), len(folders), self._keeps_times)
        differing: set[str] = set()

        async def check(folder: str) -> None:
            entries = await self._entries(folder)
            for path in folders[folder]:
                size, time = entries.get(posixpath.basename(path), Entry(-1, None))
                if differs(expected[path], size, time if self._keeps_times else None):
                    differing.add(path)

        await each(sample, check, _AT_ONCE)
        return differing


def _address(target: Target) -> URL:
    """Return the address of the target's folder, with a slash at its end."""
    path = quote(target.path.strip("/"))
    scheme = "http" if target.unencrypted else "https"
    host = f"[{target.host}]" if ":" in target.host else target.host
    port = f":{target.port}" if target.port else ""
    return URL(f"{scheme}://{host}{port}/{path}{'/' if path else ''}", encoded=True)


def _tls_context(target: Target, root: Path) -> ssl.SSLContext:
    """Return the TLS settings that check certificates, by the target's own authority or the system's."""
    file = root / Path(target.certificate).expanduser() if target.certificate else None
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise failures.unreadable_certificate(target.certificate, error) from None


def _claim_mark(path: str) -> str:
    """Return the path of the folder that marks a file as claimed."""
    return f"{path}.taken"
