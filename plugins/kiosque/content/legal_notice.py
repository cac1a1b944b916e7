"""Checks the legal notice that French law asks of an association's site. Pure functions.

The law for confidence in the digital economy (LCEN, law 2004-575 of 21 June 2004, article 1-1, formerly 6
III) asks for name, address and telephone of the publisher, for the director of the publication, and for name,
address and telephone of the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kiosque.content.kinds.page import Answerable, HubPage
from kiosque.content.unfinished import TO_COMPLETE
from kiosque.i18n import _
from kiosque.model import Problem

PATH = "content/pages/mentions-legales.md"
# Words and signs that stand where someone was to write something.
_PLACEHOLDER = re.compile(
    r"compl[ée]ter|remplir|fixme|lorem|todo|to be (?:done|filled)|x{3}|\?{2}|\.{3}|…|[<\[{]", re.IGNORECASE
)
# A telephone number has at least so many: short ones have four, and those of emergencies two.
_DIGITS = 2


def problems(pages: Iterable[HubPage]) -> list[Problem]:
    """Return a problem for each thing that a hub's legal notice lacks.

    The legal notice is the first page that names a publisher or a host.
    """
    notice = next((page for page in pages if page.publisher or page.host), None)
    if notice is None:
        message = _(
            "the legal notice is missing, which the law asks of every site: write “publisher:” and “host:” "
            "at the head of this page, each with name, address and phone, and the publication director"
        )
        return [Problem(path=PATH, line=1, message=message)]
    publisher, host = notice.publisher or Answerable(), notice.host or Answerable()
    missing = [*_missing_of_publisher(publisher), *_missing_of_host(host)]
    return [Problem(path=notice.path, line=1, message=message) for message in missing]


def _missing_of_publisher(publisher: Answerable) -> Iterator[str]:
    yield from _faults(publisher.name, _("the publisher’s name, as “name: …” under “publisher:”"))
    yield from _faults(
        publisher.address, _("the publisher’s postal address, as “address: …” under “publisher:”")
    )
    yield from _faults(
        publisher.phone, _("the publisher’s telephone, as “phone: …” under “publisher:”"), is_phone=True
    )
    yield from _faults(
        publisher.director,
        _("the name of the publication director, as “director: …” under “publisher:”"),
    )


def _missing_of_host(host: Answerable) -> Iterator[str]:
    yield from _faults(host.name, _("the host’s name, as “name: …” under “host:”"))
    yield from _faults(host.address, _("the host’s postal address, as “address: …” under “host:”"))
    yield from _faults(host.phone, _("the host’s telephone, as “phone: …” under “host:”"), is_phone=True)


def _faults(value: str, what: str, *, is_phone: bool = False) -> Iterator[str]:
    """Yield what is wrong with a value of the notice: it is missing, or something else stands there.

    A line to complete is told by ``unfinished``, with its number.
    """
    if TO_COMPLETE.search(value):
        return
    if not value.strip():
        message = _("the legal notice lacks {what}: the law asks it of every site")
        yield message.format(what=what)
    elif not (_is_phone(value) if is_phone else _is_filled_in(value)):
        message = _("the legal notice has “{value}” where the law asks for {what}: write it out")
        yield message.format(value=value.strip(), what=what)


def _is_filled_in(value: str) -> bool:
    return len(value.strip()) > 1 and not _PLACEHOLDER.search(value)


def _is_phone(value: str) -> bool:
    """Whether a value has the digits of a number; short numbers such as 1007 and 3939 are numbers too."""
    digits = [character for character in value if character.isdigit()]
    return len(digits) >= _DIGITS and len(set(digits)) > 1
