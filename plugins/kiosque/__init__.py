"""Kiosque: a newsstand for the media that inhabitants make themselves."""

import logging

__version__ = "0.1.0"

# Without a handler, logging would print warnings on standard error. `kiosque -v` adds one.
logging.getLogger("kiosque").addHandler(logging.NullHandler())
