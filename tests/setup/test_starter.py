"""What a hub is given to run by itself: workflows that linters and auditors find nothing in, and a hardened service."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import REPOSITORY

from kiosque.setup import starter

FORGES = ("github", "gitlab", "forgejo")
FILES = {path: data for forge in FORGES for path, data in starter.files(forge).items()}  # type: ignore[arg-type]
WORKFLOWS = sorted(path for path in FILES if "/workflows/" in path)
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")
# As systemd-analyze counts: 0 is shut off from everything, 10 from nothing. What keeps it above 1 is that feeds are
# fetched from the network, and that others may read what is published.
MOST_EXPOSED = 1.5


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def said(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted(FILES))
def test_this_repository_has_what_hubs_get(path: str) -> None:
    """Kiosque's own workflows and units are those that it gives to hubs, byte for byte."""
    assert FILES[path] == (REPOSITORY / path).read_bytes()


def test_a_hub_without_a_forge_gets_units_alone() -> None:
    """A server needs no workflow."""
    assert ["systemd/kiosque@.service", "systemd/kiosque@.timer"] == sorted(starter.files(None))


def test_actionlint_finds_nothing() -> None:
    """Workflows for GitHub are as its runner reads them."""
    assert (0, "") == said(tool("actionlint"), *(path for path in WORKFLOWS if path.startswith(".github/")))


@pytest.mark.parametrize("path", WORKFLOWS)
def test_zizmor_finds_nothing(path: str) -> None:
    """No workflow can be misused in a way that its auditor knows."""
    code, words = said(tool("zizmor"), "--offline", "--no-progress", "--no-config", path)
    assert (0, True) == (code, "No findings to report" in words), words


@pytest.mark.parametrize("path", WORKFLOWS)
def test_workflows_may_nothing_by_default(path: str) -> None:
    """Permissions are given job by job, actions are pinned by commit, and no checkout leaves its token behind."""
    workflow = yaml.safe_load(FILES[path])
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    checkouts = [step for step in steps if "actions/checkout" in step.get("uses", "")]
    assert {} == workflow["permissions"]
    assert [] == [action for action in actions if not PINNED.fullmatch(action)]
    assert [False] * len(checkouts) == [step["with"]["persist-credentials"] for step in checkouts]


@pytest.mark.parametrize("path", [path for path in WORKFLOWS if path.endswith("contribution.yml")])
def test_a_fork_sees_no_secret_and_no_writable_token(path: str) -> None:
    """What runs a stranger's code may only read, and names no secret."""
    workflow = yaml.safe_load(FILES[path])
    assert [{"contents": "read"}] == [job["permissions"] for job in workflow["jobs"].values()]
    assert b"secrets." not in FILES[path] and b"github.token" not in FILES[path]


def test_what_may_write_runs_nothing_of_a_fork() -> None:
    """The workflow that comments neither checks anything out nor runs a command."""
    (job,) = yaml.safe_load(FILES[".github/workflows/comment.yml"])["jobs"].values()
    actions = [step["uses"].partition("@")[0] for step in job["steps"]]
    assert ["actions/download-artifact", "actions/github-script"] == actions
    assert [] == [step for step in job["steps"] if "run" in step]


def test_the_service_is_hardened() -> None:
    """It can do little besides what it is for."""
    service = REPOSITORY / "systemd" / "kiosque@.service"
    _code, words = said(tool("systemd-analyze"), "security", "--offline=true", "--no-pager", str(service))
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", words)
    assert exposure, words
    assert float(exposure[1]) <= MOST_EXPOSED


def test_the_timer_is_read_and_spreads_its_runs() -> None:
    """Each hour, not at the same moment as everyone, and what was missed is made up for."""
    timer = (REPOSITORY / "systemd" / "kiosque@.timer").read_text()
    assert 0 == said(tool("systemd-analyze"), "calendar", "hourly")[0]
    assert [] == [
        one for one in ("OnCalendar=hourly", "RandomizedDelaySec=", "Persistent=yes") if one not in timer
    ]
