"""Deployments to a branch of a real repository: one commit, also after foreign pushes and crashes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosque import i18n

from .conftest import Rigs
from .deploying import FIRST, SECOND, THIRD, Branch, served


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def host(tmp_path: Path, rig: Rigs) -> Iterator[Branch]:
    """Start a bare repository behind sshd, as forges have."""
    with rig("git+ssh", tmp_path) as branch:
        assert isinstance(branch, Branch)
        yield branch


def looks_of(files: dict[str, str]) -> dict[str, bytes]:
    return {path: data.encode() for path, data in files.items() if path.startswith("theme/")}


def test_a_branch_holds_the_site_in_one_commit(host: Branch) -> None:
    """After several deployments the branch has one commit, with the previous look in it."""
    for version in (FIRST, SECOND):
        wanted = host.hub.holds(version)
        host.finishes()
        host.stands(wanted)
    assert wanted | looks_of(FIRST) == served(host.files())
    assert b"Kiosque\n" == host.git("log", "--format=%an", "pages")


def test_files_that_someone_pushed_are_put_back(host: Branch, tmp_path: Path) -> None:
    """Changed files of the same size or another, and missing files, are noticed; foreign files stay."""
    wanted = host.hub.holds(FIRST)
    host.finishes()
    changed = ("index.html", "fil/index.html", "articles/article-1/index.html")
    with host.pushed_by_hand(tmp_path / "checkout") as checkout:
        (checkout / changed[0]).write_bytes(b"x" * len(wanted[changed[0]]))
        (checkout / changed[1]).write_text("hacked")
        (checkout / changed[2]).unlink()
        (checkout / "CNAME").write_text("kiosque.example")
    with host.read() as readers:
        output = host.finishes()
    assert all(f"{path} had been changed on the host" in output for path in changed)
    assert wanted | {"CNAME": b"kiosque.example"} == served(host.files())
    assert b"Kiosque\n" == host.git("log", "--format=%an", "pages")
    # Only the foreign push made readers miss assets.
    assert set() == {page for page, _name in readers.missing} - set(changed)


def test_only_changed_files_are_pushed(host: Branch) -> None:
    """The new commit has no parent, but a push of one new page sends few bytes."""
    pages = {f"medias/radio/2026/{number}/index.html": hex(3 ** (500 + number)) for number in range(300)}
    passed_bytes = []
    for files in (pages, pages, {**pages, "index.html": "news"}):
        host.hub.holds(files)
        host.cutter.cut_after(None)
        host.finishes()
        passed_bytes.append(host.cutter.passed)
    all_pages, no_page, one_page = passed_bytes
    assert one_page - no_page < (all_pages - no_page) / 4


@pytest.mark.parametrize(
    ("setting", "hook", "reason"),
    [
        (
            "false",
            "echo 'GitLab: You are not allowed to push code.' >&2; exit 1",
            "GitLab: You are not allowed to push code.",
        ),
        ("false", "exit 1", "pre-receive hook declined"),
        ("true", "exit 0", "denying non-fast-forward refs/heads/pages"),
    ],
)
def test_a_protected_branch_is_an_error(setting: str, hook: str, reason: str, host: Branch) -> None:
    """The message quotes the host; the old site stays, and the next deployment finishes as soon as it may."""
    last = host.hub.holds(FIRST)
    host.finishes()
    wanted = host.hub.holds(SECOND)
    host.git("config", "receive.denyNonFastForwards", setting)
    script = host.hook("pre-receive", hook)
    result = host.deploy()
    message = f"the host doesn't allow the branch “pages” to be replaced (in its own words: “{reason}"
    assert (1, True) == (result.exit_code, message in result.output), host.why(result)
    host.stands(last)
    script.unlink()
    host.git("config", "receive.denyNonFastForwards", "false")
    host.finishes()
    host.stands(wanted)


def test_an_address_without_a_repository_is_an_error(host: Branch) -> None:
    """No repository is made: the address may be a typing mistake."""
    host.hub.holds(FIRST)
    (host.www / "HEAD").rename(host.www / "HEAD.away")
    result = host.deploy()
    assert (1, True) == (result.exit_code, "shows this account no repository" in result.output), host.why(
        result
    )
    (host.www / "HEAD.away").rename(host.www / "HEAD")
    host.finishes()


def test_a_push_by_others_in_between_is_not_overwritten(host: Branch, tmp_path: Path) -> None:
    """The branch moves after it was fetched: this deployment fails, the next one keeps the foreign file."""
    host.hub.holds(FIRST)
    host.finishes()
    with host.pushed_by_hand(tmp_path / "checkout") as checkout:
        (checkout / "their.html").write_text("theirs")
    theirs = host.git("rev-parse", "pages").decode().strip()
    host.git("update-ref", "refs/heads/pages", "pages~1")
    wanted = host.hub.holds(SECOND)
    # This hook runs in the hub's own repository, after git has read the commit of the branch.
    hook = host.hub.root / ".cache/deploy/site.git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nGIT_DIR={host.www} git update-ref refs/heads/pages {theirs}\n")
    hook.chmod(0o755)
    result = host.deploy()
    assert (1, True) == (result.exit_code, "changed by someone else meanwhile" in result.output), host.why(
        result
    )
    assert theirs == host.git("rev-parse", "pages").decode().strip()
    hook.unlink()
    host.finishes()
    assert wanted | looks_of(FIRST) | {"their.html": b"theirs"} == served(host.files())


@pytest.mark.parametrize("hook", ["pre-receive", "update", "post-receive"])
def test_a_deployment_killed_while_it_pushes_is_finished_by_the_next(
    hook: str, host: Branch, tmp_path: Path
) -> None:
    """The process is killed before, during or after the replacement of the branch."""
    last = host.hub.holds(FIRST)
    host.finishes()
    with host.read() as readers:
        for version in (SECOND, THIRD):
            wanted = host.hub.holds(version)
            pid = tmp_path / "pid"
            script = host.hook(hook, f"until test -s {pid}; do sleep 0.01; done; kill -9 -$(cat {pid})")
            process = host.hub.started(**host.environment)
            pid.write_text(f"{process.pid}\n")
            assert -9 == process.wait()
            pid.unlink()
            script.unlink()
            assert (
                served(host.files()).items() >= last.items() or served(host.files()).items() >= wanted.items()
            )
            host.finishes()
            host.stands(wanted)
            last = wanted
    assert [] == readers.missing


@pytest.mark.parametrize("file", ["refs/kiosque/last.lock", "shallow.lock", "HEAD", "refs/kiosque/last"])
def test_a_repository_broken_by_a_crash_is_made_anew(file: str, host: Branch) -> None:
    """A stale lock or an empty file in the hub's own repository needs no repair by a person."""
    host.hub.holds(FIRST)
    host.finishes()
    (host.hub.root / ".cache/deploy/site.git" / file).write_text("")
    wanted = host.hub.holds(SECOND)
    host.finishes()
    host.stands(wanted)
