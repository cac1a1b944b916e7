"""``kiosque upgrade``: what changes in a hub, what is kept, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import tree

from kiosque import i18n
from kiosque.model import KiosqueError
from kiosque.setup.distribution.requirements import HubPackage, requirements_text
from kiosque.setup.distribution.wheel import Wheel, pack_wheel
from kiosque.setup.upgrade import plan as planning
from kiosque.setup.upgrade import wanted
from kiosque.setup.upgrade.carry_out import carry_out
from kiosque.setup.upgrade.plan import Plan, plan_upgrade
from kiosque.setup.upgrade.wanted import wanted_package

Write = Callable[[Mapping[str, object]], Path]
ONE, TWO = "1" * 64, "2" * 64
STARTER = "kiosque/setup/starter"


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


def locked(**versions: str) -> bytes:
    return "".join(f"{name}=={version} --hash=sha256:{ONE}\n" for name, version in versions.items()).encode()


def made(version: str, lock: bytes, files: Mapping[str, bytes], archive_format: int = 1) -> Wheel:
    """Return a wheel of a version that has this lock and these workflows."""
    own = {f"{STARTER}/{path}": data for path, data in files.items()}
    return pack_wheel(
        {
            "kiosque/__init__.py": b"",
            "kiosque/setup/lock.txt": lock,
            "kiosque/archive/format.json": b'{"format": %d}' % archive_format,
            "kiosque_hub.dist-info/METADATA": b"Name: kiosque-hub\nVersion: 0\n",
            **own,
        },
        version,
    )


OLD = made(
    "1.0",
    locked(a="1", b="1", gone="1"),
    {
        "github/same.yml": b"1\n",
        "github/new.yml": b"1\n",
        "github/mine.yml": b"1\n",
        "github/left.yml": b"1\n",
        "github/removed.yml": b"1\n",
        "systemd/kiosque@.timer": b"1\n",
    },
)
NEW = made(
    "2.0",
    locked(a="2", b="1", more="1"),
    {
        "github/same.yml": b"1\n",
        "github/new.yml": b"2\n",
        "github/mine.yml": b"1\n2\n",
        "github/added.yml": b"2\n",
        "github/removed.yml": b"2\n",
        "gitlab/gitlab-ci.yml": b"2\n",
        "systemd/kiosque@.timer": b"1\n",
    },
    archive_format=2,
)
HUB: Mapping[str, object] = {
    "requirements.txt": requirements_text(HubPackage(wheel=OLD)) + f"mine==3 --hash=sha256:{TWO}\n",
    f"paquets/{OLD.filename}": OLD.data,
    ".github/workflows/same.yml": "1\n",
    ".github/workflows/new.yml": "1\n",
    ".github/workflows/mine.yml": "1\nmine\n",
    ".github/workflows/left.yml": "1\n",
    "archive/radio/state.json": "{}",
}


def changes_of(plan: Plan) -> dict[str, str]:
    return {
        change.path: "removed" if change.data is None else "new" if change.is_new else "changed"
        for change in plan.changes
    }


def test_an_upgrade_changes_what_kiosque_wrote_and_keeps_what_people_wrote(hub: Write) -> None:
    """Workflows of other forges stay away, and those that people removed; their libraries stay."""
    root = hub(HUB)
    plan = plan_upgrade(root, HubPackage(wheel=NEW))
    assert {
        "requirements.txt": "changed",
        f"paquets/{NEW.filename}": "new",
        f"paquets/{OLD.filename}": "removed",
        ".github/workflows/added.yml": "new",
        ".github/workflows/left.yml": "removed",
        ".github/workflows/new.yml": "changed",
    } == changes_of(plan)
    assert [
        (
            ".github/workflows/mine.yml",
            (
                "--- .github/workflows/mine.yml (Kiosque 2.0)\n+++ .github/workflows/mine.yml\n"
                "@@ -1,2 +1,2 @@\n 1\n-2\n+mine\n"
            ),
        )
    ] == [(kept.path, kept.difference) for kept in plan.kept]
    assert (("a", "1", "2"), ("gone", "1", ""), ("more", "", "1")) == plan.dependencies
    assert ("1.0", (1, 2)) == (plan.asked_version, plan.formats)


def test_an_upgrade_that_was_carried_out_changes_nothing_more(hub: Write) -> None:
    """The second plan is empty but for the archive, which the new version converts."""
    root = hub(HUB)
    carry_out(root, plan_upgrade(root, HubPackage(wheel=NEW, is_published=True)))
    text = (root / "requirements.txt").read_text()
    is_own_kept = text.endswith(f"mine==3 --hash=sha256:{TWO}\n")
    assert ([], True, False) == (list(root.glob("paquets/*")), is_own_kept, "--find-links" in text)


def test_a_plan_changes_no_file(hub: Write) -> None:
    """A hub is as it was."""
    root = hub(HUB)
    before = tree(root)
    plan_upgrade(root, HubPackage(wheel=NEW))
    assert before == tree(root)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"archive/format.json": '{"format": 3}'},
            "this version reads archives in format 2, and the hub's is in format 3: name a newer version",
        ),
        (
            {"requirements.txt": "mine>=1\n"},
            (
                "requirements.txt: “mine>=1” has no version with a digest, so pip would refuse it beside the "
                "others: write mine==VERSION --hash=sha256:…, or take the line out"
            ),
        ),
    ],
)
def test_an_upgrade_that_cannot_end_well_is_refused(
    hub: Write, files: Mapping[str, object], expected: str
) -> None:
    """Before anything is written."""
    root = hub({**HUB, **files})
    with pytest.raises(KiosqueError) as error:
        plan_upgrade(root, HubPackage(wheel=NEW))
    assert expected == str(error.value)


def test_a_hub_that_asks_for_the_program_of_somebody_else_is_mended(hub: Write) -> None:
    """Its line goes."""
    root = hub({"requirements.txt": "# words\nkiosque==0.1.0\n"})
    carry_out(root, plan_upgrade(root, HubPackage(wheel=OLD, is_published=True)))
    assert (
        requirements_text(HubPackage(wheel=OLD, is_published=True)) == (root / "requirements.txt").read_text()
    )


def test_without_the_old_version_a_changed_workflow_counts_as_peoples_own(
    hub: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown rather than lost."""

    def no_index(_version: str) -> Wheel:
        raise KiosqueError("no index")

    monkeypatch.setattr(planning.pip, "fetch_wheel", no_index)
    path = ".github/workflows/refresh.yml"
    root = hub({**HUB, f"paquets/{OLD.filename}": b"", path: "mine\n"})
    plan = plan_upgrade(root, HubPackage(wheel=NEW))
    assert ([path], False) == ([kept.path for kept in plan.kept], path in changes_of(plan))


