"""The communes of a territory, from the official geography API of France where it can be reached, else by hand.

The API is documented at https://geo.api.gouv.fr/decoupage-administratif: ``/communes`` by name or by the code of an
intercommunality, ``/communes/<code>``, and ``/epcis`` by name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import msgspec

from kiosque.i18n import _
from kiosque.model import Commune, KiosqueError, Record
from kiosque.text import folded, line_text, slug

API = "https://geo.api.gouv.fr"
_FIELDS = "nom,code,centre,departement"
_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_SIREN = re.compile(r"[0-9]{9}")
_BY_HAND = re.compile(r"([0-9][0-9AB][0-9]{3})\s+(.+)")
_SECONDS = 10
# An intercommunality has at most some hundred and fifty communes, of 200 bytes each: what is longer is no such answer.
_MOST_BYTES = 2_000_000
# As many as a person reads through.
_MOST_CHOICES = 9


class _Centre(msgspec.Struct):
    coordinates: tuple[float, float]


class _Department(msgspec.Struct):
    code: str
    nom: str


class _Answer(msgspec.Struct):
    """A commune, as the API says it."""

    nom: str
    code: str
    centre: _Centre | None = None
    departement: _Department | None = None


class _Group(msgspec.Struct):
    """An intercommunality, as the API says it."""

    nom: str
    code: str


class Found(Record, frozen=True):
    """What a name may mean: communes, of which one is meant unless it is a ``group``'s, by whose name they go."""

    communes: tuple[Commune, ...] = ()
    group: str = ""


class UnreachableError(KiosqueError):
    """The geography API doesn't answer, or not as it says."""


class Geography:
    """The geography API at an address."""

    def __init__(self, address: str = API) -> None:
        """Ask nothing yet."""
        self._address = address.rstrip("/")

    def find(self, written: str) -> tuple[Found, ...]:
        """Return what a name, an official code or an intercommunality's code may mean, the likeliest first.

        Raises UnreachableError where nobody can be asked.
        """
        name = line_text(written)
        if _CODE.fullmatch(name.upper()):
            found = self._communes(f"/communes/{name.upper()}", {})
            return (Found(communes=found),) if found else ()
        if _SIREN.fullmatch(name):
            members = self._communes(f"/epcis/{name}/communes", {})
            return (Found(communes=members, group=name),) if members else ()
        communes = self._communes(
            "/communes", {"nom": name, "boost": "population", "limit": str(_MOST_CHOICES)}
        )
        exact = tuple(one for one in communes if folded(one.name) == folded(name))
        groups = () if exact else self._groups(name)
        return tuple(Found(communes=(one,)) for one in exact or communes) + groups

    def _groups(self, name: str) -> tuple[Found, ...]:
        answer = self._ask("/epcis", {"nom": name, "fields": "nom,code", "limit": "3"}, tuple[_Group, ...])
        return tuple(
            Found(communes=self._communes(f"/epcis/{quote(one.code)}/communes", {}), group=line_text(one.nom))
            for one in answer or ()
        )

    def _communes(self, path: str, query: Mapping[str, str]) -> tuple[Commune, ...]:
        kind: Any = _Answer if _CODE.fullmatch(path.rpartition("/")[2]) else tuple[_Answer, ...]
        answer = self._ask(path, {**query, "fields": _FIELDS}, kind)
        several = answer if isinstance(answer, tuple) else (answer,) if answer else ()
        return tuple(_commune(one) for one in several)

    def _ask(self, path: str, query: Mapping[str, str], kind: Any) -> Any:
        """Return an answer in its shape, or nothing where there is none."""
        data = asyncio.run(_get(f"{self._address}{path}?{urlencode(query)}"))
        if data is None:
            return None
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnreachableError(str(error)) from error


async def _get(url: str) -> bytes | None:
    """Return the body of an answer; nothing where the server says that there is no such thing."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            if answer.status == 404:
                return None
            answer.raise_for_status()
            data = b""
            async for chunk in answer.content.iter_any():
                data += chunk
                if len(data) > _MOST_BYTES:
                    raise UnreachableError(_("its answer is too long"))
            return data
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnreachableError(str(error) or type(error).__name__) from error


def _commune(answer: _Answer) -> Commune:
    longitude, latitude = answer.centre.coordinates if answer.centre else (None, None)
    code = answer.code.upper()
    if not _CODE.fullmatch(code):
        raise UnreachableError(_("“{value}” is not a commune's code").format(value=code))
    department = answer.departement.code if answer.departement else code[:2]
    name = line_text(answer.nom)
    return Commune(
        code=code, name=name, department=department, slug=slug(name), latitude=latitude, longitude=longitude
    )


def by_hand(written: str) -> Commune | None:
    """Return the commune that someone wrote as ``26113 Die``; nothing where it isn't one."""
    found = _BY_HAND.fullmatch(line_text(written).upper()[:5] + line_text(written)[5:])
    if found is None:
        return None
    code, name = found.groups()
    return Commune(code=code, name=name, department=code[:2], slug=slug(name))
