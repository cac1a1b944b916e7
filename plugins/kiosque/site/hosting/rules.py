"""The rules by which hosts serve the published site: the source of every configuration file.

Addresses begin after the hub's own path (``Site.root``), which the modules that write the files put before
them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import urlsplit

from kiosque.content.kinds.source import SOURCE
from kiosque.settings.pelicanconf import Site
from kiosque.settings.serving import DAY, AddressPattern
from kiosque.site.hosting.quoting import is_origin
from kiosque.site.hub.embeds import embed
from kiosque.site.hub.hub import Hub
from kiosque.site.output.inventory import Inventory
from kiosque.site.output.wanted import page_path
from kiosque.site.pages import frames
from kiosque.urls import uri

logger = logging.getLogger(__name__)

ERROR_PAGE = "/404.html"
# Files for the server itself, which it must not show to anybody.
HIDDEN = re.compile(r"/\.(?!well-known/)")

# Abilities of browsers that no page of Kiosque uses, and that are switched off for safety.
_PERMISSIONS = (
    "browsing-topics", "camera", "display-capture", "geolocation", "hid", "magnetometer", "microphone",
    "midi", "payment", "serial", "usb",
)  # fmt: skip
_LINK = re.compile(r'<a\s[^<>]*?href="(https://[^"]+)"')
# An address that no host's configuration has to quote.
_PLAIN_ADDRESS = re.compile(r"/(?:[\w.~-]+/)*[\w.~-]*")


# A former address that was that of a file.
_FILE = re.compile(r"\.[a-z]{2,5}/$")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that differ from hub to hub.

    ``players`` are the origins whose pages may be shown in frames, after a click. ``moved`` has pairs of a
    former and a current address. ``gone`` are addresses that were taken down. In ``gone_folders``, all
    addresses below were too.
    """

    site: Site
    players: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of every answer, without the Content-Security-Policy."""
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        # HSTS holds for a whole host. A hub in a folder mustn't decide for its host.
        if self.site.url.startswith("https://") and not self.site.root:
            headers["Strict-Transport-Security"] = f"max-age={365 * DAY}"
        return headers

    @property
    def policy(self) -> str:
        """Return the Content-Security-Policy of every page without ``frame-ancestors`` (W3C, CSP Level 3)."""
        return "; ".join((
            "default-src 'self'",
            "media-src 'self' https:",
            "script-src 'self' 'wasm-unsafe-eval'",
            " ".join(("frame-src 'self'", *self.players)),
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        ))  # fmt: skip

    def framing(self, ancestors: str) -> str:
        """Return the whole policy of pages that the sites in ``ancestors`` may show in a frame."""
        return f"{self.policy}; frame-ancestors {ancestors}"


# Every site may frame the pages that are made for frames. Only the hub itself may frame the others.
ANYONE, OWN = "*", "'self'"
OPEN_FRAMES = AddressPattern(f"{frames.FOLDER}/")


def rules(hub: Hub, inventory: Inventory) -> Rules:
    """Return the rules of a hub; an address at which it publishes something has neither moved nor gone."""
    takedowns, paths = hub.takedowns, inventory.paths
    moved = {
        old: link.address
        for old, link in hub.redirects.items()
        if page_path(old) in inventory.redirects
        and _PLAIN_ADDRESS.fullmatch(old)
        and _PLAIN_ADDRESS.fullmatch(link.address)
    }
    # Sites of other generators had files: a host would first send readers from /bal.html to /bal.html/.
    moved |= {old[:-1]: new for old, new in moved.items() if _FILE.search(old)}
    folders = {SOURCE.page(item.source) for item in takedowns.items if item.is_source}
    pages = {takedowns.page(item.address) for item in takedowns.items}
    pages |= {
        address for removal in takedowns.removals for address in removal.addresses if address.startswith("/")
    }
    addresses = {f"{page.rstrip('/')}/" for page in pages if page}
    gone = (address for address in addresses if _is_gone(address, paths))
    hub_rules = Rules(
        site=hub.site,
        players=tuple(sorted(set(_players(hub)))),
        moved=tuple(sorted(moved.items())),
        gone=tuple(sorted(address for address in gone if not _is_below(address, folders))),
        gone_folders=tuple(sorted(folder for folder in folders if _is_gone(folder, paths))),
    )
    logger.debug(
        "rules for hosts: players of %s; %d addresses moved, %d addresses and %d folders gone",
        hub_rules.players,
        len(hub_rules.moved),
        len(hub_rules.gone),
        len(hub_rules.gone_folders),
    )
    if left_out := [old for old in hub.redirects if old not in moved]:
        logger.debug("%d redirections are left out: hosts would have to quote them", len(left_out))
    return hub_rules


def _is_gone(address: str, paths: AbstractSet[str]) -> bool:
    return bool(_PLAIN_ADDRESS.fullmatch(address)) and f"{address[1:]}index.html" not in paths


def _is_below(address: str, folders: Iterable[str]) -> bool:
    return any(address.startswith(folder) for folder in folders)


def _players(hub: Hub) -> Iterator[str]:
    """Yield the origins of the players of other hosts that pages of this hub may show."""
    for publication in hub.everything:
        if publication.entry:
            enclosures = publication.entry.enclosures
            pages = [enclosure.url for enclosure in enclosures if enclosure.type == "text/html"]
        else:
            pages = _LINK.findall(publication.html)
        for page in pages:
            if player := embed(page):
                parts = urlsplit(player.address)
                origin = uri(f"{parts.scheme}://{parts.netloc}")
                if is_origin(origin):
                    yield origin
