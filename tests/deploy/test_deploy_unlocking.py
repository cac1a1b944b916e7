"""Passwords and passphrases of SSH hosts are asked on a terminal.

The message of a refusal says what was tried.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from terminal import CTRL_C, CTRL_D, at_terminal, kiosque

from kiosque import i18n
from kiosque.deploy.credentials import Credentials
from kiosque.deploy.hosts.unlocking import Unlocking, is_locked
from kiosque.settings.targets import HostKind, Target

from .conftest import Sshd
from .deploying import FIRST, Hub

SECRET = "le mot de passe"


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


def key(file: Path, *words: str) -> Path:
    """Make a private key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", *words, "-f", file], check=True)
    return file


@pytest.mark.parametrize(("words", "expected"), [
    (("-N", ""), False), (("-N", SECRET), True), (("-t", "rsa", "-m", "PEM", "-N", ""), False),
    (("-t", "rsa", "-m", "PEM", "-N", SECRET), True),
])  # fmt: skip
def test_a_locked_key_is_told_from_an_open_one(
    words: tuple[str, ...], expected: bool, tmp_path: Path
) -> None:
    """Both forms say in their head whether they are encrypted."""
    assert expected == is_locked(key(tmp_path / "key", *words).read_text())


def test_a_text_that_is_no_key_is_not_locked() -> None:
    """What is no key is told as such, without a question."""
    assert [False, False] == [
        is_locked(text) for text in ("", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH")
    ]


def test_what_was_tried_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys and passwords are named by where they are from; never the secrets themselves."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    key(tmp_path / ".ssh" / "id_ed25519", "-N", SECRET)

    def tried(environment: dict[str, str], key: str = "", *, agent: bool = False) -> str:
        if agent:
            monkeypatch.setenv("SSH_AUTH_SOCK", "agent")
        target = Target(name="site", kind=HostKind.SFTP, host="host", user="asso", key=key)
        return Unlocking(Credentials(target, environment), tmp_path).tried()

    assert [
        "the key ~/.ssh/id_ed25519, whose passphrase isn't known",
        "the key ~/.ssh/id_ed25519",
        "the key keys/mine, the password in KIOSQUE_DEPLOY_PASSWORD_SITE",
        "the key in KIOSQUE_DEPLOY_KEY",
        "the keys of the ssh agent, the key ~/.ssh/id_ed25519, whose passphrase isn't known",
    ] == [
        tried({}),
        tried({"KIOSQUE_DEPLOY_PASSPHRASE": SECRET}),
        tried({"KIOSQUE_DEPLOY_PASSWORD_SITE": SECRET}, "keys/mine"),
        tried({"KIOSQUE_DEPLOY_KEY": "key"}),
        tried({}, agent=True),
    ]


def run_at_terminal(hub: Hub, home: Path, *steps: tuple[str, str]) -> tuple[int, str]:
    """Deploy as a person does; the home folder has no key."""
    return at_terminal(
        kiosque("--hub", str(hub.root), "deploy", "site"), steps, hub.root,
        {"HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path), "SSH_AUTH_SOCK": ""},
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["sftp", "rsync", "git+ssh"])
def test_a_passphrase_is_asked_once_on_a_terminal(kind: str, tmp_path: Path, sshd: Sshd) -> None:
    """The locked key of the target is opened, and the site is sent."""
    with sshd(tmp_path / "server") as server:
        client = tmp_path / "server" / "client"
        subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", SECRET, "-f", client], check=True)
        www = tmp_path / "www"
        www.mkdir()
        if kind == "git+ssh":
            subprocess.run(["git", "init", "-q", "--bare", www], check=True)
        hub = Hub(tmp_path / "hub", server.target(kind, www))
        hub.holds(FIRST)
        code, shown = run_at_terminal(hub, tmp_path, ("Passphrase of", f"{SECRET}\n"))
    assert (0, 1, False) == (code, shown.count("Passphrase of"), SECRET in shown), shown
    assert list(www.iterdir())


_SSH_SERVER = """
import asyncio, asyncssh, contextlib
class Server(asyncssh.SSHServer):
    def password_auth_supported(self):
        return True
    def validate_password(self, user, password):
        return password == {secret!r}
async def run(process):
    shell = await asyncio.create_subprocess_shell(
        process.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE)
    async def pump(source, sink):
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()
    async def feed():
        with contextlib.suppress(ConnectionError):
            await pump(process.stdin, shell.stdin)
        shell.stdin.close()
    feeding = asyncio.create_task(feed())
    await asyncio.gather(pump(shell.stdout, process.stdout), pump(shell.stderr, process.stderr))
    code = await shell.wait()
    feeding.cancel()
    process.exit(code)
async def main():
    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[{host_key!r}], sftp_factory=True, process_factory=run,
        encoding=None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.wait_closed()
asyncio.run(main())
"""


@contextmanager
def ssh_with_password(folder: Path) -> Iterator[tuple[int, str]]:
    """Run an SSH server that takes a password; yield its port and its public key."""
    host_key = key(folder / "host", "-N", "")
    code = _SSH_SERVER.format(secret=SECRET, host_key=str(host_key))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            yield port, " ".join((folder / "host.pub").read_text().split()[:2])
        finally:
            process.kill()


@pytest.mark.parametrize("kind", ["sftp", "rsync"])
def test_a_password_is_asked_once_on_a_terminal(kind: str, tmp_path: Path) -> None:
    """Where no key opens the host, the password does, and the site is sent."""
    with ssh_with_password(tmp_path / "server") as (port, host_key):
        www = tmp_path / "www"
        www.mkdir()
        url = f"{kind}://asso@127.0.0.1:{port}/{www}"
        hub = Hub(tmp_path / "hub", {"url": url, "host_key": host_key})
        hub.holds(FIRST)
        code, shown = run_at_terminal(hub, tmp_path, ("Password of asso", f"{SECRET}\n"))
    assert (0, 1, False) == (code, shown.count("Password of"), SECRET in shown), shown
    assert list(www.iterdir())


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_leaving_at_the_password_sends_nothing(key: str, tmp_path: Path) -> None:
    """The command says so in its last line and exits 1."""
    with ssh_with_password(tmp_path / "server") as (port, host_key):
        www = tmp_path / "www"
        www.mkdir()
        hub = Hub(tmp_path / "hub", {"url": f"sftp://asso@127.0.0.1:{port}/{www}", "host_key": host_key})
        hub.holds(FIRST)
        code, shown = run_at_terminal(hub, tmp_path, ("Password of asso", key))
    assert (1, "kiosque: stopped: nothing was written", []) == (
        code, shown.strip().splitlines()[-1], list(www.iterdir()),
    ), shown  # fmt: skip


@pytest.mark.parametrize("kind", ["sftp", "rsync"])
def test_a_wrong_password_says_what_was_tried(kind: str, tmp_path: Path) -> None:
    """Nothing is sent, and nothing is asked a second time."""
    with ssh_with_password(tmp_path / "server") as (port, host_key):
        www = tmp_path / "www"
        www.mkdir()
        url = f"{kind}://asso@127.0.0.1:{port}/{www}"
        hub = Hub(tmp_path / "hub", {"url": url, "host_key": host_key})
        hub.holds(FIRST)
        code, shown = run_at_terminal(hub, tmp_path, ("Password of asso", "wrong\n"))
    message = "127.0.0.1 accepts neither key nor password of asso (tried: the password that was typed): "
    assert (1, True, []) == (code, message in shown, list(www.iterdir())), shown
