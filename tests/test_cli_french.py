"""Commands called wrongly, in French: not a word of English, no traceback, the exit codes of a wrong call."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.test_messages import ENGLISH, FRENCH_MISTAKES, WORD, prose

FEED = """<rss version="2.0"><channel><title>Radio</title><item><title>Un</title></item></channel></rss>"""
# Each with the folder that it is run in: a hub, a hub where much is broken, a folder that is none.
HUB, BROKEN, UNSET, NONE = "hub", "broken", "unset", "none"
COMMANDS = (
    "build",
    "check",
    "deploy",
    "doctor",
    "export",
    "export opml",
    "feature",
    "harvest",
    "hide",
    "import",
    "import opml",
    "init",
    "new",
    "new article",
    "new dossier",
    "new page",
    "new source",
    "ping",
    "refresh",
    "report",
    "serve",
    "takedown",
)
BAD_VALUES = (
    (HUB, "serve --port abc"),
    (HUB, "serve --port 0"),
    (HUB, "serve --port 70000"),
    (HUB, "serve --port"),
    (HUB, "refresh --spread x"),
    (HUB, "refresh --spread -1"),
    (HUB, "build --now demain"),
    (HUB, "build --publish=3"),
    (HUB, "build --publish"),
    (HUB, "check --format foo"),
    (HUB, "check nulle-part.md"),
    (HUB, "check /etc/passwd"),
    (HUB, "check --since nulle-part"),
    (HUB, "check --now hier"),
    (HUB, "deploy ailleurs"),
    (HUB, "export opml --output /"),
    (HUB, "feature nulle-part --reason x"),
    (HUB, "feature https://radio.example/9 --reason x"),
    (HUB, "feature https://radio.example/1"),
    (HUB, "feature https://radio.example/1 --until demain"),
    (HUB, "feature https://radio.example/1 --until 2020-01-01"),
    (HUB, "hide /medias/radio/2026/rien/ --reason x"),
    (HUB, "harvest --only nulle-part"),
    (HUB, "harvest --now hier"),
    (HUB, "import opml nulle-part.opml"),
    (HUB, "import opml radio.xml"),
    (HUB, "import opml ."),
    (HUB, "init ../autre --host avion"),
    (HUB, "init ../autre --forge avion"),
    (HUB, "init ."),
    (HUB, "init . --yes"),
    (HUB, "init ../autre"),
    (HUB, "new article --set titre"),
    (HUB, "new article --set tire=Bal"),
    (HUB, "new article --text nulle-part.txt"),
    (HUB, "new article --set titre=Bal --set date=demain"),
    (HUB, "new article --set titre=Bal --set commune=Nulle-part"),
    (HUB, "new article --set titre=Bal --set langue=klingon7"),
    (HUB, "new source"),
    (HUB, "new source --set nom=Radio"),
    (HUB, "new source http://10.0.0.1/"),
    (HUB, "new source /x"),
    (HUB, "new source x.example --slug É"),
    (HUB, "ping"),
    (HUB, "report --only nulle-part"),
    (HUB, "takedown https://radio.example/9 --reason x"),
    (HUB, "takedown source:nulle-part --reason x"),
    (HUB, "takedown https://radio.example/1"),
    (HUB, "takedown https://radio.example/1 --date demain --reason x"),
    (HUB, "refresh --deploy ailleurs"),
    (HUB, "feature a b"),
    (HUB, "--hub /nulle/part build"),
    (HUB, "--hub radio.xml build"),
    (HUB, "bild"),
    (HUB, "dossier"),
    (HUB, "new artcle"),
    (HUB, "new evenement"),
    (HUB, "import csv"),
    (HUB, "--versoin"),
    (HUB, ""),
    (HUB, "--version"),
    (BROKEN, "build"),
    (BROKEN, "check"),
    (BROKEN, "check --summary"),
    (BROKEN, "check --stale"),
    (BROKEN, "doctor"),
    (BROKEN, "report"),
    (BROKEN, "deploy site"),
    (BROKEN, "deploy dossier"),
    (BROKEN, "build --publish"),
    (UNSET, "build"),
    (UNSET, "build --publish"),
    (UNSET, "doctor"),
    (UNSET, "check"),
    (BROKEN, "doctor --hosts"),
    (BROKEN, "report"),
    (BROKEN, "harvest"),
    (BROKEN, "harvest --dry-run"),
    (BROKEN, "import opml pas-une-liste.opml"),
    (HUB, "harvest --dry-run"),
    (HUB, "harvest"),
    (HUB, "report"),
    (HUB, "check"),
    (HUB, "doctor"),
    (HUB, "check --rules"),
    (HUB, "takedown https://radio.example/1 --reason x --dry-run"),
)
# Names that are the same in every language: those of commands, programs and formats.
NAMES = re.compile(
    r"\b(?:build|check|deploy|doctor|export|feature|harvest|hide|import|init|new|ping|refresh|report|serve|"
    r"takedown|source|"
    r"opml|article|page|dossier|text|github|gitlab|forgejo|gitea|ftps|sftp|rsync|git|folder|content|archive|output|"
    r"pip install -r|git add .*|git commit .*|git push.*|cp -r .*|enclosure|ex-named|host_key)\b"
)
# The marks of a list of findings stand in front of them.
MARK = re.compile(r"^\s*[✓?✗] ")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each call says, in one process: the calls are made in order, in three folders."""
    root = tmp_path_factory.mktemp("french")
    for name, files in FOLDERS.items():
        for path, text in files.items():
            (root / name / path).parent.mkdir(parents=True, exist_ok=True)
            (root / name / path).write_text(text)
    calls = [(HUB, f"{command} --help") for command in COMMANDS]
    calls += [(folder, f"{command} --avion") for command in COMMANDS for folder in (HUB,)]
    calls += [(folder, f"{command} un deux trois quatre") for command in COMMANDS for folder in (HUB,)]
    calls += [(NONE, command) for command in COMMANDS if command not in {"init"}]
    calls += [(HUB, command) for command in COMMANDS if command not in {"serve", "build", "refresh"}]
    calls += BAD_VALUES
    data = json.dumps([(str(root / folder), words.split()) for folder, words in calls])
    environment = {**os.environ, "LANGUAGE": "fr", "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "500"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.french_calls"],
        input=data,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=Path(__file__).parents[1],
    )
    found: dict[str, Any] = json.loads(done.stdout)
    found["errors"] = done.stderr
    return found


