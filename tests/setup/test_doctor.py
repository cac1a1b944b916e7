"""``kiosque doctor``: each fault of a hub's set-up is a finding with its mend."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pytest
from conftest import entry

from kiosque import i18n
from kiosque.archive import feed_memory
from kiosque.archive.feed_memory import Memory, Visit
from kiosque.cli.host_copies import compare_copies
from kiosque.setup.distribution.installed import installed_version
from kiosque.setup.distribution.requirements import INSTALL
from kiosque.setup.distribution.wheel import pack_wheel
from kiosque.setup.doctor import Level, examine
from kiosque.setup.doctor.machine import clock

Write = Callable[[Mapping[str, object]], Path]
SOURCE = "---\nname: Radio\nfeeds: [https://radio.example/feed]\n---\n"
SETTINGS = 'SITENAME = "Kiosque"\nCONTACT = "a@hub.example"\n'
PUBLIC = 'from pelicanconf import *\nSITEURL = "https://hub.example"\nDEPLOY = {"site": "public"}\n'
NOTICE = """---
title: Mentions légales
publisher: {name: Les Ondes, address: 1 rue Haute 26150 Die, phone: 04 75 00 00 01, director: Awa B.}
host: {name: Serveurs, address: 2 rue Basse 26000 Valence, phone: 04 75 00 00 02}
---
"""
PUBLISHED = f"import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\n{PUBLIC}"
SOUND: Mapping[str, object] = {
    "pelicanconf.py": SETTINGS,
    "publishconf.py": PUBLISHED,
    "content/sources/radio.md": SOURCE,
    "content/pages/mentions-legales.md": NOTICE,
    "archive/radio/2026.jsonl": [entry("radio", "a"), entry("radio", "b", "2026-01-11T10:00:00Z")],
}


DIGEST = "1" * 64
NOT_KIOSQUE_DIGEST = hashlib.sha256(b"not a wheel").hexdigest()
OTHER = pack_wheel(
    {"kiosque/__init__.py": b"", "kiosque_hub.dist-info/METADATA": b"Name: kiosque-hub\nVersion: 0\n"},
    installed_version(),
)


def asked_for(sha256: str) -> str:
    """Return requirements that ask for the Kiosque that runs, with this digest."""
    return f"kiosque-hub=={installed_version()} --hash=sha256:{sha256}\n"


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


def findings_of(root: Path, topic: str) -> list[str]:
    """Return the findings of a topic as text: level, place, message."""
    findings = examine(root)[topic]
    return [
        " ".join(filter(None, (finding.level.value, finding.where, finding.message))) for finding in findings
    ]


def note_visit(root: Path, when: datetime) -> None:
    """Write that the hub's feed answered at a moment."""
    feed_memory.save(
        root, "radio", Memory(visits={"https://radio.example/feed": Visit(terms="", succeeded=when)})
    )


def test_a_sound_hub_has_nothing_to_mend(hub: Write) -> None:
    """Each topic has findings of the level “well” only."""
    root = hub(SOUND)
    note_visit(root, datetime.now(UTC))
    levels = {topic: {finding.level for finding in findings} for topic, findings in examine(root).items()}
    levels.pop("Disk")
    topics = ["Settings", "Public site", "Content", "Archive", "Feeds", "Versions", "Clock"]
    assert dict.fromkeys(topics, {Level.WELL}) == levels


