"""The fields of each kind of content file, described once.

What reads files, what checks them, the forms, the questions, the guides and the published JSON Schema all go by these
tables: a kind that is added to ``KINDS`` appears in all of them.
"""

from kiosque.schema.fields import Field, Shape
from kiosque.schema.jsonschema import json_schema
from kiosque.schema.kinds import KINDS, Kind
from kiosque.schema.values import BadValueError, Key

__all__ = ["KINDS", "BadValueError", "Field", "Key", "Kind", "Shape", "json_schema"]
