"""The checked settings of ``pelicanconf.py`` and ``publishconf.py``: the hub, its forge, its targets."""
