"""Files are replaced whole: a reader sees the old bytes or the new ones, and an interrupted write leaves no
litter.
"""

from __future__ import annotations

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


def test_an_interrupted_lasting_write_leaves_nothing_after_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft of a killed process is taken over by the next write of another process."""
    file = tmp_path / "2026.jsonl"

    def killed(_draft: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        patched.setattr("os.getpid", lambda: 1)
        with pytest.raises(KeyboardInterrupt):
            replace_file(file, b"half", lasting=True)
    replace_file(file, b"whole", lasting=True)
    assert ([file], b"whole") == (list(tmp_path.iterdir()), file.read_bytes())


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
