"""Harvest: what talks to the network and writes ``archive/``. ``harvest_round.harvest`` is a round."""
