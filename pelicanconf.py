"""The settings of this hub, one comment each. Every one has a default; publishconf.py adds those of the public site."""

# The hub's name: the head of every page, the titles of feeds.
SITENAME = "Le Kiosque de la Drôme"

# One sentence under the name: what is here, and for which place.
SITESUBTITLE = "Ce que publient les radios, les blogs et les gens de la vallée, de Valence à Luc-en-Diois"

# The hub's whole address, without a slash at its end: feeds and the site map need it. Its path, if it has one
# (https://example.org/hub), is put before every link.
SITEURL = "https://kiosque-drome.example"

# Where people write to the hub; harvests name it to the media's servers.
CONTACT = "bonjour@kiosque-drome.example"

# The whole address of the hub's repository, so that readers can correct texts and report problems there; empty for none.
REPOSITORY = ""

# The branch of that repository that the hub is built from.
BRANCH = "main"

# What the repository's forge is, where its host doesn't tell: github, gitlab, forgejo or gitea.
FORGE = ""

# The day on which people of the hub read the declaration of accessibility at /accessibilite/ and made it theirs, as
# 2026-03-12; empty where nobody has. A page content/pages/accessibilite.md takes its place.
ACCESSIBILITY_DATE = "2026-03-12"

# The language of the interface: fr or en.
DEFAULT_LANG = "fr"

# The time zone of the dates that readers see.
TIMEZONE = "Europe/Paris"

# True shows on every page that media and people of this hub are made up. A real hub leaves this out.
DEMONSTRATION = True

# A demonstration doesn't age: this is its present moment. A real hub leaves this out and follows the clock.
NOW = "2026-03-15T08:00:00Z"

# How often a feed is asked, in hours: the shortest and the longest time between two visits, whatever it says itself.
VISIT_HOURS = (1, 24)

# The WebSub hubs that carry news to subscribers at once, such as ["https://pubsubhubbub.appspot.com/"]: feeds announce
# them, and `kiosque ping` tells them what changed. Without one, feed readers ask from time to time.
WEBSUB_HUBS = []

# What Pelican loads: Kiosque.
PLUGINS = ["kiosque.site"]
