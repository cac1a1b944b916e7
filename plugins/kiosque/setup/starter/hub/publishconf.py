"""Les réglages du site public : ceux de pelicanconf.py, et ce qui change en ligne."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from pelicanconf import *  # noqa: E402, F403

# L’adresse du site en ligne, sans barre à la fin ; elle commence par https://.
SITEURL = §{url_quoted}

# Où « kiosque deploy site » envoie le site. Jamais de mot de passe ici : d’autres lisent ce fichier.
DEPLOY = §{deploy}
