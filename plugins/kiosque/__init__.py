"""Kiosque: a newsstand for the media that inhabitants make themselves."""

__version__ = "0.1.0"