@pytest.mark.parametrize(
    ("files", "topic", "expected"),
    [
        (
            {"pelicanconf.py": "SITENAME = \n"},
            "Settings",
            ["mend pelicanconf.py:1: this settings file can't be read: this is not correct Python"],
        ),
        (
            {"pelicanconf.py": 'SITENAME = "K"\nDEMONSTRATION = True\nNOW = "2020-01-01T00:00:00Z"\n'},
            "Settings",
            [
                'look pelicanconf.py nobody can write to the hub: give it an address, CONTACT = "…"',
                "look pelicanconf.py DEMONSTRATION says that all is made up: a real hub leaves it out",
                "look pelicanconf.py NOW stops the hub's time: a real hub leaves it out",
            ],
        ),
        (
            {"publishconf.py": f'{SETTINGS}SITEURL = "http://hub.example"\n'},
            "Public site",
            [
                'mend publishconf.py the public site has no address: SITEURL = "https://…" is missing',
                "look publishconf.py no host is named: kiosque deploy needs DEPLOY = {…}",
            ],
        ),
        (
            {
                "content/pages/mentions-legales.md": NOTICE.replace(
                    "director: Awa B.", "director: À COMPLÉTER"
                )
            },
            "Public site",
            [
                (
                    "mend content/pages/mentions-legales.md:3 “…0 Die, phone: 04 75 00 00 01, director: À "
                    "COMPLÉTER}” "
                    "is still to be written"
                )
            ],
        ),
        (
            {"publishconf.py": PUBLISHED.replace('"public"', '"sftp://COMPTE@ssh.HEBERGEUR.example/www"')},
            "Public site",
            [
                (
                    "mend publishconf.py the target “site” has the words of the example: write the host’s "
                    "name "
                    "and your account"
                )
            ],
        ),
        (
            {"content/sources/radio.md": "---\nname: Radio\n---\n"},
            "Content",
            [
                (
                    "mend content/sources/radio.md:1 this source has neither feeds nor a homepage: add "
                    "“feeds:” with "
                    "the address of its feed"
                ),
                "look content/sources there is no medium yet: kiosque new source ADDRESS writes one",
            ],
        ),
        (
            {
                "content/territory.yml": 'communes:\n  - {code: "26113", name: Crest, lat: 44.7, lon: 5.3}\n'
                '  - {code: "26108", name: Crest}\n'
            },
            "Content",
            [
                "mend content/territory.yml:2 26113 is the code of Die, not of Crest: write 26108 Crest",
                "look content/territory.yml 1 commune has no position: kiosque setup territory fills it in",
            ],
        ),
        (
            {"archive/radio/2026.jsonl": b'{"title": \xff}\n', "archive/gone/state.json": "nothing"},
            "Archive",
            [
                (
                    "mend archive/gone/state.json can't be read (this is not JSON from sign 5 on): "
                    "take it back from git, or remove it"
                ),
                (
                    "look archive/gone no file in content/sources has this name: write one, or remove this "
                    "folder"
                ),
                (
                    "mend archive/radio/2026.jsonl:1 this line of the archive can't be read (this is "
                    "not JSON from sign 11 on): take it back from git, or remove it"
                ),
            ],
        ),
        (
            {
                "archive/radio/2026.jsonl": b"".join(
                    json.dumps(line).encode() + b"\n"
                    for line in (
                        {"id": "2", "source": "radio", "slug": "s", "first_seen": "2026-01-02T00:00:00Z"},
                        {"id": "1", "source": "radio", "slug": "s", "first_seen": "2026-01-01T00:00:00Z"},
                        {"id": "1", "source": "other", "slug": "t", "first_seen": "2026-01-03T00:00:00Z"},
                    )
                )
            },
            "Archive",
            [
                "mend archive/radio the id “1” stands on two lines: keep one of them",
                (
                    "mend archive/radio/2026.jsonl two entries have the address “s”: "
                    "give one of them another slug"
                ),
                (
                    "mend archive/radio/2026.jsonl entries of another source stand here: move their lines to "
                    "its "
                    "folder"
                ),
                (
                    "mend archive/radio/2026.jsonl the lines are not in order of date: the next harvest that "
                    "brings "
                    "something new puts them in order"
                ),
            ],
        ),
        (
            {"archive/format.json": '{"format": 9}'},
            "Archive",
            ["mend archive the archive is in format 9, which this Kiosque doesn't know: install a newer one"],
        ),
        (
            {},
            "Feeds",
            [
                "look no feed was asked from this machine yet: kiosque harvest",
            ],
        ),
        (
            {"requirements.txt": "kiosque==9.9\n"},
            "Versions",
            [
                (
                    "mend requirements.txt “kiosque” is somebody else's program on the package index; this "
                    "one is “kiosque-hub”: kiosque upgrade writes the right line"
                ),
            ],
        ),
        (
            {"requirements.txt": "click\n"},
            "Versions",
            ["mend requirements.txt this file doesn't ask for Kiosque: kiosque upgrade writes the line"],
        ),
        (
            {"requirements.txt": "kiosque-hub>=0.1\n"},
            "Versions",
            [
                (
                    "mend requirements.txt Kiosque has no version with a digest here, so anything of that "
                    "name would be installed: kiosque upgrade writes the line"
                ),
            ],
        ),
        (
            {
                "requirements.txt": f"kiosque-hub==9.9 --hash=sha256:{DIGEST}\n"
                f"click==1 --hash=sha256:{DIGEST}\n"
                f"gone==1 --hash=sha256:{DIGEST}\nelsewhere==1 ; os_name == 'nt' --hash=sha256:{DIGEST}\n"
                f"msgspec==1 ; os_name == 'nt' --hash=sha256:{DIGEST}\n"
                f"msgspec=={version('msgspec')} ; os_name != 'nt' --hash=sha256:{DIGEST}\n"
            },
            "Versions",
            [
                f"mend requirements.txt the hub asks for Kiosque 9.9, {installed_version()} runs: {INSTALL}",
                (
                    "mend requirements.txt 2 libraries aren't in the versions that the hub asks for "
                    f"(click, gone): {INSTALL}"
                ),
            ],
        ),
        (
            {
                "requirements.txt": asked_for(DIGEST),
                "paquets/k.whl": b"",
            },
            "Versions",
            [
                (
                    "mend paquets the wheel that requirements.txt asks for isn't here: take it back from "
                    "git, or run kiosque upgrade"
                ),
            ],
        ),
        (
            {
                "requirements.txt": asked_for(NOT_KIOSQUE_DIGEST),
                "paquets/k.whl": b"not a wheel",
            },
            "Versions",
            ["mend paquets this isn't a wheel: its archive can't be read: run kiosque upgrade"],
        ),
        (
            {
                "requirements.txt": asked_for(OTHER.sha256),
                "paquets/k.whl": OTHER.data,
            },
            "Versions",
            [
                (
                    "mend requirements.txt what runs isn't the hub's wheel, though it has its version: "
                    f"{INSTALL} --force-reinstall"
                ),
            ],
        ),
        (
            {".github/workflows/refresh.yml": "run: pip install -r requirements.txt\n"},
            "Versions",
            [
                (
                    "look .github/workflows/refresh.yml it installs without comparing digests: add "
                    "--require-hashes to its “pip install”"
                ),
            ],
        ),
    ],
)
def test_each_fault_is_a_finding_with_its_mend(
    hub: Write, files: Mapping[str, object], topic: str, expected: list[str]
) -> None:
    """Besides findings that all is well, a topic has exactly the findings of its faults."""
    root = hub({**SOUND, **files})
    assert expected == [line for line in findings_of(root, topic) if not line.startswith("well")]


