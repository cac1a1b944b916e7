"""Harvest: what talks to the network and writes ``archive/``."""

from kiosque.harvest.freshness import Bounds
from kiosque.harvest.run import Options, Report, SourceReport, harvest

__all__ = ["Bounds", "Options", "Report", "SourceReport", "harvest"]
