"""Which shards are made anew, and what becomes of the files of the index."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import entry, tree, write_tree

from kiosque.model import Problem
from kiosque.site.build import build
from kiosque.site.search import FOLDER, pagefind, shards

from .conftest import NOW, blog, indexed, radio


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two shards from a dozen publications on: what arrived since July 2025, and all before."""
    monkeypatch.setattr(shards, "RECENT", 12)


def index_of(root: Path) -> dict[str, bytes]:
    return tree(root / "output" / FOLDER)


def listed(root: Path) -> list[dict[str, object]]:
    return json.loads((root / "output" / FOLDER / "index.json").read_bytes())["shards"]


def made(root: Path) -> tuple[list[str], list[str]]:
    """Build, and return the kinds of shards that were made and that were kept."""
    report = indexed(root).search
    assert report is not None
    return [name.split("-")[0] for name in report.made], [name.split("-")[0] for name in report.kept]


def test_nothing_is_made_where_nothing_changed(valley: Path) -> None:
    """A second build keeps each file of the index as it is."""
    assert (["part", "main"], []) == made(valley)
    before = index_of(valley)
    assert ([], ["part", "main"]) == made(valley)
    assert before == index_of(valley)


def test_a_new_entry_touches_the_recent_shard_alone(valley: Path) -> None:
    """The files of the main shard stay, byte for byte."""
    indexed(valley)
    before = {path: data for path, data in index_of(valley).items() if path.startswith("main")}
    news = entry("radio", "news", "2026-03-14T09:00:00Z", title="Une nouvelle")
    write_tree(valley, {"archive/radio/2026.jsonl": [*radio(), news]})
    assert (["part"], ["main"]) == made(valley)
    assert before == {path: data for path, data in index_of(valley).items() if path.startswith("main")}
    assert 2 == len({path.split("/")[0] for path in index_of(valley)} - {"index.json"})


def test_a_correction_of_the_past_touches_its_shard_alone(valley: Path) -> None:
    """So do a page of the hub and the description of a medium, which are in the main shard."""
    indexed(valley)
    write_tree(valley, {"archive/blog/2024.jsonl": blog(2024)[1:]})
    assert (["main"], ["part"]) == made(valley)
    write_tree(valley, {"content/pages/mentions.md": "---\ntitle: Mentions\n---\nAutrement.\n"})
    assert (["main"], ["part"]) == made(valley)


def test_another_look_makes_no_index(valley: Path) -> None:
    """Where pages are rendered anew, but not what they say, each shard stays."""
    indexed(valley)
    write_tree(
        valley,
        {
            "theme/templates/components/named.html": (
                "{% macro named(link) %}<b>{{ link.name }}</b>{% endmacro %}"
            )
        },
    )
    report = indexed(valley)
    assert (True, ()) == (len(report.written) > 20, report.search and report.search.made)


def test_what_was_taken_down_is_gone_from_the_index(valley: Path) -> None:
    """No file of the index has its words any more."""

    def words() -> bytes:
        return b"".join(
            gzip.decompress(data) for path, data in index_of(valley).items() if path.endswith("fragment")
        )

    indexed(valley)
    assert b"chevaux nationaux" in words()
    write_tree(valley, {"archive/radio/2026.jsonl": radio()[1:]})
    indexed(valley)
    assert b"chevaux nationaux" not in words()


def test_a_build_that_was_cut_off_is_mended(valley: Path) -> None:
    """Half a shard is removed; a shard, a list or a record that is missing is made again."""
    indexed(valley)
    folder = valley / "output" / FOLDER
    (folder / "shard.kiosque-draft").mkdir()
    (folder / "shard.kiosque-draft" / "half").touch()
    (folder / "index.json").unlink()
    assert ([], ["part", "main"]) == made(valley)
    assert {"index.json", *(str(one["folder"]) for one in listed(valley))} == {
        p.name for p in folder.iterdir()
    }
    (folder / str(listed(valley)[0]["folder"]) / pagefind.ENTRY).unlink()
    assert (["part"], ["main"]) == made(valley)
    for record in (valley / ".cache" / "search").iterdir():
        record.write_bytes(b"broken")
    assert (["part", "main"], []) == made(valley)


def test_a_failure_is_a_problem(valley: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are published, the browser learns that there is no search, and the next build has it
    again.
    """
    with monkeypatch.context() as patch:
        patch.setenv("LANG", "C")
        patch.setattr(pagefind, "_program", lambda: Path("/bin/false"))
        report = indexed(valley)
    assert [FOLDER] == [problem.path for problem in report.problems if isinstance(problem, Problem)]
    assert [] == listed(valley)
    assert (["part", "main"], []) == made(valley)
    assert 2 == len(listed(valley))


def test_no_search_leaves_the_index_alone(valley: Path) -> None:
    """``--no-search`` neither makes nor removes anything of it."""
    indexed(valley)
    before = index_of(valley)
    write_tree(valley, {"archive/blog/2024.jsonl": blog(2024)[1:]})
    assert None is build(valley, now=NOW, search=False).search
    assert before == index_of(valley)


def test_a_hub_without_anything_has_no_index(tmp_path: Path) -> None:
    """The list of shards is empty, and nothing is wrong."""
    root = write_tree(tmp_path / "empty", {})
    report = indexed(root)
    assert ((), []) == (report.problems, listed(root))


def test_pelican_makes_the_index_too(valley: Path) -> None:
    """``pelican -s pelicanconf.py`` lists the same shards as ``kiosque build``: as many documents of the same
    days.
    """
    with (valley / "pelicanconf.py").open("a") as file:
        file.write('PATH = "content"\nPLUGINS = ["kiosque.site"]\nNOW = "2026-03-15T08:00:00Z"\n')
    command = [sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "-o", "output"]
    subprocess.run(command, cwd=valley, check=True, capture_output=True)
    assert [(32, "2024-01-05")] == [(one["documents"], one["since"]) for one in listed(valley)]
