"""What a text marks up, as the check finds it: the same as what the site makes of it, with places."""

from __future__ import annotations

import re
from html import unescape

import pytest
from conftest import NOW, REPOSITORY, copy_of_demonstration
from lxml import html as lxml_html

from kiosque.content.kinds import KINDS
from kiosque.contribute.check import markup_scan
from kiosque.contribute.check.context import Context
from kiosque.contribute.check.markup_scan import Heading, Link
from kiosque.settings import pelicanconf as settings
from kiosque.site.gather.texts import TextReader


def test_the_site_finds_the_same_links_pictures_and_headings(tmp_path) -> None:
    """On each text of the demonstration, the scanner of lines agrees with the site's own readers."""
    root = copy_of_demonstration(tmp_path / "hub")
    hub = settings.load(root, NOW)
    reader = TextReader(root, hub.zone, tmp_path / "texts")
    context = Context(hub)
    texts = [text for name in ("article", "dossier", "page") for text in reader.texts(KINDS[name])]
    expected, found = {}, {}
    for text in texts:
        path = text.record.path
        tree = lxml_html.fromstring(f"<main>{text.html}</main>")
        notes = {f"#{start}" for start in ("fn", "fnref")}
        expected[path] = (
            sorted(a.get("href") for a in tree.iter("a") if not a.get("href", "").startswith(tuple(notes))),
            sorted(img.get("src") for img in tree.iter("img")),
            [" ".join(h.text_content().split()) for h in tree.iter("h2", "h3", "h4", "h5", "h6")],
        )
        seen, _problems = context.text(path)
        assert seen
        found[path] = (
            sorted(link.target for link in seen.marks.links if not link.is_picture),
            sorted(link.target for link in seen.marks.links if link.is_picture),
            [plain(heading.words) for heading in seen.marks.headings],
        )
    assert len(texts) > 20
    assert expected == found


def plain(words: str) -> str:
    return " ".join(unescape(re.sub(r"[*_`\\]|\[([^\]]*)\]\([^)]*\)", r"\1", words)).split())


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("[a](b)", [Link("b", "a", 1, 5)]),
        ("x\n\n![a](b 'c')", [Link("b", "a", 3, 6, is_picture=True)]),
        ("[![a](b)](c)", [Link("b", "a", 1, 7, is_picture=True), Link("c", "![a](b)", 1, 11)]),
        ("[a](<b c>)", [Link("b c", "a", 1, 6)]),
        ("[a](b_(c)_d)", [Link("b_(c)_d", "a", 1, 5)]),
        ("[a][b]\n\n[b]: c", [Link("c", "a", 3, 6)]),
        ("[b]\n\n[b]: c", [Link("c", "b", 3, 6)]),
        ("![a][b]\n\n[b]: c", [Link("c", "a", 3, 6, is_picture=True)]),
        ("<https://a.example>", [Link("https://a.example", "https://a.example", 1, 2)]),
        ("<a@b.example>", [Link("mailto:a@b.example", "a@b.example", 1, 2)]),
        ('<a href="b">c</a>', [Link("b", "", 1, 1)]),
        ('<img src="b">', [Link("b", "", 1, 1, is_picture=True)]),
        ("`[a](b)`", []),
        ("``[a](b) ` ``", []),
        ("```\n[a](b)\n```\n[c](d)", [Link("d", "c", 4, 5)]),
        ("~~~ python\n[a](b)\n~~~\n", []),
        ("    [a](b)", []),
        ("- a\n\n    [a](b)", [Link("b", "a", 3, 9)]),
        (r"\[a](b)", []),
        ("<!-- [a](b) -->", []),
        ("a[^1]\n\n[^1]: [b](c)", [Link("c", "b", 3, 11)]),
        ("1. a\n\n   ```\n   [a](b)\n   ```\n2. [c](d)", [Link("d", "c", 6, 8)]),
        (
            "(voir https://a.example/b_(c).)",
            [Link("https://a.example/b_(c)", "https://a.example/b_(c)", 1, 7)],
        ),
        ("www.a.example, puis", [Link("http://www.a.example", "www.a.example", 1, 1)]),
        ("[a](https://b.example)", [Link("https://b.example", "a", 1, 5)]),
    ],
)
def test_links_have_their_places(text: str, links: list[Link]) -> None:
    """A place is that of the target, which is what has to be mended; code and comments hold no links."""
    assert links == markup_scan.markdown(text).links


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# A", [Heading(1, "A", 1)]),
        ("#A", []),
        ("## A ##\n\ntext", [Heading(2, "A", 1)]),
        ("## A {#b}", [Heading(2, "A", 1, "b")]),
        ("A\n===\n\nB\n---", [Heading(1, "A", 1), Heading(2, "B", 4)]),
        ("a\n\n---\n", []),
        ("```\n# A\n```", []),
    ],
)
def test_headings_have_their_levels(text: str, headings: list[Heading]) -> None:
    """As CommonMark has them."""
    assert headings == markup_scan.markdown(text).headings


@pytest.mark.parametrize(
    "sign", ["[", "![", "`", "<", "[a](", "<a ", "(", "*", "# ", "<!--", "[a]: ", "[a]["]
)
def test_hostile_texts_are_read_in_a_row(sign: str) -> None:
    """A hundred thousand brackets aren't looked through once for each: that would take minutes. Lines stay
    lines.
    """
    text = sign * (100_000 // len(sign))
    assert text.count("\n") == markup_scan.markdown(text).prose.count("\n")


def test_restructuredtext_has_marks_too() -> None:
    """Links, pictures with their descriptions, headings and directives."""
    text = "Un\n==\n\nVoir `là <b>`_.\n\n.. image:: c.jpg\n   :alt: Un chat\n\n.. raw:: html\n\n   <b>\n"
    found = markup_scan.rst(text)
    assert [Link("b", "là", 4, 11), Link("c.jpg", "Un chat", 6, 12, is_picture=True)] == found.links
    assert ([Heading(2, "Un", 1)], ["raw"]) == (found.headings, [tag.name for tag in found.tags])


def test_the_demonstration_has_nothing_to_mend() -> None:
    """The hub that people copy from is in order."""
    from kiosque.contribute.check import check

    report = check(settings.load(REPOSITORY))
    assert (False, ()) == (report.blocks, report.findings)
