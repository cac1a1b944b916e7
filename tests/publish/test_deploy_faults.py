"""Deployments to real servers on loopback that go wrong: the next one mends it, and readers never miss anything."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kiosque import i18n
from kiosque.publish.deploy import engine, local
from kiosque.publish.deploy.credentials import Credentials
from kiosque.publish.deploy.host import Host
from kiosque.publish.deploy.hosts import opened
from kiosque.settings import load

from .deploying import (
    FIRST,
    SECOND,
    THIRD,
    Crawler,
    Cutter,
    Hub,
    Rig,
    but_the_last_look,
    mount,
    rig,
    served,
    small_disk,
    sshd,
)

SERVERS = ("sftp", "ftps", "rsync")
SITES = (FIRST, SECOND, THIRD)
# A deployment over SFTP takes a tenth of a second; the others wait for TLS at each file, or start a dozen programs.
CUTS = {"sftp": 50, "ftps": 25, "rsync": 10, "git": 15}


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


def missing(kind: str) -> None:
    if kind == "rsync" and not shutil.which("rsync"):
        pytest.skip("rsync is not installed")


@pytest.fixture(params=SERVERS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    missing(request.param)
    with rig(request.param, tmp_path) as made:
        yield made


def test_a_connection_cut_at_any_instant_is_mended(host: Rig) -> None:
    """Cut after a random number of bytes, what readers find is whole, and the next deployment finishes."""
    draw = random.Random(26113)
    assert host.cutter
    for version in (FIRST, SECOND):
        host.hub.holds(version)
        host.cutter.cut_after(None)
        assert 0 == host.deploy().exit_code
    total = host.cutter.passed
    cut, cuts = 0, CUTS[host.kind]
    with Crawler(host.www) as crawler:
        for number in range(cuts):
            wanted = host.hub.holds(SITES[(number + 2) % 3])
            host.cutter.cut_after(draw.randrange(total))
            result = host.deploy()
            assert result.exit_code in {0, 1}, result.output
            cut += result.exit_code
            host.cutter.cut_after(None)
            result = host.deploy()
            assert 0 == result.exit_code, result.output
            host.stands(wanted)
    assert [] == crawler.missing
    assert cut > cuts / 2 and crawler.rounds > cuts


@pytest.mark.parametrize("kind", ["folder", *SERVERS])
def test_a_full_host_says_so_and_is_served_on(kind: str, tmp_path: Path) -> None:
    """Nothing that is there suffers; once there is room, the next deployment finishes."""
    missing(kind)
    with small_disk(tmp_path / "www", 600) as www, rig(kind, tmp_path, www) as host:
        host.hub.holds(FIRST)
        assert 0 == host.deploy().exit_code
        wanted = host.hub.holds({**SECOND, "fichiers/grand.pdf": "%PDF" * 200_000})
        with Crawler(www) as crawler:
            result = host.deploy()
            assert (1, True) == (result.exit_code, "the host has no room left for" in result.output), (
                result.output
            )
            assert 0 == mount(www, "remount,size=4000k").returncode
            result = host.deploy()
        assert (0, []) == (result.exit_code, crawler.missing), result.output
        host.stands(wanted)


@pytest.mark.parametrize("kind", ["folder", *SERVERS])
def test_a_host_that_may_not_be_written_says_so(kind: str, tmp_path: Path) -> None:
    """The message names what is refused; once it is allowed, the next deployment finishes."""
    missing(kind)
    with small_disk(tmp_path / "www", 4000) as www, rig(kind, tmp_path, www) as host:
        host.hub.holds(FIRST)
        assert 0 == host.deploy().exit_code
        wanted = host.hub.holds(SECOND)
        assert 0 == mount(www, "remount,ro").returncode
        result = host.deploy()
        assert (1, True) == (result.exit_code, "doesn't allow" in result.output), result.output
        assert 0 == mount(www, "remount,rw").returncode
        assert 0 == host.deploy().exit_code
        host.stands(wanted)


@pytest.mark.parametrize("kind", ["folder", *SERVERS])
def test_what_someone_changed_on_the_host_is_put_back(kind: str, tmp_path: Path) -> None:
    """Another size, another time, or gone: it is noticed and said; what is foreign stays."""
    missing(kind)
    with rig(kind, tmp_path) as host:
        wanted = host.hub.holds(FIRST)
        assert 0 == host.deploy().exit_code
        (host.www / "index.html").write_text("hacked")
        page = host.www / "fil/index.html"
        page.write_bytes(b"x" * page.stat().st_size)
        os.utime(page, (1, 1))
        (host.www / "articles/article-1/index.html").unlink()
        (host.www / "their.html").write_text("theirs")
        result = host.deploy()
        assert 0 == result.exit_code
        for path in ("index.html", "fil/index.html", "articles/article-1/index.html"):
            assert f"{path} had been changed on the host" in result.output
        assert "theirs" == (host.www / "their.html").read_text()
        (host.www / "their.html").unlink()
        host.stands(wanted)
        before = page.stat()
        page.write_bytes(b"y" * before.st_size)
        os.utime(page, (before.st_atime, before.st_mtime))
        assert "1 file sent" in host.deploy("--verify").output
        host.stands(wanted)


def _dies(root: Path, environment: dict[str, str], calls: int, method: str) -> None:
    """Deploy, and die right before the host is asked for something for the so-manieth time."""
    os.environ.update(environment)
    settings = load(root, publish=True)
    site = engine.Site(settings.output, local.scan(settings.output, settings.cache), settings.cache)

    class Dying:
        def __init__(self, host: Host) -> None:
            self.host, self.left = host, calls

        def __getattr__(self, name: str) -> object:
            if method in {"", name}:
                self.left -= 1
                if self.left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return getattr(self.host, name)

    class Watching:
        def phase(self, *_what: object) -> None:
            """Say nothing."""

        def sent(self, _path: str) -> None:
            """Say nothing."""

    with opened(Credentials(settings.targets["site"], os.environ), root, settings.cache) as host:
        engine.deploy(site, Dying(host), "site", Watching(), verify=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "method", "most"),
    [("folder", "", 40), *((kind, "put", 5) for kind in SERVERS), ("sftp", "write", 2)],
)
def test_a_deployment_killed_in_any_phase_is_finished_by_the_next(
    kind: str, method: str, most: int, tmp_path: Path
) -> None:
    """Killed before each call to a folder, before each phase and each note on servers."""
    missing(kind)
    with rig(kind, tmp_path) as host, Crawler(host.www) as crawler:
        host.hub.holds(FIRST)
        assert 0 == host.deploy().exit_code
        codes = []
        for calls in range(most):
            wanted = host.hub.holds(SITES[(calls + 1) % 3])
            process = multiprocessing.get_context("fork").Process(
                target=_dies, args=(host.hub.root, dict(host.environment), calls, method)
            )
            process.start()
            process.join()
            codes.append(process.exitcode)
            result = host.deploy()
            assert 0 == result.exit_code, result.output
            host.stands(wanted)
    assert [] == crawler.missing
    assert {-signal.SIGKILL} == set(codes[: most if method else 15])


@pytest.mark.parametrize("kind", ["sftp", "rsync", "git+ssh"])
def test_wrong_keys_say_what_to_do_and_send_nothing(kind: str, tmp_path: Path) -> None:
    """The client's key, the host's key, and a host that isn't known."""
    missing(kind)
    with sshd(tmp_path / "server") as server:
        (tmp_path / "www").mkdir()
        url = f"{kind}://root@127.0.0.1:{server.port}/{tmp_path}/www"
        other = " ".join((tmp_path / "server/other.pub").read_text().split()[:2])
        said = []
        for number, options in enumerate(
            (
                {**server.options, "key": str(tmp_path / "server/other")},
                {**server.options, "host_key": other},
                {"key": server.options["key"]},
            )
        ):
            hub = Hub(tmp_path / f"hub{number}", {"url": url, **options})
            hub.holds(FIRST)
            result = hub.deploy(HOME=str(tmp_path))
            assert 1 == result.exit_code
            said.append(result.output)
    assert "accepts neither key nor password of root" in said[0]
    assert "shows another key than the one that is known" in said[1]
    assert "isn't known yet" in said[2]
    if kind == "sftp":
        assert f'"host_key": "{server.options["host_key"]}"' in said[2]
    assert [] == list((tmp_path / "www").iterdir())


