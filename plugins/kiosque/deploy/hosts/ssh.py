"""The system's ssh for rsync and git: its command line, keys and one shared connection."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import ExitStack
from pathlib import Path

from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import HostError
from kiosque.deploy.hosts import failures
from kiosque.deploy.hosts.unlocking import Unlocking
from kiosque.files import temporary_folder

_SECONDS = 30
# Answers the questions of ssh and git with values of the environment.
_ANSWERS = """#!/bin/sh
case "$1" in
  [Uu]sername*) printf '%s\\n' "$KIOSQUE_ANSWER_USER" ;;
  *assphrase*) printf '%s\\n' "$KIOSQUE_ANSWER_PASSPHRASE" ;;
  *) printf '%s\\n' "$KIOSQUE_ANSWER_PASSWORD" ;;
esac
"""
# Messages of ssh. It speaks English here, whatever the language of the system.
_WRONG_KEY = re.compile(r"Permission denied \(|Too many authentication failures")
_UNKNOWN_HOST = re.compile(r"Host key verification failed|No \S+ host key is known")
_OTHER_HOST = re.compile(r"REMOTE HOST IDENTIFICATION HAS CHANGED")
_CUT = re.compile(
    r"Connection (?:closed|reset)|Broken pipe|connection unexpectedly closed|timed out|lost connection|"
    r"hung up|Connection to \S+ closed|early EOF|kex_exchange_identification"
)
_UNREACHABLE = re.compile(
    r"Connection refused|Could not resolve hostname|No route to host|Network is unreachable"
)


class Ssh:
    """The way to call ssh for one target.

    Its files lie in the temporary ``folder``, where callers may put files of their own. ``close`` removes it.
    """

    def __init__(self, credentials: Credentials, root: Path) -> None:
        """Write the files that ssh reads: the environment's private key, the known host key, the answers."""
        self._credentials, self._unlocking = credentials, Unlocking(credentials, root)
        self._temporary = ExitStack()
        self.folder = self._temporary.enter_context(temporary_folder())
        self._key = self._key_file()
        self.environment = {**os.environ, "LC_ALL": "C", **self._answers()}

    def ask_more(self, output: str) -> bool:
        """Ask a person for what may open the host, after output of ssh that says that it stays shut.

        Return whether another attempt has a new secret.
        """
        if not _WRONG_KEY.search(output) or not self._unlocking.ask_more():
            return False
        self.environment = {**os.environ, "LC_ALL": "C", **self._answers()}
        return True

    def command(self) -> list[str]:
        """Return the command line of ssh up to the host; several calls share a connection."""
        target = self._credentials.target
        words = ["ssh", "-T", "-o", f"ConnectTimeout={_SECONDS}", "-o", "ServerAliveInterval=15"]
        words += [
            "-o",
            "ControlMaster=auto",
            "-o",
            f"ControlPath={self.folder}/%C",
            "-o",
            "ControlPersist=60",
        ]
        if not self._unlocking.password and not self._unlocking.passphrase:
            words += ["-o", "BatchMode=yes"]
        else:
            words += ["-o", "NumberOfPasswordPrompts=1"]
        if target.port:
            words += ["-p", str(target.port)]
        if self._key:
            words += ["-i", str(self._key), "-o", "IdentitiesOnly=yes"]
        if target.host_key:
            words += ["-o", f"UserKnownHostsFile={self._known_hosts()}", "-o", "StrictHostKeyChecking=yes"]
            words += ["-o", "HostKeyAlias=kiosque-target", "-o", "GlobalKnownHostsFile=/dev/null"]
        return words

    def close(self) -> None:
        """End the shared connections and remove the files."""
        for socket in self.folder.glob("*"):
            if socket.is_socket():
                command = ["ssh", "-q", "-o", f"ControlPath={socket}", "-O", "exit", "target"]
                subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - own paths
        self._temporary.close()

    def failure(self, output: str, path: str = "") -> HostError:
        """Return the error that the output of ssh, or of the program that it runs, means."""
        target = self._credentials.target
        host = target.host or target.repository
        if not output.strip():
            # A shared connection that is lost gives no message.
            return failures.cut(host, ConnectionError())
        if _OTHER_HOST.search(output) or (target.host_key and _UNKNOWN_HOST.search(output)):
            return failures.other_host_key(host)
        if _UNKNOWN_HOST.search(output):
            return failures.unconfirmed_host_key(host, target.port)
        if _WRONG_KEY.search(output):
            return failures.wrong_key(target.user, host, self._unlocking.tried())
        if _UNREACHABLE.search(output):
            return failures.unreachable(host, target.port or 22, output)
        return failures.from_output(output, path) or (
            failures.cut(host, output) if _CUT.search(output) else failures.refused(path or host, output)
        )

    def _key_file(self) -> Path | None:
        if self._credentials.key:
            return self._write("key", self._credentials.key)
        return self._unlocking.key_file

    def _known_hosts(self) -> Path:
        return self._write("known_hosts", f"kiosque-target {self._credentials.target.host_key}\n")

    def _answers(self) -> dict[str, str]:
        credentials, unlocking = self._credentials, self._unlocking
        if not unlocking.password and not unlocking.passphrase:
            return {"GIT_TERMINAL_PROMPT": "0"} if credentials.ask is None else {}
        program = str(self._write("answers", _ANSWERS, 0o700))
        return {
            "SSH_ASKPASS": program,
            "SSH_ASKPASS_REQUIRE": "force",
            "GIT_ASKPASS": program,
            "KIOSQUE_ANSWER_USER": credentials.target.user or "git",
            "KIOSQUE_ANSWER_PASSWORD": unlocking.password,
            "KIOSQUE_ANSWER_PASSPHRASE": unlocking.passphrase,
        }

    def _write(self, name: str, text: str, mode: int = 0o600) -> Path:
        file = self.folder / name
        file.touch(mode)
        file.write_text(text, encoding="utf-8")
        return file
