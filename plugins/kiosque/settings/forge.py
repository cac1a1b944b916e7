"""Addresses of a forge where people edit the hub's files or report a problem.

Addresses only: no request is made.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from kiosque.model import Record

ForgeKind = Literal["github", "gitlab", "forgejo"]
# Gitea uses the same addresses as Forgejo.
FORGE_KINDS: dict[str, ForgeKind] = {
    "github": "github",
    "gitlab": "gitlab",
    "forgejo": "forgejo",
    "gitea": "forgejo",
}
_HOSTS: dict[str, ForgeKind] = {
    "codeberg.org": "forgejo",
    "framagit.org": "gitlab",
    "git.disroot.org": "forgejo",
    "gitea.com": "forgejo",
    "github.com": "github",
    "gitlab.com": "gitlab",
}
# The addresses are documented in GitHub's "Editing files", GitLab's "Prefill issues" and Gitea's "Issue
# templates".
_EDIT: dict[ForgeKind, str] = {"github": "edit", "gitlab": "-/edit", "forgejo": "_edit"}
# Documented in Gitea's "Pre-Fill New File name and contents". GitHub takes the same parameters, most reliably
# from the top folder of the branch. GitLab takes a file name, and no text.
_NEW: dict[ForgeKind, str] = {
    "github": "new/{branch}?filename={folder}%2F",
    "gitlab": "-/new/{branch}/{folder}?file_name=",
    "forgejo": "_new/{branch}/{folder}?filename=",
}
# GitLab has its button for uploads on the page of the folder.
_UPLOAD: dict[ForgeKind, str] = {"github": "upload", "gitlab": "-/tree", "forgejo": "_upload"}
# Servers refuse a request line of more than 8 kB: nginx by default, and the proxies of GitHub.
LONGEST_ADDRESS = 8000
_ISSUE: dict[ForgeKind, tuple[str, str, str]] = {
    "github": ("issues/new", "title", "body"),
    "gitlab": ("-/issues/new", "issue[title]", "issue[description]"),
    "forgejo": ("issues/new", "title", "body"),
}


# An address of ssh as git shows it: git@forge.example:us/hub
_SCP = re.compile(r"(?:[\w.-]+@)?([\w.-]+\.[\w-]+):(?!//)([^:]+)")


class Forge(Record, frozen=True):
    """The forge of a hub.

    ``repository`` is the whole address of its repository, without a slash at its end.
    """

    kind: ForgeKind
    repository: str
    branch: str = "main"

    def edit(self, path: str) -> str:
        """Return the address where a file is edited in a browser; ``path`` starts at the hub's folder."""
        return f"{self.repository}/{_EDIT[self.kind]}/{quote(self.branch)}/{quote(path)}"

    @property
    def host(self) -> str:
        """The name of the forge's host, for people."""
        return urlsplit(self.repository).hostname or self.repository

    @property
    def takes_text(self) -> bool:
        """Whether the address of a new file may contain the file's text."""
        return self.kind != "gitlab"

    @property
    def longest_address(self) -> int:
        """The largest number of characters of an address."""
        return LONGEST_ADDRESS

    def new(self, folder: str) -> str:
        """Return the address where a new file of a folder is written.

        The caller adds the file's name, %-encoded.
        Where the forge ``takes_text``, the caller may add ``&value=`` and the text. The whole address may
        have ``longest_address`` characters.
        """
        place = _NEW[self.kind].format(
            branch=quote(self.branch), folder=quote(folder, safe="" if self.kind == "github" else "/")
        )
        return f"{self.repository}/{place}"

    def upload(self, folder: str) -> str:
        """Return the address where files are uploaded to a folder."""
        return f"{self.repository}/{_UPLOAD[self.kind]}/{quote(self.branch)}/{quote(folder)}"

    def issue(self, title: str, body: str) -> str:
        """Return the address of a new issue with its title and first words filled in."""
        place, title_name, body_name = _ISSUE[self.kind]
        return f"{self.repository}/{place}?{urlencode({title_name: title, body_name: body}, quote_via=quote)}"


def forge_kind(repository: str) -> ForgeKind | None:
    """Return the kind of a repository's forge by the name of its host.

    ``None`` where the name doesn't tell.
    """
    host = (urlsplit(repository).hostname or "").removeprefix("www.")
    return _HOSTS.get(host) or FORGE_KINDS.get(host.partition(".")[0])


def repository_address(text: str) -> str:
    """Return the web address of a repository from one that browsers or git show; empty for other text.

    ``git@forge.example:us/hub.git``, ``ssh://git@forge.example/us/hub.git`` and ``forge.example/us/hub`` all
    give ``https://forge.example/us/hub``.
    """
    line = text.strip().rstrip("/").removesuffix(".git")
    if scp := _SCP.fullmatch(line):
        line = f"https://{scp[1]}/{scp[2]}"
    parts = urlsplit(line if "://" in line else f"https://{line}")
    if (
        parts.scheme not in {"https", "http", "ssh", "git+ssh", "git"}
        or not parts.hostname
        or parts.path in {"", "/"}
    ):
        return ""
    port = f":{parts.port}" if parts.port and parts.scheme in {"https", "http"} else ""
    scheme = "http" if parts.scheme == "http" else "https"
    return f"{scheme}://{parts.hostname}{port}{parts.path}"


def mail(address: str, subject: str, body: str) -> str:
    """Return a ``mailto:`` address with subject and body filled in (RFC 6068)."""
    query = urlencode({"subject": subject, "body": "\r\n".join(body.splitlines())}, quote_via=quote, safe="")
    return f"mailto:{quote(address.strip(), safe='@')}?{query}"
