"""The kinds of content file, as tables and as JSON Schema."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import yaml
from conftest import EVENT
from jsonschema import Draft202012Validator

from kiosque import i18n
from kiosque.content.frontmatter import split
from kiosque.content.kinds import KINDS
from kiosque.content.kinds.article import Article
from kiosque.content.reader import read_record
from kiosque.content.schema import Field, Kind, json_schema, values

ZONE = ZoneInfo("Europe/Paris")


def every_field(kind: Kind) -> list[Field]:
    """Return the fields of a kind and those inside them."""
    return [inner for field in kind.fields for inner in (field, *field.fields)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_key_means_one_field(kind: Kind) -> None:
    """No key of a kind, in any language, stands for two fields."""
    for fields in (kind.fields, *kind.groups.values()):
        keys = [key for field in fields for key in (field.name, *field.french)]
        assert sorted(set(keys)) == sorted(keys)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_example_is_one(kind: Kind) -> None:
    """A file that gives each field its example is read without a problem, and fits the schema."""
    head = "".join(f"{field.name}: {field.example}\n" for field in kind.fields)
    read = read_record(kind, split(f"---\n{head}---\n", "a.md"), "a.md", ZONE)
    assert ((), True) == (read.problems, read.record is not None)
    given = yaml.load(head, Loader=yaml.BaseLoader)
    given = {
        key: {"true": True}.get(value, value) if isinstance(value, str) else value
        for key, value in given.items()
    }
    Draft202012Validator(json_schema(kind)).validate(given)


def test_the_schema_of_a_kind_says_what_its_table_says() -> None:
    """It takes French keys too, asks for one spelling of what is required, and speaks the reader's
    language.
    """
    kind = replace(EVENT, fields=EVENT.fields[:2])
    i18n.use("fr")
    schema = json_schema(kind, "https://hub.example/schema/event.json")
    i18n.use("en")
    assert ["title", "titre", "date", "jour"] == list(schema["properties"])
    assert "Titre" == schema["properties"]["titre"]["title"]
    assert ["https://hub.example/schema/event.json", "object", False] == [
        schema["$id"], schema["type"], schema["additionalProperties"],
    ]  # fmt: skip
    validator = Draft202012Validator(schema)
    valid = {"titre": "Bal", "date": "2026-02-01"}
    heads: list[dict[str, object]] = [
        valid,
        {"date": "2026-02-01"},
        valid | {"daet": "x"},
        valid | {"date": "demain"},
    ]
    assert [True, False, False, False] == [validator.is_valid(head) for head in heads]


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("2026-03-31", datetime(2026, 3, 31, 22, tzinfo=UTC)),
        ("31/03/2026", datetime(2026, 3, 31, 22, tzinfo=UTC)),
        ("2026-03-31 18:30", datetime(2026, 3, 31, 16, 30, tzinfo=UTC)),
        ("31/03/2026 18:30", datetime(2026, 3, 31, 16, 30, tzinfo=UTC)),
    ],
)
def test_a_day_ends_with_its_last_minute(written: str, ends: datetime) -> None:
    """What is shown until a day is shown on that day; an hour is an hour."""
    assert ends == values.end(written, ZONE)


def test_an_article_says_until_when_it_is_shown() -> None:
    """The key may be written in French, and YAML's own dates are taken."""
    read = read_record(
        KINDS["article"],
        split("---\ntitre: A\njour: 2026-03-01\njusqu’au: 2026-03-31\n---\n", "a.md"),
        "a.md",
        ZONE,
    )
    assert isinstance(read.record, Article)
    assert ((), datetime(2026, 3, 31, 22, tzinfo=UTC)) == (read.problems, read.record.expires)
