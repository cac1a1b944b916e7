"""``kiosque`` for which the addresses 127.1.0.0/16 are public, and all others of this machine private.

Requests time out sooner, and a round ends sooner: a simulated hour takes seconds. Nothing else differs.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import msgspec

from kiosque.cli import main
from kiosque.harvest import harvest_round
from kiosque.harvest.net import guard
from kiosque.harvest.net.fetch import Limits

_MEDIA = ipaddress.ip_network("127.1.0.0/16")
_LIMITS = Limits(connect=5, silence=6, total=8, pause=0.05, source=30, round=150)
_is_public, _harvest = guard.is_public, harvest_round.harvest


def is_public(address: str) -> bool:
    """Whether an address is public, or that of a medium of the soak."""
    return _is_public(address) or ipaddress.ip_address(address) in _MEDIA


def harvest(root: Any, sources: Any, options: Any, progress: Any = None) -> Any:
    """Run a round with shorter limits of time."""
    return _harvest(root, sources, msgspec.structs.replace(options, limits=_LIMITS), progress)


if __name__ == "__main__":
    guard.is_public = is_public
    harvest_round.harvest = harvest
    main()
