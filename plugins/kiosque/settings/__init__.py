"""The checked settings of ``pelicanconf.py`` and ``publishconf.py``, and how hosts serve the site's files."""
