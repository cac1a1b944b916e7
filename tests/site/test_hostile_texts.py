"""Whatever stands in one file, build and check say so of this file, and all others are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NOW, built

from kiosque.content import frontmatter, guarded
from kiosque.content.load import load_sources
from kiosque.contribute.check import check
from kiosque.model import Problem
from kiosque.settings import pelicanconf
from kiosque.site.gather.texts import TextReader

HEAD = "---\ntitle: Bad\ndate: 2026-02-01\n---\n"
# Files by what stopped Kiosque in them.
HOSTILE = {
    "link.md": f"{HEAD}[x]({{filename}}//[x)\n",
    "brackets.md": f"---\ntitle: {'[' * 50_000}\n---\nText\n",
    "closed.md": f"---\ntitle: {'[' * 3_000}{']' * 3_000}\n---\nText\n",
    "dashes.md": f"---\n{'- ' * 5_000}x\n---\nText\n",
    "maps.md": "---\n" + "".join(f"{' ' * level}a:\n" for level in range(2_000)) + "---\nText\n",
    "character.md": '---\ntitle: "\\U00110000"\n---\nText\n',
    "lists.md": HEAD + "".join(f"{' ' * 4 * level}- x\n" for level in range(400)),
    "quotes.md": f"{HEAD}{'> ' * 5_000}x\n",
    "terms.md": HEAD + "".join(f"term\n\n:   x\n{'    ' * level}\n" for level in range(500)),
    "nested-terms.md": HEAD + "".join(f"{'    ' * level}:   x\n\n" for level in range(300)),
    "lists.rst": "Bad\n===\n\n:date: 2026-02-01\n\n"
    + "".join(f"{'  ' * level}- x\n\n" for level in range(300)),
    "long.md": f"{HEAD}{'Text. ' * 90_000}\n",
}
# Those that have no page at all. Of others, a part may be shown.
LEFT_OUT = {"brackets.md", "closed.md", "dashes.md", "maps.md", "long.md"}


def hub_with(hub: Callable[..., Path], name: str, folder: str = "articles") -> Path:
    return hub(
        {
            "pelicanconf.py": 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n',
            "content/articles/good.md": "---\ntitle: Good\ndate: 2026-02-01\nlicence: CC0\n---\nText\n",
            "content/sources/good.md": "---\nname: Good\nfeeds: [https://good.example/feed]\n---\nUs.\n",
            f"content/{folder}/{name}": HOSTILE[name].replace("title: Bad", "title: Bad\nname: Bad"),
        }
    )


def test_no_text_stops_a_build(hub: Callable[..., Path]) -> None:
    """A build with all hostile texts publishes the good one, and names those that it leaves out."""
    for name in HOSTILE:
        root = hub_with(hub, name)
    problems = {Path(problem.path).name for problem in built(root).problems}
    assert (root / "output/articles/good/index.html").is_file()
    shown = {path.name for path in (root / "output/articles").iterdir() if path.is_dir()}
    assert set() == {Path(name).stem for name in LEFT_OUT} & shown
    assert LEFT_OUT <= problems
    assert set() == {name for name in HOSTILE if Path(name).stem not in shown} - problems


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_stops_a_check(hub: Callable[..., Path], name: str) -> None:
    """Each is checked with the others; one that the build can't read is said to be unreadable."""
    root = hub_with(hub, name)
    settings = pelicanconf.load(root, NOW)
    reader = TextReader(root, settings.zone, settings.cache / "texts.msgpack")
    findings = check(settings, convert=reader.unreadable).findings
    blocked = {Path(finding.path).name for finding in findings if finding.severity == "blocks"}
    assert (LEFT_OUT & {name}) <= blocked <= {name}


def test_no_source_stops_a_harvest(hub: Callable[..., Path]) -> None:
    """Where sources are read, a hostile one is a problem, and the good one is read."""
    for name in HOSTILE:
        root = hub_with(hub, name, "sources")
    sources, problems = load_sources(root, pelicanconf.load(root, NOW).zone)
    assert "good" in {source.slug for source in sources}
    assert LEFT_OUT <= {Path(problem.path).name for problem in problems}


def test_depth_is_counted_before_anything_is_composed() -> None:
    """A head that goes too deep is refused with its place, and what is flat is composed as it was."""
    deep, problems = frontmatter.parse_yaml("a: [[[[[[[x]]]]]]]\n", "a.md")
    assert (None, ["head-unsafe"]) == (deep, [problem.rule for problem in problems])
    flat, problems = frontmatter.parse_yaml("a: [x, {b: [y]}]\nc:\n" + "  - x\n" * 9, "a.md")
    assert (True, ()) == (flat is not None, problems)


@pytest.mark.parametrize(
    "error", [RecursionError(), KeyError("x"), UnicodeEncodeError("ascii", "é", 0, 1, "x")]
)
def test_whatever_a_library_raises_is_a_problem(error: Exception) -> None:
    """No error of one file is raised where several are read."""

    def read() -> None:
        raise error

    problem = guarded.guarded("a.md", read)
    assert isinstance(problem, Problem)
    assert ("a.md", "text-unreadable") == (problem.path, problem.rule)


def test_work_without_end_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a processor longer than a text may is given up."""
    monkeypatch.setattr(guarded, "_MOST_SECONDS", 0.05)

    def read() -> None:
        while True:
            pass

    assert isinstance(guarded.guarded("a.md", read), Problem)
