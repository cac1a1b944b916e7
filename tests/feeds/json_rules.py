"""Checks of a JSON Feed: its specification as a JSON Schema (tests/data/jsonfeed.schema.json), and what a
schema can't say.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from feeds.findings import Finding, Findings, in_html, is_language, is_plausible, is_uri, rfc_3339

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "jsonfeed.schema.json").read_bytes())
_formats = FormatChecker(formats=())
_formats.checks("uri")(lambda value: not isinstance(value, str) or is_uri(value))
_formats.checks("date-time")(lambda value: not isinstance(value, str) or rfc_3339(value) is not None)
_formats.checks("language")(lambda value: not isinstance(value, str) or is_language(value))
_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=_formats)


def check_json(data: bytes, url: str, now: datetime) -> Findings:
    """Yield what is wrong with a JSON feed that is served at ``url``."""
    try:
        feed = json.loads(data.decode())
    except ValueError as error:
        yield Finding("document", f"JSON in UTF-8 ({error})")
        return
    wrong = list(_VALIDATOR.iter_errors(feed))
    for error in wrong:
        yield Finding(error.json_path, f"{error.validator}: {error.message[:300]}")
    if not wrong:
        yield from _feed(feed, url, now)


def _feed(feed: dict[str, Any], url: str, now: datetime) -> Findings:
    if feed["feed_url"] != url:
        yield Finding("$.feed_url", f"it is the address {url}")
    for one, number in Counter(item["id"] for item in feed["items"]).items():
        if number > 1:
            yield Finding("$.items", f"each item stands once: {one} stands {number} times")
    for count, item in enumerate(feed["items"]):
        for field in ("date_published", "date_modified"):
            if (written := item.get(field)) and not is_plausible(datetime.fromisoformat(written), now):
                yield Finding(f"$.items[{count}].{field}", "a date is plausible")
        for rule in in_html(item.get("content_html", "")):
            yield Finding(f"$.items[{count}].content_html", rule)
