"""What tests of deployments share: small sites in three states, real servers on loopback, a crawler of what is served."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner, Result
from conftest import tree

from kiosque import built
from kiosque.built import Built
from kiosque.cli import main

_NAMED = re.compile(r'(?:src|href)="(/[^"]+\.(?:css|js|webp))"')


def site(version: int, look: str) -> dict[str, str]:
    """Return a site of some forty files: pages that name the look's style and script, and pictures of their own."""
    files = {
        f"theme/{look}/style.css": f"/* {look} */",
        f"theme/{look}/js/main.js": f"// {look}",
        "feed.atom": f"<feed>{version}</feed>",
        "sitemap.xml": f"<urlset>{version}</urlset>",
        "robots.txt": "User-agent: *\n",
        "fichiers/été & co.pdf": "%PDF",
    }
    names = [f"{letter}{number}" for letter in "abc" for number in range(3)] + [f"new{version}"]
    for name in names:
        # A picture's address changes with its content; b's change with each version.
        picture = f"images/{name}-{version if name.startswith(('b', 'new')) else 0}.webp"
        files[picture] = picture * 50
        files[f"medias/radio/2026/{name}/index.html"] = _page(look, picture, f"Entry {name}")
    for number in range(3):
        files[f"articles/article-{number}/index.html"] = _page(look, "images/a0-0.webp", f"Article {number}")
    newest = f"images/new{version}-{version}.webp"
    for path in ("fil/index.html", "medias/index.html", "medias/radio/index.html", "index.html"):
        files[path] = _page(look, newest, f"List {version}", links=names)
    return files


def _page(look: str, picture: str, title: str, links: list[str] = []) -> str:
    named = "".join(f'<a href="/medias/radio/2026/{name}/">{name}</a>' for name in links)
    return (
        f'<!doctype html><link rel="stylesheet" href="/theme/{look}/style.css">'
        f'<script src="/theme/{look}/js/main.js"></script><h1>{title}</h1><img src="/{picture}">{named}'
    )


FIRST, SECOND, THIRD = site(1, "aaaa"), site(2, "bbbb"), site(3, "cccc")


