"""The catalogues are complete: every message of the code and the theme is there, and French says each."""

import ast
import inspect
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.pofile import read_po

from kiosque.cli.console.click_words import MODULES
from kiosque.content.kinds import KINDS
from kiosque.content.schema.written_keys import key_in

ROOT = Path(__file__).parents[1]
# How the messages of click begin that only a mistake in the code of a command can bring up.
OF_DEVELOPERS = (
    "Argument ", "Arguments take", "Boolean option", "Could not determine", "DeprecationWarning", "Name '",
    "No options defined", "Value must be an iterable", "Unknown color", "Invalid start character",
    "{len_type} values",
)  # fmt: skip
METHODS = [("**.py", "python"), ("**", "jinja2")]
OPTIONS = {"**": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}

# A message may leave a place out for this reason.
SAID_WITHOUT = {"{value!r} is not a valid {number_type}.": "click has English names for the types of numbers"}
# What is no prose: markup, code, places, text between quotes, addresses, names of files.
NO_PROSE = re.compile(
    r"<[^>]*>|`[^`]*`|%\(\w+\)s|\{\w+\}:\{\w+\}:?|\{[^}]*\}|«[^»]*»|(?:\w+: )?\"[^\"]*\"(?:: \S+)?|\w+://\S*|/\S+|"
    r"\d{4}-\d\d-\d\dT\S+|\S*\w[/.]\w\S*|\S+@\S+|--[\w-]+|-\w+|!?\[[^\]]*\](?:\([^)]*\)|\.\.\.)?|"
    r"\w+: \S*$|\bDEPLOY = \S+|pip install|kiosque \w+|JSON Feed"
)
FRENCH_MISTAKES = {
    "a straight apostrophe": r"\w'\w",
    "a space that may break before a sign": r" [:;!?»%]|« ",
    "no space before a sign": r"\w[;!?»](?:\s|$)|\w:(?:\s|$)",
    "a wide space where a narrow one stands": r"\u00a0[;!?»]|«\u00a0",
    "a narrow space where a wide one stands": r"\u202f:",
    "three points": r"\.\.\.",
    "a point in a number": r"(?<![\d.])(?<!RGAA )(?<!SA )(?<!WCAG )\d+\.\d",
    "a long number without a space": r"\b(?!20\d\d)\d{4,5} [a-zà-ÿ]",
    "an English unit": r"\b(?:[kMG]B|bytes?)\b",
    "a number that may be parted from its unit": r"\d [kMG]o\b|\d (?:pixels|secondes|caractères)",
}
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
# The words that English can hardly do without, but for those that French has too: “on”, “or”, “an”, “port”.
ENGLISH = frozenset(
    """
    the of and is are was were be been has have had not no this that these those with without from
    into your you we they it its he she what which who where when why how if else than then there here
    can can't cannot could must should would will may might do does don't doesn't isn't for to in at
    by as but so such only also folder known yet error missing invalid usage found size write read
    line key value name title feed feeds entry entries host build built deploy password user used use
    see run push pull fork share stop start yes
    """.split()
)
# The list of a JSON feed, which has one name in all languages.
OF_FORMATS = frozenset({"items"})


