"""A password in an address is shown nowhere: no command, page, archive or memory has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import write_tree
from tests.harvest.conftest import Server

from kiosque import i18n
from kiosque.cli import main
from kiosque.urls import not_taken, safe_url, without_passwords

SECRET = "hemmelig"  # noqa: S105 - this is what the tests look for
SOURCE = f"""---
name: Radio
homepage: https://ana:{SECRET}@radio.example/
stream: https://{SECRET}@radio.example/live
feeds:
  - https://ana:{SECRET}@radio.example/feed.xml
  - url: ana:{SECRET}@radio.example/other.xml
  - http://ana:pass/{SECRET}@radio.example/third.xml
  - {{url}}
---
"""
FEED = f"""<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>R</title>
<itunes:new-feed-url>https://ana:{SECRET}@radio.example/new.xml</itunes:new-feed-url>
<link>https://ana:{SECRET}@radio.example/</link>
<item><guid>1</guid><title>Un</title><link>https://ana:{SECRET}@radio.example/1</link>
<description>&lt;a href="https://ana:{SECRET}@radio.example/2"&gt;Deux&lt;/a&gt;</description>
<enclosure url="https://ana:{SECRET}@radio.example/1.mp3" type="audio/mpeg" length="1"/>
<pubDate>Sat, 10 Jan 2026 18:30:00 GMT</pubDate></item></channel></rss>"""
OPML = f"""<opml version="2.0"><body><outline type="rss" text="A" htmlUrl="https://ana:{SECRET}@a.example/"
xmlUrl="https://ana:{SECRET}@a.example/feed"/></body></opml>"""
ADDRESS = f"https://ana:{SECRET}@radio.example/1"
COMMANDS = [
    ["harvest", "--allow-private"],
    ["harvest", "--allow-private", "--force", "--json"],
    ["harvest", "--allow-private", "--force", "-v"],
    ["harvest", "--allow-private", "--force", "--dry-run"],
    ["report"],
    ["report", "--json"],
    ["check"],
    ["check", "--json"],
    ["build", "--no-search", "-v"],
    ["export", "opml"],
    ["new", "source", ADDRESS],
    ["new", "source", ADDRESS, "--json"],
    ["import", "opml", "list.opml"],
    ["import", "opml", "list.opml", "--json"],
    ["takedown", ADDRESS, "--reason", "x", "--dry-run"],
    ["feature", ADDRESS],
]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a hub whose source and feeds have a password in each address."""
    with Server() as server:
        server.says("/feed", status=301, Location="/good")
        server.says("/good", FEED)
        root = write_tree(
            tmp_path / "hub",
            {"content/sources/radio.md": SOURCE.replace("{url}", f"{server.url}/feed"), "list.opml": OPML},
        )
        monkeypatch.chdir(root)
        yield root


def test_no_command_shows_it(hub: Path) -> None:
    """Neither output nor error output of any command holds it, and of files only those that people wrote."""
    shown = {}
    for words in COMMANDS:
        result = CliRunner().invoke(main, ["--hub", str(hub), *words])
        shown[" ".join(words)] = SECRET in result.output or SECRET in result.stderr
    assert [] == [words for words, is_shown in shown.items() if is_shown]
    holding = [
        path.name for path in hub.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert ["list.opml", "radio.md"] == sorted(holding)


def test_the_key_of_a_private_feed_is_published_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed with a key in its address is read; no command prints the key, and no page has it."""
    with Server() as server:
        server.says("/feed", FEED.replace(f"ana:{SECRET}@", ""))
        server.says("/broken", "no feed")
        feeds = "".join(f"  - {server.url}/{name}?auth_token={SECRET}&a=1\n" for name in ("feed", "broken"))
        source = f"---\nname: Radio\nagreement: {{scope: full}}\nfeeds:\n{feeds}---\n"
        settings = 'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n'
        root = write_tree(tmp_path / "hub", {"pelicanconf.py": settings, "content/sources/radio.md": source})
        monkeypatch.chdir(root)
        commands = [
            words for words in COMMANDS if words[0] in {"harvest", "report", "check", "build", "export"}
        ]
        printed = [CliRunner().invoke(main, ["--hub", str(root), *words]) for words in commands]
    assert [] == [result.output for result in printed if SECRET in result.output + result.stderr]
    output = [path for path in (root / "output").rglob("*") if path.is_file()]
    assert [] == [path.name for path in output if SECRET.encode() in path.read_bytes()]
    assert (root / "output/medias/radio/2026/un/index.html").is_file()


def test_the_message_says_why(hub: Path) -> None:
    """Each line is named with the reason and what to do."""
    result = CliRunner().invoke(main, ["--hub", str(hub), "harvest", "--allow-private"])
    reason = (
        "holds a name or a password, and such addresses aren't taken: all that a hub shows is public, and so "
        "is this address. Change that password; ask for an address that everyone may read"
    )
    assert [
        f"content/sources/radio.md:3:11: homepage: “https://***@radio.example/” {reason}",
        f"content/sources/radio.md:4:9: stream: “https://***@radio.example/live” {reason}",
        f"content/sources/radio.md:6: “https://***@radio.example/feed.xml” {reason}",
        f"content/sources/radio.md:7: “***@radio.example/other.xml” {reason}",
        f"content/sources/radio.md:8: “http://***@radio.example/third.xml” {reason}",
    ] == result.stderr.splitlines()[:5]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("asks https://ana:secret@radio.example/feed, then", "asks https://***@radio.example/feed, then"),
        ("https://ana:se/cret@radio.example/", "https://***@radio.example/"),
        (
            "“https://ana:s@radio.example” and “https://a.example”",
            "“https://***@radio.example” and “https://a.example”",
        ),
        (
            '{"url":"https://a.example","by":"ana:b@c.example"}',
            '{"url":"https://a.example","by":"ana:b@c.example"}',
        ),
        ("<https://a.example>: write to a@b.example", "<https://a.example>: write to a@b.example"),
        ("sftp://ana@host.example/www", "sftp://ana@host.example/www"),
        ("https://a.example:8080/@ana", "https://a.example:8080/@ana"),
        ("https://social.example/@ana at 12:30", "https://social.example/@ana at 12:30"),
        ("mailto:ana@radio.example", "mailto:ana@radio.example"),
        ("https://a.example/feed?id=3&auth=s3c#x", "https://a.example/feed?id=3&auth=***#x"),
        ("“https://a.example/?api_key=s3c”: gone", "“https://a.example/?api_key=***”: gone"),
        ("https://a.example/?monkey=1&author=ana", "https://a.example/?monkey=1&author=ana"),
    ],
)
def test_only_passwords_are_hidden(text: str, shown: str) -> None:
    """What has an “@” for another reason stays."""
    assert shown == without_passwords(text)


@pytest.mark.parametrize("address", ["radio", "mailto:redaction@radio.example"])
def test_an_address_without_a_password_is_shown(address: str) -> None:
    """A person must recognise what they wrote."""
    assert "" == safe_url(address)
    assert not_taken(address).startswith(f"“{address}” is not a web address")
