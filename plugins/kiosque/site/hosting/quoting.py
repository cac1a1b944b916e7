"""Values in the configuration of a server: none can end its string or start a variable.

Each function is that of one language. A value that a language can't hold raises ValueError.
"""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# The origin of a page in a policy (CSP Level 3, host-source): scheme, host, port.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


def is_origin(text: str) -> bool:
    """Whether a text is a plain origin, which a policy can name: a host in ASCII, without any other sign."""
    return _ORIGIN.fullmatch(text) is not None


def for_nginx(value: str) -> str:
    """Return a value as a string of nginx. Its language has no way to write a dollar sign."""
    _refuse(value, "$")
    return f'"{_escaped(value)}"'


def for_caddy(value: str) -> str:
    """Return a value as a string of a Caddyfile, where braces stand for variables."""
    _refuse(value, "{}")
    return f'"{_escaped(value)}"'


def for_apache(value: str) -> str:
    """Return a header's value as a string of Apache (mod_headers); a percent sign starts a variable there."""
    _refuse(value, "$")
    return f'"{_escaped(value).replace("%", "%%")}"'


def _refuse(value: str, signs: str) -> None:
    if _CONTROL.search(value) or any(sign in value for sign in signs):
        message = f"no configuration can hold this value: {value!r}"
        raise ValueError(message)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
