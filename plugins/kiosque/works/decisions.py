"""Decisions of editors in ``content/works.yml``: which entries carry the same work, and which don't.

::

    same:
      - [https://radio.example/emission-12, /medias/radio-voisine/2026/emission-12/]
    apart:
      - [https://blog.example/voeux, https://gazette.example/voeux]
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from pathlib import Path

from kiosque import curation
from kiosque.archive.lookup import page_of
from kiosque.content import ledger
from kiosque.content.addresses import ENTRIES, page_address
from kiosque.content.content_files import CONTENT
from kiosque.content.frontmatter import Located
from kiosque.i18n import _
from kiosque.model import Problem, Record, StoredEntry
from kiosque.takedowns import Takedowns
from kiosque.text import folded, line_text
from kiosque.urls import safe_url
from kiosque.works.keys import work_key

PATH = f"{CONTENT}/works.yml"
# The keys of the file, folded, and the list of WorkDecisions that each fills.
_KEYS = {
    "same": "same", "meme": "same", "memes": "same",
    "apart": "apart", "a part": "apart", "distinct": "apart", "distincts": "apart", "distinctes": "apart",
}  # fmt: skip
_PAGE = re.compile(rf"{ENTRIES}[a-z0-9-]+/[0-9]{{4}}/[^/\s?#]+/?$")
_EXAMPLE = f"- [https://radio.example/emission, {page_address('radio-voisine', 2026, 'emission')}]"
logger = logging.getLogger(__name__)


class NamedAddress(Record, frozen=True):
    """An address in the file, and its line."""

    address: str
    line: int = 1


class WorkDecisions(Record, frozen=True):
    """The decisions of editors.

    The entries of each list of ``same`` carry one work, those of each list of ``apart`` different works. An
    address is that of the entry itself, or that of its page on the hub (``/medias/…``). Where the two
    contradict each other, ``apart`` holds: a double costs less than a wrong merge.
    """

    same: tuple[tuple[NamedAddress, ...], ...] = ()
    apart: tuple[tuple[NamedAddress, ...], ...] = ()


def load_decisions(root: Path) -> tuple[WorkDecisions, tuple[Problem, ...]]:
    """Return the decisions in ``content/works.yml`` and its problems; a hub without the file has none."""
    loaded = ledger.load(root, PATH)
    reader = _Reader(list(loaded.problems))
    if loaded.located:
        reader.read(loaded.located)
    decisions = WorkDecisions(same=tuple(reader.lists["same"]), apart=tuple(reader.lists["apart"]))
    problems = (*reader.problems, *_contradictions(decisions))
    logger.debug(
        "%s: %d works joined, %d parted, %d problems",
        PATH, len(decisions.same), len(decisions.apart), len(problems),
    )  # fmt: skip
    return decisions, problems


def named_by_editors(root: Path, zone: tzinfo) -> Iterator[str]:
    """Yield the addresses of publications in the lists of editors: choices, and works."""
    yield from (choice.publication for choice in curation.load(root, zone)[0])
    decisions, _problems = load_decisions(root)
    yield from (named.address for named in _all_named(decisions))


def _all_named(decisions: WorkDecisions) -> Iterator[NamedAddress]:
    return (named for addresses in (*decisions.same, *decisions.apart) for named in addresses)


def by_address(entries: Sequence[StoredEntry], decisions: WorkDecisions) -> Mapping[str, list[int]]:
    """Return, for each address in the decisions, the indexes in ``entries`` of the entries that have it."""
    keys = {
        named.address: (work_key(named.address), _page_key(named.address))
        for addresses in (*decisions.same, *decisions.apart)
        for named in addresses
    }
    indexes: dict[str, list[int]] = {key: [] for both in keys.values() for key in both if key}
    for index, stored in enumerate(entries):
        for key in {work_key(stored.entry.url), page_of(stored).rstrip("/")} & indexes.keys():
            indexes[key].append(index)
    return {
        address: indexes.get(own_key) or indexes.get(page_key) or []
        for address, (own_key, page_key) in keys.items()
    }


def _page_key(address: str) -> str:
    """Return the page of the hub in an address, without its last slash; empty for any other address.

    People copy the address from their browser, so it may begin with the host.
    """
    match = _PAGE.search(address)
    return match[0].rstrip("/") if match else ""


def unmatched(addresses: Iterable[NamedAddress], takedowns: Takedowns) -> tuple[Problem, ...]:
    """Return a problem for each of these addresses, which no entry has, unless a takedown has settled it."""
    message = _(
        "“{address}” is the address of no entry: take it from the entry's page on this hub, or remove it here"
    )
    return tuple(
        Problem(
            path=PATH,
            line=named.line,
            message=message.format(address=named.address),
            rule="ledger-unmatched",
        )
        for named in addresses
        if not takedowns.settles(named.address)
    )


class _Reader:
    """Reads the file: ``lists`` by the field of WorkDecisions that they belong to, and its ``problems``."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.lists: dict[str, list[tuple[NamedAddress, ...]]] = {"same": [], "apart": []}

    def read(self, whole: Located) -> None:
        if not isinstance(whole.value, dict):
            self._report(
                whole.line, _("write “same:” or “apart:” here, and below it a list for each work: {example}")
            )
            return
        for key, value in whole.value.items():
            if field := _KEYS.get(folded(key).replace("-", " ")):
                self.lists[field] += self._works(value)
            else:
                message = _("the key “{key}” is not known and is left aside").format(key=key)
                self._report(value.line, message + " " + _("(write “same” or “apart”)"))

    def _works(self, value: Located) -> Iterator[tuple[NamedAddress, ...]]:
        """Yield the addresses of each list below a key, each address once."""
        items = value.value if isinstance(value.value, list) else [value] if value.value else []
        for item in items:
            if not isinstance(item.value, list):
                self._report(
                    item.line, _("each work is a list of its own here, of two addresses or more: {example}")
                )
                continue
            addresses = {named.address: named for inner in item.value if (named := self._address(inner))}
            if len(addresses) > 1:
                yield tuple(addresses.values())
            elif len(addresses) == len(item.value):
                self._report(item.line, _("two addresses or more are needed here: {example}"))

    def _address(self, value: Located) -> NamedAddress | None:
        text = line_text(value.value) if isinstance(value.value, str) else ""
        if address := text if _PAGE.fullmatch(text) else safe_url(text):
            return NamedAddress(address=address, line=value.line)
        message = _(
            "“{value}” is no address: write https://… as the entry has it, or /medias/… as this hub has it"
        )
        self._report(value.line, message.format(value=text))
        return None

    def _report(self, line: int, message: str) -> None:
        self.problems.append(Problem(path=PATH, line=line, message=message.replace("{example}", _EXAMPLE)))


def _contradictions(decisions: WorkDecisions) -> Iterator[Problem]:
    """Yield a problem for each pair of addresses that is in a list of ``same`` and in a list of ``apart``."""
    # The numbers of the lists of ``same`` that an address is in: each list is looked at once, whatever their
    # number.
    same_lists: defaultdict[str, list[int]] = defaultdict(list)
    for number, addresses in enumerate(decisions.same):
        for named in addresses:
            same_lists[named.address].append(number)
    for addresses in decisions.apart:
        seen: dict[int, NamedAddress] = {}
        for named in addresses:
            for number in same_lists[named.address]:
                if number in seen:
                    message = _("“{one}” and “{other}” are said to be the same above: keep one of the two")
                    text = message.format(one=seen[number].address, other=named.address)
                    yield Problem(path=PATH, line=named.line, message=text)
                seen.setdefault(number, named)
