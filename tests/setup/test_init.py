"""A hub is started from a few questions, and everything in it works at once."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from conftest import built, tree

from kiosque import i18n
from kiosque.content import records
from kiosque.model import Commune, KiosqueError
from kiosque.settings import pelicanconf
from kiosque.setup.new_hub import Geography, HubAnswers, UnreachableError, parse_commune, write_hub

NOW = datetime(2026, 3, 15, 9, tzinfo=ZoneInfo("Europe/Paris"))
DIE = {
    "nom": "Die",
    "code": "26113",
    "centre": {"type": "Point", "coordinates": [5.3667, 44.7519]},
    "departement": {"code": "26", "nom": "Drôme"},
}
SOLAURE = {"nom": "Solaure en Diois", "code": "26001", "departement": {"code": "26", "nom": "Drôme"}}
SAINT_DIE = {"nom": "Saint-Dié-des-Vosges", "code": "88413", "departement": {"code": "88", "nom": "Vosges"}}


@pytest.fixture(autouse=True)
def _in_english() -> None:
    i18n.use("en")


class _Api(BaseHTTPRequestHandler):
    """The geography API, as far as hubs ask it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        parts = urlsplit(self.path)
        name = parse_qs(parts.query).get("nom", [""])[0].lower()
        known: dict[str, Any] = {
            "/communes": [
                one for one in (DIE, SOLAURE, SAINT_DIE) if name in str(one["nom"]).lower().replace("é", "e")
            ],
            "/communes/26113": DIE,
            "/epcis": [{"nom": "CC du Diois", "code": "242600534"}] if "diois" in name else [],
            "/epcis/242600534/communes": [DIE, SOLAURE],
            "/communes/99999": None,
            "/communes/26002": {"nom": 3},
        }
        answer = known.get(parts.path)
        self.send_response(200 if answer is not None else 404)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """The address of a geography API on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def commune(code: str, name: str, slug: str, *place: float) -> Commune:
    latitude, longitude = place or (None, None)
    return Commune(
        code=code, name=name, department=code[:2], slug=slug, latitude=latitude, longitude=longitude
    )


WHOLE_DIE = commune("26113", "Die", "die", 44.7519, 5.3667)
WHOLE_SOLAURE = commune("26001", "Solaure en Diois", "solaure-en-diois")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("die", [("", (WHOLE_DIE,))]),
        ("26113", [("", (WHOLE_DIE,))]),
        ("99999", []),
        ("242600534", [("242600534", (WHOLE_DIE, WHOLE_SOLAURE))]),
        ("Diois", [("", (WHOLE_SOLAURE,)), ("CC du Diois", (WHOLE_DIE, WHOLE_SOLAURE))]),
    ],
)
def test_a_place_is_found_by_name_code_or_intercommunality(
    api: str, written: str, expected: list[tuple[str, tuple[Commune, ...]]]
) -> None:
    """A name that is exactly a commune's means it; else all that it may mean is offered, the likeliest first."""
    assert expected == [(one.group, one.communes) for one in Geography(api).find(written)]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "{api}"])
def test_an_api_that_does_not_answer_is_said(api: str, address: str) -> None:
    """Nobody there, or an answer of another shape: one error, for the person to go on by hand."""
    with pytest.raises(UnreachableError):
        Geography(address.format(api=api)).find("26002")


def test_a_commune_is_written_by_hand() -> None:
    """Its code and its name are enough; in Corsica codes have a letter."""
    found = [
        parse_commune("26113  Die"),
        parse_commune("2a004 Ajaccio"),
        parse_commune("Die"),
        parse_commune("26113"),
    ]
    assert [commune("26113", "Die", "die"), commune("2A004", "Ajaccio", "ajaccio"), None, None] == found


def answers(**more: Any) -> HubAnswers:
    given = {"name": 'L’"écho" : d’ici', "place": "la vallée # d’en haut", "communes": (WHOLE_DIE,), **more}
    return HubAnswers(**given)


def test_a_new_hub_is_read_without_a_problem(tmp_path: Path) -> None:
    """Whatever stands in the answers, settings, territory and texts hold just that; one command builds it."""
    root = tmp_path / "hub"
    write_hub(root, answers(contact="a@hub.example", url="https://hub.example", host="sftp"), NOW)
    public = pelicanconf.load(root, publish=True)
    assert ('L’"écho" : d’ici', "a@hub.example", "https://hub.example") == (
        public.site.name, public.site.contact, public.site.url,
    )  # fmt: skip
    assert ["site"] == list(public.targets)
    territory, problems = records.load_territory(root)
    assert ("la vallée # d’en haut", (WHOLE_DIE,), ()) == (territory.name, territory.communes, problems)
    report = built(root)
    assert ((), True) == (report.problems, "articles/bienvenue/index.html" in report.written)


