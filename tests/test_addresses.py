"""Addresses: all spellings of one are told to be the same, and no two pages are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.content.addresses import hub_page, publication_page
from kiosque.urls import address_key

SITE = "https://hub.example/kiosk"


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("http://www.radio.example/a/", "radio.example/a"),
        ("https://RADIO.example:443/a?fbclid=1#top", "radio.example/a"),
        ("https://radio.example:8080/a", "radio.example:8080/a"),
        ("https://radio.example/@ana/12", "radio.example/@ana/12"),
        ("https://radio.example/%40ana/12/", "radio.example/@ana/12"),
        ("https://radio.example/été", "radio.example/%C3%A9t%C3%A9"),
        ("https://radio.example/%C3%A9t%C3%A9", "radio.example/%C3%A9t%C3%A9"),
        ("https://radio.example/?b=2&utm_source=x&a=1", "radio.example/?a=1&b=2"),
        ("https://radio.example?b=2&a=1", "radio.example/?a=1&b=2"),
        ("https://radio.example/a%3Fb", "radio.example/a%3Fb"),
        ("https://radio.example/a?b", "radio.example/a?b"),
        ("https://radio.example/", "radio.example"),
        ("https://radio.example", "radio.example"),
        ("mailto:ana@radio.example", ""),
        ("demo/feeds/jingle.mp3", ""),
        ("", ""),
    ],
)
def test_spellings_of_one_address_have_one_key(spelling: str, key: str) -> None:
    """Scheme, www., case of the host, last slash, escapes, order of parameters and trackers say nothing."""
    assert key == address_key(spelling)


@given(
    st.from_regex(r"https?://(www\.)?[a-z]{1,3}\.fr(/[\w.~@!%-]{0,4}){0,3}(\?[\w=&%]{0,6})?", fullmatch=True)
)
def test_a_key_is_its_own_key(address: str) -> None:
    """However strange an address, what stays of it stays."""
    key = address_key(address)
    assert key == address_key(f"https://{key}")


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/medias/radio/2026/a/", "/medias/radio/2026/a"),
        ("/kiosk/medias/radio/2026/a?x=1", "/medias/radio/2026/a"),
        ("http://www.hub.example/kiosk/medias/radio/2026/a/#top", "/medias/radio/2026/a"),
        ("https://hub.example/kiosk/articles/a", "/articles/a"),
        ("/articles/a/", "/articles/a"),
        ("https://other.example/articles/a", ""),
        ("https://hub.example/kiosks/articles/a", ""),
        ("/medias/radio/", ""),
        ("articles/a", ""),
    ],
)
def test_a_page_of_the_hub_is_known_in_all_its_shapes(address: str, page: str) -> None:
    """With or without host, path of the hub and last slash; other hosts have their own pages."""
    assert page == hub_page(address, SITE, publication_page())
