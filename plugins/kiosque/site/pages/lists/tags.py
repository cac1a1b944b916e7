"""Tags: all of them, and a list for each."""

from __future__ import annotations

from collections.abc import Iterator

from kiosque.site.hub.hub import Hub
from kiosque.site.output.wanted import Output, Page, page_path
from kiosque.site.pages import listing

# The fewest publications of a tag that somebody may follow. Most tags are used once or twice: their feeds
# would be most files of a small hub.
_FOLLOWED_FROM = 3


def outputs(hub: Hub) -> Iterator[Output]:
    """Yield the list of tags, and the publications of each."""
    values = {"site": hub.site, "address": "/mots-cles/", "links": [group.link for group in hub.tags]}
    yield Page(page_path("/mots-cles/"), "tags.html", values)
    for group in hub.tags:
        has_feeds = len(group.publications) >= _FOLLOWED_FROM
        of_tag = listing.Listing(
            group.link.address, group.link.name, group.publications, "tag.html", feed=has_feeds
        )
        yield from listing.pages(hub, of_tag)
