"""Whether the site shows an article or a page, by its own status and dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosque.content.kinds.article import ARTICLE, Article
from kiosque.content.kinds.page import PAGE, HubPage
from kiosque.content.visibility import is_shown
from kiosque.model import Status

BEFORE, NOW, AFTER = (datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3))


@pytest.mark.parametrize(
    ("status", "date", "expires", "shown"),
    [
        (Status.PUBLISHED, BEFORE, None, True),
        (Status.PUBLISHED, NOW, AFTER, True),
        (Status.PUBLISHED, AFTER, None, False),
        (Status.PUBLISHED, BEFORE, NOW, False),
        (Status.HIDDEN, BEFORE, None, True),
        (Status.DRAFT, BEFORE, None, False),
    ],
)
def test_an_article_is_shown_from_its_date_until_it_expires(
    status: Status, date: datetime, expires: datetime | None, shown: bool
) -> None:
    """A draft is never shown; a hidden article has a page, which only lists leave out."""
    article = Article(slug="a", title="A", path="a.md", date=date, expires=expires, status=status)
    assert shown is is_shown(ARTICLE, article, NOW)


@pytest.mark.parametrize(
    ("status", "shown"), [(Status.PUBLISHED, True), (Status.HIDDEN, True), (Status.DRAFT, False)]
)
def test_a_page_is_shown_unless_it_is_a_draft(status: Status, shown: bool) -> None:
    """A page of the hub has no dates."""
    assert shown is is_shown(PAGE, HubPage(slug="a", title="A", path="a.md", status=status), NOW)
