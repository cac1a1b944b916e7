"""The files that run a hub on a schedule: workflows without findings of linters, and a hardened service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY, write_tree

from kiosque.setup import starter

FORGES = ("github", "gitlab", "forgejo")
FILES = {path: data for forge in FORGES for path, data in starter.files(forge).items()}  # type: ignore[arg-type]
WORKFLOWS = sorted(path for path in FILES if "/workflows/" in path)
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")
# The exposure by systemd-analyze, from 0 (no access at all) to 10 (full access). The service needs the
# network for feeds, and others must be able to read the site: this keeps it above 1.
MOST_EXPOSED = 1.5


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run_tool(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted(FILES))
def test_this_repository_has_the_same_files(path: str) -> None:
    """Kiosque's own workflows and units are those of new hubs, but for the lines that install Kiosque.

    A hub installs a wheel with its digest; this repository installs what its own commit holds.
    """
    assert [line for line in FILES[path].decode().splitlines() if "install" not in line] == [
        line for line in (REPOSITORY / path).read_text().splitlines() if "install" not in line
    ]


@pytest.mark.parametrize("path", [path for path in FILES if b"pip" in FILES[path]])
def test_each_workflow_installs_what_the_requirements_ask_for_and_nothing_else(path: str) -> None:
    """The only packages that a workflow installs are those of requirements.txt, with their digests."""
    quiet = " --disable-pip-version-check --quiet"
    commands = re.findall(r"\bpip install .*", FILES[path].decode().replace(quiet, ""))
    assert ["pip install --require-hashes -r requirements.txt"] == commands


def test_a_hub_without_a_forge_gets_units_alone() -> None:
    """A hub without a forge gets no workflow."""
    assert ["systemd/kiosque@.service", "systemd/kiosque@.timer"] == sorted(starter.files(None))


def test_actionlint_finds_nothing() -> None:
    """The linter actionlint has no finding about the workflows for GitHub."""
    assert (0, "") == run_tool(
        tool("actionlint"), *(path for path in WORKFLOWS if path.startswith(".github/"))
    )


@pytest.mark.parametrize("path", WORKFLOWS)
def test_zizmor_finds_nothing(path: str) -> None:
    """The security auditor zizmor has no finding about a workflow."""
    code, output = run_tool(tool("zizmor"), "--offline", "--no-progress", "--no-config", path)
    assert (0, True) == (code, "No findings to report" in output), output


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflows_have_no_permission_by_default(path: str) -> None:
    """Each job names its permissions, actions are pinned by commit, and no checkout keeps its token."""
    workflow = yaml.safe_load(FILES[path])
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    checkouts = [step for step in steps if "actions/checkout" in step.get("uses", "")]
    assert {} == workflow["permissions"]
    assert [] == [action for action in actions if not PINNED.fullmatch(action)]
    assert [False] * len(checkouts) == [step["with"]["persist-credentials"] for step in checkouts]


@pytest.mark.parametrize("path", [path for path in WORKFLOWS if path.endswith("contribution.yml")])
def test_a_fork_sees_no_secret_and_no_writable_token(path: str) -> None:
    """A workflow that runs code of a fork has read permission only, and names no secret."""
    workflow = yaml.safe_load(FILES[path])
    assert [{"contents": "read"}] == [job["permissions"] for job in workflow["jobs"].values()]
    assert b"secrets." not in FILES[path] and b"github.token" not in FILES[path]


def test_a_workflow_with_write_permission_runs_no_code_of_a_fork() -> None:
    """The job that comments has no checkout and no command."""
    job = yaml.safe_load(FILES[".github/workflows/comment.yml"])["jobs"]["comment"]
    actions = [step["uses"].partition("@")[0] for step in job["steps"]]
    assert ["actions/download-artifact", "actions/github-script"] == actions
    assert [] == [step for step in job["steps"] if "run" in step]


def test_a_comment_is_made_by_the_hub_from_a_fork_s_texts(tmp_path: Path) -> None:
    """Neither settings nor code of the fork have a say in it, nor a file that a link of it leads to; what the
    hub's own Kiosque finds in its texts is there.
    """
    job = yaml.safe_load(FILES[".github/workflows/comment.yml"])["jobs"]["look"]
    assert {"contents": "read", "pull-requests": "read"} == job["permissions"]
    hub, fork = tmp_path / "hub", tmp_path / "hub" / "proposed"
    text = "---\ntitle: {}\ndate: 2026-03-01\nlicence: CC BY-SA 4.0\nauthors: [Awa]\n---\nTexte.\n"
    write_tree(
        hub,
        {
            "pelicanconf.py": "SITENAME = 'Hub'\nDEFAULT_LANG = 'en'\n",
            "content/articles/old.md": text.format("Old"),
        },
    )
    (tmp_path / "secret.md").write_text(text.format("Secret of the machine"))
    git = ["git", "-C", str(hub), "-c", "user.name=A", "-c", "user.email=a@hub.example"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message=hub"]):
        subprocess.run([*git, *words], check=True)
    write_tree(
        fork,
        {
            "pelicanconf.py": "print('Nothing stands in the way.')\nraise SystemExit(0)\n",
            "kiosque.py": "print('Nothing stands in the way.')\n",
            "content/articles/new.md": text.format("New").replace("date: 2026-03-01\n", ""),
        },
    )
    (fork / "content" / "articles" / "link.md").symlink_to(tmp_path / "secret.md")
    (script,) = (step["run"] for step in job["steps"] if step["name"] == "Summarise")
    program = tmp_path / "bin" / "kiosque"
    write_tree(tmp_path, {"bin/kiosque": f'#!/bin/sh\nexec {sys.executable} -P -m kiosque "$@"\n'})
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=hub, check=True, env={**os.environ, "RUNNER_TEMP": str(tmp_path), "PATH": path, "LANGUAGE": "en"},
    )  # fmt: skip
    summary = (tmp_path / "summary.md").read_text()
    said = [words in summary for words in ("new.md", "Nothing stands in the way.", "Secret", "link.md")]
    assert [True, False, False, False] == said, summary


def test_the_service_is_hardened() -> None:
    """The exposure of the service by systemd-analyze stays below the limit."""
    service = REPOSITORY / "systemd" / "kiosque@.service"
    _code, output = run_tool(
        tool("systemd-analyze"), "security", "--offline=true", "--no-pager", str(service)
    )
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", output)
    assert exposure, output
    assert float(exposure[1]) <= MOST_EXPOSED


def test_the_timer_is_read_and_spreads_its_runs() -> None:
    """The timer runs each hour with a random delay, and makes up for a missed run."""
    timer = (REPOSITORY / "systemd" / "kiosque@.timer").read_text()
    assert 0 == run_tool(tool("systemd-analyze"), "calendar", "hourly")[0]
    assert [] == [
        setting
        for setting in ("OnCalendar=hourly", "RandomizedDelaySec=", "Persistent=yes")
        if setting not in timer
    ]
