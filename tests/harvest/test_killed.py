"""A harvest that is killed at any instant loses nothing, doubles nothing, and the next one goes on from
there.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosque.archive.entries import read_source
from kiosque.harvest.harvest_round import harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.model import Agreement, Feed, Scope, Source

from .conftest import Server
from .test_run import rss

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
TITLES = ("Un", "Deux", "Trois", "Quatre")
KILLS = 100


def sources(server: Server) -> list[Source]:
    """Return three sources, each of whose feeds has news."""
    return [
        Source(
            slug=slug,
            name=slug,
            path=f"content/sources/{slug}.md",
            feeds=(Feed(url=server.says(f"/{slug}", rss(*TITLES), ETag=f'"{slug}"')),),
            agreement=Agreement(scope=Scope.FULL),
        )
        for slug in ("gazette", "radio", "webtv")
    ]


def go(root: Path, given: list[Source]) -> None:
    harvest(root, given, Options(now=NOW, allow_private=True, limits=Limits(pause=0), pictures=False))


def go_and_die(root: Path, given: list[Source], count: int) -> None:
    """Harvest, and be killed at the given touch of a file of the hub."""
    left = count

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in {"open", "os.rename", "os.remove", "os.mkdir"} and str(root) in str(arguments[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    go(root, given)


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*.json*")
        if path.name[0] != "."
    }


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_killed_at_a_hundred_instants(tmp_path: Path, server: Server) -> None:
    """After each kill every file of the archive can be read whole; in the end it is as if nothing had
    happened.
    """
    given, context = sources(server), multiprocessing.get_context("fork")
    whole = tmp_path / "whole"
    go(whole, given)
    draw = random.Random(26113)
    killed = 0
    for number in range(KILLS):
        hub = tmp_path / f"hub{number % 5}"
        child = context.Process(target=go_and_die, args=(hub, given, draw.randrange(1, 40)))
        child.start()
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        for source in given:
            archived = read_source(hub / "archive", source.slug)
            ids = [stored.entry.id for stored in archived.entries]
            assert ((), sorted(set(ids))) == (archived.problems, sorted(ids))
    assert killed > KILLS / 3
    for number in range(5):
        go(tmp_path / f"hub{number}", given)
        assert tree(whole / "archive") == tree(tmp_path / f"hub{number}" / "archive")
