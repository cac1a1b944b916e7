"""Links of Pelican's kind in content files: which file, tag or author they name."""

from __future__ import annotations

import pytest

from kiosque.content.linking.link_targets import LinkTarget, link_target

PATH = "content/articles/fete/index.md"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("{attach}photo.jpg", LinkTarget("attach", "content/articles/fete/photo.jpg")),
        ("{static}/plan.pdf?page=2", LinkTarget("static", "content/plan.pdf")),
        ("{filename}../b.md#suite", LinkTarget("filename", "content/articles/b.md", "suite")),
        ("{filename}../../../../../etc/passwd", LinkTarget("filename", "etc/passwd")),
        ("{filename}//[b.md", LinkTarget("filename", "content/[b.md")),
        ("%7Battach%7Dune%20f%C3%AAte.jpg", LinkTarget("attach", "content/articles/fete/une fête.jpg")),
        ("{attach}a&amp;b.jpg", LinkTarget("attach", "content/articles/fete/a&b.jpg")),
        ("{tag}radio:libre", LinkTarget("tag", "radio:libre")),
        ("{tag}//[", LinkTarget("tag", "//[")),
        ("{author}Ève", LinkTarget("author", "Ève")),
        ("{category}vie", LinkTarget("category", "vie")),
        ("{index}", LinkTarget("index", "")),
        ("{unknown}a", None),
        ("https://radio.example/{tag}a", None),
        ("photo.jpg", None),
    ],
)
def test_a_link_names_its_target(link: str, target: LinkTarget | None) -> None:
    """A path from the hub's folder, which no link leaves, or a name; a link that isn't Pelican's has none."""
    assert target == link_target(link, PATH)