class Hub:
    """A hub's folder whose output is written by hand, and the command that deploys it."""

    def __init__(self, root: Path, deploy: object) -> None:
        self.root = root
        self.output = root / "output"
        (root / "content").mkdir(parents=True)
        (root / "publishconf.py").write_text(f'SITENAME = "Essai"\nDEPLOY = {{"site": {deploy!r}}}\n')

    def holds(self, files: Mapping[str, str]) -> dict[str, bytes]:
        """Make the output hold these files, as a build to publish would, and return it."""
        before = tree(self.output) if self.output.is_dir() else {}
        for path in before.keys() - files.keys():
            (self.output / path).unlink()
        for path, content in files.items():
            if before.get(path) != content.encode():
                (self.output / path).parent.mkdir(parents=True, exist_ok=True)
                (self.output / path).write_text(content)
        built.note(self.root / ".cache", self.output, Built.PUBLISHED)
        return {path: content.encode() for path, content in files.items()}

    def deploy(self, *options: str, **environment: str) -> Result:
        """Run the command as a person would, in English."""
        arguments = ["--hub", str(self.root), "deploy", "site", *options]
        return CliRunner().invoke(main, arguments, env={"KIOSQUE_DEBUG": "1", **environment})

    def started(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the command in a process of its own, which can be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "kiosque", "--hub", str(self.root), "deploy", "site", *options],
            env={**os.environ, "LANGUAGE": "en", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def served(folder: Path) -> dict[str, bytes]:
    """Return what a host serves: all but what is Kiosque's own or git's."""
    return {
        path: data
        for path, data in tree(folder).items()
        if not path.startswith((".kiosque/", ".git/", ".nojekyll"))
    }


def but_the_last_look(files: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return files without those of looks that aren't wanted, of which there may be one."""
    looks = {path.split("/")[1] for path in files if path.startswith("theme/") and path not in wanted}
    assert len(looks) <= 1, looks
    return {path: data for path, data in files.items() if path in wanted or not path.startswith("theme/")}


class Crawler(threading.Thread):
    """Reads the pages of a host over and over, and notes each that names what isn't there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder = folder
        self._over = threading.Event()
        self.missing: list[tuple[str, str]] = []
        self.rounds = 0

    def run(self) -> None:
        while not self._over.is_set():
            for folder, _folders, names in os.walk(self._folder):
                for name in names:
                    if name.endswith(".html"):
                        self._look_at(Path(folder, name))
            self.rounds += 1
            self._over.wait(0.01)

    def _look_at(self, page: Path) -> None:
        for name in self._named(page):
            # What isn't there any more may belong to a page that has just been replaced: it must not name it now.
            if not (self._folder / name).is_file() and name in self._named(page):
                self.missing.append((str(page.relative_to(self._folder)), name))

    @staticmethod
    def _named(page: Path) -> set[str]:
        try:
            return {name.lstrip("/") for name in _NAMED.findall(page.read_text())}
        except FileNotFoundError:
            return set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()


class Cutter:
    """A relay on loopback that cuts all its connections once so many bytes went through, in both ways together."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.passed = 0
        self.limit: int | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, limit: int | None) -> None:
        self.passed, self.limit = 0, limit

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = self._connected()
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._relay, args=pair, daemon=True).start()

    def _connected(self) -> socket.socket:
        """Connect to the server; a busy machine may need a moment."""
        for _attempt in range(50):
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", self._to))
            time.sleep(0.02)
        raise AssertionError("the server is gone")

    def _relay(self, come: socket.socket, go: socket.socket) -> None:
        with suppress(OSError):
            while data := come.recv(4096):
                self.passed += len(data)
                if self.limit is not None and self.passed > self.limit:
                    break
                go.sendall(data)
        for one in (come, go):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@dataclass(frozen=True)
class Server:
    """A real server on loopback: its port, and what its targets say besides their address."""

    port: int
    options: Mapping[str, str]
    environment: Mapping[str, str]
    user: str = "root"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def sshd(folder: Path, user: str = "root") -> Iterator[Server]:
    """OpenSSH's server, with keys of its own; its host key and the client's are named by the options."""
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("sshd is not installed")
    folder.mkdir(parents=True)
    for name in ("host", "client", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "client.pub", folder / "authorized")
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\n"
        # Whatever shells read at their start on this machine is none of the tests' business.
        f"PidFile none\nSubsystem sftp internal-sftp\nSetEnv HOME={folder}\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    words = [program, "-D", "-e", "-f", folder / "config", "-p"]
    process, port = _started(lambda port: subprocess.Popen([*words, str(port)], stderr=subprocess.DEVNULL))
    try:
        key = " ".join((folder / "host.pub").read_text().split()[:2])
        yield Server(port, {"key": str(folder / "client"), "host_key": key}, {}, user)
    finally:
        process.terminate()
        process.wait()


def _started(start: Callable[[int], subprocess.Popen[bytes]]) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server on a free port, and on another where someone was faster; return it once it listens."""
    for _attempt in range(5):
        port = free_port()
        process = start(port)
        for _look in range(500):
            if process.poll() is not None:
                break
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return process, port
            time.sleep(0.02)
        process.kill()
        process.wait()
    raise AssertionError("the server doesn't start")


@contextmanager
def ftpd(folder: Path, served: Path, *, encrypted: bool = True) -> Iterator[Server]:
    """pyftpdlib's server in a process of its own, by default with TLS for commands and data."""
    folder.mkdir(parents=True)
    _certificate(folder)
    code = partial(_FTPD.format, folder=str(folder), served=str(served), encrypted=encrypted)
    process, port = _started(
        lambda port: subprocess.Popen([sys.executable, "-c", code(port=port)], stderr=subprocess.DEVNULL)
    )
    try:
        options = {"certificate": str(folder / "authority.pem")} if encrypted else {"unencrypted": True}
        yield Server(port, options, {"KIOSQUE_DEPLOY_PASSWORD": "secret"}, "asso")
    finally:
        process.kill()
        process.wait()


