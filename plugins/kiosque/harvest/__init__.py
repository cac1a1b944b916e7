"""Visit the feeds of all sources, and write what is new into ``archive/``: ``harvest_round.harvest``."""
