"""Which commune a name or a code means: today's, a former one, a part of a larger one, or one nearly spelt so.

``communes.tsv`` beside this file is Insee's *Code officiel géographique* of 2026 (Licence Ouverte 2.0), with the names
that communes bore since 2019 and those of their parts; ``tools/communes.py`` makes it. It is read only where the
territory has no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from kiosque.i18n import _
from kiosque.model import Territory
from kiosque.text import folded

# A slip of the pen in a name; what comes before a commune elsewhere that really has this name.
_NEAR, _VERY_NEAR = 0.6, 0.8
_SAINT = re.compile(r"\bst(e?)\b")


class Known(NamedTuple):
    """A commune of today."""

    code: str
    name: str


@dataclass(frozen=True)
class Communes:
    """The communes of a territory by their codes and names, and those of the whole country behind them."""

    by_code: Mapping[str, Known]
    by_name: Mapping[str, Known]
    by_former: Mapping[str, Known]

    @classmethod
    def of(cls, territory: Territory) -> Communes:
        """Return the communes of a territory."""
        known = {one.code: Known(one.code, one.name) for one in territory.communes}
        names = {_key(one.name): known[one.code] for one in territory.communes}
        former = {_key(name): known[one.code] for one in territory.communes for name in one.former}
        return cls(known, names, former)

    def meant(self, written: str) -> Known | None:
        """Return the commune of the territory that a code, a name or a former name means."""
        key = _key(written)
        return self.by_code.get(written.strip()) or self.by_name.get(key) or self.by_former.get(key)

    def mend_of_name(self, name: str) -> str:
        """Return the mend for a name in a code's place; empty where nothing is near."""
        key = _key(name)
        if found := self.by_name.get(key):
            return _('write commune: "{code}" for {name}').format(code=found.code, name=found.name)
        if found := self.by_former.get(key) or self._former_in_territory(key):
            return _today(name, found)
        return self._near(key, _VERY_NEAR) or self._elsewhere(name, key) or self._near(key, _NEAR)

    def mend_of_code(self, code: str) -> str:
        """Return the mend for a code that the territory doesn't have; empty where nothing is known of it."""
        if found := next(
            (one for one in _search(rf"^(\S+)\t([^\t]*)\t[^\t]*\t(?:.*;)?{code}(?:;.*)?$")), None
        ):
            return _('this code is a former one: today it is {name}, commune: "{code}"').format(
                code=found.code, name=found.name
            )
        if found := next(_search(rf"^({code})\t([^\t]*)\t"), None):
            return _("{code} is {name}: mend the code, or add this commune to content/territory.yml").format(
                code=code, name=found.name
            )
        if near := get_close_matches(code, list(self.by_code), n=1, cutoff=0.75):
            found = self.by_code[near[0]]
            return _('write commune: "{code}" if you mean {name}').format(code=found.code, name=found.name)
        return ""

    def _near(self, key: str, likeness: float) -> str:
        near = get_close_matches(key, [*self.by_name, *self.by_former], n=1, cutoff=likeness)
        if not near:
            return ""
        found = self.by_name.get(near[0]) or self.by_former[near[0]]
        return _('write commune: "{code}" if you mean {name}').format(code=found.code, name=found.name)

    def _former_in_territory(self, key: str) -> Known | None:
        return next((one for one in _former().get(key, ()) if one.code in self.by_code), None)

    def _elsewhere(self, name: str, key: str) -> str:
        found = [*_present().get(key, ()), *_former().get(key, ())][:3]
        if not found:
            return ""
        named = ", ".join(f'{one.name} ("{one.code}")' for one in found)
        return _("this hub doesn’t cover {name}, which may be {communes}: write the code of a commune that it covers, "
                 "or add this one to content/territory.yml").format(name=name, communes=named)  # fmt: skip


def _today(name: str, found: Known) -> str:
    if _key(name) == _key(found.name):
        return _('write commune: "{code}" for {name}').format(code=found.code, name=found.name)
    return _('write commune: "{code}", since {former} is today {name}').format(
        former=name, code=found.code, name=found.name
    )


def _key(name: str) -> str:
    words = " ".join(re.split(r"[\W_]+", folded(name.replace("œ", "oe")))).strip()
    return _SAINT.sub(r"saint\1", words)


@cache
def _table() -> str:
    return files(__package__).joinpath("communes.tsv").read_text(encoding="utf-8")


def _search(pattern: str) -> Iterator[Known]:
    return (Known(found[1], found[2]) for found in re.finditer(pattern, _table(), re.MULTILINE))


@cache
def _present() -> Mapping[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for line in _table().splitlines():
        code, name, _rest = line.split("\t", 2)
        found.setdefault(_key(name), []).append(Known(code, name))
    return found


@cache
def _former() -> Mapping[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for line in _table().splitlines():
        code, name, former, _codes = line.split("\t")
        for one in filter(None, former.split(";")):
            found.setdefault(_key(one), []).append(Known(code, name))
    return found
