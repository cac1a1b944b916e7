"""What leaves cleaning runs nothing and calls nobody: a real browser loads it, with a tripwire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vectors import VECTORS

from kiosque.html.players import extract_players
from kiosque.html.sanitizer import clean_html, scrub, without_remote_pictures

HUB = "https://hub.example/"
BASE = "https://site.example/blog/"
TRIPWIRE = """
window.tripped = [];
for (const name of ["alert", "confirm", "prompt", "open", "print", "tripwire"])
  Object.defineProperty(window, name, {value: () => { window.tripped.push(name); }});
"""
# Read what was written once more, as a page does that moves it; then touch everything.
PROBE = """
async () => {
  const addresses = ["href", "src", "action", "formaction", "data", "poster", "cite", "background", "ping",
    "xlink:href"];
  const wrong = [];
  const look = () => {
    for (const one of document.body.querySelectorAll("*")) {
      if (one.namespaceURI !== "http://www.w3.org/1999/xhtml" || one.localName.includes("-"))
        wrong.push(one.outerHTML);
      if (["base", "embed", "form", "iframe", "link", "meta", "object", "script", "style"]
        .includes(one.localName))
        wrong.push(one.outerHTML);
      for (const {name, value} of one.attributes) {
        if (name.startsWith("on") || ["style", "srcdoc", "srcset", "name", "class"].includes(name))
          wrong.push(one.outerHTML);
        if (!addresses.includes(name)) continue;
        const scheme = URL.canParse(value, document.baseURI)
          ? new URL(value, document.baseURI).protocol : "none";
        if (!["http:", "https:", "mailto:", "tel:", "none:"].includes(scheme)) wrong.push(one.outerHTML);
      }
    }
  };
  look();
  const main = document.querySelector("main");
  main.innerHTML = main.innerHTML;
  look();
  for (const one of main.querySelectorAll("*")) {
    one.focus();
    for (const name of
      ["mouseover", "pointerenter", "focus", "toggle", "load", "error", "animationend", "scroll"])
      one.dispatchEvent(new Event(name));
  }
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return {tripped: window.tripped, wrong, address: location.href};
}
"""
WAYS: dict[str, Callable[[str], str]] = {
    "submission": clean_html,
    "feed": lambda source: clean_html(source, BASE),
    "players": lambda source: clean_html(extract_players(source, BASE)[0], BASE),
    "archive": lambda source: without_remote_pictures(scrub(source)),
}


@dataclass
class Tripwire:
    """A page of a browser that notes whatever happens without being asked for."""

    page: Any
    body: str = ""
    events: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def noticed(self, fragments: list[str]) -> list[str]:
        """Load fragments of HTML in one page; return what happened that should not."""
        self.events.clear()
        self.pictures.clear()
        parts = "\n".join(f"<section>{one}</section>" for one in fragments)
        self.body = f"<!DOCTYPE html><meta charset=utf-8><title>a</title><main>{parts}</main>"
        self.page.goto(HUB, wait_until="load")
        seen = self.page.evaluate(PROBE)
        moved = [] if seen["address"] == HUB else [seen["address"]]
        return [*self.events, *seen["tripped"], *seen["wrong"], *moved]

    def answer(self, route: Any) -> None:
        """Serve the page; note every request that is not for a picture."""
        request = route.request
        if request.url == HUB and request.is_navigation_request():
            route.fulfill(body=self.body.encode(), content_type="text/html; charset=utf-8")
            return
        if request.resource_type == "image" and request.url.startswith(("http://", "https://")):
            self.pictures.append(request.url)
        else:
            self.events.append(f"{request.resource_type} {request.url}")
        route.abort()

    def refuse(self, dialog: Any) -> None:
        """Note a dialog, and close it."""
        self.events.append(f"dialog {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="module")
def tripwire(browser: Any) -> Tripwire:
    """Return a page of Chromium, the same for all tests here."""
    context = browser.new_context()
    context.add_init_script(TRIPWIRE)
    wire = Tripwire(context.new_page())
    context.route("**/*", wire.answer)
    context.on("page", lambda page: wire.events.append(f"window {page.url}"))
    wire.page.on("dialog", wire.refuse)
    return wire


@pytest.mark.parametrize(
    ("source", "noticed"),
    [
        ("<img src=x onerror=tripwire()>", "tripwire"),
        ("<script>alert(1)</script>", "alert"),
        ("<p onmouseover=confirm()>a</p>", "confirm"),
        ("<noscript><p title='</noscript><img src=x onerror=prompt()>'></noscript>", "prompt"),
        ("<link rel=stylesheet href=https://trip.example/x.css>", "stylesheet https://trip.example/x.css"),
        ("<a href=javascript:x()>a</a>", '<a href="javascript:x()">a</a>'),
        ("<p style=color:red>a</p>", '<p style="color:red">a</p>'),
        ("<svg></svg>", "<svg></svg>"),
    ],
)
def test_the_tripwire_notices(tripwire: Tripwire, source: str, noticed: str) -> None:
    """What was not cleaned trips it."""
    assert noticed in tripwire.noticed([source])


@pytest.mark.parametrize("way", WAYS)
def test_no_known_attack_passes(tripwire: Tripwire, way: str) -> None:
    """Each known way to run something ends at each way by which HTML comes in."""
    assert [] == tripwire.noticed([WAYS[way](vector) for vector in VECTORS])


def test_pictures_of_others_wait_for_a_click(tripwire: Tripwire) -> None:
    """A text as pages show it asks no other host for a picture."""
    remote = (
        "<img src=https://trip.example/a.png><img src=//trip.example/b.png><img src='/\\trip.example/c.png'>"
    )
    assert [] == tripwire.noticed([clean_html(remote)])
    assert ["a.png", "b.png", "c.png"] == sorted(one.rpartition("/")[2] for one in set(tripwire.pictures))
    # Under other names: a browser may still be asking for the first ones.
    shown = [
        without_remote_pictures(clean_html(source)) for source in (remote.replace(".png", ".jpg"), *VECTORS)
    ]
    assert [] == tripwire.noticed(shown)
    assert [] == [one for one in tripwire.pictures if not one.startswith(HUB) and not one.endswith(".png")]


GLUE = [
    "<p>", "</p>", "<table>", "<td>", "</table>", "<a href=", "<a title='", '<img alt="', "<svg>", "</svg>",
    "<math><mtext>", "<style>", "</style>", "<noscript>", "</noscript>", "<title>", "</title>", "<!--", "-->",
    "<![CDATA[", "]]>", "<iframe src=//x.example/", "</iframe>", "<template>", "<select>", "<pre>\n", "<h1>",
    "<table role=none><td>", "<audio src=a ", "</audio>", "<xmp>", "</xmp>",
    "&lt;", "&#60;", "&quot;", '"', "'", "`", ">", "<", "=", "/", "\x00", "\n", "\u2028", "x",
]  # fmt: skip
CUT = st.builds(
    lambda vector, place: vector[: place % (len(vector) + 1)], st.sampled_from(VECTORS), st.integers(0, 99)
)
MUTATION = st.lists(st.sampled_from(VECTORS) | CUT | st.sampled_from(GLUE), min_size=2, max_size=6).map(
    "".join
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(MUTATION, min_size=10, max_size=40), st.sampled_from(sorted(WAYS)))
def test_no_mix_of_attacks_passes(tripwire: Tripwire, mixed: list[str], way: str) -> None:
    """Nor does anything made of their pieces."""
    assert [] == tripwire.noticed([WAYS[way](source) for source in mixed])
