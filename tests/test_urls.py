"""Addresses as logs have them."""

from __future__ import annotations

import pytest

from kiosque.urls import without_secrets


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("https://radio.example/feed.xml", "https://radio.example/feed.xml"),
        ("https://ana:secret@radio.example:8080/feed", "https://radio.example:8080/feed"),
        ("https://radio.example/feed?token=secret#key=secret", "https://radio.example/feed"),
        ("sftp://ana@host.example/srv/www", "sftp://host.example/srv/www"),
        ("https://a@b:c@radio.example/", "https://radio.example/"),
        ("content/feeds/local.xml?x=1", "content/feeds/local.xml"),
        ("https://[radio.example/?token=secret", ""),
        ("", ""),
    ],
)
def test_logs_hold_no_secrets(address: str, logged: str) -> None:
    """User, password, query and fragment are left out, and so is the whole of what is no address."""
    assert logged == without_secrets(address)
