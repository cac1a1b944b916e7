"""The work of a check grows with the length of a text, and not faster, whatever the text repeats."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosque.content.kinds import KINDS
from kiosque.contribute.check import picture_metadata
from kiosque.contribute.check.inspect import bodies
from kiosque.contribute.check.reading import CheckedText, text_of

HEAD = "---\ntitle: A\ndate: 2026-02-01\n---\n"
# What each text repeats, with the number of repetitions of the smallest text.
REPEATED: dict[str, tuple[Callable[[int], str], int]] = {
    "spaces in a heading": (lambda n: f"# a{' ' * n}b", 40_000),
    "signs in a heading": (lambda n: f"# a{' #' * n}b", 20_000),
    "ids of a heading": (lambda n: f"# a {'{#a' * n}", 10_000),
    "ids in braces": (lambda n: f"# a {{{'#a' * n}", 10_000),
    "the same heading": (lambda n: "# a\n" * n, 1_000),
    "headings of brackets": (lambda n: f"# {'[' * n}\n\n[x](#y)", 20_000),
    "links to parts": (lambda n: "# a\n" + "[x](#a) " * n, 1_000),
    "brackets": (lambda n: "[" * n, 20_000),
    "brackets in brackets": (lambda n: f"{'[' * n}x{']' * n}\n\n[a]: b", 10_000),
    "fences": (lambda n: "```x\n" * n, 5_000),
    "other fences": (lambda n: "".join(f"{'`' * (3 + i % 20)}x\n" for i in range(n)), 2_000),
    "players": (lambda n: "<audio " * n, 1_000),
    "tags": (lambda n: "<h1 " * n, 1_000),
    "comments": (lambda n: "<!--" * n, 20_000),
    "telephone numbers": (lambda n: "06 12 34 56 78 " * n, 1_000),
    "mailboxes": (lambda n: "a.b@free.fr " * n, 1_000),
    "notes": (lambda n: "".join(f"[^{i}] [^{i}]: a\n" for i in range(n)), 1_000),
    "quotes": (lambda n: f"{'> ' * n}# a", 20_000),
}
REPEATED_RST: dict[str, tuple[Callable[[int], str], int]] = {
    "pictures": (lambda n: ".. image:: a.png\n   :alt: a\n\n" * n, 3_000),
    "links": (lambda n: "`a<" * n, 10_000),
    "targets": (lambda n: ".. _a: " * n, 10_000),
    "spaces": (lambda n: f"a{' ' * n}\n===\n", 20_000),
}
# How many times longer the larger text is. Quadratic work takes 64 times as long for it.
TIMES = 8
MOST = 28


# The same in the metadata of a picture.
REPEATED_XMP = (
    "<dc:creator ",
    "<dc:creator>",
    "<dc:creator> ",
    "Iptc4xmp",
    'mwg-rs:Name="',
    "<mwg-rs:Name><x>",
)


def seconds(text: str, path: str) -> float:
    """Return the time of a processor that a check of a text takes."""
    start = time.process_time()
    checked, _problems = text_of(text.encode(), path, KINDS["article"], ZoneInfo("UTC"))
    assert isinstance(checked, CheckedText)
    for look in (bodies.empty, bodies.headings, bodies.raw_html, bodies.people):
        list(look(checked, None))  # type: ignore[arg-type]  # these looks don't ask the hub
    assert checked.anchors is not None
    return time.process_time() - start


def growth(make: Callable[[int], str], number: int, path: str) -> float:
    """Return how many times the work for the larger text is as long as that for the smaller one."""
    small, large = make(number // 2), make(number // 2 * TIMES)
    return ratio(lambda: seconds(small, path), lambda: seconds(large, path))


def ratio(of_small: Callable[[], float], of_large: Callable[[], float]) -> float:
    """Return the quotient of two times, each the shortest of several."""
    return min(of_large() for _ in range(2)) / max(min(of_small() for _ in range(3)), 0.001)


@pytest.mark.parametrize("name", REPEATED)
def test_markdown_of_any_shape_is_checked_in_linear_time(name: str) -> None:
    """A text that is eight times as long takes about eight times the work."""
    make, number = REPEATED[name]
    assert growth(lambda n: HEAD + make(n), number, "content/articles/a.md") < MOST


@pytest.mark.parametrize("name", REPEATED_RST)
def test_restructured_text_is_checked_in_linear_time(name: str) -> None:
    """A text that is eight times as long takes about eight times the work."""
    make, number = REPEATED_RST[name]
    text = "A\n=\n\n:date: 2026-02-01\n\n"
    assert growth(lambda n: text + make(n), number, "content/articles/a.rst") < MOST


@pytest.mark.parametrize("line", ["title: a\n" + " x\n", ":title: a\n" + " x\n"])
def test_a_value_of_many_lines_takes_linear_time(line: str) -> None:
    """Lines that continue a value are joined once."""
    first, more = line.splitlines(keepends=True)
    path = "content/articles/a.rst" if line.startswith(":") else "content/articles/a.md"
    assert growth(lambda n: first + more * n, 4_000, path) < MOST


@pytest.mark.parametrize("repeated", REPEATED_XMP)
def test_metadata_of_a_picture_take_linear_time(repeated: str) -> None:
    """Names are looked for in XMP, whatever it repeats."""

    def of(number: int) -> float:
        picture: Any = SimpleNamespace(info={"xmp": repeated.encode() * number})
        start = time.process_time()
        picture_metadata._xmp(picture)  # noqa: SLF001 - what a picture holds, without its file
        return time.process_time() - start

    assert ratio(lambda: of(3_000), lambda: of(3_000 * TIMES)) < MOST