@pytest.mark.parametrize(
    ("options", "password", "message"),
    [
        ({"certificate": None}, "secret", "the certificate of 127.0.0.1 isn't good"),
        ({}, "wrong", "doesn't accept the password of asso: check KIOSQUE_DEPLOY_PASSWORD"),
        ({}, "", "the password of asso on 127.0.0.1 is missing"),
    ],
)
def test_ftp_with_a_wrong_certificate_or_password_says_what_to_do(
    options: dict, password: str, message: str, tmp_path: Path
) -> None:
    """Nothing is sent, and the password neither where the certificate isn't good."""
    with rig("ftps", tmp_path) as host:
        settings = host.hub.root / "publishconf.py"
        if options:
            text = settings.read_text()
            settings.write_text(text[: text.index(", 'certificate'")] + "}}\n")
        host.hub.holds(FIRST)
        result = host.hub.deploy(HOME=str(tmp_path), KIOSQUE_DEPLOY_PASSWORD=password)
        assert (1, True) == (result.exit_code, message in result.output), result.output
        assert [] == list(host.www.iterdir())


def in_branch(repository: Path, folder: Path) -> dict[str, bytes]:
    """Return what a forge would serve of a branch."""
    subprocess.run(["git", "clone", "--quiet", "--branch=pages", repository, folder], check=True)
    return served(folder)


def of_pages(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if not path.startswith("theme/")}


def test_a_branch_is_the_old_site_or_the_new_one_wherever_a_push_is_cut(tmp_path: Path) -> None:
    """Nothing between them is ever there, and the next deployment brings the new one."""
    repository = tmp_path / "site.git"
    subprocess.run(["git", "init", "--quiet", "--bare", repository], check=True)
    draw = random.Random(26113)
    with sshd(tmp_path / "server") as server:
        cutter = Cutter(server.port)
        url = f"git+ssh://root@127.0.0.1:{cutter.port}/{repository}"
        hub = Hub(tmp_path / "hub", {"url": url, **server.options})
        for version in (FIRST, SECOND):
            old = hub.holds(version)
            cutter.cut_after(None)
            assert 0 == hub.deploy().exit_code
        total = cutter.passed
        for number in range(CUTS["git"]):
            new = hub.holds(SITES[(number + 2) % 3])
            cutter.cut_after(draw.randrange(total))
            result = hub.deploy()
            assert result.exit_code in {0, 1}, result.output
            pages = of_pages(in_branch(repository, tmp_path / f"{number}"))
            assert pages in (of_pages(old), of_pages(new))
            cutter.cut_after(None)
            result = hub.deploy()
            assert 0 == result.exit_code, result.output
            assert new == but_the_last_look(in_branch(repository, tmp_path / f"{number}-after"), new)
            old = new
        cutter.close()
