"""Pagefind's program, which makes a shard of the index from lean documents. Only this module runs it."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kiosque.files import temporary_folder
from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.site.output.processes import end_with, forked
from kiosque.site.search.documents import Document, lean_html
from kiosque.wording.reasons import reason_of

logger = logging.getLogger(__name__)

ENTRY = "pagefind-entry.json"
_DATA_FOLDERS = {"fragment", "filter", "index"}
# The number of documents that a child writes at a time.
_CHUNK = 100
_TIMEOUT_SECONDS = 1_800


class SearchError(KiosqueError):
    """The index can't be made; the message says why, and what to do."""


class _Language(msgspec.Struct):
    hash: str
    wasm: str | None = None


class _Entry(msgspec.Struct):
    """The part of Pagefind's entry file that is needed here."""

    languages: dict[str, _Language]


def make_shard(
    documents: Sequence[Document],
    folder: Path,
    language: str,
    paragraphs: Callable[[Any], Iterable[Any]],
    *,
    with_code: bool,
) -> str:
    """Write a shard into ``folder``, which doesn't exist yet, and return Pagefind's hash of its content.

    ``paragraphs`` returns the paragraphs of a transcript. ``with_code`` keeps the program that the browser
    runs, which one shard has for all. Raises SearchError.
    """
    memory = Path("/dev/shm")  # noqa: S108 - in memory, where there is such a disk; the folder below has a random name
    parent = memory if memory.is_dir() else None
    start = time.perf_counter()
    try:
        with temporary_folder(parent) as pages:
            write = partial(_write, folder=pages, language=language, paragraphs=paragraphs)
            for _result in forked(write, list(enumerate(documents)), chunk=_CHUNK):
                pass
            logger.debug("wrote %d documents in %.3f s", len(documents), time.perf_counter() - start)
            _run(pages, folder, language)
            logger.debug("Pagefind was done %.3f s after the start", time.perf_counter() - start)
        entry = msgspec.json.decode((folder / ENTRY).read_bytes(), type=_Entry)
        index = next(iter(entry.languages.values()))
    except (OSError, ValueError, StopIteration) as error:
        raise SearchError(reason_of(error)) from error
    code = {"pagefind-worker.js", f"wasm.{index.wasm or 'unknown'}.pagefind"} if with_code else set()
    _remove_others(folder, {ENTRY, f"pagefind.{index.hash}.pf_meta", *code, *_DATA_FOLDERS})
    return index.hash


def _write(
    numbered: tuple[int, Document],
    folder: Path,
    language: str,
    paragraphs: Callable[[Any], Iterable[Any]],
) -> None:
    number, document = numbered
    (folder / f"{number}.html").write_text(lean_html(document, language, paragraphs), encoding="utf-8")


def _run(site: Path, folder: Path, language: str) -> None:
    """Run Pagefind on the pages in ``site``; it writes the index into ``folder``."""
    command = [
        *(str(_program()), "--site", str(site), "--output-path", str(folder)),
        *("--force-language", language, "--silent"),
    ]
    logger.debug("running %s", command)
    try:
        result = subprocess.run(  # noqa: S603 - our own command
            command,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_SECONDS,
            # Safe: no other thread runs now. After a killed build it would go on writing into the output.
            preexec_fn=partial(end_with, os.getpid()),
        )
    except subprocess.TimeoutExpired as error:
        raise SearchError(_("Pagefind didn't end within half an hour")) from error
    if result.returncode or not (folder / ENTRY).is_file():
        lines = (result.stderr or result.stdout).decode(errors="replace").strip().splitlines()
        raise SearchError(lines[-1] if lines else _("Pagefind stopped without a word"))


def _program() -> Path:
    try:
        from pagefind_bin import get_executable  # noqa: PLC0415 - only builds that make an index need it
    except ImportError as error:
        raise SearchError(_('Pagefind isn\'t installed: run pip install "pagefind[bin]"')) from error
    return Path(get_executable())


def _remove_others(folder: Path, needed: set[str]) -> None:
    """Remove files that aren't needed: Pagefind's own interface of 400 kB, which no page of a hub uses."""
    for path in folder.iterdir():
        if path.name not in needed:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
