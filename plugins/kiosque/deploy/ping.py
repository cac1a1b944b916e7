"""Telling WebSub hubs which feeds changed (W3C WebSub; the words of a notification are those of PubSubHubbub 0.4).

WebSub leaves to publisher and hub how news is told. All public hubs take what PubSubHubbub said: a POST with
``hub.mode=publish`` and, as often as there are feeds, ``hub.url``. The hub then fetches them and tells their subscribers.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import aiohttp
import msgspec

from kiosque.files import replace_file
from kiosque.i18n import _
from kiosque.model import Record

_FEEDS = ("feed.atom", "feed.rss", "feed.json", "podcast.rss")
# As many feeds as one notification names: hubs refuse long ones.
_AT_ONCE = 50
_SECONDS = 30


class Pinged(Record, frozen=True):
    """What became of one WebSub hub: the feeds that it was told of, or why it couldn't be."""

    hub: str
    feeds: tuple[str, ...] = ()
    error: str = ""


def ping(hubs: Sequence[str], output: Path, url: str, cache: Path, *, dry_run: bool = False) -> list[Pinged]:
    """Tell each hub the feeds of ``output`` that changed since it was last told; ``url`` is the site's own address.

    What a hub was told is kept in ``cache``, so that one which doesn't answer is told next time.
    """
    kept = cache / "pinged.json"
    told = _load(kept)
    now = dict(_digests(output))
    results = []
    for hub in hubs:
        before = told.get(hub, {})
        changed = [path for path, digest in now.items() if before.get(path) != digest]
        addresses = [f"{url}/{quote(path)}" for path in changed]
        error = "" if dry_run or not changed else asyncio.run(_tell(hub, addresses))
        results.append(Pinged(hub=hub, feeds=() if error else tuple(addresses), error=error))
        if not error and not dry_run:
            told[hub] = now
            replace_file(kept, msgspec.json.encode(told))
    return results


def _load(kept: Path) -> dict[str, Mapping[str, str]]:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=dict[str, Mapping[str, str]])
    except (OSError, msgspec.MsgspecError):
        return {}


def _digests(output: Path) -> Iterator[tuple[str, str]]:
    """Yield the path of each feed that announces hubs, and a digest of what it says."""
    for name in _FEEDS:
        for file in sorted(output.rglob(name)):
            digest = hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
            yield file.relative_to(output).as_posix(), digest


async def _tell(hub: str, addresses: Sequence[str]) -> str:
    """Tell a hub of changed feeds; return why that failed, or nothing."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            for start in range(0, len(addresses), _AT_ONCE):
                form = [("hub.mode", "publish")]
                form += [("hub.url", address) for address in addresses[start : start + _AT_ONCE]]
                async with session.post(hub, data=form, allow_redirects=False) as answer:
                    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
                        return _("it answered {status}").format(status=answer.status)
    except TimeoutError:
        return _("it did not answer within {seconds} seconds").format(seconds=_SECONDS)
    except aiohttp.ClientError as error:
        return _("it can't be reached ({reason})").format(reason=error)
    return ""
