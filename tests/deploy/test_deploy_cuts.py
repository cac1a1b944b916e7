"""Connections that are cut at fifty instants: readers miss nothing, the next deployment finishes."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from kiosque import i18n
from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import HostError
from kiosque.deploy.hosts.opening import open_host
from kiosque.settings.pelicanconf import load

from .conftest import Rigs
from .deploying import FIRST, SECOND, THIRD, Branch, served

SITES = (FIRST, SECOND, THIRD)
CUTS = 50


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


def pages_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the served files without those of looks."""
    return {path: data for path, data in served(files).items() if not path.startswith("theme/")}


@pytest.mark.parametrize("kind", ["sftp", "ftps", "rsync", "git+ssh", "s3", "webdav"])
def test_a_connection_cut_at_any_instant_is_mended(kind: str, tmp_path: Path, rig: Rigs) -> None:
    """After a cut at a random byte, pages are whole, and the next deployment finishes."""
    draw = random.Random(26113)
    with rig(kind, tmp_path) as host:
        for version in (FIRST, SECOND):
            host.hub.holds(version)
            host.cutter.cut_after(None)
            host.finishes()
        total = host.cutter.passed
        cuts, last = 0, served(host.files())
        with host.read() as readers:
            for number in range(CUTS):
                wanted = host.hub.holds(SITES[(number + 2) % 3])
                host.cutter.cut_after(draw.randrange(total))
                result = host.deploy()
                assert result.exit_code in {0, 1}, host.why(result)
                cuts += result.exit_code
                if isinstance(host, Branch):
                    # A push replaces the whole site at once.
                    assert pages_of(host.files()) in (pages_of(last), pages_of(wanted))
                host.cutter.cut_after(None)
                host.finishes()
                host.stands(wanted)
                last = wanted
        assert ([], []) == (readers.missing, host.cutter.faults)
        assert cuts > CUTS / 2 and readers.rounds > CUTS


def test_half_a_path_is_never_removed(tmp_path: Path, rig: Rigs) -> None:
    """A list of paths to remove is cut; each path begins with the path of another file, which stays."""
    kept = {f"{folder:02}/{'a' * length}" for folder in range(10) for length in range(1, 240, 2)}
    removed = sorted(f"{path}a" for path in kept)
    with rig("rsync", tmp_path) as host:
        for path in kept:
            (host.www / path).parent.mkdir(exist_ok=True)
            (host.www / path).touch()
        settings = load(host.hub.root, publish=True)
        for kilobytes in range(20, 160, 20):
            host.cutter.cut_after(kilobytes * 1000)
            with (
                suppress(HostError),
                open_host(Credentials(settings.targets["site"], {}), tmp_path, tmp_path) as there,
            ):
                there.delete(removed)
            assert kept == host.files().keys()
            assert (kilobytes * 1000, []) == (host.cutter.passed, host.cutter.faults)
