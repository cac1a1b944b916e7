"""Pagefind's program: from lean documents to one shard of the index. The only place that runs it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from kiosque.i18n import _
from kiosque.model import KiosqueError
from kiosque.site.output.processes import forked
from kiosque.site.search.documents import Document, lean_html

ENTRY = "pagefind-entry.json"
_DATA = {"fragment", "filter", "index"}
_CHUNK = 100
_SECONDS = 1_800


class SearchError(KiosqueError):
    """The index can't be made; its text says why, and what to do."""


class _Language(msgspec.Struct):
    hash: str
    wasm: str | None = None


class _Entry(msgspec.Struct):
    """What of Pagefind's entry file is needed here."""

    languages: dict[str, _Language]


def make_shard(
    documents: Sequence[Document],
    folder: Path,
    language: str,
    said: Callable[..., object],
    *,
    with_code: bool,
) -> str:
    """Write a shard into ``folder``, which isn't there yet, and return the name that its content gives it.

    ``with_code`` keeps what the browser runs beside it; one shard has that for all.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a disk in memory, where there is one; the folder below has a random name
    place = memory if memory.is_dir() else None
    try:
        with tempfile.TemporaryDirectory(prefix="kiosque-search-", dir=place) as drafts:
            write = partial(_write, folder=Path(drafts), language=language, said=said)
            for _written in forked(write, list(enumerate(documents)), chunk=_CHUNK):
                pass
            _run(Path(drafts), folder, language)
        found = next(iter(msgspec.json.decode((folder / ENTRY).read_bytes(), type=_Entry).languages.values()))
    except (OSError, msgspec.MsgspecError, StopIteration) as error:
        raise SearchError(str(error)) from error
    code = {"pagefind-worker.js", f"wasm.{found.wasm or 'unknown'}.pagefind"} if with_code else set()
    _keep(folder, {ENTRY, f"pagefind.{found.hash}.pf_meta", *code, *_DATA})
    return found.hash


def _write(numbered: tuple[int, Document], folder: Path, language: str, said: Callable[..., object]) -> None:
    number, document = numbered
    (folder / f"{number}.html").write_text(lean_html(document, language, said), encoding="utf-8")  # type: ignore[arg-type]


def _run(site: Path, folder: Path, language: str) -> None:
    command = [str(_program()), "--site", str(site), "--output-path", str(folder)]
    options = ["--force-language", language, "--silent"]
    try:
        done = subprocess.run([*command, *options], capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - our own command
    except subprocess.TimeoutExpired as error:
        raise SearchError(_("Pagefind didn't end within half an hour")) from error
    if done.returncode or not (folder / ENTRY).is_file():
        lines = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise SearchError(lines[-1] if lines else _("Pagefind stopped without a word"))


def _program() -> Path:
    try:
        from pagefind_bin import get_executable  # noqa: PLC0415 - needed only where something is indexed
    except ImportError as error:
        raise SearchError(_('Pagefind isn\'t installed: run pip install "pagefind[bin]"')) from error
    return Path(get_executable())


def _keep(folder: Path, wanted: set[str]) -> None:
    """Remove Pagefind's own interface: 400 kB that no page here uses."""
    for path in folder.iterdir():
        if path.name not in wanted:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
