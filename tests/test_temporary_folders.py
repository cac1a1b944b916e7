"""A folder for temporary files goes with the process that made it, or at the next call."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from kiosque.files import temporary_folder

# Makes a folder with a file, prints its path, and waits.
_SCRIPT = """
import sys, time
from pathlib import Path
from kiosque.files import temporary_folder

with temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "below").mkdir()
    (folder / "below" / "secret").write_text("key")
    print(folder, flush=True)
    time.sleep(1000)
"""


def test_a_folder_is_private_and_goes(tmp_path: Path) -> None:
    """Only its owner can read it; at the end nothing is left."""
    with temporary_folder(tmp_path) as folder:
        (folder / "file").touch()
        assert (0o700, [folder]) == (folder.stat().st_mode & 0o777, list(tmp_path.iterdir()))
    assert [] == list(tmp_path.iterdir())


def test_a_killed_process_leaves_nothing_after_the_next_call(tmp_path: Path) -> None:
    """A folder stays while its process lives; the first call after a kill removes it."""
    (tmp_path / "kiosque-run-file").touch()
    others = tmp_path / "other"
    others.mkdir()
    (tmp_path / "kiosque-run-link").symlink_to(others)
    with subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        abandoned = Path(process.stdout.readline().strip())
        with temporary_folder(tmp_path) as folder:
            assert {abandoned, folder} < set(tmp_path.iterdir())
        process.send_signal(signal.SIGKILL)
    assert (abandoned / "below" / "secret").is_file()
    with temporary_folder(tmp_path):
        assert not abandoned.exists()
    assert {"kiosque-run-file", "kiosque-run-link", "other"} == {path.name for path in tmp_path.iterdir()}
