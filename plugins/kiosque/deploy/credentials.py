"""Passwords and keys of a target.

They come from the environment or from a person's answer, never from a hub's file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosque.i18n import _
from kiosque.settings.targets import Target

PASSWORD, KEY, PASSPHRASE = "KIOSQUE_DEPLOY_PASSWORD", "KIOSQUE_DEPLOY_KEY", "KIOSQUE_DEPLOY_PASSPHRASE"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of one target.

    ``ask`` shows a question to a person and returns the answer. It is ``None`` where nobody can answer.
    """

    target: Target
    environment: Mapping[str, str]
    ask: Callable[[str], str] | None = None

    @property
    def password(self) -> str:
        """The password or token of the environment; empty where it has none."""
        return self._secret(PASSWORD)

    def asked_password(self) -> str:
        """Ask a person for the password and return it; empty where nobody can answer."""
        if self.ask is None:
            return ""
        return self.ask(
            _("Password of {user} on {host}").format(user=self.target.user, host=self.target.host)
        )

    @property
    def key(self) -> str:
        """The text of a private key, in OpenSSH's or PEM form; empty where the environment has none.

        Schedulers of forges keep secrets as text, so the key comes as text and not as a file.
        """
        text = self._secret(KEY).strip()
        return f"{text}\n" if text else ""

    @property
    def passphrase(self) -> str:
        """The passphrase of the private key; empty where it needs none."""
        return self._secret(PASSPHRASE)

    def name_of(self, variable: str) -> str:
        """Return the name of the environment variable in use, for messages.

        A variable of this target alone, such as ``KIOSQUE_DEPLOY_PASSWORD_SITE``, goes before the one for all
        targets.
        """
        own_variable = f"{variable}_{self.target.name.upper().replace('-', '_')}"
        return own_variable if own_variable in self.environment else variable

    def _secret(self, variable: str) -> str:
        return self.environment.get(self.name_of(variable), "")
