"""What was taken down: entries and sources that must go from archive and site, and never come back.

People keep the list in ``content/takedowns.yml``; ``archive/takedowns.jsonl`` remembers under which other names the
things on it were known.
"""

from kiosque.takedowns.covering import Takedown, Takedowns
from kiosque.takedowns.finding import Names, find
from kiosque.takedowns.noting import note
from kiosque.takedowns.purging import Removed, purge
from kiosque.takedowns.reading import PATH, load

__all__ = [
    "PATH",
    "Names",
    "Removed",
    "Takedown",
    "Takedowns",
    "find",
    "load",
    "note",
    "purge",
]
