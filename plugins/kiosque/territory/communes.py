"""Find the commune that a name or a code means, even a former or a misspelt one.

``communes.tsv`` beside this file is Insee's *Code officiel géographique* of 2026 (Licence Ouverte 2.0), with
the names that communes had since 2019 and the names of their parts. ``tools/communes.py`` makes it. It is
read only where the territory has no answer.
"""

from __future__ import annotations

import logging
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

# How like a misspelt name must be to that of a commune (``difflib``, from 0 to 1). A very similar name is
# suggested even before a commune outside of the territory that has exactly the name.
_SIMILAR, _VERY_SIMILAR = 0.6, 0.8
_SIMILAR_CODE = 0.75
_MOST_ELSEWHERE = 3
_SAINT = re.compile(r"\bst(e?)\b")
logger = logging.getLogger(__name__)


class KnownCommune(NamedTuple):
    """A commune that exists today."""

    code: str
    name: str


@dataclass(frozen=True)
class Communes:
    """The communes of a territory by code, name and former name; the whole country is asked after them."""

    by_code: Mapping[str, KnownCommune]
    by_name: Mapping[str, KnownCommune]
    by_former: Mapping[str, KnownCommune]

    @classmethod
    def of(cls, territory: Territory) -> Communes:
        """Return the communes of a territory."""
        communes = territory.communes
        by_code = {commune.code: KnownCommune(commune.code, commune.name) for commune in communes}
        by_name = {_key(commune.name): by_code[commune.code] for commune in communes}
        by_former = {_key(name): by_code[commune.code] for commune in communes for name in commune.former}
        return cls(by_code, by_name, by_former)

    def find(self, text: str) -> KnownCommune | None:
        """Return the commune of the territory with this code, name or former name; None where none has it."""
        key = _key(text)
        return self.by_code.get(text.strip()) or self.by_name.get(key) or self.by_former.get(key)

    def remedy_for_name(self, name: str) -> str:
        """Return what to write instead of a name, where a code is needed; empty where none is similar."""
        key = _key(name)
        if commune := self.by_name.get(key):
            return _('write commune: "{code}" for {name}').format(code=commune.code, name=commune.name)
        if commune := self.by_former.get(key) or self._former_in_territory(key):
            return _remedy_for_former(name, commune)
        return (
            self._remedy_for_similar(key, _VERY_SIMILAR)
            or self._remedy_elsewhere(name, key)
            or self._remedy_for_similar(key, _SIMILAR)
        )

    def remedy_for_code(self, code: str) -> str:
        """Return what to write instead of a code outside of the territory; empty for an unknown code."""
        if commune := next(_search(rf"^(\S+)\t([^\t]*)\t[^\t]*\t(?:.*;)?{code}(?:;.*)?$"), None):
            message = _('this code is a former one: today it is {name}, commune: "{code}"')
            return message.format(code=commune.code, name=commune.name)
        if commune := next(_search(rf"^({code})\t([^\t]*)\t"), None):
            message = _("{code} is {name}: mend the code, or add this commune to content/territory.yml")
            return message.format(code=code, name=commune.name)
        if similar := get_close_matches(code, list(self.by_code), n=1, cutoff=_SIMILAR_CODE):
            commune = self.by_code[similar[0]]
            return _('write commune: "{code}" if you mean {name}').format(
                code=commune.code, name=commune.name
            )
        return ""

    def _remedy_for_similar(self, key: str, likeness: float) -> str:
        similar = get_close_matches(key, [*self.by_name, *self.by_former], n=1, cutoff=likeness)
        if not similar:
            return ""
        commune = self.by_name.get(similar[0]) or self.by_former[similar[0]]
        return _('write commune: "{code}" if you mean {name}').format(code=commune.code, name=commune.name)

    def _former_in_territory(self, key: str) -> KnownCommune | None:
        return next((commune for commune in _by_former().get(key, ()) if commune.code in self.by_code), None)

    def _remedy_elsewhere(self, name: str, key: str) -> str:
        """Return the remedy for the name of a commune that the territory doesn't have."""
        communes = [*_by_name().get(key, ()), *_by_former().get(key, ())][:_MOST_ELSEWHERE]
        if not communes:
            return ""
        listed = ", ".join(f'{commune.name} ("{commune.code}")' for commune in communes)
        message = _(
            "this hub doesn’t cover {name}, which may be {communes}: "
            "write the code of a commune that it covers, or add this one to content/territory.yml"
        )
        return message.format(name=name, communes=listed)


