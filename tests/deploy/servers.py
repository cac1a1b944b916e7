"""Real servers on loopback, each behind a relay that can cut its connections."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import patience
import pytest

from .relay import FAR, NEAR, Cutter

# One port for commands, the others for data.
_FTP_PORTS = 9


@dataclass(frozen=True)
class Server:
    """A server, the relay in front of it, the options of its targets, and its log."""

    cutter: Cutter
    process: subprocess.Popen[bytes]
    log: Path
    options: Mapping[str, object]
    environment: Mapping[str, str]
    user: str = "root"

    def target(self, kind: str, path: str | Path) -> dict[str, object]:
        """Return the target for a folder or repository of the server, as ``DEPLOY`` has it."""
        return {"url": f"{kind}://{self.user}@{NEAR}:{self.cutter.ports[0]}/{path}", **self.options}

    def state(self) -> str:
        """Return the state of server and relay and the last lines of the log, for a failed test."""
        code = self.process.poll()
        life = "the server lives" if code is None else f"the server has died with {code}"
        last_lines = self.log.read_text(errors="replace").splitlines()[-30:]
        return "\n".join([life, *self.cutter.faults, *last_lines])


@contextmanager
def sshd(folder: Path) -> Iterator[Server]:
    """Run OpenSSH's server with its own keys; the options name its host key and the client's key."""
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("sshd is not installed")
    folder.mkdir(parents=True)
    for name in ("host", "client", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "client.pub", folder / "authorized")
    (folder / "config").write_text(
        f"ListenAddress {FAR}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\n"
        # The default key exchange resists quantum computers, and takes longer than all other steps of a
        # connection.
        "KexAlgorithms curve25519-sha256\n"
        # Start-up files of shells on this machine must have no effect on the tests.
        f"PidFile none\nSubsystem sftp internal-sftp\nSetEnv HOME={folder}\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    key = " ".join((folder / "host.pub").read_text().split()[:2])
    options = {"key": str(folder / "client"), "host_key": key}
    cutter = Cutter()
    words = [program, "-D", "-e", "-f", str(folder / "config"), "-p", str(cutter.ports[0])]
    with running(words, folder / "log", cutter) as process:
        yield Server(cutter, process, folder / "log", options, {})


@contextmanager
def ftpd(folder: Path, served: Path, *, encrypted: bool = True) -> Iterator[Server]:
    """Run pyftpdlib's server in a process of its own, by default with TLS for commands and data."""
    folder.mkdir(parents=True)
    certificate(folder)
    cutter = Cutter(_FTP_PORTS)
    port, *passive = cutter.ports
    code = _FTPD.format(
        folder=str(folder), served=str(served), encrypted=encrypted, address=(FAR, port), passive=passive
    )
    options: dict[str, object] = (
        {"certificate": str(folder / "authority.pem")} if encrypted else {"unencrypted": True}
    )
    password = {"KIOSQUE_DEPLOY_PASSWORD": "secret"}
    with running([sys.executable, "-c", code], folder / "log", cutter) as process:
        yield Server(cutter, process, folder / "log", options, password, "asso")


@contextmanager
def running(
    words: Sequence[str], log: Path, cutter: Cutter, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server behind a relay and wait until it listens; stop both at the end."""
    try:
        with (
            log.open("wb") as output,
            subprocess.Popen(
                words, stdout=output, stderr=output, env=environment, start_new_session=True
            ) as process,
        ):
            try:
                _wait_for(process, cutter.ports[0], log)
                yield process
            finally:
                # A server such as Apache's has children, which would outlive it.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    finally:
        cutter.close()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until a server listens; assert that it is the process that was started."""
    end = time.monotonic() + patience.SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), socket.create_connection((FAR, port), timeout=1):
            break
        time.sleep(0.02)
    else:
        raise AssertionError(f"the server doesn't start: {log.read_text(errors='replace')}")
    assert process.poll() is None, f"another program listens on port {port} of {FAR}"


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
handler.passive_ports = {passive}
# No delay after a wrong password.
handler.auth_failed_timeout = 0
class Unbuffered(AbstractedFS):
    # On a full disk, buffered data would prevent the server from closing the file and from answering.
    def open(self, filename, mode):
        return open(filename, mode, buffering=0)
handler.abstracted_fs = Unbuffered
class Answering(TLS_DTPHandler):
    # With TLS, pyftpdlib closes the data connection without the error reply that other servers send.
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
FTPServer({address}, handler).serve_forever()
"""


def certificate(folder: Path) -> None:
    """Make a certificate authority, and its certificate for 127.0.0.1 and localhost."""
    run = partial(subprocess.run, check=True, cwd=folder, capture_output=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    run(["openssl", "req", "-x509", *key, "-days", "9", "-keyout", "authority.key", "-out", "authority.pem",
         "-subj", "/CN=Authority"])  # fmt: skip
    run(["openssl", "req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"])
    run(["openssl", "x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
         "-CAcreateserial", "-days", "9", "-extfile", "names", "-out", "server.crt"])  # fmt: skip
    (folder / "server.pem").write_text(
        (folder / "server.key").read_text() + (folder / "server.crt").read_text()
    )
