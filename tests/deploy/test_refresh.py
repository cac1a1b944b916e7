"""``kiosque refresh``: its commits, their messages, and pushes by others at the same time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.deploy.archive_push import HarvestSummary, commit_message
from kiosque.i18n import translations

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Radio</title><link>https://radio.example/</link>
<description>Une radio</description>{items}</channel></rss>"""
ITEM = (
    "<item><guid>{name}</guid><title>Titre {name}</title><link>https://radio.example/{name}</link>"
    "<pubDate>Tue, 10 Mar 2026 08:00:00 GMT</pubDate></item>"
)
SOURCE = "---\nname: Radio du Fleuve\nfeeds: [feeds/radio.xml]\n---\n"
NOTICE = """---
title: Mentions légales
publisher: {name: Les Ondes, address: 1 rue Haute 26150 Die, phone: 04 75 00 00 01, director: Awa B.}
host: {name: Serveurs, address: 2 rue Basse 26000 Valence, phone: 04 75 00 00 02}
---
"""
SETTINGS = """SITENAME = "Un kiosque"
SITEURL = "https://kiosque.example"
CONTACT = "bonjour@kiosque.example"
NOW = "2026-03-15T08:00:00Z"
DEPLOY = {"site": "www"}
SEARCH = False
"""


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}
    done = subprocess.run(
        ["git", "-c", "user.name=Awa", "-c", "user.email=awa@example.org", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write_feed(root: Path, *names: str) -> None:
    (root / "feeds" / "radio.xml").write_text(
        FEED.format(items="".join(ITEM.format(name=name) for name in names))
    )


@pytest.fixture
def clones(tmp_path: Path, share_templates: Callable[[Path], None]) -> tuple[Path, Path]:
    """Return two clones of a hub's repository: one for the run, one for another person."""
    bare, first, second = (tmp_path / name for name in ("hub.git", "hub", "other"))
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(tmp_path, "clone", "--quiet", str(bare), str(first))
    git(first, "checkout", "--quiet", "-b", "main")
    files = {
        "pelicanconf.py": SETTINGS,
        "publishconf.py": SETTINGS,
        "content/sources/radio.md": SOURCE,
        "content/pages/mentions-legales.md": NOTICE,
        ".gitignore": "/.cache/\n/output/\n/hosting/\n/www/\n__pycache__/\n",
    }
    (first / "feeds").mkdir()
    for path, text in files.items():
        (first / path).parent.mkdir(parents=True, exist_ok=True)
        (first / path).write_text(text)
    write_feed(first, "un", "deux")
    git(first, "add", ".")
    git(first, "commit", "--quiet", "--message", "Un kiosque")
    git(first, "push", "--quiet", "origin", "main")
    git(tmp_path, "clone", "--quiet", "--branch=main", str(bare), str(second))
    share_templates(first)
    return first, second


def refresh(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosque", "--hub", str(root), "refresh", *options]
    environment = {**os.environ, "LANG": "en", "GIT_CONFIG_GLOBAL": "/dev/null"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def log(folder: Path) -> list[str]:
    return git(folder, "log", "--format=%an: %s", "origin/main").splitlines()


def entries(root: Path) -> int:
    return sum(len(file.read_text().splitlines()) for file in (root / "archive").rglob("*.jsonl"))


def test_a_run_commits_pushes_builds_and_deploys(clones: tuple[Path, Path]) -> None:
    """New entries become a commit in the hub's name, which is pushed; a second run commits nothing."""
    root, other = clones
    (root / "www").mkdir()
    for _time in range(2):
        done = refresh(root, "--push", "--deploy", "site")
        assert done.returncode == 0, done.stderr
    git(other, "fetch", "--quiet")
    assert 2 == len(log(other))
    assert log(other)[0].startswith("Un kiosque: ")
    assert ["archive/radio/2026.jsonl"] == git(
        other, "diff", "--name-only", "HEAD", "origin/main"
    ).splitlines()
    assert (root / "www" / "index.html").is_file()


def test_after_a_push_by_others_the_feeds_are_harvested_again(
    clones: tuple[Path, Path],
) -> None:
    """After a rejected push, the same entries are committed on top of the newest state."""
    root, other = clones
    (other / "content" / "sources" / "autre.md").write_text(
        "---\nname: Autre\nhomepage: https://autre.example/\n---\n"
    )
    git(other, "add", ".")
    git(other, "commit", "--quiet", "--message", "Un autre média")
    hook = root / ".git" / "hooks" / "pre-push"
    # Another person pushes at the worst moment: after the commit of this run, before its push.
    hook.write_text(
        f"#!/bin/sh\nunset GIT_DIR\ncd {other} && git push --quiet origin main 2>/dev/null\nexit 0\n"
    )
    hook.chmod(0o755)
    done = refresh(root, "--push")
    assert done.returncode == 0, done.stderr
    git(other, "fetch", "--quiet")
    assert ["Un kiosque", "Awa", "Awa"] == [line.split(":")[0] for line in log(other)]
    assert (2, True) == (entries(root), (root / "content" / "sources" / "autre.md").is_file())


def test_changes_of_people_stay_uncommitted(clones: tuple[Path, Path]) -> None:
    """A run commits only the archive."""
    root, _other = clones
    (root / "content" / "pages" / "note.md").write_text("---\ntitle: Une note\n---\nEn cours.\n")
    git(root, "add", "content/pages/note.md")
    assert refresh(root, "--commit").returncode == 0
    assert "A  content/pages/note.md" == git(root, "status", "--porcelain")


def test_a_push_that_fails_loses_nothing(clones: tuple[Path, Path]) -> None:
    """Where the forge can't be reached, the next run pushes the commit."""
    root, other = clones
    address = git(root, "remote", "get-url", "origin")
    git(root, "remote", "set-url", "origin", str(root / "nowhere.git"))
    done = refresh(root, "--push")
    assert (1, True) == (done.returncode, "git fetch failed" in done.stderr)
    git(root, "remote", "set-url", "origin", address)
    assert refresh(root, "--push").returncode == 0
    git(other, "fetch", "--quiet")
    assert 2 == len(log(other))


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (HarvestSummary({"Radio du Fleuve": 1}), "1 publication of Radio du Fleuve"),
        (HarvestSummary({"Radio du Fleuve": 3}, changed=2), "3 publications of Radio du Fleuve"),
        (HarvestSummary({"A": 1, "B": 4}), "5 publications: B (4), A (1)"),
        (
            HarvestSummary({"A": 1, "B": 4, "C": 2, "D": 1, "E": 1}),
            "9 publications: B (4), C (2), A (1), 2 other media",
        ),
        (HarvestSummary({}, changed=1), "1 publication corrected"),
        (HarvestSummary({}, removed=2), "2 publications taken down"),
        (HarvestSummary({}), "The state of the feeds"),
    ],
)  # fmt: skip
def test_a_commit_message_names_the_media(summary: HarvestSummary, text: str) -> None:
    """Media with the most entries come first; without new entries, changes are named."""
    assert text == commit_message(summary, translations("en"))


@pytest.mark.parametrize(
    ("words", "has_repository", "message"),
    [
        (
            ("--commit",),
            False,
            "this hub isn't a repository of git yet: leave --commit and --push out, or run ",
        ),
        (
            ("--push",),
            False,
            "this hub isn't a repository of git yet: leave --commit and --push out, or run ",
        ),
        (
            ("--push",),
            True,
            "this hub's repository has no remote “origin” to push to: leave --push out, or run ",
        ),
    ],
)
def test_a_hub_without_a_repository_says_what_to_do(
    words: tuple[str, ...], has_repository: bool, message: str, clones: tuple[Path, Path]
) -> None:
    """Before anything is harvested, the message names the command that leads to a repository."""
    root, _other = clones
    git(root, "remote", "remove", "origin")
    if not has_repository:
        shutil.rmtree(root / ".git")
    done = subprocess.run(
        [sys.executable, "-m", "kiosque", "--hub", str(root), "refresh", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANGUAGE": "en", "GIT_CEILING_DIRECTORIES": str(root.parent)},
    )
    assert (1, True, False) == (done.returncode, message in done.stderr, (root / "archive").exists()), (
        done.stderr
    )
