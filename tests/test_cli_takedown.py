"""`kiosque takedown`: from an address to an item, a clean archive, and what a person has to do then."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import NOW, Content, built, entry, tree
from filelock import FileLock

from kiosque import i18n
from kiosque.cli import main

HubMaker = Callable[[Mapping[str, Content]], Path]
PAGE = "/medias/radio/2026/flood/"
REASON = ("--reason", "Asked for.", "--now", NOW)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def root(hub: HubMaker) -> Path:
    """Return a hub with two entries of one source."""
    return hub(
        {
            "pelicanconf.py": "SITENAME = 'Hub'\nSITEURL = 'https://hub.example'\nTIMEZONE = 'Europe/Paris'\n",
            "content/sources/radio.md": "---\nname: Radio\nfeeds: [radio.xml]\n---\n",
            "content/takedowns.yml": "# What we took down.\n",
            "archive/radio/2026.jsonl": [entry("radio", "flood"), entry("radio", "market")],
            "archive/radio/2025.jsonl": [entry("radio", "old", "2025-02-01T10:00:00Z")],
        }
    )


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--hub", str(root), "takedown", *words])


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        f"https://hub.example{PAGE}",
        "http://www.radio.example/flood/?utm_source=x",
        "https://radio.example/flood#top",
    ],
)
def test_an_entry_is_noted_and_removed(url: str, root: Path) -> None:
    """By its page or its original: an item with its id and address, and one line less in the archive."""
    found = run(root, url, *REASON, "--by", "Ana")
    item = (
        "# What we took down.\n- entry: radio/flood\n  address: https://radio.example/flood\n"
        "  date: 2026-03-15\n  reason: Asked for.\n  by: Ana\n"
    )
    lines = (root / "archive" / "radio" / "2026.jsonl").read_text().splitlines()
    assert (0, item, ["market"]) == (
        found.exit_code, (root / "content" / "takedowns.yml").read_text(), [json.loads(one)["id"] for one in lines],
    )  # fmt: skip
    built(root)
    assert f"{PAGE[1:]}index.html" not in tree(root / "output")


def test_a_person_is_told_what_was_done_and_what_is_left_to_do(root: Path) -> None:
    """The item, what went, the next commands, and how the past of a public repository is cleaned."""
    lines = run(root, PAGE, *REASON).stdout.splitlines()
    expected = [
        "radio/flood is taken down by content/takedowns.yml:2.",
        "  /medias/radio/2026/flood/",
        "1 entry was removed from the archive.",
        "",
        "Next: commit content/ and archive/, then build and publish:",
        "  git add content archive && git commit && git push",
        "  kiosque build --publish",
    ]
    assert expected == lines[:7]
    assert "  git filter-repo --invert-paths --path archive/radio/2026.jsonl" in lines


def test_a_whole_source_goes(root: Path) -> None:
    """`source:` takes all that it published.

    Its source file is left to people, and its whole folder to clean.
    """
    found = run(root, "source:radio", *REASON)
    assert (0, [], True) == (
        found.exit_code,
        [path.name for path in (root / "archive").iterdir() if path.is_dir()],
        (root / "content" / "sources" / "radio.md").is_file(),
    )
    assert "content/sources/radio.md stays" in found.stdout
    assert "--invert-paths --path archive/radio/\n" in found.stdout


def test_a_dry_run_writes_nothing(root: Path) -> None:
    """What would happen is told; not a byte changes."""
    before = {path: data for path, data in tree(root).items() if not path.startswith(".cache/")}
    found = run(root, PAGE, *REASON, "--dry-run")
    expected = [
        "radio/flood would be taken down by a new item of content/takedowns.yml.",
        "  /medias/radio/2026/flood/",
        "1 entry would go from the archive; nothing was written.",
    ]
    after = {path: data for path, data in tree(root).items() if not path.startswith(".cache/")}
    assert (0, expected, before) == (found.exit_code, found.stdout.splitlines(), after)


def test_what_is_unknown_exits_1_and_names_what_is_near(root: Path) -> None:
    """A slip in an address is answered with the entries that it resembles, and nothing is written."""
    found = run(root, "/medias/radio/2026/floods/", *REASON)
    message = "kiosque: nothing in the archive has the address /medias/radio/2026/floods/ (near it: /medias/radio/2026/flood/"
    assert (1, message, "# What we took down.\n") == (
        found.exit_code, found.stderr[: len(message)], (root / "content" / "takedowns.yml").read_text(),
    )  # fmt: skip


def test_asked_twice_it_is_noted_once(root: Path) -> None:
    """What is taken down already is said so; what came back into the archive meanwhile goes."""
    run(root, PAGE, *REASON)
    noted = (root / "content" / "takedowns.yml").read_text()
    for url in (PAGE, "https://radio.example/flood"):
        found = run(root, url, *REASON)
        first = "radio/flood is taken down already, by content/takedowns.yml:2."
        assert (0, first, noted) == (
            found.exit_code, found.stdout.splitlines()[0], (root / "content" / "takedowns.yml").read_text(),
        )  # fmt: skip


def test_a_hub_without_a_list_gets_one(root: Path) -> None:
    """The file is made where there was none."""
    (root / "content" / "takedowns.yml").unlink()
    assert 0 == run(root, "source:radio", *REASON, "--date", "01/02/2026").exit_code
    expected = "- source: radio\n  date: 2026-02-01\n  reason: Asked for.\n"
    assert expected == (root / "content" / "takedowns.yml").read_text()


@pytest.mark.parametrize("words", [[PAGE], [PAGE, *REASON, "--date", "demain"], []])
def test_a_wrong_call_exits_2_and_writes_nothing(words: list[str], root: Path) -> None:
    """Without a terminal the reason must be given; a date must be one; something must be named."""
    assert (2, "# What we took down.\n") == (
        run(root, *words).exit_code, (root / "content" / "takedowns.yml").read_text(),
    )  # fmt: skip


def test_on_a_terminal_the_reason_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who gave none is asked, and told that everyone can read it."""
    monkeypatch.setattr("kiosque.cli.takedown.is_terminal", lambda: True)
    words = ["--hub", str(root), "takedown", PAGE, "--now", NOW]
    found = CliRunner().invoke(main, words, input="They asked.\n")
    assert (0, True) == (
        found.exit_code,
        found.stdout.startswith("Why is it taken down? Everyone can read it: "),
    )
    assert "  reason: They asked.\n" in (root / "content" / "takedowns.yml").read_text()


def test_during_a_harvest_it_waits_for_another_time(root: Path) -> None:
    """A round under way would write back what it has read: nothing is written until it is done."""
    (root / ".cache").mkdir()
    with FileLock(root / ".cache" / "harvest.lock"):
        found = run(root, PAGE, *REASON)
    message = "kiosque: another harvest of this hub is under way: wait until it is done\n"
    assert (1, message, "# What we took down.\n") == (
        found.exit_code, found.stderr, (root / "content" / "takedowns.yml").read_text(),
    )  # fmt: skip


def test_a_program_can_read_the_result(root: Path) -> None:
    """With --json the takedown and what was removed are one JSON object."""
    found = json.loads(run(root, PAGE, *REASON, "--json").stdout)
    removed = [{"source": "radio", "year": 2026, "slug": "flood", "id": "flood", "line": 2}]
    assert ("flood", removed, False) == (found["takedown"]["identity"], found["removed"], found["dry_run"])
