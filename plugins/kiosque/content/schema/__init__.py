"""The fields of content files: types, converters of values, JSON Schemas, and how a file is written.

The kinds of content files are in ``kiosque.content.kinds``.
"""

from kiosque.content.schema.fields import Field, Shape
from kiosque.content.schema.jsonschema import json_schema
from kiosque.content.schema.kind import Kind
from kiosque.content.schema.values import BadValueError, Key
from kiosque.content.schema.writing import content_file, model_file

__all__ = [
    "BadValueError",
    "Field",
    "Key",
    "Kind",
    "Shape",
    "content_file",
    "json_schema",
    "model_file",
]
