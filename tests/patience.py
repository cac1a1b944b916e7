"""How long a test waits for what surely comes. A busy machine needs long; only a failure takes all of it."""

from __future__ import annotations

SECONDS = 60
MILLISECONDS = 1000 * SECONDS
