"""The settings of the public site: those of pelicanconf.py, and what differs online."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pelicanconf import *  # noqa: F403

# The address under which the hub is online; it must start with https://.
SITEURL = "https://kiosque-drome.example"

# The places to which `kiosque deploy NAME` sends the site, such as {"site": "sftp://name@host/folder"}; docs/publier.md
# says what to write for which host. Passwords have no place here.
DEPLOY = {}

# The demonstration shows what its look is made of; other hubs leave that to those who work on it.
STYLE_GUIDE = True
