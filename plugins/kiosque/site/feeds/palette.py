"""The colours in which the artwork of a podcast is drawn."""

from __future__ import annotations

from kiosque.model import Record


class Palette(Record, frozen=True):
    """The colours of an artwork, in CSS notation: of background, letters and the stripes of the awning.

    ``stripe`` alternates with ``light``, or with ``dark`` where ``light`` can't be told from the background.
    """

    ground: str
    ink: str
    stripe: str
    light: str
    dark: str