@pytest.mark.parametrize("host", ["", "ftps", "sftp", "rsync", "git", "folder"])
def test_each_kind_of_host_has_a_target_that_can_be_filled_in(tmp_path: Path, host: str) -> None:
    """What is written for a kind of host is read as one."""
    write_hub(tmp_path / "hub", answers(host=host), NOW)
    targets = pelicanconf.load(tmp_path / "hub", publish=True).targets
    assert ([host] if host else []) == [one.kind for one in targets.values()]


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        ("", set()),
        (
            "github",
            {
                ".github/workflows/contribution.yml",
                ".github/workflows/comment.yml",
                ".github/workflows/refresh.yml",
            },
        ),
        ("gitlab", {".gitlab-ci.yml"}),
        ("gitea", {".forgejo/workflows/contribution.yml", ".forgejo/workflows/refresh.yml"}),
    ],
)
def test_a_forge_gets_its_workflows(tmp_path: Path, forge: str, expected: set[str]) -> None:
    """Those of the forge that the hub is on, and no others; a small server finds units of systemd."""
    repository = "https://forge.example/a/b" if forge else ""
    written = write_hub(tmp_path, answers(forge=forge, repository=repository), NOW)
    of_forges = {path for path in written if path.startswith((".github", ".gitlab", ".forgejo"))}
    assert (expected, True) == (of_forges, "systemd/kiosque@.timer" in written)
    assert forge.replace("gitea", "forgejo") == getattr(pelicanconf.load(tmp_path).site.forge, "kind", "")


def test_a_first_medium_takes_the_place_of_the_example(tmp_path: Path) -> None:
    """Where a feed is known, the hub has it, and nothing that is made up."""
    write_hub(tmp_path, answers(medium="https://radio.example/feed.xml"), NOW)
    sources, problems = records.load_sources(tmp_path, ZoneInfo("UTC"))
    assert [("radio.example", "https://radio.example/feed.xml")] == [
        (one.name, one.feeds[0].url) for one in sources
    ]
    assert ((), False) == (problems, (tmp_path / "exemples").exists())


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """Only a git repository without files may be there."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(KiosqueError) as error:
        write_hub(tmp_path, answers(), NOW)
    assert f"{tmp_path} isn't empty: name a new folder, nothing was written" == str(error.value)
    assert ["mine.txt"] == list(tree(tmp_path))


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "kiosque", "init", *options]


def test_without_questions_it_is_harvested_built_and_sound(tmp_path: Path) -> None:
    """In French, as its people will: init, harvest, check, build; doctor names only what the public site still lacks."""
    root = tmp_path / "hub"
    french = {**os.environ, "LANGUAGE": "fr"}
    given = ["--yes", "--name", "Le kiosque d’ici", "--place", "la vallée", "--communes", "26113 Die"]
    subprocess.run(command(str(root), *given, "--contact", "a@hub.example"), check=True, env=french)
    codes = {}
    for name in ("harvest", "check", "build", "doctor"):
        done = subprocess.run(
            [sys.executable, "-m", "kiosque", "--hub", str(root), name],
            env=french,
            capture_output=True,
            check=False,
        )
        codes[name] = done.returncode
    assert {"harvest": 0, "check": 0, "build": 0, "doctor": 1} == codes
    assert (root / "output" / "medias" / "exemple" / "index.html").is_file()


def test_the_questions_are_asked_on_a_terminal(api: str, tmp_path: Path) -> None:
    """Enter takes what is offered; a name that may mean several things is chosen by its number."""
    root = tmp_path / "hub"
    typed = [
        "Le kiosque",
        "la vallée",
        "die",
        "Diois",
        "2",
        "",
        "a@hub.example",
        "ftp://hub.example",
        "hub.example",
    ]
    typed += ["https://git.here.example/us/hub", "forgejo", "2", ""]
    screen, keyboard = pty.openpty()
    with subprocess.Popen(
        command(str(root), "--geography", api), stdin=keyboard, stdout=keyboard, stderr=subprocess.DEVNULL,
        env={**os.environ, "LANGUAGE": "en"},
    ) as process:  # fmt: skip
        os.write(screen, "".join(f"{line}\n" for line in typed).encode())
        assert 0 == process.wait(30)
    os.close(keyboard)
    os.close(screen)
    public = pelicanconf.load(root, publish=True)
    assert ("Le kiosque", "https://hub.example", ["sftp"]) == (
        public.site.name, public.site.url, [one.kind for one in public.targets.values()],
    )  # fmt: skip
    territory, _problems = records.load_territory(root)
    assert ["Die", "Solaure en Diois"] == [one.name for one in territory.communes]


def test_where_nobody_can_be_asked_that_is_said(tmp_path: Path) -> None:
    """Without a terminal it doesn't wait for answers."""
    done = subprocess.run(
        command(str(tmp_path / "hub")), stdin=subprocess.DEVNULL, capture_output=True, check=False,
        env={**os.environ, "LANGUAGE": "en"}, text=True,
    )  # fmt: skip
    assert (2, False) == (done.returncode, (tmp_path / "hub").exists())
    assert "nobody can be asked here: give the answers as options, and add --yes" in done.stderr


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--url", "https://["], "“https://[” isn't the address of a site: it begins with https://"),
        (["--communes", "Nulle-Part"], "“Nulle-Part” isn't found: write the code and the name, as 26113 Die"),
        (
            ["--url", "ftp://hub.example"],
            "“ftp://hub.example” isn't the address of a site: it begins with https://",
        ),
    ],
)
def test_an_answer_that_can_not_be_used_is_said_and_nothing_written(
    given: list[str], expected: str, api: str, tmp_path: Path
) -> None:
    """Nobody is there to answer otherwise."""
    done = subprocess.run(
        command(str(tmp_path / "hub"), "--yes", "--geography", api, *given), capture_output=True, check=False,
        env={**os.environ, "LANGUAGE": "en", "COLUMNS": "200"}, text=True,
    )  # fmt: skip
    assert (2, False) == (done.returncode, (tmp_path / "hub").exists())
    assert expected in done.stderr