_FTPD = """
import logging, os, sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer
users = DummyAuthorizer()
users.add_user("asso", "secret", {served!r}, perm="elradfmwMT")
handler = TLS_FTPHandler if {encrypted} else FTPHandler
handler.authorizer = users
class Unbuffered(AbstractedFS):
    # On a full disk, what a buffer still holds would keep the server from closing the file, and from answering.
    def open(self, filename, mode):
        return open(filename, mode, buffering=0)
handler.abstracted_fs = Unbuffered
class Answering(TLS_DTPHandler):
    # With TLS, pyftpdlib's own closes the connection for data and forgets to say why, as other servers do.
    def handle_error(self):
        self._error = True
        why = sys.exc_info()[1].__cause__
        self._resp = (f"452 {{os.strerror(why.errno)}}", logging.warning)
        self.close()
if {encrypted}:
    handler.dtp_handler = Answering
if {encrypted}:
    handler.certfile = {folder!r} + "/server.pem"
    handler.tls_control_required = handler.tls_data_required = True
FTPServer(("127.0.0.1", {port}), handler).serve_forever()
"""


def _certificate(folder: Path) -> None:
    """Make an authority and a certificate of 127.0.0.1 and localhost."""
    run = partial(subprocess.run, check=True, cwd=folder, capture_output=True)
    new = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "9",
    ]
    run([*new, "-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=Authority"])
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key",
         "-out", "server.csr", "-subj", "/CN=localhost"])  # fmt: skip
    run(["openssl", "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
         "-CAcreateserial", "-days", "9", "-extfile", "names", "-out", "server.crt"])  # fmt: skip
    (folder / "server.pem").write_text(
        (folder / "server.key").read_text() + (folder / "server.crt").read_text()
    )


@dataclass
class Rig:
    """A hub, a host of one kind that it is deployed to, through a relay that can cut, and the folder that is served."""

    hub: Hub
    www: Path
    environment: Mapping[str, str]
    cutter: Cutter | None = None
    kind: str = "folder"

    def deploy(self, *options: str) -> Result:
        return self.hub.deploy(*options, **self.environment)

    def stands(self, wanted: Mapping[str, bytes]) -> None:
        """Assert that the host serves what is wanted, and at most one look besides; drafts and notes are gone."""
        assert but_the_last_look(served(self.www), wanted) == dict(wanted)
        own = {path for path in tree(self.www) if path.startswith(".kiosque/")}
        assert {".kiosque/manifest.json.gz", ".kiosque/.htaccess"} == own


@contextmanager
def rig(kind: str, folder: Path, www: Path | None = None, **more: object) -> Iterator[Rig]:
    """Start a host of a kind and make a hub for it."""
    www = www or folder / "www"
    www.mkdir(exist_ok=True)
    if kind == "folder":
        yield Rig(Hub(folder / "hub", str(www)), www, {})
        return
    with ftpd(folder / "server", www) if kind == "ftps" else sshd(folder / "server") as server:
        cutter = Cutter(server.port)
        path = "" if kind == "ftps" else f"/{www}"
        url = f"{kind}://{server.user}@127.0.0.1:{cutter.port}/{path}"
        hub = Hub(folder / "hub", {"url": url, **server.options, **more})
        yield Rig(hub, www, {"HOME": str(folder), **server.environment}, cutter, kind)
        cutter.close()


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk in memory of so many kilobytes, where this machine allows to mount one."""
    folder.mkdir()
    mounted = mount(folder, f"size={kilobytes}k", "-t", "tmpfs", "tmpfs")
    if mounted.returncode:
        pytest.skip("this machine allows no file system to be mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mount(folder: Path, options: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", "-o", options, *words, folder], capture_output=True, check=False)
