"""Ctrl-C and Ctrl-D at the questions of all commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from conftest import entry, tree
from terminal import CTRL_C, CTRL_D, at_terminal, kiosque

Write = Callable[[Mapping[str, object]], Path]
HUB: Mapping[str, object] = {
    "pelicanconf.py": 'SITENAME = "Kiosque"\n',
    "content/sources/radio.md": "---\nname: Radio\nfeeds: [https://radio.example/feed]\n---\n",
    "content/territory.yml": 'communes:\n  - {code: "26113", name: Die}\n',
    "archive/radio/2026.jsonl": [entry("radio", "a")],
}
INIT = ("init", "new", "--geography", "http://127.0.0.1:9")
FORGE = ("--repository", "https://codeberg.org/us/hub")
MOST = (*INIT, "--communes", "26113", "--contact", "a@hub.example", "--url", "hub.example", *FORGE)
START = (("name", "\n"), ("territory", "\n"))
# The words of a command, and what is waited for and answered; at the last question the person leaves.
QUESTIONS = {
    "init, name": (INIT, (("name", ""),)),
    "init, territory": (INIT, (("name", "\n"), ("territory", ""))),
    "init, first commune": (INIT, (*START, ("Commune", ""))),
    "init, which commune": (INIT, (*START, ("Commune", "Saint-Martin\n"), ("Its number", ""))),
    "init, contact": (INIT, (*START, ("Commune", "\n"), ("e-mail", ""))),
    "init, host": (MOST, (*START, ("Its number", ""))),
    "init, medium": (MOST, (*START, ("Its number", "\n"), ("first medium", ""))),
    "new article": (("new", "article"), ((" > ", ""),)),
    "new article, second": (("new", "article"), ((" > ", "Bal\n"), (" > ", ""))),
    "new source": (("new", "source"), (("Address", ""),)),
    "feature": (("feature", "https://radio.example/a"), (("Why", ""),)),
    "hide": (("hide", "https://radio.example/a"), (("Why", ""),)),
    "takedown": (("takedown", "https://radio.example/a"), (("Why", ""),)),
    "setup forge": (("setup", "forge"), (("repository", ""),)),
    "setup forge, software": (("setup", "forge", "https://git.here.example/a/b"), (("software", ""),)),
}


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
@pytest.mark.parametrize("question", QUESTIONS)
def test_leaving_at_a_question_writes_nothing(hub: Write, question: str, key: str) -> None:
    """The command says so in its last line and exits 1; the folder is as it was."""
    root = hub(HUB)
    words, steps = QUESTIONS[question]
    before = without_cache(root)
    code, shown = at_terminal(kiosque(*words), [*steps[:-1], (steps[-1][0], key)], root)
    assert (1, "kiosque: stopped: nothing was written", before) == (
        code, shown.strip().splitlines()[-1], without_cache(root),
    )  # fmt: skip
    assert "fault" not in shown


def without_cache(root: Path) -> dict[str, bytes]:
    """Return the files of a hub but for those that can be made again."""
    return {path: data for path, data in tree(root).items() if not path.startswith((".cache", "__pycache__"))}
