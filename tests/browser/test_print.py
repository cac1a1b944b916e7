"""On paper an article is a clean page, with its address as a QR code."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from PIL import Image

from browser.conftest import Site

_PARTS = ["header.masthead form", "nav", "footer.footer", ".report", ".tags", "h1", ".prose", ".printed"]
ADDRESS = "https://kiosque-drome.example"
_SHOWN = """
names => names.filter(name => [...document.querySelectorAll(name)].some(one => one.checkVisibility()))
"""


def printed(page: Any, site: Site, name: str) -> None:
    page.goto(site.url + site.pages[name])
    page.emulate_media(media="print", color_scheme="dark")


def test_only_the_text_is_printed(page: Any, demonstration: Site) -> None:
    """Neither menus, search, related publications nor links to correct are printed; the address is."""
    for name in ("article", "entry-text"):
        printed(page, demonstration, name)
        assert page.evaluate(_SHOWN, _PARTS) == ["h1", ".prose", ".printed"]
        assert f"{ADDRESS}{demonstration.pages[name]}" in page.inner_text(".printed")
    page.emulate_media(media="screen")
    assert not page.is_visible(".printed")


def test_links_are_printed_with_their_address(page: Any, demonstration: Site) -> None:
    """What a link leads to can be read on paper."""
    printed(page, demonstration, "article")
    page.evaluate(
        "document.querySelector('.prose').innerHTML = '<p><a href=\"https://exemple.fr/a\">Un lien</a></p>'"
    )
    content = page.evaluate("getComputedStyle(document.querySelector('.prose a'), '::after').content")
    assert content.replace('" "', "") in {'" (https://exemple.fr/a)"', '" (" attr(href) ")"'}


def test_code_leads_to_the_page(page: Any, demonstration: Site) -> None:
    """Each module of the code that is drawn is dark or light as the page's address has it."""
    printed(page, demonstration, "article")
    code = segno.make_qr(f"{ADDRESS}{demonstration.pages['article']}", error="m", boost_error=False, mask=0)
    expected = [[bool(dark) for dark in row] for row in code.matrix_iter(border=4)]
    size = f"{8 * len(expected)}px"
    page.locator(".qr").evaluate("(one, size) => Object.assign(one.style, {width: size, height: size})", size)
    drawn = Image.open(BytesIO(page.locator(".qr").screenshot())).convert("L")
    scale = drawn.width / len(expected)
    found = [
        [drawn.getpixel((int((x + 0.5) * scale), int((y + 0.5) * scale))) < 128 for x in range(len(expected))]
        for y in range(len(expected))
    ]
    assert expected == found


def test_code_is_dark_on_light(page: Any, demonstration: Site) -> None:
    """Whoever reads in dark colours prints on white paper."""
    printed(page, demonstration, "article")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
