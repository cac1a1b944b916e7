"""`kiosque report`: each source's health in plain words, for people and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import entry, write_tree

from kiosque import i18n
from kiosque.archive import entries, feed_memory
from kiosque.archive.entries import FeedState
from kiosque.archive.feed_memory import Memory, Visit
from kiosque.cli import main
from kiosque.model import Problem

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
POD, BLOG, FLUX = (f"https://{name}.example/feed.xml" for name in ("pod", "blog", "flux"))


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    # The command asks the environment again, for the dates.
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a hub with three sources: fine, silent, and without answer."""
    days = (1, 8, 15, 22, 29)
    write_tree(
        tmp_path,
        {
            "content/sources/blog.md": f"---\nname: Le Blog\nfeeds: [{BLOG}]\n---\n",
            "content/sources/flux.md": f"---\nname: Flux\nfeeds:\n  - {FLUX}\n  - demo/flux.xml\n---\n",
            "content/sources/pod.md": f"---\nname: Pod\nfeeds: [{POD}]\n---\n",
            "archive/blog/2026.jsonl": [
                entry("blog", f"e{n}", str(NOW - timedelta(days=n + 30))) for n in days
            ],
            "archive/pod/2026.jsonl": [entry("pod", f"e{n}", str(NOW - timedelta(days=n))) for n in days],
        },
    )
    entries.write_state(
        tmp_path / "archive", "flux", {FLUX: FeedState(gone=NOW), "demo/flux.xml": FeedState(failing=NOW)}
    )
    fine = Visit(terms="", succeeded=NOW, next=NOW + timedelta(days=1))
    advice = (
        Problem(path=POD, line=12, message="the XML is broken here (\x1b[31mred)"),
        Problem(path=POD, message="no guid"),
    )
    feed_memory.save(tmp_path, "blog", Memory(visits={BLOG: fine}))
    dead = ("the file https://pod.example/1.mp3 can't be had",)
    feed_memory.save(
        tmp_path, "pod", Memory(visits={POD: Visit(terms="", succeeded=NOW, advice=advice)}, dead=dead)
    )
    failing = Visit(terms="", failing=NOW - timedelta(days=9), failure="this file can't be read")
    feed_memory.save(tmp_path, "flux", Memory(visits={"demo/flux.xml": failing}))
    return tmp_path


