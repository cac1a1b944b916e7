"""The cache of a build: results of pure functions, so that each is called once for each key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any


class BuildCache:
    """Results of pure functions of a hub. The same key always has the same object."""

    def __init__(self) -> None:
        """Make an empty cache."""
        self._results: defaultdict[Callable[..., Any], dict[Any, Any]] = defaultdict(dict)

    def of(self, function: Callable[..., Any]) -> dict[Any, Any]:
        """Return the results of a pure function by their keys. The caller reads them and adds new ones."""
        return self._results[function]
