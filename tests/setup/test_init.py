"""``kiosque init``: a new hub from a few answers, which works at once."""

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
from kiosque.content.load import load_sources
from kiosque.content.territory_file import load_territory
from kiosque.model import Commune, KiosqueError
from kiosque.settings import pelicanconf
from kiosque.setup.new_hub import Geography, HubAnswers, NotAPlaceError, UnreachableError, write_hub

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
    """The requests of the geography API that hubs use."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        parts = urlsplit(self.path)
        name = parse_qs(parts.query).get("nom", [""])[0].lower()
        responses: dict[str, Any] = {
            "/communes": [DIE, SOLAURE]
            if "codePostal=26150" in parts.query
            else [
                commune
                for commune in (DIE, SOLAURE, SAINT_DIE)
                if name in str(commune["nom"]).lower().replace("é", "e")
            ],
            "/communes/26113": DIE,
            "/epcis": [{"nom": "CC du Diois", "code": "242600534"}] if "diois" in name else [],
            "/epcis/242600534/communes": [DIE, SOLAURE],
            "/communes/99999": None,
            "/communes/26002": {"nom": 3},
        }
        response = responses.get(parts.path)
        self.send_response(200 if response is not None else 404)
        self.end_headers()
        self.wfile.write(json.dumps(response).encode())

    def log_message(self, *args: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """Yield the address of a geography API on loopback."""
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
    ("text", "expected"),
    [
        ("die", [("", (WHOLE_DIE,))]),
        ("26113", [("", (WHOLE_DIE,))]),
        ("242600534", [("242600534", (WHOLE_DIE, WHOLE_SOLAURE))]),
        ("Diois", [("", (WHOLE_SOLAURE,)), ("CC du Diois", (WHOLE_DIE, WHOLE_SOLAURE))]),
    ],
)
def test_a_place_is_found_by_name_code_or_intercommunality(
    api: str, text: str, expected: list[tuple[str, tuple[Commune, ...]]]
) -> None:
    """The exact name of a commune has one match; any other name has several, the likeliest first."""
    assert expected == [(match.group, match.communes) for match in Geography(api).find(text)]


def test_a_postcode_leads_to_its_communes(api: str) -> None:
    """A number that is the code of no commune is taken as a postcode; none of its communes is certain."""
    matches = Geography(api).find("26150")
    assert [(WHOLE_DIE, False), (WHOLE_SOLAURE, False)] == [
        (match.communes[0], match.is_exact) for match in matches
    ]


@pytest.mark.parametrize(("address", "reason"), [
    ("http://127.0.0.1:9", "the connection is refused"),
    ("{api}", "“nom” has a value of another kind"),
])  # fmt: skip
def test_an_api_that_does_not_answer_is_an_error_in_plain_words(api: str, address: str, reason: str) -> None:
    """No server, or a response of another format, raises UnreachableError without a word of a library."""
    with pytest.raises(UnreachableError) as error:
        Geography(address.format(api=api)).find_online("26002")
    assert reason == str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26113  Die", [(True, "26113", "Die")]),
        ("2a004 Ajaccio", [(True, "2A004", "Ajaccio")]),
        ("die", [(True, "26113", "Die")]),
        ("97411", [(True, "97411", "Saint-Denis")]),
        ("Luc en Diois", [(True, "26167", "Luc-en-Diois")]),
        ("Luc-en-Diouis", [(False, "26167", "Luc-en-Diois")]),
        (
            "Aubenas",
            [(True, "07019", "Aubenas")],
        ),
        ("Saint-Ouen-du-Tilleul-du-Nord-de-nulle-part", []),
    ],
)
def test_without_the_api_communes_come_from_the_list_of_insee(
    text: str, expected: list[tuple[bool, str, str]]
) -> None:
    """Names, codes and both are found, and so are misspelt names, which a person confirms."""
    matches = Geography("http://127.0.0.1:9").find(text)
    assert expected == [(match.is_exact, match.communes[0].code, match.communes[0].name) for match in matches]


def test_a_name_of_several_communes_gives_them_all() -> None:
    """Overseas the department has three signs."""
    matches = Geography("http://127.0.0.1:9").find("Saint-Martin")
    assert ["32", "54", "65", "67", "978"] == [match.communes[0].department for match in matches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26113 Crest", "26113 is the code of Die, not of Crest: write 26108 Crest"),
        ("26150 Die", "26150 is the code of Izon-la-Bruisse, not of Die: write 26113 Die"),
        ("26400 Crest", "no commune has the code 26400, which may be a postcode: write 26108 Crest"),
        (
            "99999",
            (
                "no commune has the code 99999: it may be a postcode; write the name, or the official code "
                "(Insee)"
            ),
        ),
        ("26113 Die la Belle", None),
    ],
)
def test_a_code_and_a_name_that_do_not_belong_together_are_told(text: str, expected: str | None) -> None:
    """A postcode is told from a code; a name that no other commune has is accepted."""
    geography = Geography("http://127.0.0.1:9")
    if expected is None:
        assert geography.find(text)
        return
    with pytest.raises(NotAPlaceError) as error:
        geography.find(text)
    assert expected == str(error.value)


def answers(**more: Any) -> HubAnswers:
    fields = {"name": 'L’"écho" : d’ici', "place": "la vallée # d’en haut", "communes": (WHOLE_DIE,), **more}
    return HubAnswers(**fields)


def test_a_new_hub_is_read_without_a_problem(tmp_path: Path) -> None:
    """Settings, territory and texts hold the answers exactly, special characters included; the hub builds."""
    root = tmp_path / "hub"
    write_hub(root, answers(contact="a@hub.example", url="https://hub.example", host="sftp"), NOW)
    public = pelicanconf.load(root, publish=True)
    assert ('L’"écho" : d’ici', "a@hub.example", "https://hub.example") == (
        public.site.name,
        public.site.contact,
        public.site.url,
    )
    assert ["site"] == list(public.targets)
    territory, problems = load_territory(root)
    assert ("la vallée # d’en haut", (WHOLE_DIE,), ()) == (territory.name, territory.communes, problems)
    report = built(root)
    assert ((), True) == (report.problems, "articles/bienvenue/index.html" in report.written)


@pytest.mark.parametrize("host", ["", "ftps", "sftp", "rsync", "webdav", "s3", "git", "folder"])
def test_each_kind_of_host_has_a_target_that_can_be_filled_in(tmp_path: Path, host: str) -> None:
    """The target of a new hub is read as a target of that kind of host."""
    write_hub(tmp_path / "hub", answers(host=host), NOW)
    targets = pelicanconf.load(tmp_path / "hub", publish=True).targets
    assert ([host] if host else []) == [target.kind for target in targets.values()]


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
    """A hub gets the workflows of its own forge only, and units of systemd."""
    repository = "https://forge.example/a/b" if forge else ""
    paths = write_hub(tmp_path, answers(forge=forge, repository=repository), NOW)
    workflows = {path for path in paths if path.startswith((".github", ".gitlab", ".forgejo"))}
    assert (expected, True) == (workflows, "systemd/kiosque@.timer" in paths)
    assert forge.replace("gitea", "forgejo") == getattr(pelicanconf.load(tmp_path).site.forge, "kind", "")


def test_a_first_medium_takes_the_place_of_the_example(tmp_path: Path) -> None:
    """With the feed of a medium, the hub has its source and no example."""
    write_hub(tmp_path, answers(medium="https://radio.example/feed.xml"), NOW)
    sources, problems = load_sources(tmp_path, ZoneInfo("UTC"))
    assert [("radio.example", "https://radio.example/feed.xml")] == [
        (source.name, source.feeds[0].url) for source in sources
    ]
    assert ((), False) == (problems, (tmp_path / "exemples").exists())


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    """Only an empty folder, or an empty git repository, becomes a hub."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(KiosqueError) as error:
        write_hub(tmp_path, answers(), NOW)
    assert f"{tmp_path} isn't empty: name a new folder, nothing was written" == str(error.value)
    assert ["mine.txt"] == list(tree(tmp_path))


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "kiosque", "init", *options]


