"""The page that says what can be followed, and how; and how each list says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from browser.axe import findings, loaded
from browser.conftest import Site
from browser.keyboard import Walker
from browser.test_axe import WAYS
from conftest import built
from lxml import etree, html

ADDRESS = "/suivre/"
HOST = "https://kiosque-drome.example"


def document(site: Site, address: str = ADDRESS) -> Any:
    return html.parse(site.output / address[1:] / "index.html").getroot()


def feeds(output: Path, name: str) -> set[str]:
    """Return the addresses of all feeds of a name, but those of tags and authors."""
    found = {f"/{file.relative_to(output).as_posix()}" for file in output.rglob(name)}
    return {one for one in found if not one.startswith(("/mots-cles/", "/auteurs/"))}


def followed(address: str) -> str:
    """Return the feed that a link or button hands to an application; empty for any other link."""
    if address.startswith("https://antennapod.org/deeplink/subscribe?"):
        (address,) = parse_qs(urlsplit(address).query)["url"]
    address = address.removeprefix("feed:")
    if address.startswith("podcast://"):
        address = f"https://{address.removeprefix('podcast://')}"
    is_feed = address.endswith(("/feed.atom", "/podcast.rss"))
    return urlsplit(address).path if is_feed else ""


def test_it_leads_to_each_list_that_can_be_followed_and_to_nothing_else(demonstration: Site) -> None:
    """The feeds and podcasts to be copied, opened or looked at are those that are there, tags and authors
    aside.
    """
    tree = document(demonstration)
    wanted = feeds(demonstration.output, "feed.atom") | feeds(demonstration.output, "podcast.rss")
    main = tree.get_element_by_id("contenu")
    copied = {followed(one) for one in main.xpath(".//@data-copy")} - {""}
    linked = {followed(one) for one in main.xpath(".//a/@href")} - {""}
    assert (wanted, wanted) == (copied, linked)
    assert {"feed", "rss"} == {
        etree.QName(etree.parse(demonstration.output / one[1:]).getroot()).localname for one in wanted
    }


def test_addresses_to_be_copied_are_whole(demonstration: Site) -> None:
    """Each begins with the hub's own address, as an application needs it; the one line of HTML names such an
    address too.
    """
    copied = document(demonstration).xpath("//main//@data-copy")
    assert [] == [one for one in copied if not one.startswith((f"{HOST}/", f'<iframe src="{HOST}/'))]


def modules(path: str) -> set[tuple[int, int]]:
    """Return the dark modules that a drawing of lines shows, as row and column."""
    found, column, row = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            found |= {(int(row), int(column) + step) for step in range(int(values[0]))}
            column += values[0]
        else:
            origin = (0.0, 0.0) if command == "M" else (column, row)
            column, row = origin[0] + values[0], origin[1] + values[1]
    return found


def test_codes_say_what_stands_beside_them(demonstration: Site) -> None:
    """Module by module, a code is that of the address in its card, with the quiet zone around it that readers
    need.
    """
    cards = document(demonstration).find_class("follow--whole")[0]
    shown, wanted = [], []
    for card in cards:
        shown.append(modules(card.xpath(".//*[local-name()='svg']//*[local-name()='path']/@d")[0]))
        code = segno.make_qr(card.xpath(".//input/@value")[0], error="m", boost_error=False, mask=0)
        rows = enumerate(code.matrix_iter(border=4))
        wanted.append({(row, column) for row, line in rows for column, one in enumerate(line) if one})
    assert 3 == len(cards)
    assert wanted == shown


def test_an_address_is_copied_by_keyboard(page: Any, demonstration: Site) -> None:
    """Tab leads to a button whose name says what it copies; Enter copies, and the button and a live region
    say so.
    """
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(demonstration.url + ADDRESS)
    page.wait_for_function("() => document.querySelector('p[role=status]')")
    button = page.locator("#contenu [data-copy$='/themes/eau-et-riviere/feed.atom']")
    words, done = button.inner_text(), button.get_attribute("data-done")
    walker = Walker(page)
    walker.reach(words)
    while page.evaluate("() => document.activeElement.dataset.copy") != button.get_attribute("data-copy"):
        walker.press("Tab")
    assert "Eau et rivière" in walker.name
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('p[role=status]').textContent")
    address = f"{HOST}/themes/eau-et-riviere/feed.atom"
    assert (address, f"{done}: {address}", done) == (
        page.evaluate("() => navigator.clipboard.readText()"),
        page.locator("p[role=status]").last.text_content(),
        page.evaluate("() => document.activeElement.firstChild.data"),
    )
    assert [] == walker.wrong


def test_where_nothing_can_be_copied_the_address_is_shown(page: Any, demonstration: Site) -> None:
    """A hub without https has no clipboard: the browser shows the address, to be copied by hand."""
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(demonstration.url + ADDRESS)
    page.wait_for_function("() => document.querySelector('[data-copy]').onclick")
    shown: list[str] = []
    page.once("dialog", lambda dialog: (shown.append(dialog.default_value), dialog.dismiss()))
    page.locator("#contenu [data-copy]").first.click()
    assert [f"{HOST}/feed.atom"] == shown


def test_without_scripts_all_addresses_are_there_to_select(browser: Any, demonstration: Site) -> None:
    """No button that does nothing: each address stands in a field or beside its list."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(demonstration.url + ADDRESS)
    fields = [one.get_attribute("value") for one in page.locator("#contenu input").all() if one.is_visible()]
    texts = [one.inner_text() for one in page.locator("#contenu code").all() if one.is_visible()]
    buttons = [one for one in page.locator("[data-copy]").all() if one.is_visible()]
    context.close()
    shown = {followed(one) for one in [*fields, *texts]} - {""}
    assert [] == buttons
    assert feeds(demonstration.output, "feed.atom") | feeds(demonstration.output, "podcast.rss") == shown