def named(text: str) -> tuple[KnownCommune, ...]:
    """Return the communes of France with this code or name; without any, those with this former name."""
    if commune := _by_code().get(text.strip().upper()):
        return (commune,)
    key = _key(text)
    return tuple(_by_name().get(key) or dict.fromkeys(_by_former().get(key, ())))


def similar(name: str) -> tuple[KnownCommune, ...]:
    """Return communes of France whose names are like a misspelt one, the likeliest first."""
    keys = get_close_matches(_key(name), _by_name(), n=_MOST_ELSEWHERE, cutoff=_VERY_SIMILAR)
    return tuple(commune for key in keys for commune in _by_name()[key])


def mismatch(code: str, name: str) -> str:
    """Return what is wrong with a code and a name that don't belong together; empty where they do.

    A name that no commune has may be one that its inhabitants use: it is accepted beside a code that exists.
    """
    commune = _by_code().get(code)
    homonyms = _by_name().get(_key(name), ())
    if commune and (_key(commune.name) == _key(name) or not homonyms):
        return ""
    if _has_former_name(code, _key(name)):
        return ""
    listed = ", ".join(f"{homonym.code} {homonym.name}" for homonym in homonyms[:_MOST_ELSEWHERE])
    if commune:
        message = _("{code} is the code of {other}, not of {name}: write {listed}")
        return message.format(code=code, other=commune.name, name=name, listed=listed)
    return unknown_code(code, listed)


def unknown_code(code: str, listed: str = "") -> str:
    """Return what is wrong with a code that no commune has today.

    ``listed`` are the communes that may be meant, where their name tells.
    """
    if former := next(_search(rf"^(\S+)\t([^\t]*)\t[^\t]*\t(?:.*;)?{re.escape(code)}(?:;.*)?$"), None):
        message = _("{code} is a former code: write {listed}")
        return message.format(code=code, listed=f"{former.code} {former.name}")
    if listed:
        message = _("no commune has the code {code}, which may be a postcode: write {listed}")
        return message.format(code=code, listed=listed)
    message = _(
        "no commune has the code {code}: it may be a postcode; write the name, or the official code (Insee)"
    )
    return message.format(code=code)


def _has_former_name(code: str, key: str) -> bool:
    return any(commune.code == code for commune in _by_former().get(key, ()))


def _remedy_for_former(name: str, commune: KnownCommune) -> str:
    if _key(name) == _key(commune.name):
        return _('write commune: "{code}" for {name}').format(code=commune.code, name=commune.name)
    return _('write commune: "{code}", since {former} is today {name}').format(
        former=name, code=commune.code, name=commune.name
    )


def _key(name: str) -> str:
    """Return a name without case, accents and punctuation, with *saint* written out, to compare names."""
    words = " ".join(re.split(r"[\W_]+", folded(name.replace("œ", "oe")))).strip()
    return _SAINT.sub(r"saint\1", words)


@cache
def _table() -> str:
    """Return the table of all communes: code, name, former names, former codes; lists have semicolons."""
    logger.debug("the table of all communes is read")
    return files(__package__).joinpath("communes.tsv").read_text(encoding="utf-8")


def _search(pattern: str) -> Iterator[KnownCommune]:
    """Yield the communes of the table's lines that match; the groups of ``pattern`` are code and name."""
    return (KnownCommune(match[1], match[2]) for match in re.finditer(pattern, _table(), re.MULTILINE))


@cache
def _by_code() -> Mapping[str, KnownCommune]:
    rows = (line.split("\t", 2) for line in _table().splitlines())
    return {code: KnownCommune(code, name) for code, name, _rest in rows}


@cache
def _by_name() -> Mapping[str, list[KnownCommune]]:
    communes: dict[str, list[KnownCommune]] = {}
    for line in _table().splitlines():
        code, name, _rest = line.split("\t", 2)
        communes.setdefault(_key(name), []).append(KnownCommune(code, name))
    return communes


@cache
def _by_former() -> Mapping[str, list[KnownCommune]]:
    communes: dict[str, list[KnownCommune]] = {}
    for line in _table().splitlines():
        code, name, former_names, _codes = line.split("\t")
        for former in filter(None, former_names.split(";")):
            communes.setdefault(_key(former), []).append(KnownCommune(code, name))
    return communes
