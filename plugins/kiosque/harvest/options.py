"""The options of a round of the harvest."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import kiosque
from kiosque.harvest.net.limits import Limits
from kiosque.harvest.net.schedule import Bounds
from kiosque.model import Record
from kiosque.takedowns import Takedowns


class Options(Record, frozen=True):
    """The options of a round.

    - ``now``: the moment of the round. ``zone`` is the hub's: messages name days and hours in it.
    - ``user_agent``: the name and address of the hub, with a contact.
    - ``only``: the slugs of the sources to visit; empty means all. A source that was taken down is never
      visited.
    - ``force``: visit all feeds, due or not.
    - ``dry_run``: write nothing, and report each decision.
    - ``allow_private``: allow private addresses too.
    - ``pictures``: also download pictures, chapters and transcripts.
    """

    now: datetime
    zone: tzinfo = UTC
    user_agent: str = f"{kiosque.DISTRIBUTION}/{kiosque.__version__}"
    only: frozenset[str] = frozenset()
    force: bool = False
    dry_run: bool = False
    allow_private: bool = False
    limits: Limits = Limits()
    bounds: Bounds = Bounds()
    takedowns: Takedowns = Takedowns()
    pictures: bool = True
