"""The Nu checker, which knows the standards of HTML and CSS, finds no error on any page."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from broken import PIECES

from browser import hubs
from browser.conftest import Site
from browser.tools import file
from kiosque.html.sanitizer import clean_html, without_remote_pictures
from kiosque.site.render.validity import valid

# What the checker calls wrong, though the standard doesn't.
NO_ERRORS = (
    # a scheme with an opaque path, as URLs may have (feed readers take it)
    r"^Bad value “feed:https?://.*Expected a slash",
    # several layers (CSS Masking 1, section 6), which its parser doesn't know
    r"^CSS: “mask”: Too many values",
)
Errors = Callable[..., dict[str, int]]
_PAGE = "<!doctype html><html lang=fr><title>a</title><h1>a</h1><div>{}</div>"


@pytest.fixture
def errors(java: str) -> Errors:
    """Return a function that runs the checker, and gives how often it says what, with the first place."""

    def of(*asked: str | Path) -> dict[str, int]:
        checker = file("vnu-jar/build/dist/vnu.jar")
        command = [java, "-Xss8m", "-jar", checker, "--errors-only", "--format", "json", "--exit-zero-always"]
        done = subprocess.run([*command, *asked], capture_output=True, text=True, check=True)
        places: dict[str, str] = {}
        count: Counter[str] = Counter()
        for message in json.loads(done.stderr)["messages"]:
            said = message["message"]
            places.setdefault(said, f"{message.get('url', '')}:{message.get('lastLine', '')}")
            count[said] += 1
        return {f"{said} {places[said]}": number for said, number in count.items() if not known(said)}

    return of


def known(said: str) -> bool:
    return any(re.search(pattern, said) for pattern in NO_ERRORS)


def test_every_page_of_the_demonstration_is_valid(demonstration: Site, errors: Errors) -> None:
    """All its pages are HTML as the standard says."""
    assert {} == errors("--skip-non-html", demonstration.output)


def test_the_style_sheet_is_valid(demonstration: Site, errors: Errors) -> None:
    """The one style sheet is CSS as the standards say."""
    assert {} == errors("--css", *demonstration.output.glob("theme/*/style.css"))


if hubs.REAL_FEEDS.is_dir():

    def test_pages_of_real_feeds_are_valid(real: Site, errors: Errors) -> None:
        """Whatever HTML publishers put into their feeds, pages that show it in full are valid."""
        assert {} == errors("--skip-non-html", real.output)

elif not os.environ.get("CI"):

    @pytest.mark.skip(reason="../shared/feeds is missing: this clone has no real feeds to show")
    def test_pages_of_real_feeds_are_valid() -> None:
        """Pages of real feeds are valid."""


def test_an_error_is_found(tmp_path: Path, errors: Errors) -> None:
    """A page that is wrong is said to be: the tests above can fail."""
    (tmp_path / "page.html").write_text("<!doctype html><title>a</title><p id=a><p id=a>", encoding="utf-8")
    assert ["Duplicate ID “a”."] == [said.rpartition(" ")[0] for said in errors(tmp_path / "page.html")]


def test_whatever_a_feed_mixes_is_mended(tmp_path: Path, errors: Errors) -> None:
    """A thousand texts in which every rule of the standard is broken somewhere become valid."""
    draw = random.Random(26113)
    for number in range(1000):
        source = "".join(draw.choices(PIECES, k=draw.randint(3, 25)))
        shown = valid(without_remote_pictures(clean_html(source)))
        (tmp_path / f"{number}.html").write_text(_PAGE.format(shown), encoding="utf-8")
    assert {} == errors(tmp_path)
