"""Whether the site shows what people wrote, by its own status and dates. Pure."""

from __future__ import annotations

from datetime import datetime

from kiosque.model import Article, HubPage, Status


def is_shown(record: Article | HubPage, now: datetime) -> bool:
    """Whether the site has a page for an article, or for a page of the hub, at ``now`` (aware).

    A draft has none, nor has an article before its date, or from the moment on at which it expires. A record
    with the status “hidden” has a page, which no list names. What editors hide in ``content/curation.yml``
    isn't known here.
    """
    if record.status is Status.DRAFT:
        return False
    if isinstance(record, HubPage):
        return True
    return record.date <= now and (record.expires is None or now < record.expires)
