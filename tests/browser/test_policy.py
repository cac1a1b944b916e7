"""Pages run nothing but their own scripts, and call nobody: under the policy that a careful host sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from browser.conftest import Site, at_once
from browser.documents import documents

_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event =>
  window.violations.push(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
_SCROLL = (
    "() => new Promise(done => { scrollTo(0, document.body.scrollHeight); requestAnimationFrame(() => "
    "setTimeout(done)); })"
)


def begin(page: Any, address: str) -> Callable[[], list[str]]:
    """Open a page and scroll to its end.

    Return a function that waits until nothing is loaded any more, and gives what the page does that it should
    not, before anyone asks it for anything.
    """
    host = urlsplit(address).netloc
    noticed: list[str] = []

    def asked(request: Any) -> None:
        if urlsplit(request.url).netloc != host:
            noticed.append(f"asks {request.url}")

    def said(message: Any) -> None:
        if message.type in {"error", "warning"}:
            noticed.append(f"says {message.text}")

    def failed(error: Any) -> None:
        noticed.append(f"fails {error}")

    for event, listener in {"request": asked, "console": said, "pageerror": failed}.items():
        page.on(event, listener)
    page.goto(address, wait_until="load")
    page.evaluate(_SCROLL)

    def idle() -> list[str]:
        page.wait_for_load_state("networkidle")
        noticed.extend(page.evaluate("() => window.violations"))
        for event, listener in {"request": asked, "console": said, "pageerror": failed}.items():
            page.remove_listener(event, listener)
        return noticed

    return idle


@pytest.fixture
def watched(page: Any) -> Any:
    """A window that notes each violation of the policy from the start of each page."""
    page.context.add_init_script(_WATCH)
    return page


def test_no_page_breaks_the_policy_or_calls_another_host(watched: Any, demonstration: Site) -> None:
    """Opened and read to its end, a page of any type asks its own host only, and every request succeeds."""
    addresses = [*demonstration.pages.values()]
    found = at_once(
        watched.context, addresses, lambda page, address: begin(page, demonstration.url + address)
    )
    assert {} == {address: wrong for address, wrong in found.items() if wrong}


def inline(element: Any) -> list[str]:
    """Return what an element holds that only ``unsafe-inline`` would let run or apply."""
    is_script = (
        element.tag == "script" and "src" not in element.attrib and "json" not in element.get("type", "")
    )
    handlers = [name for name in element.attrib if name == "style" or name.startswith("on")]
    return handlers + ([element.tag] if is_script or element.tag == "style" else [])


def test_no_page_holds_inline_script_or_style(demonstration: Site) -> None:
    """Neither elements nor attributes, on any page."""
    wrong = {
        address: found
        for address, document in documents(demonstration.output)
        if (found := [what for element in document.iter(etree.Element) for what in inline(element)])
    }
    assert {} == wrong


def test_the_policy_is_watched(watched: Any, demonstration: Site) -> None:
    """What breaks it is noticed: the test above can fail."""
    watched.goto(demonstration.url + "/")
    watched.evaluate(
        "() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">Rouge</p>')"
    )
    watched.wait_for_function("() => window.violations.length")
    assert "style-src-attr inline" in watched.evaluate("() => window.violations")[0]