def test_a_hub_from_options_harvests_checks_and_builds(tmp_path: Path) -> None:
    """After init, the commands harvest, check and build exit 0.

    Doctor exits 1, since the public site isn't set up.
    """
    root = tmp_path / "hub"
    french = {**os.environ, "LANGUAGE": "fr"}
    options = ["--yes", "--name", "Le kiosque d’ici", "--place", "la vallée", "--communes", "26113 Die"]
    subprocess.run(command(str(root), *options, "--contact", "a@hub.example"), check=True, env=french)
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
    """Enter takes the default; a name with several matches asks for a number."""
    root = tmp_path / "hub"
    lines = [
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
    lines += ["https://git.here.example/us/hub", "forgejo", "2", ""]
    screen, keyboard = pty.openpty()
    with subprocess.Popen(
        command(str(root), "--geography", api),
        stdin=keyboard,
        stdout=keyboard,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "LANGUAGE": "en"},
    ) as process:
        os.write(screen, "".join(f"{line}\n" for line in lines).encode())
        assert 0 == process.wait(30)
    os.close(keyboard)
    os.close(screen)
    public = pelicanconf.load(root, publish=True)
    assert ("Le kiosque", "https://hub.example", ["sftp"]) == (
        public.site.name,
        public.site.url,
        [target.kind for target in public.targets.values()],
    )
    territory, _problems = load_territory(root)
    assert ["Die", "Solaure en Diois"] == [commune.name for commune in territory.communes]


def test_without_a_terminal_questions_are_an_error(tmp_path: Path) -> None:
    """Without a terminal and without --yes the command exits 2 and writes nothing."""
    done = subprocess.run(
        command(str(tmp_path / "hub")),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, "LANGUAGE": "en"},
        text=True,
    )
    assert (2, False) == (done.returncode, (tmp_path / "hub").exists())
    assert "nobody can be asked here: give the answers as options, and add --yes" in done.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--url", "https://["], "“https://[” isn't the address of a site: it begins with https://"),
        (
            ["--communes", "Nulle-Part-les-Eaux"],
            "no commune and no intercommunality is called “Nulle-Part-les-Eaux”: check the spelling",
        ),
        (
            ["--communes", "Diois"],
            (
                "“Diois” may be Solaure en Diois (26001, Drôme), CC du Diois (2 communes): "
                "write the code of the one that you mean"
            ),
        ),
        (
            ["--url", "ftp://hub.example"],
            "“ftp://hub.example” isn't the address of a site: it begins with https://",
        ),
    ],
)
def test_a_wrong_option_is_an_error_and_nothing_is_written(
    options: list[str], expected: str, api: str, tmp_path: Path
) -> None:
    """With --yes nobody can correct the answer."""
    done = subprocess.run(
        command(str(tmp_path / "hub"), "--yes", "--geography", api, *options),
        capture_output=True,
        check=False,
        env={**os.environ, "LANGUAGE": "en", "COLUMNS": "200"},
        text=True,
    )
    assert (2, False) == (done.returncode, (tmp_path / "hub").exists())
    assert expected in done.stderr
