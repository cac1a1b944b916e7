"""Commands called wrongly, in French: not a word of English, no traceback, the exit codes of a wrong call."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.test_messages import ENGLISH, FRENCH_MISTAKES, WORD, prose

# The folders that calls are made in: a hub, hubs where much is broken or unset, and a folder that is none.
DATA = Path(__file__).parent / "data" / "french_calls"
HUB, BROKEN, UNSET, NONE = "hub", "broken", "unset", "none"
COMMANDS = """
build
check
deploy
doctor
export
export opml
feature
harvest
hide
import
import opml
import site
import wordpress
init
new
new article
new dossier
new page
new source
ping
refresh
report
serve
setup
setup forge
setup territory
takedown
upgrade
""".strip().splitlines()
# Wrong calls, and calls in hubs where much is wrong: a folder, and a call a line.
WRONG_CALLS = (
    (HUB, """
serve --port abc
serve --port 0
serve --port 70000
serve --port
refresh --spread x
refresh --spread -1
build --now demain
build --publish=3
build --publish
check --format foo
check nulle-part.md
check /etc/passwd
check --since nulle-part
check --now hier
deploy ailleurs
export opml --output /
feature nulle-part --reason x
feature https://radio.example/9 --reason x
feature https://radio.example/1
feature https://radio.example/1 --until demain
feature https://radio.example/1 --until 2020-01-01
hide /medias/radio/2026/rien/ --reason x
harvest --only nulle-part
harvest --now hier
import opml nulle-part.opml
import opml radio.xml
import opml .
import site nulle-part
import site .
import site content/articles
import wordpress nulle-part.xml
import wordpress radio.xml
init ../autre --host avion
init ../autre --forge avion
init .
init . --yes
init ../autre
new article --set titre
new article --set tire=Bal
new article --text nulle-part.txt
new article --set titre=Bal --set date=demain
new article --set titre=Bal --set commune=Nulle-part
new article --set titre=Bal --set langue=klingon7
new source
new source --set nom=Radio
new source http://10.0.0.1/
new source /x
new source x.example --slug É
ping
report --only nulle-part
takedown https://radio.example/9 --reason x
takedown source:nulle-part --reason x
takedown https://radio.example/1
takedown https://radio.example/1 --date demain --reason x
refresh --deploy ailleurs
feature a b
--hub /nulle/part build
--hub radio.xml build
bild
dossier
new artcle
new evenement
import csv
setup forg
--versoin

--version
"""),
    (BROKEN, """
build
check
check --summary
check --stale
doctor
report
deploy site
deploy dossier
build --publish
"""),
    (UNSET, """
build
build --publish
doctor
check
"""),
    (BROKEN, """
doctor --hosts
report
harvest
harvest --dry-run
import opml pas-une-liste.opml
"""),
    (HUB, """
harvest --dry-run
harvest
report
check
doctor
check --rules
takedown https://radio.example/1 --reason x --dry-run
"""),
)  # fmt: skip
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
    shutil.copytree(DATA, root, dirs_exist_ok=True)
    calls = [(HUB, f"{command} --help") for command in COMMANDS]
    calls += [(folder, f"{command} --avion") for command in COMMANDS for folder in (HUB,)]
    calls += [(folder, f"{command} un deux trois quatre") for command in COMMANDS for folder in (HUB,)]
    calls += [(NONE, command) for command in COMMANDS if command not in {"init"}]
    calls += [(HUB, command) for command in COMMANDS if command not in {"serve", "build", "refresh"}]
    calls += [(folder, call) for folder, text in WRONG_CALLS for call in text[1:-1].split("\n")]
    data = json.dumps([(str(root / folder), words.split()) for folder, words in calls])
    environment = {**os.environ, "LANGUAGE": "fr", "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "500"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.french_calls"],
        input=data, capture_output=True, text=True, check=True, env=environment,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    found["errors"] = done.stderr
    return found


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
