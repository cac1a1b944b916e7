"""Files are replaced whole: a reader sees the old bytes or the new ones, and an interrupted write leaves no
litter.
"""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from kiosque.files import replace_file
from kiosque.model import OutputError


@pytest.mark.parametrize("lasting", [False, True])
def test_a_file_is_replaced_and_its_folder_made(tmp_path: Path, lasting: bool) -> None:
    """The file has the new bytes, and nothing else lies beside it."""
    file = tmp_path / "new" / "list.yml"
    for data in (b"old", b"new"):
        replace_file(file, data, lasting=lasting)
    assert ([file], b"new") == (list(file.parent.iterdir()), file.read_bytes())


@pytest.mark.parametrize("lasting", [False, True])
def test_an_interrupted_write_leaves_nothing_after_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lasting: bool
) -> None:
    """The draft of a killed process is taken over by the next write of another process."""
    file = tmp_path / "2026.jsonl"

    def killed(_draft: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            replace_file(file, b"longer than the whole", lasting=lasting)
    assert [".2026.jsonl.tmp"] == [draft.name for draft in tmp_path.iterdir()]
    replace_file(file, b"whole", lasting=lasting)
    assert ([file], b"whole") == (list(tmp_path.iterdir()), file.read_bytes())


def test_writers_of_one_file_wait_for_each_other(tmp_path: Path) -> None:
    """Several processes replace a file again and again: readers see one writer's bytes at a time."""
    file = tmp_path / "state.msgpack"
    replace_file(file, b"0" * 100_000)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_often, args=(file, b"%d" % number)) for number in range(3)]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        data = file.read_bytes()
        seen.add((len(data), len(set(data))))
    assert ([0, 0, 0], {(100_000, 1)}) == ([writer.exitcode for writer in writers], seen)
    assert [file] == list(tmp_path.iterdir())


def write_often(file: Path, digit: bytes) -> None:
    for _time in range(200):
        replace_file(file, digit * 100_000)


@pytest.mark.parametrize("lasting", [False, True])
def test_a_failed_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lasting: bool
) -> None:
    """A full disk is an OutputError; the old bytes stay, and no draft is left."""
    file = tmp_path / "list.yml"
    file.write_bytes(b"old")

    def full(_draft: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="there is no room left"):
        replace_file(file, b"new", lasting=lasting)
    assert ([file], b"old") == (list(tmp_path.iterdir()), file.read_bytes())
