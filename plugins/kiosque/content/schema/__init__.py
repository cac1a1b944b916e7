"""The fields of each kind of content file, described in one place.

The reader, ``kiosque check``, the forms, the questions of ``kiosque new``, the guides and the published JSON
Schemas all use these tables. To add a kind everywhere, add it to ``KINDS``.
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
