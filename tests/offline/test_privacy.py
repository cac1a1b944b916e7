"""The page about privacy says what is so of this hub, and a page of the hub takes its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from conftest import Content, built
from lxml import html

from kiosque.site.hub.embeds import KNOWN_HOSTS

Hub = Callable[[Mapping[str, Content]], Path]
_SETTINGS = 'SITENAME = "Hub"\nDEFAULT_LANG = "en"\nCONTACT = "{contact}"\n'


def page(root: Path) -> html.HtmlElement:
    """Build a hub, and return the main part of the page."""
    assert () == built(root).problems
    return html.document_fromstring((root / "output/vie-privee/index.html").read_bytes()).find(".//main")


def test_the_page_names_players_contact_and_what_is_kept(hub: Hub) -> None:
    """Who may see the visit after a press, whom to write to, and where to forget what this device keeps."""
    main = page(hub({"pelicanconf.py": _SETTINGS.format(contact="bonjour@hub.example")}))
    links = [
        link
        for link in main.xpath(".//a/@href")
        if link.startswith(("/", "mailto:")) and link != "/vie-privee/"
    ]
    assert ["/hors-ligne/", "/lecteur/", "/contribuer/", "mailto:bonjour@hub.example"] == links
    text = main.text_content()
    assert [] == [host for host, company in KNOWN_HOSTS if host not in text or company not in text]
    assert ("youtube-nocookie.com", "Google") in KNOWN_HOSTS


def test_the_host_is_named_where_the_legal_notice_is(hub: Hub) -> None:
    """A hub that has a legal notice leads there; another isn't said to have one."""
    root = hub({"content/pages/mentions-legales.md": "---\ntitle: Mentions légales\n---\nHébergeur : …\n"})
    assert "/mentions-legales/" in page(root).xpath(".//a/@href")


def test_a_page_of_the_hub_takes_its_place(hub: Hub) -> None:
    """What people of the hub wrote stands at the address, once in the foot."""
    root = hub({"content/pages/vie-privee.md": "---\ntitle: Ce que nous savons\n---\nNous ne notons rien.\n"})
    assert "Nous ne notons rien." in page(root).text_content()
    home = html.document_fromstring((root / "output/index.html").read_bytes())
    assert ["Ce que nous savons"] == home.xpath("//footer//a[@href='/vie-privee/']/text()")
