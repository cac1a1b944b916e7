"""Where the hub's files lie for people to mend, and how to write about a page. Pure: addresses only, no request."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

from kiosque.model import Record

Kind = Literal["github", "gitlab", "forgejo"]
# Gitea's addresses are Forgejo's.
KINDS: dict[str, Kind] = {"github": "github", "gitlab": "gitlab", "forgejo": "forgejo", "gitea": "forgejo"}
_HOSTS: dict[str, Kind] = {
    "codeberg.org": "forgejo",
    "framagit.org": "gitlab",
    "git.disroot.org": "forgejo",
    "gitea.com": "forgejo",
    "github.com": "github",
    "gitlab.com": "gitlab",
}
# How each spells its addresses: GitHub's "Editing files", GitLab's "Prefill issues", Gitea's "Issue templates".
_EDIT: dict[Kind, str] = {"github": "edit", "gitlab": "-/edit", "forgejo": "_edit"}
# Gitea's "Pre-Fill New File name and contents"; GitHub takes the same, best from the branch's top. GitLab takes a name only.
_NEW: dict[Kind, str] = {
    "github": "new/{branch}?filename={folder}%2F",
    "gitlab": "-/new/{branch}/{folder}?file_name=",
    "forgejo": "_new/{branch}/{folder}?filename=",
}
# GitLab has its button on the folder's own page.
_UPLOAD: dict[Kind, str] = {"github": "upload", "gitlab": "-/tree", "forgejo": "_upload"}
# Servers refuse a longer first line of a request than 8 kB: nginx by its default, and what stands before GitHub.
LONGEST_ADDRESS = 8000
_ISSUE: dict[Kind, tuple[str, str, str]] = {
    "github": ("issues/new", "title", "body"),
    "gitlab": ("-/issues/new", "issue[title]", "issue[description]"),
    "forgejo": ("issues/new", "title", "body"),
}


class Forge(Record, frozen=True):
    """The forge that keeps a hub: ``repository`` is its whole address without a slash at its end."""

    kind: Kind
    repository: str
    branch: str = "main"

    def edit(self, path: str) -> str:
        """Return where a file, by its path from the hub's folder, is edited in a browser."""
        return f"{self.repository}/{_EDIT[self.kind]}/{quote(self.branch)}/{quote(path)}"

    @property
    def host(self) -> str:
        """Its name for people."""
        return urlsplit(self.repository).hostname or self.repository

    @property
    def takes_text(self) -> bool:
        """Whether a new file can be opened with its text filled in."""
        return self.kind != "gitlab"

    @property
    def longest_address(self) -> int:
        """How long an address may be."""
        return LONGEST_ADDRESS

    def new(self, folder: str) -> str:
        """Return where a file is begun in a folder, up to its name, which follows %-encoded.

        Where the forge ``takes_text``, ``&value=`` and the text may follow, up to ``longest_address`` characters in all.
        """
        place = _NEW[self.kind].format(
            branch=quote(self.branch), folder=quote(folder, safe="" if self.kind == "github" else "/")
        )
        return f"{self.repository}/{place}"

    def upload(self, folder: str) -> str:
        """Return where files are put into a folder."""
        return f"{self.repository}/{_UPLOAD[self.kind]}/{quote(self.branch)}/{quote(folder)}"

    def issue(self, title: str, body: str) -> str:
        """Return where a problem is told to the hub, its title and first words filled in."""
        place, title_name, body_name = _ISSUE[self.kind]
        return f"{self.repository}/{place}?{urlencode({title_name: title, body_name: body}, quote_via=quote)}"


def kind_of(repository: str) -> Kind | None:
    """Return the kind of a repository's forge, where its host tells."""
    host = (urlsplit(repository).hostname or "").removeprefix("www.")
    return _HOSTS.get(host) or KINDS.get(host.partition(".")[0])


def mail(address: str, subject: str, body: str) -> str:
    """Return a ``mailto:`` address with subject and body filled in (RFC 6068)."""
    filled = urlencode({"subject": subject, "body": "\r\n".join(body.splitlines())}, quote_via=quote, safe="")
    return f"mailto:{quote(address.strip(), safe='@')}?{filled}"
