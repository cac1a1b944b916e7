"""Takedowns: entries and sources that are removed from archive and site, and must not come back.

People keep the list in ``content/takedowns.yml``. ``archive/takedowns.jsonl`` keeps the other names under
which the removed entries were known.
"""

from kiosque.takedowns.adding import add_takedown
from kiosque.takedowns.covering import Takedown, Takedowns
from kiosque.takedowns.finding import TakedownSubject, find
from kiosque.takedowns.purging import RemovedEntry, purge
from kiosque.takedowns.reading import PATH, load

__all__ = [
    "PATH",
    "RemovedEntry",
    "Takedown",
    "TakedownSubject",
    "Takedowns",
    "add_takedown",
    "find",
    "load",
    "purge",
]
