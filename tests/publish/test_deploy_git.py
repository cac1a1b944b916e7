"""Deployments to a branch of a real repository: one commit, whatever others do to the branch, the host, or the deployment."""

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
    """A bare repository behind sshd, as forges are."""
    with rig("git+ssh", tmp_path) as made:
        assert isinstance(made, Branch)
        yield made


def looks_of(files: dict[str, str]) -> dict[str, bytes]:
    return {path: data.encode() for path, data in files.items() if path.startswith("theme/")}


def test_a_branch_holds_the_site_in_one_commit(host: Branch) -> None:
    """However often it is deployed, its history stays small; the last look is there once more."""
    for version in (FIRST, SECOND):
        wanted = host.hub.holds(version)
        host.finishes()
        host.stands(wanted)
    assert wanted | looks_of(FIRST) == served(host.files())
    assert b"Kiosque\n" == host.git("log", "--format=%an", "pages")


def test_what_someone_pushed_is_put_back(host: Branch, tmp_path: Path) -> None:
    """Another size, the same size, or gone: it is noticed and said; what is foreign stays."""
    wanted = host.hub.holds(FIRST)
    host.finishes()
    changed = ("index.html", "fil/index.html", "articles/article-1/index.html")
    with host.pushed_by_hand(tmp_path / "checkout") as checkout:
        (checkout / changed[0]).write_bytes(b"x" * len(wanted[changed[0]]))
        (checkout / changed[1]).write_text("hacked")
        (checkout / changed[2]).unlink()
        (checkout / "CNAME").write_text("kiosque.example")
    with host.read() as readers:
        said = host.finishes()
    assert all(f"{path} had been changed on the host" in said for path in changed)
    assert wanted | {"CNAME": b"kiosque.example"} == served(host.files())
    assert b"Kiosque\n" == host.git("log", "--format=%an", "pages")
    # Readers met what the other one had pushed.
    assert set() == {page for page, _name in readers.missing} - set(changed)


def test_only_what_differs_is_pushed(host: Branch) -> None:
    """Although the new commit has no past: one page more costs little of what all of them do."""
    pages = {f"medias/radio/2026/{number}/index.html": hex(3 ** (500 + number)) for number in range(300)}
    passed = []
    for files in (pages, pages, {**pages, "index.html": "news"}):
        host.hub.holds(files)
        host.cutter.cut_after(None)
        host.finishes()
        passed.append(host.cutter.passed)
    everything, nothing, one = passed
    assert one - nothing < (everything - nothing) / 4


@pytest.mark.parametrize(
    ("setting", "hook", "reason"),
    [
        ("false", "echo 'GitLab: You are not allowed to push code.' >&2; exit 1", "GitLab: You are not allowed to push code."),
        ("false", "exit 1", "pre-receive hook declined"),
        ("true", "exit 0", "denying non-fast-forward refs/heads/pages"),
    ],
)  # fmt: skip
def test_a_branch_that_may_not_be_replaced_says_so(
    setting: str, hook: str, reason: str, host: Branch
) -> None:
    """The message has the host's own words; the old site stays, and once it is allowed, the next deployment finishes."""
    last = host.hub.holds(FIRST)
    host.finishes()
    wanted = host.hub.holds(SECOND)
    host.git("config", "receive.denyNonFastForwards", setting)
    script = host.hook("pre-receive", hook)
    result = host.deploy()
    message = f"the host doesn't allow the branch “pages” to be replaced ({reason}"
    assert (1, True) == (result.exit_code, message in result.output), host.why(result)
    host.stands(last)
    script.unlink()
    host.git("config", "receive.denyNonFastForwards", "false")
    host.finishes()
    host.stands(wanted)


def test_an_address_without_a_repository_says_so(host: Branch) -> None:
    """Nothing is made there: whoever mistypes an address hears of it."""
    host.hub.holds(FIRST)
    (host.www / "HEAD").rename(host.www / "HEAD.away")
    result = host.deploy()
    assert (1, True) == (result.exit_code, "shows this account no repository" in result.output), host.why(
        result
    )
    (host.www / "HEAD.away").rename(host.www / "HEAD")
    host.finishes()


def test_who_pushes_in_between_is_not_overwritten_unseen(host: Branch, tmp_path: Path) -> None:
    """The branch moves after it was looked at: the deployment says so; the next one knows what is there."""
    host.hub.holds(FIRST)
    host.finishes()
    with host.pushed_by_hand(tmp_path / "checkout") as checkout:
        (checkout / "their.html").write_text("theirs")
    theirs = host.git("rev-parse", "pages").decode().strip()
    host.git("update-ref", "refs/heads/pages", "pages~1")
    wanted = host.hub.holds(SECOND)
    # Runs in this hub's copy, once git has seen where the branch is.
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
    """Before the branch is replaced, right before that, and after it, when nothing was noted here yet."""
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


@pytest.mark.parametrize("left", ["refs/kiosque/last.lock", "shallow.lock", "HEAD", "refs/kiosque/last"])
def test_what_a_crash_of_git_left_here_is_mended(left: str, host: Branch) -> None:
    """A lock that nobody holds, a file that power failed to fill: the copy here is made anew, nobody has to."""
    host.hub.holds(FIRST)
    host.finishes()
    (host.hub.root / ".cache/deploy/site.git" / left).write_text("")
    wanted = host.hub.holds(SECOND)
    host.finishes()
    host.stands(wanted)
