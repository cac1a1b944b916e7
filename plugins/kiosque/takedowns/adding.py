"""Add a takedown to ``content/takedowns.yml``, and leave everything that people wrote there as it is."""

from __future__ import annotations

import logging
from datetime import tzinfo
from pathlib import Path

from kiosque.content import ledger
from kiosque.takedowns.covering import Takedown
from kiosque.takedowns.reading import PATH, read

logger = logging.getLogger(__name__)


def add_takedown(root: Path, takedown: Takedown, zone: tzinfo) -> Takedown:
    """Append a takedown to the file, and return it as it is read from there, with its line.

    Raises ContentError or OutputError, as ``ledger.add`` does.
    """
    added = ledger.add(root, PATH, _item(takedown), lambda data: read(data, zone)[0], takedown)
    logger.debug("added to line %d of %s", added.line, PATH)
    return added


def _item(takedown: Takedown) -> dict[str, object]:
    """Return the keys and values of a takedown in the file, in the order in which people read them."""
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
