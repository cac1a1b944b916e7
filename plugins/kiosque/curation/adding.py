"""Add a choice to ``content/curation.yml``, and leave everything that people wrote there as it is."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from kiosque.content import ledger
from kiosque.curation.choices import PATH, Choice, read


def add_choice(root: Path, choice: Choice, zone: tzinfo) -> Choice:
    """Append a choice to the file, and return it as it is read from there, with its line.

    Raises ContentError or OutputError, as ``ledger.add`` does.
    """
    return ledger.add(root, PATH, _item(choice), lambda data: read(data, zone), choice)


def _item(choice: Choice) -> dict[str, object]:
    """Return the keys and values of a choice in the file, in the order in which people read them."""
    values: dict[str, object] = {
        "publication": choice.publication,
        "feature": choice.feature,
        "hide": choice.hide,
        "tags": None if choice.tags is None else list(choice.tags),
        "add": list(choice.add) or None,
        "commune": choice.commune or None,
        "until": choice.until,
        "date": choice.day,
        "reason": choice.reason or None,
        "by": choice.by or None,
    }
    return {key: value for key, value in values.items() if value is not None}
