"""The communes of a territory, from the official geography API of France, or as a person writes them.

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
from kiosque.text import folded, line_text, slug
from kiosque.timed_stage import timed_stage

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
    """A place that a name may mean: one commune, or all communes of the intercommunality named ``group``."""

    communes: tuple[Commune, ...] = ()
    group: str = ""


class UnreachableError(KiosqueError):
    """The geography API doesn't answer, or its response has another format than documented."""


class Geography:
    """A client of the geography API."""

    def __init__(self, address: str = API) -> None:
        """Set the address of the API."""
        self._address = address.rstrip("/")

    def find(self, text: str) -> tuple[PlaceMatch, ...]:
        """Return the places that a text may mean, the likeliest first.

        The text is a name, the code of a commune or the code of an intercommunality.
        Raises UnreachableError where the API can't be used.
        """
        name = line_text(text)
        if _CODE.fullmatch(name.upper()):
            communes = self._communes(f"/communes/{name.upper()}", {})
            return (PlaceMatch(communes=communes),) if communes else ()
        if _SIREN.fullmatch(name):
            members = self._communes(f"/epcis/{name}/communes", {})
            return (PlaceMatch(communes=members, group=name),) if members else ()
        communes = self._communes(
            "/communes", {"nom": name, "boost": "population", "limit": str(_MOST_CHOICES)}
        )
        exact = tuple(commune for commune in communes if folded(commune.name) == folded(name))
        groups = () if exact else self._groups(name)
        return tuple(PlaceMatch(communes=(commune,)) for commune in exact or communes) + groups

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
            raise UnreachableError(str(error)) from error


async def _get(url: str) -> bytes | None:
    """Return the body of a response; ``None`` where its status is 404."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            if response.status == 404:
                return None
            response.raise_for_status()
            data = b""
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > _MOST_BYTES:
                    raise UnreachableError(_("its answer is too long"))
            return data
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(str(error) or type(error).__name__) from error


def _commune(api_commune: _ApiCommune) -> Commune:
    longitude, latitude = api_commune.centre.coordinates if api_commune.centre else (None, None)
    code = api_commune.code.upper()
    if not _CODE.fullmatch(code):
        raise UnreachableError(_("“{value}” is not a commune's code").format(value=code))
    department = api_commune.departement.code if api_commune.departement else code[:2]
    name = line_text(api_commune.nom)
    return Commune(
        code=code, name=name, department=department, slug=slug(name), latitude=latitude, longitude=longitude
    )


def parse_commune(text: str) -> Commune | None:
    """Return the commune of a text such as ``26113 Die``: code and name; ``None`` for any other text."""
    line = line_text(text)
    match = _CODE_AND_NAME.fullmatch(line.upper()[:5] + line[5:])
    if match is None:
        return None
    code, name = match.groups()
    return Commune(code=code, name=name, department=code[:2], slug=slug(name))