def test_axe_finds_nothing_on_it(page: Any, demonstration: Site) -> None:
    """Nor on a page for frames, whatever the screen and the colours."""
    found = {}
    for address in (ADDRESS, "/embarquer/", "/embarquer/themes/eau-et-riviere/"):
        loaded(page, demonstration.url + address)
        for way, change in WAYS.items():
            change(page)
            if wrong := findings(page):
                found[f"{address} {way}"] = wrong
    assert {} == found


def test_each_list_announces_its_feeds_in_its_head_and_where_people_look(demonstration: Site) -> None:
    """Beside each feed lies the page of its list, whose head names all that can be followed and whose text
    links to it.
    """
    wrong = {}
    for file in sorted(demonstration.output.rglob("feed.atom")):
        folder = file.parent
        address = f"/{folder.relative_to(demonstration.output).as_posix()}/".replace("/./", "/")
        tree = html.parse(folder / "index.html").getroot()
        wanted = {f"{address}feed.{format_}" for format_ in ("atom", "rss", "json")}
        wanted |= {f"{address}podcast.rss"} if (folder / "podcast.rss").is_file() else set()
        # All that is heard is what the podcast of the whole holds.
        wanted |= {"/podcast.rss"} if address == "/ecouter/" else set()
        # The home page has no room for them: its stream lists them, and it leads to the page about following.
        seen = html.parse(demonstration.output / "fil" / "index.html").getroot() if address == "/" else tree
        head = set(tree.xpath("//head/link[@rel='alternate']/@href"))
        if head != wanted or not {*wanted, ADDRESS} <= set(seen.xpath("//main//a/@href")):
            wrong[address] = head
    assert {} == wrong


def test_every_page_leads_there(demonstration: Site) -> None:
    """By the foot of the page."""
    assert [ADDRESS] == document(demonstration, "/medias/").xpath(f"//footer//a[@href='{ADDRESS}']/@href")


@pytest.mark.parametrize(
    "files",
    [
        {"pelicanconf.py": 'SITEURL = "https://hub.example"\n'},
        {"pelicanconf.py": "\n", "content/articles/one.md": "---\ntitle: One\ndate: 2026-03-01\n---\nText\n"},
    ],
    ids=["without publications", "without an address"],
)
def test_a_hub_that_nobody_can_follow_says_so(hub: Callable[..., Path], files: dict[str, str]) -> None:
    """Without publications, or without an address of its own, there is nothing to copy, and nothing to
    frame.
    """
    root = hub(files)
    assert () == built(root).problems
    tree = html.parse(root / "output" / "suivre" / "index.html").getroot()
    assert (1, []) == (len(tree.find_class("empty")), tree.xpath("//@data-copy"))
    assert [] == [*(root / "output").rglob("embarquer"), *(root / "output").rglob("feed.*")]
