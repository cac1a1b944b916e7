"""The answers of a group that starts a hub."""

from __future__ import annotations

from kiosque.i18n import N_
from kiosque.model import Commune, Record

# The kinds of host, each with such a target and its description. A person replaces the parts in capitals.
HOSTS: dict[str, tuple[str | dict[str, str], str]] = {
    "ftps": ("ftps://COMPTE@ftp.HEBERGEUR.example/www", N_("a shared host with FTP over TLS, as most have")),
    "sftp": ("sftp://COMPTE@ssh.HEBERGEUR.example/www", N_("a host with SFTP")),
    "rsync": (
        "rsync://COMPTE@SERVEUR.example/var/www/kiosque",
        N_("a server of one's own, with SSH and rsync"),
    ),
    "webdav": ("webdav://COMPTE@HEBERGEUR.example/www", N_("a host with WebDAV")),
    "s3": (
        {
            "url": "s3://CLE-D-ACCES@BUCKET",
            "endpoint": "https://s3.HEBERGEUR.example",
            "acl": "public-read",
        },
        N_("object storage (S3), as at Scaleway and OVH"),
    ),
    "git": (
        "git+ssh://git@FORGE.example/COMPTE/DEPOT.git",
        N_("the pages of a forge: a branch of a git repository"),
    ),
    "folder": ("/var/www/kiosque", N_("a folder of this machine")),
}


class HubAnswers(Record, frozen=True):
    """The answers from which a hub is written.

    ``place`` is the name of its territory. ``medium`` is the address of a first medium's feed. ``forge`` is
    one of ``forge.FORGE_KINDS``, ``host`` one of ``HOSTS``. All but ``name`` and ``place`` may be empty.
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
