"""What opens an SSH host: keys and secrets of the environment, then the answers of a person."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterator
from pathlib import Path

from kiosque.deploy.credentials import KEY, PASSWORD, Credentials
from kiosque.i18n import _

# The files in which ssh and asyncssh look for keys when none is named.
_USUAL = ("id_ed25519", "id_ecdsa", "id_rsa")
_ARMOUR = re.compile(r"-----BEGIN OPENSSH PRIVATE KEY-----\s*(.+?)\s*-----END", re.DOTALL)
_MAGIC = b"openssh-key-v1\0"


class Unlocking:
    """The keys of a target, and the secrets known so far. A person is asked only after a refusal."""

    def __init__(self, credentials: Credentials, root: Path) -> None:
        """Take the secrets of the environment."""
        self.password, self.passphrase = credentials.password, credentials.passphrase
        self._credentials, self._root = credentials, root
        self._has_asked_passphrase = self._has_asked_password = False

    @property
    def key_file(self) -> Path | None:
        """The file of the private key that the target names."""
        key = self._credentials.target.key
        return self._root / Path(key).expanduser() if key else None

    def ask_more(self) -> bool:
        """Ask a person for the passphrase of a key, then for a password.

        Return whether there is a new secret.
        """
        credentials = self._credentials
        if credentials.ask is None:
            return False
        if not self.passphrase and not self._has_asked_passphrase and (locked := self._locked_key()):
            self._has_asked_passphrase = True
            self.passphrase = credentials.ask(_("Passphrase of {key}").format(key=locked))
            if self.passphrase:
                return True
        if not self.password and not self._has_asked_password:
            self._has_asked_password = True
            self.password = credentials.asked_password()
            return bool(self.password)
        return False

    def tried(self) -> str:
        """Return what was tried, in words."""
        found = [*self._tried_keys(), *self._tried_password()]
        return ", ".join(found) or _("there was neither key nor password to try")

    def _tried_keys(self) -> Iterator[str]:
        if self._credentials.key:
            yield _("the key in {variable}").format(variable=self._credentials.name_of(KEY))
        elif self.key_file:
            yield _("the key {file}").format(file=self._credentials.target.key)
        else:
            if os.environ.get("SSH_AUTH_SOCK"):
                yield _("the keys of the ssh agent")
            for file in _usual_keys():
                message = (
                    _("the key {file}, whose passphrase isn't known")
                    if self._is_shut(file)
                    else _("the key {file}")
                )
                yield message.format(file=_short(file))

    def _tried_password(self) -> Iterator[str]:
        if self._credentials.password:
            yield _("the password in {variable}").format(variable=self._credentials.name_of(PASSWORD))
        elif self.password:
            yield _("the password that was typed")

    def _is_shut(self, file: Path) -> bool:
        return not self.passphrase and is_locked(_text_of(file))

    def _locked_key(self) -> str:
        """Return the words for the first key that needs a passphrase; empty where none does."""
        credentials = self._credentials
        if credentials.key:
            return credentials.name_of(KEY) if is_locked(credentials.key) else ""
        files = [self.key_file] if self.key_file else _usual_keys()
        return next((_short(file) for file in files if is_locked(_text_of(file))), "")


def is_locked(key: str) -> bool:
    """Whether a private key is encrypted, in PEM (RFC 1421, section 4.6.1.1) or OpenSSH's PROTOCOL.key."""
    if match := _ARMOUR.search(key):
        try:
            data = base64.b64decode(match[1])
        except binascii.Error:
            return False
        start = len(_MAGIC) + 4
        return data.startswith(_MAGIC) and data[start : start + 4] != b"none"
    return "ENCRYPTED" in key


def _usual_keys() -> list[Path]:
    folder = Path("~/.ssh").expanduser()
    return [folder / name for name in _USUAL if (folder / name).is_file()]


def _short(file: Path) -> str:
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