FOLDERS = {
    HUB: {
        "content/sources/radio.md": "---\nnom: Radio\nflux: [radio.xml]\n---\n",
        "content/articles/fete.md": "---\ntitre: Une fête\ndate: 2026-03-01\nlicence: CC0\n---\nDu texte.\n",
        "radio.xml": FEED,
        "pelicanconf.py": "SITENAME = 'Kiosque'\nNOW = '2026-03-15T08:00:00Z'\n",
        "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://kiosque.example'\n",
        "archive/radio/2026.jsonl": '{"first_seen":"2026-01-10T18:30:00Z","id":"1",'
        '"published":"2006-03-01T18:30:00Z",'
        '"slug":"un","source":"radio","title":"Un","url":"https://radio.example/1"}\n',
    },
    BROKEN: {
        "content/sources/radio.md": "---\nnom: Radio\nflux: [casse.xml, manque.xml, casse.json]\n"
        "accord: {portée: complet}\n"
        "langue: klingon7\ntpye: radio\n---\n",
        "content/sources/vide.md": "---\nnom: Vide\n---\n",
        "content/articles/sans-titre.md": "---\ndate: demain\ntitre: [\n---\n",
        "content/articles/date.md": "---\ntitre: TOUT EN CAPITALES ICI\ndate: 01/03/1875\n"
        "statut: perdu\nexpire: 2026-01-01\n"
        "commune: Nulle-part\nvérifié: 2020-01-01\nimage: {fichier: manque.jpg}\n---\n"
        "Voir [ici](manque.md), ![](x.jpg).\n",
        "content/articles/vieux.md": "---\ntitre: Un vieux texte\ndate: 2025-12-01\n"
        "expire: 2026-01-01\nlangue: fr\n---\nTexte.\n",
        "content/articles/cle.md": "---\ntitre: Une clé\ntitre: deux fois\ndate: 2026-03-01\n---\n"
        "Du texte.\n",
        "content/articles/adresse.md": "---\ntitre: Une clé\nadresse: Un Deux\ndate: 2026-03-01\n"
        "---\nDu texte.\n",
        "content/takedowns.yml": "- motif: x\n- adresse: https://radio.example/\n"
        "  jour: 2026-03-01\n  motif: x\n- {}\n",
        "content/curation.yml": "- parution: /medias/radio/2026/un/\n- parution: rien\n"
        "  une: peut-être\n  jour: demain\n",
        "content/themes.yml": "thèmes:\n  - nom: ééé\n  - mots: eau\n",
        "content/works.yml": "mêmes:\n  - [x]\n",
        "content/territory.yml": "communes:\n  - {code: 26113}\n",
        "casse.xml": "<rss><channel><item><title>Un</titre></item>",
        "casse.json": '{"items": [',
        "pas-une-liste.opml": "<opml><body>",
        "pelicanconf.py": "SITENAME = 'Kiosque'\nNOW = '2026-03-15T08:00:00Z'\n",
        "publishconf.py": "from pelicanconf import *\nSITEURL = 'http://kiosque.example'\n"
        "DEPLOY = {'site': 'ftps://nom@127.0.0.1:1/x', 'dossier': '../nulle/part'}\n",
        "content/sources/autre.md": "---\nnom: Autre\nflux: [autre.xml]\n---\n",
        "archive/autre/2026.jsonl": "{cassé\n",
        "archive/autre/state.json": "{",
    },
    UNSET: {
        "content/articles/fete.md": "---\ntitre: Une fête\ndate: 2026-03-01\n---\nDu texte.\n",
        "pelicanconf.py": "SITENAME = Kiosque\n",
        "publishconf.py": "SITENAME = 'Kiosque\n",
    },
    NONE: {"readme.txt": "Rien."},
}


