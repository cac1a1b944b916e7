"""A job that uses too much, or crashes, costs itself and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import patience
import pytest

from kiosque.archive.entries import read_source
from kiosque.harvest import harvest_round, source_visit, workers
from kiosque.harvest.harvest_round import harvest
from kiosque.harvest.net.fetch import Limits
from kiosque.harvest.options import Options
from kiosque.harvest.store.source_archive import UpdateJob, UpdateResult, update_archive
from kiosque.harvest.workers import JobKilledError, JobLimits, Workers
from kiosque.model import Feed, Source

from .conftest import Server
from .test_run import rss

_LARGE = 100_000
_LIMITS = JobLimits(cpu=1, memory=1_000_000_000)


def work(job: str) -> str:
    """Do what a job says."""
    if job == "burn":
        while True:
            pass
    if job == "fill":
        return str(len(bytearray(2_000_000_000)))
    if job == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    return job


async def _done(*jobs: str) -> list[object]:
    async with Workers(_LIMITS) as started:
        return await asyncio.gather(*(started.do(work, job, _LARGE) for job in jobs), return_exceptions=True)


def test_a_job_that_takes_too_much_is_killed_alone() -> None:
    """Endless work, a crash and a want of memory are errors of their jobs; the jobs beside them are done."""
    results = asyncio.run(_done("one", "burn", "two", "crash", "fill", "three"))
    assert ["one", JobKilledError, "two", JobKilledError, MemoryError, "three"] == [
        result if isinstance(result, str) else type(result) for result in results
    ]


def update_or_burn(job: UpdateJob) -> UpdateResult:
    """Update an archive, but never end where a body asks for that."""
    if any(b"BURN" in body.data for _feed, body in job.bodies):
        work("burn")
    return update_archive(job)


def test_a_feed_that_is_killed_fails_by_name_and_waits(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other feed of its source is kept in the same round, and the report names the killed one."""
    monkeypatch.setattr(source_visit, "update_archive", update_or_burn)
    monkeypatch.setattr(workers, "_SMALL", 0)
    monkeypatch.setattr(harvest_round, "Workers", lambda: Workers(_LIMITS))
    fine, hostile = server.says("/fine", rss("One")), server.says("/hostile", rss("BURN"))
    feeds = (Feed(url=hostile, line=4), Feed(url=fine, line=5))
    source = Source(slug="radio", name="R", path="content/sources/radio.md", feeds=feeds)
    options = Options(
        now=datetime(2026, 3, 15, 8, tzinfo=UTC), allow_private=True, limits=Limits(pause=0), pictures=False
    )
    [report] = harvest(tmp_path, [source], options).sources
    assert ["One"] == [stored.entry.title for stored in read_source(tmp_path / "archive", "radio").entries]
    message = (
        f"{hostile}: reading this feed takes too much time or memory: it must be shorter or simpler; "
        "asked again on 15 March 2026, 08:55"
    )
    assert [message] == [problem.message for problem in report.problems]


# Prints a line once a job is done, or once another one has begun that never ends.
_KILLED = """
import asyncio, os, sys, time
from kiosque.harvest.workers import Workers
from kiosque.job_limits import JobLimits
from kiosque.pictures.decoder import PictureDecoder

def work(job):
    os.write(1, b"works\\n")
    time.sleep(job)

async def harvest(job):
    async with Workers() as workers:
        await workers.do(work, job, 100_000)
        await asyncio.sleep(1000)

def decode(job):
    with PictureDecoder(JobLimits()) as decoder:
        decoder.do(work, job)
        time.sleep(1000)

if __name__ == "__main__":
    what, job = sys.argv[1:]
    decode(int(job)) if what == "pictures" else asyncio.run(harvest(int(job)))
"""


@pytest.mark.parametrize("seconds", [0, 1000])
@pytest.mark.parametrize("what", ["feeds", "pictures"])
def test_processes_end_with_a_killed_command(tmp_path: Path, what: str, seconds: int) -> None:
    """Whether they work or wait, processes of feeds and pictures end; the next pool removes their socket."""
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    # A socket's address is short.
    with tempfile.TemporaryDirectory() as temporary:
        environment = {**os.environ, "TMPDIR": temporary}
        for _time in range(2):
            command = [sys.executable, str(script), what, str(seconds)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
                assert process.stdout is not None
                assert b"works\n" == process.stdout.readline()
                process.send_signal(signal.SIGKILL)
                # Each process that is left holds the other end.
                assert b"" == process.communicate(timeout=patience.SECONDS)[0]
        assert (what == "feeds") == len(list(Path(temporary).iterdir()))
