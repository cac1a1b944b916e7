"""The `kiosque` command: exit codes, and messages instead of tracebacks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosque import i18n
from kiosque.cli import main

NOW = "2026-03-15T08:00:00Z"
FEED = """<rss version="2.0"><channel><title>Radio</title><item><guid>1</guid><title>Un</title>
<link>https://radio.example/1</link><pubDate>Sat, 10 Jan 2026 18:30:00 GMT</pubDate></item></channel></rss>"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    # A build reads the language from the environment again.
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a hub with one source."""
    (tmp_path / "content" / "sources").mkdir(parents=True)
    (tmp_path / "content" / "sources" / "radio.md").write_text("---\nname: Radio\nfeeds: [radio.xml]\n---\n")
    (tmp_path / "radio.xml").write_text(FEED)
    return tmp_path


def run(hub: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--hub", str(hub), *words])


@pytest.mark.parametrize(
    "words", [["bake"], ["build", "--nope"], ["serve", "--port", "0"], ["harvest", "--only", "nobody"]]
)
def test_a_wrong_call_exits_2(words: list[str], folder: Path) -> None:
    """An unknown command, option or source exits 2."""
    assert 2 == run(folder, *words).exit_code


def test_an_unknown_source_is_refused_with_the_known_ones(folder: Path) -> None:
    """A wrong --only names the sources of the hub."""
    last_line = run(folder, "harvest", "--only", "nobody").stderr.splitlines()[-1]
    assert "there is no source “nobody”; the sources are: radio" == last_line.split(": ", 2)[2]


@pytest.mark.parametrize("command", ["build", "harvest"])
def test_a_wrong_now_is_one_message(command: str, folder: Path) -> None:
    """A moment that can't be read exits 1 and says how to write it."""
    result = run(folder, command, "--now", "demain")
    message = "kiosque: “demain” is not a time: write it as 2026-03-15T08:00:00Z\n"
    assert (1, message) == (result.exit_code, result.stderr)


@pytest.mark.parametrize("command", ["build", "harvest", "serve"])
def test_a_folder_without_content_is_no_hub(command: str, tmp_path: Path) -> None:
    """Outside of a hub, the message says what a hub is and how to name it."""
    result = run(tmp_path, command)
    message = (
        f"kiosque: {tmp_path} is not a hub: it has no folder “content”; "
        "go to a hub's folder, or name it with --hub\n"
    )
    assert (1, message) == (result.exit_code, result.stderr)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "TIMEZONE = 'Mars/Olympus'",
            "TIMEZONE is “Mars/Olympus”, which is not a time zone: write it as Europe/Paris",
        ),
        (
            "SITEURL = 'kiosque.example'",
            "SITEURL is “kiosque.example”: write the hub's whole address, such as https://kiosque.example",
        ),
        (
            "DEFAULT_LANG = 'tlh'",
            "DEFAULT_LANG is “tlh”, which the theme doesn't speak: choose among fr, en",
        ),
        ("SITENAME = 3", "the setting SITENAME must be a text between quotes"),
    ],
)
def test_a_wrong_setting_is_named(settings: str, message: str, folder: Path) -> None:
    """The message names the wrong setting and its mend, and nothing is built."""
    (folder / "pelicanconf.py").write_text(settings + "\n")
    result = run(folder, "build")
    assert (1, f"kiosque: {message}\n", False) == (
        result.exit_code,
        result.stderr,
        (folder / "output").exists(),
    )


def test_a_broken_settings_file_is_named_with_its_line(folder: Path) -> None:
    """A syntax error in pelicanconf.py is a message, not a traceback."""
    (folder / "pelicanconf.py").write_text("SITENAME = 'a'\nTIMEZONE = (\n")
    result = run(folder, "build")
    reason = "a bracket or a quotation mark is not closed"
    expected = f"kiosque: pelicanconf.py:2: this settings file can't be read: {reason}\n"
    assert (1, expected) == (result.exit_code, result.stderr)


def test_harvest_prints_its_numbers(folder: Path) -> None:
    """A round exits 0 and prints its numbers; with --json it prints a record for programs."""
    assert "1 source: 1 new entry, 0 changed\n" == run(folder, "harvest", "--now", NOW).stdout
    result = run(folder, "harvest", "--now", NOW, "--json")
    assert (0, ["radio"]) == (
        result.exit_code,
        [source["source"] for source in json.loads(result.stdout)["sources"]],
    )


def test_a_feed_that_fails_is_no_failure_of_the_round(folder: Path) -> None:
    """A round with a feed that fails exits 0, and prints the failure."""
    (folder / "radio.xml").unlink()
    result = run(folder, "harvest", "--now", NOW)
    message = "content/sources/radio.md:3: radio.xml: this file can't be read"
    assert (0, message) == (result.exit_code, result.stderr[: len(message)])


def test_only_a_strict_build_fails_on_problems(folder: Path) -> None:
    """A file that can't be read is left out and named; with --strict the build exits 1."""
    (folder / "content" / "sources" / "bad.md").write_text("---\nname: Sans flux\n---\n")
    lenient, strict = run(folder, "build", "--now", NOW), run(folder, "build", "--now", NOW, "--strict")
    message = "content/sources/bad.md:1: this source has neither feeds nor a homepage"
    assert (0, 1) == (lenient.exit_code, strict.exit_code)
    assert [("To mend", message)] * 2 == [
        (result.stderr.splitlines()[0], result.stderr.splitlines()[1][: len(message)])
        for result in (lenient, strict)
    ]


def test_a_build_can_be_read_by_a_program(folder: Path) -> None:
    """With --json the result is one JSON object on standard output."""
    result = run(folder, "build", "--now", NOW, "--json")
    report = json.loads(result.stdout)
    assert (0, str(folder / "output"), []) == (result.exit_code, report["output"], report["problems"])


def test_the_command_runs_as_a_program(tmp_path: Path) -> None:
    """`python -m kiosque` speaks French unless asked otherwise, and shows no traceback."""
    words = [sys.executable, "-m", "kiosque", "--hub", str(tmp_path), "build"]
    result = subprocess.run(words, capture_output=True, text=True, env={"LANG": "fr_FR.UTF-8"}, check=False)
    assert (1, 1, True) == (
        result.returncode,
        len(result.stderr.splitlines()),
        result.stderr.startswith("kiosque"),
    )
    assert "Traceback" not in result.stderr
