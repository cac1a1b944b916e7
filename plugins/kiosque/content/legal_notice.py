"""What French law asks the legal notice of an association's site to say, and what of it is missing.

Law for confidence in the digital economy (LCEN, law 2004-575 of 21 June 2004, article 1-1, formerly 6 III): name, seat and
telephone of who publishes, the publication's director, name, address and telephone of the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kiosque.content.kinds.page import Answerable, HubPage
from kiosque.i18n import _
from kiosque.model import Problem

PATH = "content/pages/mentions-legales.md"
# What stands where someone was to write something.
_PLACEHOLDER = re.compile(
    r"compl[ée]ter|remplir|fixme|lorem|todo|to be (?:done|filled)|x{3}|\?{2}|\.{3}|…|[<\[{]", re.IGNORECASE
)
_DIGITS = 8


def missing(pages: Iterable[HubPage]) -> list[Problem]:
    """Return what the legal notice among a hub's pages lacks; it is the one that names a publisher or a host."""
    notice = next((page for page in pages if page.publisher or page.host), None)
    if notice is None:
        message = _(
            "the legal notice is missing, which the law asks of every site: write “publisher:” and “host:” at the "
            "head of this page, each with name, address and phone, and the publication director"
        )
        return [Problem(path=PATH, line=1, message=message)]
    publisher, host = notice.publisher or Answerable(), notice.host or Answerable()
    message = _("the legal notice lacks {what}: the law asks it of every site")
    lacking = [*_of_publisher(publisher), *_of_host(host)]
    return [Problem(path=notice.path, line=1, message=message.format(what=what)) for what in lacking]


def _of_publisher(one: Answerable) -> Iterator[str]:
    if not _says(one.name):
        yield _("the publisher’s name, as “name: …” under “publisher:”")
    if not _says(one.address):
        yield _("the publisher’s postal address, as “address: …” under “publisher:”")
    if not _is_phone(one.phone):
        yield _("the publisher’s telephone, as “phone: …” under “publisher:”")
    if not _says(one.director):
        yield _("the name of the publication director, as “director: …” under “publisher:”")


def _of_host(one: Answerable) -> Iterator[str]:
    if not _says(one.name):
        yield _("the host’s name, as “name: …” under “host:”")
    if not _says(one.address):
        yield _("the host’s postal address, as “address: …” under “host:”")
    if not _is_phone(one.phone):
        yield _("the host’s telephone, as “phone: …” under “host:”")


def _says(value: str) -> bool:
    return len(value.strip()) > 1 and not _PLACEHOLDER.search(value)


def _is_phone(value: str) -> bool:
    digits = [one for one in value if one.isdigit()]
    return len(digits) >= _DIGITS and len(set(digits)) > 1
