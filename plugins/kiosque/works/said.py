"""What a person says of works, in ``content/works.yml``: which entries carry the same thing, and which don't.

::

    same:
      - [https://radio.example/emission-12, /medias/radio-voisine/2026/emission-12/]
    apart:
      - [https://blog.example/voeux, https://gazette.example/voeux]
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kiosque.archive.lookup import page_of
from kiosque.content import ledger
from kiosque.content.frontmatter import Located
from kiosque.content.records import CONTENT
from kiosque.i18n import _
from kiosque.model import Problem, Record, StoredEntry
from kiosque.text import folded, line_text
from kiosque.urls import safe_url
from kiosque.works.keys import work_key

PATH = f"{CONTENT}/works.yml"
_KEYS = {
    "same": "same", "meme": "same", "memes": "same",
    "apart": "apart", "a part": "apart", "distinct": "apart", "distincts": "apart", "distinctes": "apart",
}  # fmt: skip
_PAGE = re.compile(r"/medias/[a-z0-9-]+/[0-9]{4}/[^/\s?#]+/?$")
_EXAMPLE = "- [https://radio.example/emission, /medias/radio-voisine/2026/emission/]"


class Named(Record, frozen=True):
    """An address as it was written, and its line."""

    address: str
    line: int = 1


class Said(Record, frozen=True):
    """What a person says: each of ``same`` carries one work, those of each of ``apart`` are works of their own.

    An address is an entry's own, or that of its page on the hub (``/medias/…``). Where the two contradict each other,
    ``apart`` holds: a double costs less than a wrong merge.
    """

    same: tuple[tuple[Named, ...], ...] = ()
    apart: tuple[tuple[Named, ...], ...] = ()


def load_said(root: Path) -> tuple[Said, tuple[Problem, ...]]:
    """Read ``content/works.yml``; a hub without it says nothing."""
    loaded = ledger.load(root, PATH)
    reading = _Reading(list(loaded.problems))
    if loaded.located:
        reading.read(loaded.located)
    said = Said(same=tuple(reading.found["same"]), apart=tuple(reading.found["apart"]))
    return said, (*reading.problems, *_contradictions(said))


def by_address(entries: Sequence[StoredEntry], said: Said) -> Mapping[str, list[int]]:
    """Return the places in ``entries`` of those that have each address which a person named."""
    keys = {
        one.address: (work_key(one.address), _page_key(one.address))
        for addresses in (*said.same, *said.apart)
        for one in addresses
    }
    places: dict[str, list[int]] = {key: [] for both in keys.values() for key in both if key}
    for place, stored in enumerate(entries):
        for key in {work_key(stored.entry.url), page_of(stored).rstrip("/")} & places.keys():
            places[key].append(place)
    return {address: places.get(own) or places.get(page) or [] for address, (own, page) in keys.items()}


def _page_key(address: str) -> str:
    """Return what of an address is that of a page of the hub: people take it from their browser, with the host."""
    found = _PAGE.search(address)
    return found[0].rstrip("/") if found else ""


def unmatched(named: Iterable[Named]) -> tuple[Problem, ...]:
    """Say which addresses are those of no entry."""
    message = _(
        "“{address}” is the address of no entry: take it from the entry's page on this hub, or remove it here"
    )
    return tuple(
        Problem(path=PATH, line=one.line, message=message.format(address=one.address)) for one in named
    )


class _Reading:
    """The lists of the file, and what is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.found: dict[str, list[tuple[Named, ...]]] = {"same": [], "apart": []}

    def read(self, whole: Located) -> None:
        if not isinstance(whole.value, dict):
            self._say(
                whole.line, _("write “same:” or “apart:” here, and below it a list for each work: {example}")
            )
            return
        for key, given in whole.value.items():
            if name := _KEYS.get(folded(key).replace("-", " ")):
                self.found[name] += self._lists(given)
            else:
                message = _("the key “{key}” is not known and is left aside").format(key=key)
                self._say(given.line, message + " " + _("(write “same” or “apart”)"))

    def _lists(self, given: Located) -> Iterator[tuple[Named, ...]]:
        items = given.value if isinstance(given.value, list) else [given] if given.value else []
        for item in items:
            if not isinstance(item.value, list):
                self._say(
                    item.line, _("each work is a list of its own here, of two addresses or more: {example}")
                )
                continue
            named = {one.address: one for inner in item.value if (one := self._named(inner))}
            if len(named) > 1:
                yield tuple(named.values())
            elif len(named) == len(item.value):
                self._say(item.line, _("two addresses or more are needed here: {example}"))

    def _named(self, given: Located) -> Named | None:
        written = line_text(given.value) if isinstance(given.value, str) else ""
        if address := written if _PAGE.fullmatch(written) else safe_url(written):
            return Named(address=address, line=given.line)
        message = _(
            "“{value}” is no address: write https://… as the entry has it, or /medias/… as this hub has it"
        )
        self._say(given.line, message.format(value=written))
        return None

    def _say(self, line: int, message: str) -> None:
        self.problems.append(Problem(path=PATH, line=line, message=message.replace("{example}", _EXAMPLE)))


def _contradictions(said: Said) -> Iterator[Problem]:
    """Yield what is said to be the same and apart; each list is looked at once."""
    joined: defaultdict[str, list[int]] = defaultdict(list)
    for number, addresses in enumerate(said.same):
        for one in addresses:
            joined[one.address].append(number)
    for addresses in said.apart:
        seen: dict[int, Named] = {}
        for one in addresses:
            for number in joined[one.address]:
                if number in seen:
                    message = _("“{one}” and “{other}” are said to be the same above: keep one of the two")
                    text = message.format(one=seen[number].address, other=one.address)
                    yield Problem(path=PATH, line=one.line, message=text)
                seen.setdefault(number, one)