def test_a_wheel_is_named_by_its_path(tmp_path: Path) -> None:
    """Anything else that isn't there is an error which says how to name a version."""
    (tmp_path / "k.whl").write_bytes(NEW.data)
    assert HubPackage(wheel=NEW) == wanted_package(tmp_path, str(tmp_path / "k.whl"))
    with pytest.raises(KiosqueError) as error:
        wanted_package(tmp_path, "gone.whl")
    assert "“gone.whl” is no version, no wheel and no folder here: name one, as kiosque upgrade 1.2.0" == str(
        error.value
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("git+file:///home/k", ("git+file:///home/k", "HEAD")),
        ("git+file:///home/k@v1#egg=k", ("git+file:///home/k", "v1")),
        ("git+ssh://git@forge.example/k.git", ("git+ssh://git@forge.example/k.git", "HEAD")),
        ("git+ssh://git@forge.example/k.git@a/b", ("git+ssh://git@forge.example/k.git", "a/b")),
    ],
)
def test_a_repository_is_named_with_its_revision(address: str, expected: tuple[str, str]) -> None:
    """After an @ behind the path, as pip has it."""
    assert expected == wanted._parts(address)


def test_the_command_prints_the_plan_and_the_next_steps(hub: Write, tmp_path: Path) -> None:
    """Where Kiosque runs outside of the hub, people install the hub's own environment."""
    root = hub(HUB)
    (tmp_path / "k.whl").write_bytes(NEW.data)
    command = [sys.executable, "-m", "kiosque", "--hub", str(root), "upgrade", str(tmp_path / "k.whl")]
    variables = {**os.environ, "LANGUAGE": "en"}

    def run(*more: str) -> str:
        return subprocess.run(
            [*command, *more], capture_output=True, text=True, env=variables, check=True
        ).stdout

    summary = json.loads(run("--dry-run", "--json"))
    assert ("2.0", "1.0", True) == (summary["version"], summary["asked_version"], summary["dry_run"])
    dry = run("--dry-run").splitlines()
    assert ["Kiosque 1.0 → 2.0", "Nothing was written: this is what kiosque upgrade would do."] == [
        dry[0],
        dry[-1],
    ]
    assert "  3 libraries change their version: a 1 → 2, gone 1 → removed, more 1" in dry
    assert [
        "What comes next:",
        f"  cd {root}",
        "  . .venv/bin/activate",
        "  pip install --require-hashes -r requirements.txt",
        "  kiosque upgrade --archive && kiosque doctor",
    ] == run().splitlines()[-5:]
