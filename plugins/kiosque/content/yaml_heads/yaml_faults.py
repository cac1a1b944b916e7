"""Words the faults of a YAML head for the person who wrote it."""

from __future__ import annotations

import re

import yaml

from kiosque.i18n import N_, _

# Patterns for messages of PyYAML, and what to tell the author instead.
_REASONS = (
    (r"mapping values are not allowed", N_("a “: ” stands where none can")),
    (r"could not find expected ':'", N_("a “:” is missing after a key")),
    (r"found unexpected (?:end of stream|document)", N_("a quotation mark is not closed")),
    (r"cannot start any token", N_("a value begins with a sign that has a meaning of its own")),
    (r"expected ',' or", N_("a comma, a bracket or a brace is missing")),
    (
        r"expected (?:<block end>|the node content)",
        N_("a line isn’t indented like its neighbours, or a list isn’t closed"),
    ),
    (r"unknown escape", N_("a backslash between double quotation marks has a meaning of its own")),
)


class UnsafeError(yaml.YAMLError):
    """YAML that is refused because it is dangerous: tags, anchors, aliases and deep nesting."""

    def __init__(self, message: str, mark: object) -> None:
        """Keep the message and the place, as other errors of PyYAML do."""
        super().__init__(message)
        self.problem = message
        self.problem_mark = mark


def yaml_message(error: yaml.YAMLError) -> str:
    """Return the message for a fault in YAML: the reason in plain words, and what to do."""
    if isinstance(error, UnsafeError):
        return str(error.problem)
    raw = getattr(error, "problem", None) or str(error)
    return head_fault(next((_(plain) for pattern, plain in _REASONS if re.search(pattern, raw)), raw))


def head_fault(reason: str) -> str:
    """Return the message for a head that can't be read for a reason."""
    message = _("the head of this file can't be read ({reason}): put values with “: ” or “#” between quotes, "
             "and indent with spaces")  # fmt: skip
    return message.format(reason=reason)