@cache
def forms() -> dict[str, str | tuple[str, str]]:
    """Return the messages that code and theme use, by their first form; those with a plural have two."""
    found: dict[str, str | tuple[str, str]] = {}
    for folder in ("plugins", "theme/templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / folder, METHODS, OPTIONS):
            one = (str(message[0]), str(message[1])) if isinstance(message, tuple) else str(message)
            found[key(one)] = one
    return found | {one: one for one in descriptions()} | click_forms()


def called(name: str, tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of a function, those inside of f-strings too, which Babel doesn't look into."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def test_no_message_hides_in_an_f_string() -> None:
    """Every text that code translates is one that Babel finds."""
    texts_of_calls = {
        call.args[0].value
        for path in (ROOT / "plugins").rglob("*.py")
        # What a new hub begins with is text to be filled in.
        if "starter" not in path.parts
        for name in ("_", "N_", "ngettext")
        for call in called(name, ast.parse(path.read_text(encoding="utf-8")))
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert set() == texts_of_calls - used()


def test_each_question_ends_as_the_language_ends_one() -> None:
    """No call of click.prompt leaves the colon behind the question to click, which sets it as in English."""
    calls = [
        (path.name, node.lineno)
        for path in (ROOT / "plugins" / "kiosque" / "cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "click.prompt"
        if "prompt_suffix" not in {keyword.arg for keyword in node.keywords}
    ]
    assert [] == calls


def test_each_group_proposes_the_nearest_command() -> None:
    """Every group of commands is one of Kiosque's, and so in the reader's language."""
    calls = [
        (path.name, node.lineno)
        for path in (ROOT / "plugins" / "kiosque" / "cli").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "group"
        if "cls" not in {keyword.arg for keyword in node.keywords} and ast.unparse(node.func) == "click.group"
    ]
    assert [] == calls


def click_forms() -> dict[str, str | tuple[str, str]]:
    """Return the messages of click that people can meet: it takes them from Kiosque's catalogues."""
    found: dict[str, str | tuple[str, str]] = {}
    for module in MODULES:
        source = inspect.getsource(module).encode()
        for _line, _function, message, _comments in extract_python(
            io.BytesIO(source), ("_", "ngettext"), (), {}
        ):
            one = (str(message[0]), str(message[1])) if isinstance(message, tuple) else str(message)
            if not key(one).startswith(OF_DEVELOPERS):
                found[key(one)] = one
    return found


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


@cache
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
    """No translation is empty, or loses or invents a ``{name}`` of the message or of its plural."""
    wrong = []
    for message in catalogue(language):
        known = [places(form) for form in texts(message.id)]
        for string in texts(message.string) if message.id else ():
            if not string or (places(string) not in known and key(message.id) not in SAID_WITHOUT):
                wrong.append((message.id, string))
    assert [] == wrong


def texts(forms_of_one: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the forms of a message or of its translation."""
    return (forms_of_one,) if isinstance(forms_of_one, str) else tuple(forms_of_one)


def places(text: str) -> set[str]:
    """Return the names in braces of a message."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def said(language: str) -> Iterator[tuple[str, str]]:
    """Yield each form of each translation, with the message that it is of."""
    for message in catalogue(language):
        yield from ((key(message.id), form) for form in texts(message.string) if message.id)


def prose(text: str) -> str:
    """Return the words of a translation: no markup, code, addresses, places, nothing between quotes."""
    return NO_PROSE.sub(" … ", text)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_one_or_many_is_said_rightly_in_every_language(language: str) -> None:
    """No message leaves it to the reader whether something is one or many."""
    assert [] == [form for _id, form in said(language) if re.search(r"\w\((?:s|e|es|x|ne|nes|is|a)\)", form)]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_translation_has_two_spaces_together(language: str) -> None:
    """Spaces stand one at a time, and none at the end of a line."""
    assert [] == [
        form for _id, form in said(language) if re.search(r"[ \u00a0\u202f]{2}|[ \u00a0\u202f]\n", form)
    ]


@pytest.mark.parametrize(("mistake", "pattern"), FRENCH_MISTAKES.items(), ids=list(FRENCH_MISTAKES))
def test_french_is_typeset_by_a_careful_editor(mistake: str, pattern: str) -> None:
    """Spaces before signs don't break, apostrophes and points are those of print, numbers have a comma."""
    del mistake
    assert [] == [form for _id, form in said("fr") if re.search(pattern, prose(form))]


def test_french_has_no_english_words() -> None:
    """What is translated is translated to its last word, but for names between quotes."""
    found = {
        (word, form)
        for _id, form in said("fr")
        for word in WORD.findall(prose(form))
        # Names of settings and of licences are in capitals.
        if word.lower() in ENGLISH and not word.isupper()
    }
    assert set() == found


def test_keys_in_messages_are_the_ones_that_people_write() -> None:
    """A message in French that names the key of a field names it in French."""
    english = {
        field.name
        for kind in KINDS.values()
        for outer in kind.fields
        for field in (outer, *outer.fields)
        if key_in(field, is_french=True) != field.name
    }
    named = re.compile(r"«\u202f(\w+)(?:: [^»]*|:)?\u202f»")
    found = {(one, form) for _id, form in said("fr") for one in named.findall(form) if one in english}
    assert set() == {(one, form) for one, form in found if one not in OF_FORMATS}
