"""Whether the site shows a content file, by its own status and dates. Pure."""

from __future__ import annotations

from datetime import datetime

from kiosque.content.schema.kind import Kind
from kiosque.model import ContentItem, Status


def is_shown(kind: Kind, record: ContentItem, now: datetime) -> bool:
    """Whether the site has a page for a content file at ``now`` (aware).

    A draft has none. Nor has a file before its date, or from the moment on at which it is over. A file with
    the status “hidden” has a page, which no list names. This function doesn't know what editors hide in
    ``content/curation.yml``.
    """
    moment = kind.moment(record)
    is_to_come = moment is not None and moment > now
    return record.status is not Status.DRAFT and not is_to_come and not kind.is_over(record, now)
