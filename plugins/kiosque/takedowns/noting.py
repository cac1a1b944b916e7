"""Adding a takedown to ``content/takedowns.yml`` without touching what people wrote there."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from kiosque.content import ledger
from kiosque.takedowns.covering import Takedown
from kiosque.takedowns.reading import PATH, read


def note(root: Path, takedown: Takedown, zone: tzinfo) -> Takedown:
    """Write a takedown at the end of the file, and return it as it is read there; see ``ledger.add``."""
    return ledger.add(root, PATH, _written(takedown), lambda data: read(data, zone)[0], takedown)


def _written(takedown: Takedown) -> dict[str, object]:
    """Return the item of a takedown, its keys in the order in which people read them."""
    entry = f"{takedown.source}/{takedown.identity}" if takedown.identity else ""
    values = {
        "entry": entry,
        "address": takedown.address,
        "source": takedown.source if takedown.is_source else "",
        "date": takedown.day,
        "reason": takedown.reason,
        "by": takedown.by,
    }
    return {key: value for key, value in values.items() if value}
