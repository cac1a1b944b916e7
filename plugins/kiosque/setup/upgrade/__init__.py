"""Moves a hub to another version of Kiosque: its requirements, its workflows, and its archive."""
