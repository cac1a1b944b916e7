"""Les réglages de ce kiosque, un commentaire chacun. Tous ont une valeur par défaut ; publishconf.py y ajoute ceux du site public."""

# Le nom du kiosque : en tête de chaque page, et titre de ses flux.
SITENAME = §{name_quoted}

# Une phrase sous le nom : ce qu’on trouve ici, et pour quel territoire.
SITESUBTITLE = §{tagline_quoted}

# L’adresse où l’on peut écrire au kiosque ; la moisson se présente avec elle aux serveurs des médias.
CONTACT = §{contact_quoted}

# L’adresse du dépôt, pour que l’on puisse corriger un texte ou signaler un problème depuis le site ; vide s’il n’y en a pas.
REPOSITORY = §{repository_quoted}

# Le logiciel de sa forge, si le nom de son hôte ne le dit pas : github, gitlab, forgejo ou gitea.
FORGE = §{forge_quoted}

# La branche de ce dépôt dont le site est fait.
BRANCH = "main"

# Le jour où des personnes du kiosque ont lu la déclaration d’accessibilité (/accessibilite/) et l’ont faite leur, comme
# 2026-03-12 ; vide tant que personne ne l’a fait.
ACCESSIBILITY_DATE = ""

# La langue de l’interface : fr ou en.
DEFAULT_LANG = "fr"

# Le fuseau horaire des dates que l’on lit.
TIMEZONE = "Europe/Paris"

# Ce que Pelican charge : Kiosque.
PLUGINS = ["kiosque.site"]
