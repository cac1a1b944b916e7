"""Notifications to WebSub hubs about changed feeds.

W3C WebSub leaves open how a publisher tells its hub. Public hubs accept the notification of PubSubHubbub 0.4:
a POST with ``hub.mode=publish`` and one ``hub.url`` for each feed. The hub then fetches the feeds and tells
subscribers.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import aiohttp

from kiosque.cache_files import load_cache, save_cache
from kiosque.i18n import _
from kiosque.model import Record
from kiosque.timed_stage import timed_stage
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

_FEEDS = ("feed.atom", "feed.rss", "feed.json", "podcast.rss")
# The number of feeds in one notification: hubs refuse long ones.
_AT_ONCE = 50
_SECONDS = 30


class PingResult(Record, frozen=True):
    """The result for a WebSub hub: the addresses of the feeds that it was told of, or an error."""

    hub: str
    feeds: tuple[str, ...] = ()
    error: str = ""


def ping(
    hubs: Sequence[str], output: Path, url: str, cache: Path, *, dry_run: bool = False
) -> list[PingResult]:
    """Tell each hub which feeds of ``output`` changed since its last notification; return the results.

    ``url`` is the site's own address. ``cache`` keeps the digests of the feeds that each hub was told of, so
    that a hub that doesn't answer is told next time. With ``dry_run`` no hub is asked and nothing is written.
    """
    digests_file = cache / "pinged.msgpack"
    told_digests = load_cache(digests_file, dict[str, Mapping[str, str]]) or {}
    digests = dict(_digests(output))
    results = []
    for hub in hubs:
        known_digests = told_digests.get(hub, {})
        changed = [path for path, digest in digests.items() if known_digests.get(path) != digest]
        addresses = [f"{url}/{quote(path)}" for path in changed]
        logger.debug("%d of %d feeds changed for hub %s", len(changed), len(digests), hub.partition("?")[0])
        error = "" if dry_run or not changed else asyncio.run(_notify(hub, addresses))
        results.append(PingResult(hub=hub, feeds=() if error else tuple(addresses), error=error))
        if not error and not dry_run:
            told_digests[hub] = digests
            save_cache(digests_file, told_digests)
    return results


def _digests(output: Path) -> Iterator[tuple[str, str]]:
    """Yield the path of each feed that names WebSub hubs, and a digest of its content."""
    for name in _FEEDS:
        for file in sorted(output.rglob(name)):
            digest = hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
            yield file.relative_to(output).as_posix(), digest


async def _notify(hub: str, addresses: Sequence[str]) -> str:
    """Tell a hub of changed feeds; return the error in plain words, empty where there was none."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            for start in range(0, len(addresses), _AT_ONCE):
                form = [("hub.mode", "publish")]
                form += [("hub.url", address) for address in addresses[start : start + _AT_ONCE]]
                with timed_stage(logger, "notification of %d feeds", len(form) - 1):
                    async with session.post(hub, data=form, allow_redirects=False) as response:
                        status = response.status
                if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
                    return _("it answered {status}").format(status=status)
    except TimeoutError:
        return _("it did not answer within {seconds} seconds").format(seconds=_SECONDS)
    except aiohttp.ClientError as error:
        return _("it can't be reached ({reason})").format(reason=reason_of(error))
    return ""
