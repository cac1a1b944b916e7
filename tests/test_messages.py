"""The catalogues are complete: every message of the code and the theme is there, and French says each."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("**", "jinja2")]
OPTIONS = {"**": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}


@cache
def forms() -> dict[str, str | tuple[str, str]]:
    """Return the messages that code and theme use, by their first form; those with a plural have two."""
    found: dict[str, str | tuple[str, str]] = {}
    for folder in ("plugins", "theme/templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / folder, METHODS, OPTIONS):
            one = (str(message[0]), str(message[1])) if isinstance(message, tuple) else str(message)
            found[key(one)] = one
    return found | {one: one for one in descriptions()}


def descriptions() -> Iterator[str]:
    """Yield what the data files of components say in words: the style guide shows it in the hub's
    language.
    """
    for file in (ROOT / "theme" / "templates" / "components").glob("*.json"):
        data = json.loads(file.read_text(encoding="utf-8"))
        yield data["description"]
        yield from (parameter["description"] for parameter in data["parameters"])


def used() -> set[str]:
    """Return the first forms of the messages that code and theme use."""
    return set(forms())


def catalogue(language: str) -> Catalog:
    path = ROOT / "theme" / "translations" / language / "LC_MESSAGES" / "kiosque.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def key(message_id: object) -> str:
    return message_id[0] if isinstance(message_id, tuple | list) else str(message_id)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_catalogue_holds_every_message_once_and_no_other(language: str) -> None:
    """What the code and the theme say, and what a catalogue translates, are the same."""
    known = {key(message.id) for message in catalogue(language) if message.id}
    assert (set(), set()) == (used() - known, known - used())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_message_with_a_plural_has_one_in_each_catalogue(language: str) -> None:
    """What is counted in the code is counted in every language."""
    said = {key(message.id): message.id for message in catalogue(language) if message.id}
    assert {first: one for first, one in forms().items() if said[first] != one} == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_message_is_translated_with_its_own_places(language: str) -> None:
    """No translation is empty, or loses or invents a ``{name}``."""
    wrong = []
    for message in catalogue(language):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        names = {name for _text, name, _spec, _conversion in Formatter().parse(key(message.id)) if name}
        for string in strings:
            fields = {name for _text, name, _spec, _conversion in Formatter().parse(string) if name}
            if message.id and (not string or fields != names):
                wrong.append((message.id, string))
    assert [] == wrong
