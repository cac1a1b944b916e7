"""What the fields of content files can be: shapes, values, JSON Schema, and how a file is written.

``kiosque.content.kinds`` says which kinds there are.
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
