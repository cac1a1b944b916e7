"""The communes of a territory, from the official geography API of France or from the list of Insee.

The API is documented at https://geo.api.gouv.fr/decoupage-administratif: ``/communes`` by name or by the code
of an intercommunality, ``/communes/<code>``, and ``/epcis`` by name.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import msgspec

from kiosque.i18n import _
from kiosque.model import Commune, KiosqueError, Record
from kiosque.territory import communes as insee
from kiosque.territory.departments import department_of
from kiosque.text import folded, line_text, slug
from kiosque.timed_stage import timed_stage
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

API = "https://geo.api.gouv.fr"
_FIELDS = "nom,code,centre,departement"
_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_SIREN = re.compile(r"[0-9]{9}")
_CODE_AND_NAME = re.compile(r"([0-9][0-9AB][0-9]{3})\s+(.+)")
_SECONDS = 10
# The largest response in bytes. An intercommunality has at most about 150 communes, of 200 bytes each.
_MOST_BYTES = 2_000_000
# A person reads a list of this length.
_MOST_CHOICES = 9


class _Centre(msgspec.Struct):
    coordinates: tuple[float, float]


class _Department(msgspec.Struct):
    code: str
    nom: str


class _ApiCommune(msgspec.Struct):
    """A commune in the API's response."""

    nom: str
    code: str
    centre: _Centre | None = None
    departement: _Department | None = None


class _ApiGroup(msgspec.Struct):
    """An intercommunality in the API's response."""

    nom: str
    code: str


class PlaceMatch(Record, frozen=True):
    """A place that a text may mean: one commune, or all communes of the intercommunality named ``group``.

    ``is_exact`` says that the place has exactly this name or code.
    """

    communes: tuple[Commune, ...] = ()
    group: str = ""
    is_exact: bool = True


class NotAPlaceError(KiosqueError):
    """A text can't mean a place: its code belongs to no commune, or to another than its name."""


class UnreachableError(KiosqueError):
    """The geography API doesn't answer, or its response has another format than documented."""


class Geography:
    """Finds places: in the geography API or, from its first failure on, in the list of Insee.

    ``why_offline`` is why the API can't be used, in plain words; empty while it can be.
    """

    def __init__(self, address: str = API) -> None:
        """Set the address of the API."""
        self._address = address.rstrip("/")
        self.why_offline = ""

    @property
    def is_offline(self) -> bool:
        """Whether the API has failed."""
        return bool(self.why_offline)

    def find(self, text: str) -> tuple[PlaceMatch, ...]:
        """Return the places that a text may mean, the likeliest first.

        The text is a name, the code of a commune, both, or the code of an intercommunality. Raises
        NotAPlaceError.
        """
        line = line_text(text)
        code, name = _code_and_name(line)
        if code and name and (mistake := insee.mismatch(code, name)):
            raise NotAPlaceError(mistake)
        if not self.is_offline:
            try:
                if found := self.find_online(code or line):
                    return _called(found, name)
            except UnreachableError as error:
                self.why_offline = str(error)
        known = _known(code or line)
        if code and not known:
            raise NotAPlaceError(insee.unknown_code(code))
        return _called(known, name)

    def find_online(self, name: str) -> tuple[PlaceMatch, ...]:
        """Return the places that a name or a code may mean.

        Raises UnreachableError where the API can't be used.
        """
        if _CODE.fullmatch(name):
            return self._with_code(name)
        if _SIREN.fullmatch(name):
            members = self._communes(f"/epcis/{name}/communes", {})
            return (PlaceMatch(communes=members, group=name),) if members else ()
        communes = self._communes(
            "/communes", {"nom": name, "boost": "population", "limit": str(_MOST_CHOICES)}
        )
        exact = tuple(commune for commune in communes if folded(commune.name) == folded(name))
        groups = () if exact else self._groups(name)
        matches = (PlaceMatch(communes=(commune,), is_exact=bool(exact)) for commune in exact or communes)
        return tuple(matches) + groups

    def _with_code(self, code: str) -> tuple[PlaceMatch, ...]:
        """Return the commune of a code or, where no commune has it, the communes of this postcode."""
        if communes := self._communes(f"/communes/{code}", {}):
            return (PlaceMatch(communes=communes),)
        by_postcode = self._communes("/communes", {"codePostal": code})
        return tuple(PlaceMatch(communes=(commune,), is_exact=False) for commune in by_postcode)

    def _groups(self, name: str) -> tuple[PlaceMatch, ...]:
        query = {"nom": name, "fields": "nom,code", "limit": "3"}
        groups: tuple[_ApiGroup, ...] = self._ask("/epcis", query, tuple[_ApiGroup, ...]) or ()
        return tuple(
            PlaceMatch(
                communes=self._communes(f"/epcis/{quote(group.code)}/communes", {}),
                group=line_text(group.nom),
            )
            for group in groups
        )

    def _communes(self, path: str, query: Mapping[str, str]) -> tuple[Commune, ...]:
        type_: Any = _ApiCommune if _CODE.fullmatch(path.rpartition("/")[2]) else tuple[_ApiCommune, ...]
        decoded = self._ask(path, {**query, "fields": _FIELDS}, type_)
        api_communes = decoded if isinstance(decoded, tuple) else (decoded,) if decoded else ()
        return tuple(map(_commune, api_communes))

    def _ask(self, path: str, query: Mapping[str, str], type_: Any) -> Any:
        """Return the API's response, decoded as ``type_``; ``None`` where the API knows no such place."""
        with timed_stage(logger, "asking the geography API for %s %s", path, query.get("nom", "")):
            data = asyncio.run(_get(f"{self._address}{path}?{urlencode(query)}"))
        if data is None:
            return None
        try:
            return msgspec.json.decode(data, type=type_)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnreachableError(reason_of(error)) from error


