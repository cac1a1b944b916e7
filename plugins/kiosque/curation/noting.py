"""Adding a choice to ``content/curation.yml`` without touching what people wrote there."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from kiosque.content import ledger
from kiosque.curation.choices import PATH, Choice, read


def note(root: Path, choice: Choice, zone: tzinfo) -> Choice:
    """Write a choice at the end of the file, and return it as it is read there; see ``ledger.add``."""
    return ledger.add(root, PATH, _written(choice), lambda data: read(data, zone), choice)


def _written(choice: Choice) -> dict[str, object]:
    """Return the item of a choice, its keys in the order in which people read them."""
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