def run(hub: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--hub", str(hub), "report", "--now", NOW.isoformat(), *words])


def test_a_report_tells_each_source_worst_first(folder: Path) -> None:
    """Each source has its fault, since when, and what comes next; the last line has the numbers."""
    result = run(folder)
    assert (0, "") == (result.exit_code, result.stderr)
    assert (
        """\
Flux: no longer answers
  newest entry  none yet
  feed          https://flux.example/feed.xml
                gone for good since 15 March 2026: remove line 4 of content/sources/flux.md, \
or write the feed's new address there
  feed          demo/flux.xml
                can't be had since 6 March 2026: this file can't be read

Le Blog: is silent
  newest entry  12 February 2026 (four weeks ago), 5 entries in all
                nothing new since 12 February 2026, where entries usually come seven days apart
  feed          https://blog.example/feed.xml
                answered last on 15 March 2026, is asked again on 16 March 2026

Pod: is fine
  newest entry  14 March 2026 (yesterday), 5 entries in all
  files         the file https://pod.example/1.mp3 can't be had
  feed          https://pod.example/feed.xml
                answered last on 15 March 2026
  advice        line 12: the XML is broken here ([31mred)
                no guid

3 sources: 1 is fine, 1 is silent, 1 no longer answers
"""
        == result.stdout
    )


def test_a_program_gets_facts_and_their_words(folder: Path) -> None:
    """With --json each fact has its kind, its values and its sentence."""
    result = run(folder, "--json", "--only", "blog")
    assert (0, "") == (result.exit_code, result.stderr)
    assert {
        "sources": [
            {
                "source": "blog",
                "name": "Le Blog",
                "condition": "silent",
                "entries": 5,
                "newest": "2026-02-12",
                "usual": 7,
                "silence": 31,
                "facts": [
                    {
                        "kind": "silent",
                        "day": "2026-02-12",
                        "usual": 7,
                        "text": (
                            "nothing new since 12 February 2026, where entries usually come seven days apart"
                        ),
                    }
                ],
                "feeds": [
                    {
                        "url": BLOG,
                        "facts": [
                            {
                                "kind": "answered",
                                "day": "2026-03-15",
                                "text": "answered last on 15 March 2026",
                            },
                            {"kind": "next", "day": "2026-03-16", "text": "is asked again on 16 March 2026"},
                        ],
                    }
                ],
            }
        ],
        "alike": [],
        "problems": [],
    } == json.loads(result.stdout)


def test_only_chosen_sources_are_reported(folder: Path) -> None:
    """--only may be repeated; an unknown source exits 2."""
    result = run(folder, "--only", "pod", "--only", "blog")
    assert "2 sources: 1 is fine, 1 is silent" == result.stdout.splitlines()[-1]
    assert 2 == run(folder, "--only", "nobody").exit_code


def test_texts_that_are_nearly_the_same_are_suggested(folder: Path) -> None:
    """Texts of two sources that share most words are named, until a person has decided."""
    words = (
        "Samedi vingt personnes de quatre hameaux ont dessiné ensemble une carte du pays qui manquait à tous"
    )
    for source, more in (("pod", " depuis longtemps"), ("blog", "")):
        text_entry = entry(
            source, "carte", "2025-05-01T10:00:00Z", title=f"Une carte {source}", summary=words + more
        )
        write_tree(folder, {f"archive/{source}/2025.jsonl": [text_entry]})
    expected = """\
Texts that are nearly the same: write in content/works.yml, under “same” or “apart”, what you know
    64%  /medias/blog/2025/carte/  Une carte blog
         /medias/pod/2025/carte/  Une carte pod

3 sources: 1 is fine, 1 is silent, 1 no longer answers
"""
    assert expected == run(folder).stdout[-len(expected) :]
    decisions = "apart:\n  - [/medias/blog/2025/carte/, /medias/pod/2025/carte/]\n"
    write_tree(folder, {"content/works.yml": decisions})
    result = run(folder, "--json")
    assert (0, []) == (result.exit_code, json.loads(result.stdout)["alike"])


def test_a_lost_cache_tells_less(folder: Path) -> None:
    """Without .cache, or with a broken file in it, the facts of the archive are still reported."""
    (folder / ".cache" / "harvest" / "pod.msgpack").write_text("{")
    (folder / ".cache" / "harvest" / "blog.msgpack").unlink()
    result = run(folder)
    assert (0, "3 sources: 1 is fine, 1 is silent, 1 no longer answers") == (
        result.exit_code,
        result.stdout.splitlines()[-1],
    )


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        (
            "content/sources/bad.md",
            "---\nname: Sans flux\n---\n",
            "content/sources/bad.md:1: this source has",
        ),
        ("archive/pod/state.json", "{", "archive/pod/state.json: archive/pod/state.json can't be read"),
        ("archive/pod/2025.jsonl", "{\n", "archive/pod/2025.jsonl:1: this line of the archive can't be read"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(path: str, text: str, message: str, folder: Path) -> None:
    """A source file or an archive that can't be read exits 1; all other sources are reported."""
    (folder / path).write_text(text)
    result = run(folder)
    assert (1, message, "3 sources") == (
        result.exit_code,
        result.stderr[: len(message)],
        result.stdout.splitlines()[-1][:9],
    )


def test_a_report_changes_nothing(folder: Path) -> None:
    """A report writes no file."""
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    run(folder)
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_who_reads_a_report_may_stop_early(folder: Path) -> None:
    """A reader that closes the pipe, as `head` does, causes no message."""
    words = [sys.executable, "-m", "kiosque", "--hub", str(folder), "report", "--now", NOW.isoformat()]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert b"" == running.stderr.read()