def test_a_schedule_that_stopped_is_noticed(hub: Write) -> None:
    """After days without a visit, a finding asks to look at the schedule."""
    root = hub(SOUND)
    note_visit(root, datetime(2026, 1, 1, tzinfo=UTC))
    assert "look no feed was asked since 1 January 2026: is the schedule still running?" in findings_of(
        root, "Feeds"
    )


def test_a_clock_that_is_slow_is_noticed() -> None:
    """An entry that arrived in the future means that the clock is slow."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert [Level.MEND] == [finding.level for finding in clock(tomorrow, UTC)]


def test_the_copy_on_a_host_is_compared_with_the_deployed_site(hub: Write) -> None:
    """An empty host, a whole copy and a file that someone changed have a finding each."""
    root = hub({**SOUND, "publishconf.py": str(SOUND["publishconf.py"]).replace("public", "www")})

    def hosts() -> list[str]:
        findings = examine(root, compare_copies).get("Hosts", ())
        return [f"{finding.level.value} {finding.message}" for finding in findings]

    (root / "www").mkdir()
    before = hosts()
    run = partial(subprocess.run, check=True, capture_output=True)
    run([sys.executable, "-m", "kiosque", "--hub", str(root), "build", "--publish", "--no-search"])
    run([sys.executable, "-m", "kiosque", "--hub", str(root), "deploy", "site"])
    after = hosts()
    (root / "www" / "index.html").write_text("changed by hand")
    assert ["look site: nothing was deployed there yet"] == before
    assert after[0].startswith("well site: its copy is what was deployed, ")
    assert ["mend site: 1 file isn't what was deployed (index.html); kiosque deploy site mends it"] == hosts()


def test_the_command_prints_findings_and_exits_with_1(hub: Write) -> None:
    """People get a list with marks, programs get JSON; a finding to mend sets exit code 1."""
    root = hub({**SOUND, "requirements.txt": "kiosque==9.9\n"})
    command = [sys.executable, "-m", "kiosque", "--hub", str(root), "doctor"]
    for_people = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LANGUAGE": "fr"}, check=False
    )
    for_programs = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert (1, 1, "") == (for_people.returncode, for_programs.returncode, for_people.stderr)
    assert "  ✗ requirements.txt: " in for_people.stdout
    topics = json.loads(for_programs.stdout).values()
    assert "mend" in {finding["level"] for findings in topics for finding in findings}
