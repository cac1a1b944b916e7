"""Errors of the system and of libraries become plain words."""

from __future__ import annotations

import errno
import json
import socket
import ssl

import aiohttp
import msgspec
import pytest

from kiosque import i18n
from kiosque.reasons import reason_of, reason_of_output


class _Text(msgspec.Struct):
    title: str


def wrong(data: bytes) -> Exception:
    """Return the error of data that isn't a text with a title."""
    try:
        msgspec.json.decode(data, type=_Text)
    except msgspec.MsgspecError as error:
        return error
    raise AssertionError(data)


def wrapped() -> Exception:
    """Return an error of a library that wraps one of the system."""
    error = aiohttp.ClientError("Cannot connect to host hub.example:443 ssl:default")
    error.__cause__ = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed")
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied"),
        (socket.gaierror(-2, "Name or service not known"),
         "no machine of this name is found: is the network on?"),
        (TimeoutError(), "no answer in time"),
        (aiohttp.ServerDisconnectedError(), "the connection was cut"),
        (ssl.SSLError("TLSV1_ALERT_INTERNAL_ERROR"), "it has no encryption that can be used"),
        (wrapped(), "no program listens there"),
        (wrong(b'{"title": 3}'), "“title” has a value of another kind"),
        (wrong(b"{}"), "“title” is missing"),
        (wrong(b"{nothing"), "this is not JSON from sign 2 on"),
        (json.JSONDecodeError("Expecting value", "x", 0), "this is not JSON from sign 1 on"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "this is not text in UTF-8"),
        (Exception("Something that a library says"), "an unexpected answer"),
    ],
)  # fmt: skip
def test_an_error_is_told_in_plain_words(error: Exception, expected: str) -> None:
    """The words are those of the cause that is known; the text of a library is never among them."""
    i18n.use("en")
    assert expected == reason_of(error)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("ssh: connect to host a.example port 22: Connection refused", "no program listens there"),
        ("ssh: Could not resolve hostname a.example: Name or service not known",
         "no machine of this name is found: is the network on?"),
        ("Connection to a.example closed by remote host.", "the connection was cut"),
        ("remote: the hub's own words", ""),
    ],
)  # fmt: skip
def test_the_output_of_a_program_is_told_in_plain_words(output: str, expected: str) -> None:
    """The words of a host itself have no other words, and are shown as they are."""
    i18n.use("en")
    assert expected == reason_of_output(output)
