"""What a group says of the hub that it starts."""

from __future__ import annotations

from kiosque.i18n import N_
from kiosque.model import Commune, Record

# The kinds of host, each with the address that a target of it has: what isn't known yet is written in capitals.
HOSTS = {
    "ftps": ("ftps://COMPTE@ftp.HEBERGEUR.example/www", N_("a shared host with FTP over TLS, as most have")),
    "sftp": ("sftp://COMPTE@ssh.HEBERGEUR.example/www", N_("a host with SFTP")),
    "rsync": (
        "rsync://COMPTE@SERVEUR.example/var/www/kiosque",
        N_("a server of one's own, with SSH and rsync"),
    ),
    "git": (
        "git+ssh://git@FORGE.example/COMPTE/DEPOT.git",
        N_("the pages of a forge: a branch of a git repository"),
    ),
    "folder": ("/var/www/kiosque", N_("a folder of this machine")),
}


class Answers(Record, frozen=True):
    """What a hub is started from.

    ``place`` is the name of its territory; ``url``, ``repository`` and ``medium`` (the address of a first medium's feed)
    may be empty, as may ``forge``, else one of ``forge.KINDS``, and ``host``, else one of ``HOSTS``.
    """

    name: str
    place: str
    communes: tuple[Commune, ...] = ()
    contact: str = ""
    url: str = ""
    repository: str = ""
    forge: str = ""
    host: str = ""
    medium: str = ""
    medium_name: str = ""
