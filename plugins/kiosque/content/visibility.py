"""Whether the site shows what people wrote, by its own status and dates. Pure."""

from __future__ import annotations

from datetime import datetime

from kiosque.content.schema.kind import Kind
from kiosque.model import ContentItem, Status


def is_shown(kind: Kind, record: ContentItem, now: datetime) -> bool:
    """Whether the site has a page for a record of a kind at ``now`` (aware).

    A draft has none, nor has a record before the date of its kind, or from the moment on at which it expires. A record
    with the status “hidden” has a page, which no list names. What editors hide in ``content/curation.yml`` isn't
    known here.
    """
    if record.status is Status.DRAFT:
        return False
    moment = kind.moment(record)
    return (moment is None or moment <= now) and not kind.is_over(record, now)
