"""The fields of each kind of content file, described once.

What reads files, what checks them, the forms, the questions, the guides and the published JSON Schema all go by these
tables: a kind that is added to ``KINDS`` appears in all of them.
"""

from kiosque.schema.fields import Field, Shape
from kiosque.schema.jsonschema import json_schema
from kiosque.schema.kinds import KINDS, Kind
from kiosque.schema.values import BadValueError, Key
from kiosque.schema.writing import content_file, model_file

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
