"""`kiosque takedown`: the item in `content/takedowns.yml`, a clean archive, and the next steps."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from click.testing import CliRunner, Result
from conftest import NOW, Content, built, entry, tree, write_tree
from filelock import FileLock
from PIL import Image

from kiosque import companions, i18n, pictures
from kiosque.cli import main
from kiosque.contribute.check import check
from kiosque.model import Enclosure, Picture, Transcript
from kiosque.settings import pelicanconf
from kiosque.site.build import build

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
            "pelicanconf.py": (
                "SITENAME = 'Hub'\nSITEURL = 'https://hub.example'\nTIMEZONE = 'Europe/Paris'\n"
            ),
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
    """The page and the original address write the same item; the entry's line leaves the archive."""
    result = run(root, url, *REASON, "--by", "Ana")
    item = (
        "# What we took down.\n- entry: radio/flood\n  address: https://radio.example/flood\n"
        "  date: 2026-03-15\n  reason: Asked for.\n  by: Ana\n"
    )
    lines = (root / "archive" / "radio" / "2026.jsonl").read_text().splitlines()
    assert (0, item, ["market"]) == (
        result.exit_code,
        (root / "content" / "takedowns.yml").read_text(),
        [json.loads(line)["id"] for line in lines],
    )
    built(root)
    assert f"{PAGE[1:]}index.html" not in tree(root / "output")


def test_the_item_the_removed_entries_and_the_next_steps_are_printed(root: Path) -> None:
    """The output has the item, the removed entries, the next commands and how to clean the history."""
    lines = run(root, PAGE, *REASON).stdout.splitlines()
    expected = [
        "radio/flood is taken down by content/takedowns.yml:2.",
        "  /medias/radio/2026/flood/",
        "1 entry was removed from the archive.",
        "",
        "Next; without these commands the text stays online:",
        "  kiosque build --publish",
        "  kiosque deploy site",
    ]
    assert expected == lines


def test_in_a_repository_the_commit_and_its_past_are_named(root: Path) -> None:
    """The commands are whole; the last line is the one without which the text stays online."""
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "remote", "add", "origin", "git@forge.example:us/hub.git"], cwd=root, check=True)
    (root / "publishconf.py").write_text("SITENAME = 'Hub'\nDEPLOY = {'one': 'www', 'two': 'copy'}\n")
    lines = run(root, PAGE, *REASON).stdout.splitlines()
    expected = [
        "Next; without these commands the text stays online:",
        '  git add content archive && git commit -m "Takedown" && git push',
        "  kiosque build --publish",
        "  kiosque deploy one",
        "  kiosque deploy two",
    ]
    assert expected == lines[-5:]
    assert "  git filter-repo --invert-paths --path archive/radio/2026.jsonl" in lines


