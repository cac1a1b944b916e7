"""Deployments to real servers that fail: the next one finishes, and readers never miss an asset."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from pathlib import Path

import pytest

from kiosque import i18n
from kiosque.deploy import deployment, output_files
from kiosque.deploy.credentials import Credentials
from kiosque.deploy.host import Host
from kiosque.deploy.hosts.opening import open_host
from kiosque.settings.pelicanconf import load

from .conftest import Rigs, Sshd
from .deploying import FIRST, SECOND, THIRD, Hub, small_disk

KINDS = ("folder", "sftp", "ftps", "rsync", "git+ssh", "s3", "webdav")
SITES = (FIRST, SECOND, THIRD)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_host_is_an_error_and_its_site_stays(kind: str, tmp_path: Path, rig: Rigs) -> None:
    """The site on the host stays whole; as soon as there is room, the next deployment finishes."""
    with small_disk(tmp_path / "www", 1000) as www, rig(kind, tmp_path, www) as host:
        host.has_room(1000)
        host.hub.holds(FIRST)
        host.finishes()
        # Random text: compression makes it little smaller.
        wanted = host.hub.holds({**SECOND, "fichiers/grand.pdf": random.Random(1).randbytes(1_000_000).hex()})
        with host.read() as readers:
            result = host.deploy()
            assert (1, True) == (result.exit_code, "the host has no room left for" in result.output), (
                host.why(result)
            )
            host.has_room(9000)
            host.finishes()
        assert [] == readers.missing
        host.stands(wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_a_read_only_host_is_an_error(kind: str, tmp_path: Path, rig: Rigs) -> None:
    """The message names the refused path; as soon as writing is allowed, the next deployment finishes."""
    with small_disk(tmp_path / "www", 4000) as www, rig(kind, tmp_path, www) as host:
        last = host.hub.holds(FIRST)
        host.finishes()
        wanted = host.hub.holds(SECOND)
        host.is_read_only(yes=True)
        result = host.deploy()
        assert (1, True) == (result.exit_code, "doesn't allow" in result.output), host.why(result)
        host.stands(last)
        host.is_read_only(yes=False)
        host.finishes()
        host.stands(wanted)


@pytest.mark.parametrize("kind", ["folder", "sftp", "ftps", "rsync", "wsgidav"])
def test_files_that_someone_changed_on_the_host_are_put_back(kind: str, tmp_path: Path, rig: Rigs) -> None:
    """Another size, another time and a missing file are noticed; foreign files stay."""
    with rig(kind, tmp_path) as host:
        wanted = host.hub.holds(FIRST)
        host.finishes()
        (host.www / "index.html").write_text("hacked")
        page = host.www / "fil/index.html"
        page.write_bytes(b"x" * page.stat().st_size)
        os.utime(page, (1, 1))
        (host.www / "articles/article-1/index.html").unlink()
        (host.www / "their.html").write_text("theirs")
        output = host.finishes()
        for path in ("index.html", "fil/index.html", "articles/article-1/index.html"):
            assert f"{path} had been changed on the host" in output
        assert "theirs" == (host.www / "their.html").read_text()
        (host.www / "their.html").unlink()
        host.stands(wanted)
        before = page.stat()
        page.write_bytes(b"y" * before.st_size)
        os.utime(page, (before.st_atime, before.st_mtime))
        assert "1 file sent" in host.finishes("--verify")
        host.stands(wanted)


def _dies(root: Path, environment: dict[str, str], calls: int, method: str) -> None:
    """Deploy, and kill this process right before call number ``calls`` of a host's ``method``.

    Of any method if empty.
    """
    os.environ.update(environment)
    settings = load(root, publish=True)
    site = deployment.BuiltSite(
        settings.output, output_files.scan(settings.output, settings.cache), settings.cache
    )

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
        def phase(self, *_arguments: object) -> None:
            """Do nothing."""

        def sent(self, _path: str) -> None:
            """Do nothing."""

    with open_host(Credentials(settings.targets["site"], os.environ), root, settings.cache) as host:
        deployment.deploy(site, Dying(host), "site", Watching(), verify=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "method", "most"),
    [
        ("folder", "", 40),
        *((kind, "put", 5) for kind in KINDS[1:]),
        ("sftp", "write", 2),
        ("s3", "write", 2),
        ("webdav", "write", 2),
        ("git+ssh", "write", 2),
        ("git+ssh", "finish", 1),
    ],
)
def test_a_deployment_killed_in_any_phase_is_finished_by_the_next(
    kind: str, method: str, most: int, tmp_path: Path, rig: Rigs
) -> None:
    """The process is killed before a call to a folder, a phase or note on a server, or a push."""
    with rig(kind, tmp_path) as host, host.read() as readers:
        host.hub.holds(FIRST)
        host.finishes()
        codes = []
        for calls in range(most):
            wanted = host.hub.holds(SITES[(calls + 1) % 3])
            process = multiprocessing.get_context("fork").Process(
                target=_dies, args=(host.hub.root, host.environment, calls, method)
            )
            process.start()
            process.join()
            codes.append(process.exitcode)
            host.finishes()
            host.stands(wanted)
    assert [] == readers.missing
    assert {-signal.SIGKILL} == set(codes[: most if method else 15])


@pytest.mark.parametrize("kind", ["sftp", "rsync", "git+ssh"])
def test_wrong_keys_say_what_to_do_and_send_nothing(kind: str, tmp_path: Path, sshd: Sshd) -> None:
    """A wrong key of the client, a wrong key of the host and an unknown host have a message each."""
    with sshd(tmp_path / "server") as server:
        (tmp_path / "www").mkdir()
        url = server.target(kind, f"{tmp_path}/www")["url"]
        other = " ".join((tmp_path / "server/other.pub").read_text().split()[:2])
        outputs = []
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
            outputs.append(result.output)
    assert "accepts neither key nor password of root" in outputs[0]
    assert "shows another key than the one that is known" in outputs[1]
    assert "isn't known yet" in outputs[2]
    if kind == "sftp":
        assert f'"host_key": "{server.options["host_key"]}"' in outputs[2]
    assert [] == list((tmp_path / "www").iterdir())


@pytest.mark.parametrize("kind", ["sftp", "ftps", "rsync", "webdav", "wsgidav"])
def test_a_missing_folder_is_an_error_with_the_landing_folder(kind: str, tmp_path: Path, rig: Rigs) -> None:
    """The folder isn't made: its name may be a typing mistake."""
    with rig(kind, tmp_path) as host:
        host.hub.holds(FIRST)
        settings = host.hub.root / "publishconf.py"
        settings.write_text(
            settings.read_text().replace(f"/{host.www}'", "nowhere'").replace("/',", "/nowhere',")
        )
        result = host.deploy()
        message = (
            "the folder “nowhere” isn't there on 127.0.0.1: make it, or name another in publishconf.py; "
            "this account lands in"
        )
        assert (1, True) == (result.exit_code, message in result.output), host.why(result)


@pytest.mark.parametrize("kind", ["ftps", "webdav"])
@pytest.mark.parametrize(
    ("options", "password", "message"),
    [
        ({"certificate": None}, "secret", "the certificate of 127.0.0.1 isn't good"),
        ({}, "wrong", "doesn't accept the password of asso: check KIOSQUE_DEPLOY_PASSWORD"),
        ({}, "", "the password of asso on 127.0.0.1 is missing"),
    ],
)
def test_a_wrong_certificate_or_password_says_what_to_do(
    options: dict, password: str, message: str, kind: str, tmp_path: Path, rig: Rigs
) -> None:
    """No file is sent, and the password isn't sent either where the certificate is wrong."""
    with rig(kind, tmp_path) as host:
        settings = host.hub.root / "publishconf.py"
        if options:
            text = settings.read_text()
            settings.write_text(text[: text.index(", 'certificate'")] + "}}\n")
        host.hub.holds(FIRST)
        result = host.hub.deploy(HOME=str(tmp_path), KIOSQUE_DEPLOY_PASSWORD=password)
        assert (1, True) == (result.exit_code, message in result.output), result.output
        assert [] == list(host.www.iterdir())
