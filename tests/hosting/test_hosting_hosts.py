"""The host of an address has letters, digits, dots and hyphens.

It can't mislead a server's configuration or a policy.
"""

from __future__ import annotations

import pytest

from kiosque.site.hosting.quoting import for_apache, for_caddy, for_nginx, is_origin
from kiosque.urls import safe_url

_SIGNS = "!\"$&'()*+,;<=>\\^`{|}~ \t\n\u00a0\u2028"


@pytest.mark.parametrize("sign", [*_SIGNS, "\uff1b", "\uff04", "\ufe54", "\u037e"], ids=ascii)
def test_no_other_sign_in_a_host(sign: str) -> None:
    """An address whose host holds another sign is none, even where IDNA turns it into one."""
    hosts = (
        f"a{sign}b.example",
        f"{sign}",
        f"a.example{sign}",
        f"{sign}.example",
        f"[{sign}::1]",
        f"[::1]{sign}",
    )
    made = {safe_url(f"https://{host}/path") for host in hosts}
    # What stands at the ends of an address, and breaks of lines within it, are no part of it.
    assert all(is_origin(address.removesuffix("/path")) for address in made if address)


@pytest.mark.parametrize(
    "address",
    [
        "https://radio.example/a?b=$;*#c",
        "https://radio-1.example:8080/",
        "https://écoute.example/a",
        "https://xn--coute-9ra.example/",
        "https://my_radio.example/",
        "https://[2001:db8::1]:8080/",
        "http://127.0.0.1/",
    ],
)
def test_hosts_that_are_fine(address: str) -> None:
    """Names, names of other scripts, and addresses in brackets stay as they are."""
    assert address == safe_url(address)


def test_values_are_quoted() -> None:
    """A quotation mark or a backslash can't end a string, in any of the languages."""
    value = "default-src 'self'; x \"y\" \\"
    assert {r'''"default-src 'self'; x \"y\" \\"'''} == {
        quote(value) for quote in (for_nginx, for_caddy, for_apache)
    }
    assert '"100%%"' == for_apache("100%")


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        (for_nginx, "$host"),
        (for_caddy, "{env.SECRET}"),
        (for_apache, "$1"),
        *((quote, "a\nb") for quote in (for_nginx, for_caddy, for_apache)),
    ],
)
def test_what_a_language_cannot_hold_is_refused(quote: object, value: str) -> None:
    """A variable or a break of lines in a value is an error, and never written."""
    assert callable(quote)
    with pytest.raises(ValueError, match="no configuration"):
        quote(value)


def test_a_policy_names_plain_origins_only() -> None:
    """A source of a policy is a scheme, a host and a port, without wildcard or directive."""
    fine = ("https://video.example", "http://video.example:9000", "https://[2001:db8::1]")
    wrong = (
        "https://*",
        "https://a;script-src",
        "https://a b",
        "https://a'",
        "javascript:x",
        "https://",
        "https://a/b",
    )
    assert [*[True] * len(fine), *[False] * len(wrong)] == [is_origin(text) for text in (*fine, *wrong)]
