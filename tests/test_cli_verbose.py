"""`-v` shows what happens, on every command; without it logging prints nothing, and passwords never show."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosque import i18n
from kiosque.cli import main
from kiosque.cli.console.debug_log import OneLine, RedactPasswords, debug_lines
from kiosque.own_command import own_command

LINE = re.compile(r"\d\d:\d\d:\d\d\.\d{3} \w+: .+")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """Return a hub with one source that has a feed."""
    (tmp_path / "content" / "sources").mkdir(parents=True)
    (tmp_path / "content" / "sources" / "radio.md").write_text("---\nname: Radio\nfeeds: [radio.xml]\n---\n")
    (tmp_path / "radio.xml").write_text("<rss version='2.0'><channel><title>Radio</title></channel></rss>")
    return tmp_path


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of each command below a group."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))


def printed(name: str, message: str, *arguments: object, error: Exception | None = None) -> str:
    """Return what the handler of `-v` prints for a record."""
    record = logging.LogRecord(
        name, logging.DEBUG, "", 1, message, arguments, error and (type(error), error, None)
    )
    assert RedactPasswords().filter(record)
    return OneLine().format(record)[len("08:00:00.000 ") :]


@pytest.mark.parametrize("words", [(), *commands(main)], ids=" ".join)
def test_each_command_has_the_switch(words: tuple[str, ...]) -> None:
    """`kiosque`, each command and each group of commands takes -v."""
    found = CliRunner().invoke(main, [*words, "-v", "--help"])
    assert (0, True) == (found.exit_code, "-v, --verbose" in found.stdout)


@pytest.mark.parametrize("words", [["-v", "harvest"], ["harvest", "-v"], ["-v", "harvest", "--verbose"]])
def test_the_switch_prints_each_record_once(words: list[str], hub: Path) -> None:
    """In front of the command, behind it or both: standard error has each record, and none twice."""
    found = CliRunner().invoke(main, ["--hub", str(hub), *words])
    lines = found.stderr.splitlines()
    assert (0, 1) == (found.exit_code, sum("settings of the hub" in line for line in lines))
    assert [] == [line for line in lines if not LINE.fullmatch(line)]


def test_without_the_switch_logging_prints_nothing(hub: Path) -> None:
    """A build that loads Pelican, after one with -v in the same process, prints only its result."""
    words = ["--hub", str(hub), "build", "--no-search"]
    with_lines, without = CliRunner().invoke(main, [*words, "-v"]), CliRunner().invoke(main, words)
    assert (True, "") == ("settings of the hub" in with_lines.stderr, without.stderr)


def test_a_warning_has_nowhere_to_go_without_the_switch() -> None:
    """Python's handler of last resort doesn't print the warnings of Kiosque's loggers."""
    code = "import logging, kiosque; logging.getLogger('kiosque.harvest').error('lost')"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ("", "") == (found.stdout, found.stderr)


def test_pelican_takes_no_record(capsys: pytest.CaptureFixture[str]) -> None:
    """A record that comes twice shows twice, though Pelican's loggers drop it.

    Pelican's handler shows none.
    """
    from pelican.log import init

    logger = logging.getLogger("kiosque.site.twice")
    handlers = [*logging.root.handlers]
    try:
        init()
        with debug_lines():
            logger.debug("builds")
            logger.debug("builds")
        logger.debug("is over")
    finally:
        logging.root.handlers[:] = handlers
    shown = capsys.readouterr()
    lines = [line[len("08:00:00.000 ") :] for line in shown.err.splitlines()]
    assert ("", ["site: builds"] * 2) == (shown.out, lines)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sftp://name:secret@host/folder", "sftp://***@host/folder"),
        ("https://name@host/", "https://***@host/"),
        ("ftps://name:se@cr:et@host", "ftps://***@host"),
        ("ftps://name:sec/ret@host/folder", "ftps://***@host/folder"),
        ("name:secret@host", "***@host"),
        ("https://host:8080/@name", "https://host:8080/@name"),
        ("https://host/@name?at=12:30", "https://host/@name?at=12:30"),
        ("git@forge.example:owner/hub", "git@forge.example:owner/hub"),
    ],
)
def test_a_password_in_an_address_never_shows(address: str, shown: str) -> None:
    """User and password are replaced in the message, in its arguments and in the text of an error."""
    expected = f"deploy: asks {shown}, then {shown} (ValueError: {shown})"
    message = f"asks {address}, then %s"
    assert expected == printed("kiosque.deploy.hosts.sftp", message, address, error=ValueError(address))


def test_a_record_is_one_line() -> None:
    """Text of a server can't begin a line of its own, nor move the terminal's cursor."""
    assert r"harvest: says a\u000ab\u001b[2J" == printed("kiosque.harvest.net", "says %s", "a\nb\x1b[2J")


def test_a_module_without_package_is_its_own_room() -> None:
    """The room is the first name below `kiosque`."""
    assert ["files: a", "kiosque: b"] == [printed("kiosque.files", "a"), printed("kiosque", "b")]


def test_commands_that_a_command_runs_have_the_switch_too() -> None:
    """What `refresh` and `serve` start prints its lines as well."""
    root = Path("/hub")
    plain = [sys.executable, "-m", "kiosque", "--hub", "/hub"]
    with debug_lines():
        verbose = own_command(root)
    assert (plain, [*plain, "-v"]) == (own_command(root), verbose)
