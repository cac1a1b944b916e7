"""What ``pelicanconf.py`` and ``publishconf.py`` say, checked: the hub, its forge, the hosts that it is sent to."""