def test_every_command_is_called(answers: dict[str, Any]) -> None:
    """The commands that are called here are all that there are."""
    assert sorted(COMMANDS) == sorted(answers["commands"])


def test_no_call_ends_in_a_traceback(answers: dict[str, Any]) -> None:
    """A wrong call or a broken file is told in words, and exits with one of the three codes."""
    wrong = [
        one["words"]
        for one in answers["answers"]
        if "Traceback" in one["output"] or "Kiosque lui-même" in one["output"] or one["code"] not in {0, 1, 2}
    ]
    assert [] == wrong


def test_no_call_is_answered_in_english(answers: dict[str, Any]) -> None:
    """Help, errors and reports have French words only, but for names and what is between quotes."""
    english = {
        (word, line)
        for one in answers["answers"]
        for line in one["output"].splitlines()
        for word in WORD.findall(NAMES.sub("", prose(line)))
        if word.lower() in ENGLISH and not word.isupper()
    }
    assert set() == english


@pytest.mark.parametrize(
    "mistake",
    ["a straight apostrophe", "a space that may break before a sign", "three points", "an English unit"],
)
def test_answers_are_typeset_in_french(mistake: str, answers: dict[str, Any]) -> None:
    """What commands print is typeset as the catalogue is, values and all."""
    pattern = FRENCH_MISTAKES[mistake]
    wrong = {
        line
        for one in answers["answers"]
        for line in one["output"].splitlines()
        if re.search(pattern, prose(MARK.sub("", line)))
    }
    assert set() == wrong
