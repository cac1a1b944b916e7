"""Protections against robots are named, with what to write to the feed's producer; other answers aren't."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kiosque.harvest.net.responses import Answer, Failure

from .conftest import Server
from .test_fetch import AGENT, get

CASES = json.loads((Path(__file__).parents[1] / "data" / "robots.json").read_text(encoding="utf-8"))


def names(case: dict[str, Any]) -> str:
    return f"{case['status']} {case['name']}"


def answer(server: Server, case: dict[str, Any]) -> Answer:
    """Return what becomes of an answer, which is compressed as most are."""
    page = gzip.compress(case["page"].encode())
    headers = case["headers"] | {"Content-Encoding": "gzip"}
    return get(server.says("/feed", page, case["status"], **headers) + "?key=secret")


@pytest.mark.parametrize("case", [case for case in CASES if case["name"] is not None], ids=names)
def test_a_protection_is_named_with_a_letter(server: Server, case: dict[str, Any]) -> None:
    """The message says whose protection it is, if it says so, and what its producer should read."""
    failed = answer(server, case)
    assert isinstance(failed, Failure)
    who = f" ({case['name']})" if case["name"] else ""
    letter = failed.message.partition(f"a protection against robots{who} keeps the feed back. ")[2]
    assert letter == (
        "Write to its producer: “Your site’s protection against robots also stops programs that read your "
        f"feed, which is made for them. Please let all requests for {server.url}/feed through without a "
        f"check, or at least those of “{AGENT}”.”"
    )
    assert (10 if "Retry-After" in case["headers"] else None) == failed.wait


@pytest.mark.parametrize("case", [case for case in CASES if case["name"] is None], ids=names)
def test_an_ordinary_answer_is_none(server: Server, case: dict[str, Any]) -> None:
    """A site that is down, or a page behind a protection that let it through, is what it is."""
    fetched = answer(server, case)
    assert "robots" not in getattr(fetched, "message", "")


def test_a_feed_behind_a_password_says_why_it_is_not_taken(server: Server) -> None:
    """A hub is public, so what it shows must be."""
    failed = get(server.says("/feed", status=401, WWW_Authenticate="Basic"))
    assert isinstance(failed, Failure)
    assert failed.message == (
        "the server answered 401 Unauthorized; feeds behind a password aren't taken, since all that a hub "
        "shows is public: ask its producer for an address that everyone may read"
    )
