"""Passwords and keys: from the environment, else asked of whoever sits there; never from a file of the hub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosque.i18n import _
from kiosque.settings.targets import Target

PASSWORD, KEY, PASSPHRASE = "KIOSQUE_DEPLOY_PASSWORD", "KIOSQUE_DEPLOY_KEY", "KIOSQUE_DEPLOY_PASSPHRASE"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens one target. ``ask`` shows a question and returns what was typed; there is none where nobody is asked."""

    target: Target
    environment: Mapping[str, str]
    ask: Callable[[str], str] | None = None

    @property
    def password(self) -> str:
        """The password or token, empty where none was given."""
        return self._given(PASSWORD)

    def asked(self) -> str:
        """Ask for the password; empty where nobody can be asked."""
        if self.ask is None:
            return ""
        return self.ask(
            _("Password of {user} on {host}").format(user=self.target.user, host=self.target.host)
        )

    @property
    def key(self) -> str:
        """A private key itself, in OpenSSH's or PEM form, as schedulers keep secrets; empty where there is none."""
        written = self._given(KEY).strip()
        return f"{written}\n" if written else ""

    @property
    def passphrase(self) -> str:
        """What opens the private key, empty where nothing does or needs to."""
        return self._given(PASSPHRASE)

    def name_of(self, variable: str) -> str:
        """Return the variable to name in a message: the target's own where that is the one in use."""
        own = f"{variable}_{self.target.name.upper().replace('-', '_')}"
        return own if own in self.environment else variable

    def _given(self, variable: str) -> str:
        """Return a secret: of this target alone, else of all."""
        return self.environment.get(self.name_of(variable), "")
