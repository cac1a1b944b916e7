"""Former addresses.

`check` refuses those of today's site, and a build never lets one replace or stop anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import NOW, built, entry, tree

from kiosque.contribute.check.context import Context
from kiosque.settings import pelicanconf
from kiosque.site.output import publisher

SETTINGS = 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n'
FILES = {
    "pelicanconf.py": SETTINGS,
    "content/sources/radio.md": "---\nname: Radio\nfeeds: [https://radio.example/feed]\n---\nUs.\n",
    "content/articles/first.md": "---\ntitle: First\ndate: 2026-01-15\nauthors: [Awa]\n"
    "commune: '26113'\n---\nA text.\n",
    "content/pages/about.md": "---\ntitle: About\n---\nUs.\n",
    "content/themes.yml": "- {name: Water, tags: [eau]}\n",
    "content/territory.yml": 'communes: [{code: "26113", name: Die, department: "26"}]\n',
    "archive/radio/2026.jsonl": [entry("radio", "one", tags=("eau",))],
}
FREE = ("/articles/before/", "/old.html/", "/before/index/")


def article(aliases: Iterable[str]) -> str:
    """Return an article with former addresses."""
    lines = "".join(f"  - {alias}\n" for alias in aliases)
    return f"---\ntitle: Moved\ndate: 2026-01-16\naliases:\n{lines}---\nA text.\n"


def addresses(root: Path) -> list[str]:
    """Return the address of each output, with a slash at its end as all former addresses have."""
    paths = [path.removesuffix("index.html") for path in tree(root / "output")]
    return sorted(f"/{path}".rstrip("/") + "/" for path in paths)


def test_check_refuses_each_address_of_the_site(hub: Callable[..., Path]) -> None:
    """Whatever a build publishes is refused as a former address, and so is what lies below a file."""
    root = hub(FILES)
    built(root)
    context = Context(pelicanconf.load(root, NOW))
    taken = [
        alias for alias in addresses(root) if not alias.startswith(("/theme/", "/charte/")) or "." in alias
    ]
    taken += ["/sw.js/old/", "/articles/first/index.html/", "/recherche/pagefind/", "/medias/radio/2026/"]
    assert [] == [alias for alias in taken if not context.page_at(alias) and alias not in context.addresses]
    assert [] == [alias for alias in FREE if context.page_at(alias) or alias in context.addresses]


def test_the_site_wins_over_any_former_address(hub: Callable[..., Path]) -> None:
    """With all its addresses as former ones of a text, a site stays as it is, and later builds work too."""
    root = hub(FILES | {"content/articles/moved.md": article(FREE)})
    built(root)
    before = tree(root / "output")
    taken = [
        alias
        for alias in addresses(root)
        if alias.strip("/") not in {"", *(free.strip("/") for free in FREE)}
    ]
    below = [f"{alias}index.html/" for alias in taken[:5]]
    hub({"content/articles/moved.md": article([*FREE, *taken, *below])})
    report = built(root)
    assert before == tree(root / "output")
    wanted = {f"{alias}index.html".lstrip("/") for alias in [*taken, *below]}
    assert wanted == {problem.path for problem in report.problems}
    assert (before, report.problems) == (tree(root / "output"), built(root).problems)
    (root / "content/articles/moved.md").unlink()
    assert () == built(root).problems


@pytest.mark.parametrize("in_the_way", ["a folder for a file", "a file for a folder"])
def test_what_lies_in_the_way_of_one_output_stops_no_other(hub: Callable[..., Path], in_the_way: str) -> None:
    """An output that can't be written is a problem with its path; once there is room, it is made."""
    root = hub(FILES)
    if in_the_way == "a folder for a file":
        stone = root / "output/sw.js/mine"
    else:
        stone = root / "output/about"
    stone.parent.mkdir(parents=True)
    stone.write_text("mine")
    path = "sw.js" if in_the_way == "a folder for a file" else "about/index.html"
    for _time in range(2):
        report = built(root)
        assert [path] == [problem.path for problem in report.problems]
        assert (root / "output/index.html").is_file()
        assert "mine" == stone.read_text()
    stone.unlink()
    if in_the_way == "a folder for a file":
        stone.parent.rmdir()
    assert () == built(root).problems
    assert (root / "output" / path).is_file()


def test_a_draft_that_cannot_be_removed_stops_no_build(hub: Callable[..., Path]) -> None:
    """What an interrupted build was about to write, below what is a file today, is passed over."""
    root = hub(FILES)
    built(root)
    manifest = publisher.manifest_file(root / "output", root / ".cache")
    files = publisher.load_manifest(manifest)
    assert files is not None
    publisher.save_manifest(manifest, files | {"sw.js/index.html": publisher.PublishedFile(b"")})
    assert () == built(root).problems