def test_a_whole_source_goes(root: Path) -> None:
    """`source:SLUG` removes all entries of a source.

    Its source file is left to people, and its whole folder to clean.
    """
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    result = run(root, "source:radio", *REASON, "--yes")
    assert (0, [], True) == (
        result.exit_code,
        [path.name for path in (root / "archive").iterdir() if path.is_dir()],
        (root / "content" / "sources" / "radio.md").is_file(),
    )
    assert "content/sources/radio.md stays" in result.stdout
    assert "--invert-paths --path archive/radio/\n" in result.stdout


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_whole_source_needs_a_yes(words: tuple[str, ...], root: Path) -> None:
    """Where nobody can be asked, the command says how to look at it first, and writes nothing."""
    result = run(root, "source:radio", *REASON, *words)
    assert (2, True, "# What we took down.\n", True) == (
        result.exit_code,
        "look at it with --dry-run, then add --yes" in result.stderr,
        (root / "content" / "takedowns.yml").read_text(),
        (root / "archive" / "radio" / "2026.jsonl").is_file(),
    )


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("y", 0), ("", 1), ("no", 1)])
def test_on_a_terminal_a_whole_source_is_shown_and_asked_for(
    answer: str, code: int, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of entries and their pages are shown; all but a yes leaves everything as it is."""
    monkeypatch.setattr("kiosque.cli.takedown.is_terminal", lambda: True)
    words = ["--hub", str(root), "takedown", "source:radio", *REASON]
    result = CliRunner().invoke(main, words, input=f"{answer}\n")
    shown = [
        "radio: 3 entries would go from archive and site for good:",
        "  /medias/radio/2025/old/",
        "  /medias/radio/2026/flood/",
        "  /medias/radio/2026/market/",
    ]
    assert (code, shown, code == 1) == (
        result.exit_code,
        result.stdout.splitlines()[:4],
        (root / "archive" / "radio" / "2026.jsonl").is_file(),
    )


LISTS = {
    "content/curation.yml": "- {{publication: {address}, hide: true, date: 2026-03-01, reason: x}}\n",
    "content/works.yml": "same:\n  - [{address}, /medias/radio/2026/flood/]\n",
}


@pytest.mark.parametrize("what", [PAGE, "source:radio"])
@pytest.mark.parametrize("address", [PAGE, "https://radio.example/flood", f"https://hub.example{PAGE}"])
@pytest.mark.parametrize("path", LISTS)
def test_a_takedown_settles_the_lists_of_editors(path: str, address: str, what: str, root: Path) -> None:
    """What was hidden or joined before it was taken down is no problem of check or build."""
    (root / path).write_text(LISTS[path].format(address=address))
    assert 0 == run(root, what, *REASON, "--yes").exit_code
    findings = check(pelicanconf.load(root, NOW)).findings
    assert ([], []) == (
        [finding.message for finding in findings if finding.rule == "ledger-unmatched"],
        [str(problem) for problem in built(root).problems if problem.rule == "ledger-unmatched"],
    )


def test_nothing_of_what_was_taken_down_stays_in_the_caches(root: Path) -> None:
    """After takedown and build, no file of the hub has a word, picture or transcript of the entry."""
    secret = "zibeline"
    transcript = Transcript(url="https://radio.example/flood.vtt", type="text/vtt")
    sound = Enclosure(url="https://radio.example/flood.mp3", type="audio/mpeg", transcripts=(transcript,))
    flood = entry(
        "radio",
        "flood",
        title=f"Le titre {secret}",
        content=f"<p>Une {secret} passe.</p>",
        summary=secret,
        image=Picture(url="https://radio.example/flood.jpg", alt=secret),
        enclosures=(sound,),
    )
    source = "---\nname: Radio\nfeeds: [radio.xml]\nagreement: {scope: full}\n---\n"
    files = {
        "content/sources/radio.md": source,
        "archive/radio/2026.jsonl": [flood, entry("radio", "market")],
    }
    write_tree(root, files)
    picture = BytesIO()
    Image.new("RGB", (300, 200), "red").save(picture, "JPEG")
    pictures.keep(picture.getvalue(), "https://radio.example/flood.jpg", pictures.remote_folder(root))
    cue = f"WEBVTT\n\n00:00.000 --> 00:02.000\nUne {secret} parle.\n".encode()
    companions.keep(transcript, cue, companions.folder(root))
    build(root, now=NOW)
    assert {".cache/companions", ".cache/pictures/remote", "output", "archive"} <= holding(root, secret)
    assert 0 == run(root, PAGE, *REASON).exit_code
    build(root, now=NOW)
    assert set() == holding(root, secret)


def holding(root: Path, word: str) -> set[str]:
    """Return the places of a hub that have a word in a file, compressed or not, or the file of a picture."""
    found = set()
    for file in sorted(path for path in root.rglob("*") if path.is_file()):
        path = file.relative_to(root).as_posix()
        if word.encode() in plain(file) or path.startswith(".cache/pictures/remote/"):
            found.add(path.rpartition("/")[0] if path.startswith(".cache/") else path.partition("/")[0])
    return found


def plain(file: Path) -> bytes:
    """Return the bytes of a file, decompressed where it is compressed."""
    data = file.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        return gzip.decompress(data)
    return brotli.decompress(data) if file.suffix == ".br" else data


def test_a_dry_run_writes_nothing(root: Path) -> None:
    """The output says what would happen, and no byte changes."""
    before = {path: data for path, data in tree(root).items() if not path.startswith(".cache/")}
    result = run(root, PAGE, *REASON, "--dry-run")
    expected = [
        "radio/flood would be taken down by a new item of content/takedowns.yml.",
        "  /medias/radio/2026/flood/",
        "1 entry would go from the archive; nothing was written.",
    ]
    after = {path: data for path, data in tree(root).items() if not path.startswith(".cache/")}
    assert (0, expected, before) == (result.exit_code, result.stdout.splitlines(), after)


def test_an_unknown_address_exits_1_with_similar_ones(root: Path) -> None:
    """The message names entries with a similar address, and nothing is written."""
    result = run(root, "/medias/radio/2026/floods/", *REASON)
    message = (
        "kiosque: nothing in the archive has the address /medias/radio/2026/floods/ (near it: "
        "/medias/radio/2026/flood/"
    )
    assert (1, message, "# What we took down.\n") == (
        result.exit_code,
        result.stderr[: len(message)],
        (root / "content" / "takedowns.yml").read_text(),
    )


def test_asked_twice_it_is_noted_once(root: Path) -> None:
    """A second takedown writes no item; an entry that came back into the archive is removed."""
    run(root, PAGE, *REASON)
    noted = (root / "content" / "takedowns.yml").read_text()
    for url in (PAGE, "https://radio.example/flood"):
        result = run(root, url, *REASON)
        first = "radio/flood is taken down already, by content/takedowns.yml:2."
        assert (0, first, noted) == (
            result.exit_code,
            result.stdout.splitlines()[0],
            (root / "content" / "takedowns.yml").read_text(),
        )


def test_a_hub_without_a_list_gets_one(root: Path) -> None:
    """The file is created where there was none."""
    (root / "content" / "takedowns.yml").unlink()
    assert 0 == run(root, "source:radio", *REASON, "--yes", "--date", "01/02/2026").exit_code
    expected = "- source: radio\n  date: 2026-02-01\n  reason: Asked for.\n"
    assert expected == (root / "content" / "takedowns.yml").read_text()


@pytest.mark.parametrize("words", [[PAGE], [PAGE, *REASON, "--date", "demain"], []])
def test_a_wrong_call_exits_2_and_writes_nothing(words: list[str], root: Path) -> None:
    """Without a terminal, --reason is required; --date must be a day; an address is required."""
    assert (2, "# What we took down.\n") == (
        run(root, *words).exit_code,
        (root / "content" / "takedowns.yml").read_text(),
    )


def test_on_a_terminal_the_reason_is_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who gave no reason is asked; the question says that everyone can read it."""
    monkeypatch.setattr("kiosque.cli.takedown.is_terminal", lambda: True)
    words = ["--hub", str(root), "takedown", PAGE, "--now", NOW]
    result = CliRunner().invoke(main, words, input="They asked.\n")
    assert (0, True) == (
        result.exit_code,
        result.stdout.startswith("Why is it taken down? Everyone can read it: "),
    )
    assert "  reason: They asked.\n" in (root / "content" / "takedowns.yml").read_text()


def test_during_a_harvest_it_waits_for_another_time(root: Path) -> None:
    """During a harvest nothing is written: the round would write back the entries that it has read."""
    (root / ".cache").mkdir()
    with FileLock(root / ".cache" / "harvest.lock"):
        result = run(root, PAGE, *REASON)
    message = "kiosque: another harvest of this hub is under way: wait until it is done\n"
    assert (1, message, "# What we took down.\n") == (
        result.exit_code,
        result.stderr,
        (root / "content" / "takedowns.yml").read_text(),
    )


def test_a_program_can_read_the_result(root: Path) -> None:
    """With --json the takedown and the removed entries are one JSON object."""
    result = json.loads(run(root, PAGE, *REASON, "--json").stdout)
    removed = [
        {
            "file": "archive/radio/2026.jsonl",
            "source": "radio",
            "year": 2026,
            "slug": "flood",
            "id": "flood",
            "line": 2,
        }
    ]
    assert ("flood", removed, False) == (result["takedown"]["identity"], result["removed"], result["dry_run"])
