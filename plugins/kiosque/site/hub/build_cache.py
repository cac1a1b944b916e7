"""The cache of one build: what pure functions gave, so that each is called once for each key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any


class BuildCache:
    """Results of pure functions of one hub. Whoever asks again gets the same object, whatever was asked before."""

    def __init__(self) -> None:
        """Begin empty."""
        self._results: defaultdict[Callable[..., Any], dict[Any, Any]] = defaultdict(dict)

    def of(self, function: Callable[..., Any]) -> dict[Any, Any]:
        """Return the results of a pure function by their keys, for its caller to look up and to fill in."""
        return self._results[function]
