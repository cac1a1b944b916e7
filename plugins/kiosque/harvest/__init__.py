"""Harvest: what talks to the network and writes ``archive/``. ``run.harvest`` is a round."""
