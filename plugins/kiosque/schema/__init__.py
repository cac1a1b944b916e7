"""The fields of each kind of content file, described once: names in both languages, shape and rules."""

from kiosque.schema.kinds import KINDS, Kind
from kiosque.schema.values import BadValueError, Field

__all__ = ["KINDS", "BadValueError", "Field", "Kind"]