async def _get(url: str) -> bytes | None:
    """Return the body of a response; ``None`` where its status is 404."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            if response.status == 404:
                return None
            if not response.ok:
                raise UnreachableError(_("it answered {status}").format(status=response.status))
            data = b""
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > _MOST_BYTES:
                    raise UnreachableError(_("its answer is too long"))
            return data
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(reason_of(error)) from error


def _commune(api_commune: _ApiCommune) -> Commune:
    longitude, latitude = api_commune.centre.coordinates if api_commune.centre else (None, None)
    code = api_commune.code.upper()
    if not _CODE.fullmatch(code):
        raise UnreachableError(_("“{value}” is not a commune's code").format(value=code))
    department = api_commune.departement.code if api_commune.departement else department_of(code)
    name = line_text(api_commune.nom)
    return Commune(
        code=code, name=name, department=department, slug=slug(name), latitude=latitude, longitude=longitude
    )


def _code_and_name(line: str) -> tuple[str, str]:
    """Return the code and the name of a text such as ``26113 Die``; either may be empty."""
    upper = line.upper()
    if _CODE.fullmatch(upper):
        return upper, ""
    match = _CODE_AND_NAME.fullmatch(upper[:5] + line[5:])
    return (match[1], match[2]) if match else ("", "")


def _called(matches: tuple[PlaceMatch, ...], name: str) -> tuple[PlaceMatch, ...]:
    """Return matches with the name that a person gave the one commune of a code."""
    if not name or len(matches) != 1 or len(matches[0].communes) != 1:
        return matches
    commune = matches[0].communes[0]
    if folded(commune.name) != folded(name):
        commune = msgspec.structs.replace(commune, name=name, slug=slug(name))
    return (msgspec.structs.replace(matches[0], communes=(commune,)),)


def _known(text: str) -> tuple[PlaceMatch, ...]:
    """Return the communes in the list of Insee that have a name or a code; else those of similar names."""
    exact = insee.named(text)
    return tuple(
        PlaceMatch(communes=(_without_position(commune),), is_exact=bool(exact))
        for commune in exact or insee.similar(text)
    )


def _without_position(known: insee.KnownCommune) -> Commune:
    return Commune(
        code=known.code, name=known.name, department=department_of(known.code), slug=slug(known.name)
    )
