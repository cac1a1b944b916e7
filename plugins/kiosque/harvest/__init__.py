"""Harvest: what talks to the network and writes ``archive/``."""

from kiosque.harvest.run import Options, Report, SourceReport, harvest

__all__ = ["Options", "Report", "SourceReport", "harvest"]
