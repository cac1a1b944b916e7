"""The fields of each kind of content file, described once.

What reads files, what checks them, the forms, the questions, the guides and the published JSON Schema all go by these
tables: a kind that is added to ``KINDS`` appears in all of them.
"""

from kiosque.content.schema.fields import Field, Shape
from kiosque.content.schema.jsonschema import json_schema
from kiosque.content.schema.kinds import KINDS, Kind
from kiosque.content.schema.values import BadValueError, Key
from kiosque.content.schema.writing import content_file, model_file

__all__ = [
    "KINDS",
    "BadValueError",
    "Field",
    "Key",
    "Kind",
    "Shape",
    "content_file",
    "json_schema",
    "model_file",
]
