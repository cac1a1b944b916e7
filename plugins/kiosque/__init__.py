"""Kiosque: a newsstand for the media that inhabitants make themselves."""

import logging

__version__ = "0.1.0"
# The name on the Python package index. The index has a program of somebody else under the name "kiosque".
DISTRIBUTION = "kiosque-hub"

# Without a handler, logging would print warnings on standard error. `kiosque -v` adds one.
logging.getLogger("kiosque").addHandler(logging.NullHandler())
