"""``kiosque deploy``: which files are sent, in which order, what is refused, and the messages."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from conftest import NOW, tree, write_tree
from hypothesis import given
from hypothesis import strategies as st

from kiosque import build_stamp, i18n
from kiosque.build_stamp import BuildStatus
from kiosque.deploy.host import File
from kiosque.deploy.order import Phase, phase_of
from kiosque.deploy.output_files import scan, without_copies
from kiosque.deploy.plan import make_plan
from kiosque.deploy.state import LOCK, MANIFEST, PENDING, HostState, Lock, Manifest
from kiosque.model import SettingsError
from kiosque.settings.targets import HostKind, Target, read_targets
from kiosque.site.build import build

from .conftest import Rigs
from .deploying import FIRST, SECOND, THIRD, Crawler, Hub, Rig, served


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture
def host(tmp_path: Path) -> Rig:
    """Return a hub with a folder as its host."""
    (tmp_path / "www").mkdir()
    return Rig(Hub(tmp_path / "hub", str(tmp_path / "www")), tmp_path / "www")


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("/var/www", {"kind": HostKind.FOLDER, "path": "/var/www", "compressed": True}),
        (
            "sftp://asso@ssh.example/www",
            {"kind": HostKind.SFTP, "host": "ssh.example", "user": "asso", "path": "www"},
        ),
        (
            "sftp://h.example:2222//srv/www/",
            {"kind": HostKind.SFTP, "host": "h.example", "port": 2222, "path": "/srv/www"},
        ),
        ("rsync://h.example", {"kind": HostKind.RSYNC, "host": "h.example", "compressed": True}),
        (
            {"url": "ftps://a%40b@h.example/www", "certificate": "ca.pem"},
            {
                "kind": HostKind.FTPS,
                "host": "h.example",
                "user": "a@b",
                "path": "www",
                "certificate": "ca.pem",
            },
        ),
        ({"url": "ftp://h.example/", "unencrypted": True}, {"kind": HostKind.FTP, "host": "h.example"}),
        (
            {
                "url": "s3://SCWKEY@site/kiosque/",
                "endpoint": "https://s3.fr-par.scw.cloud/",
                "acl": "public-read",
            },
            {
                "kind": HostKind.S3,
                "host": "site",
                "user": "SCWKEY",
                "path": "kiosque",
                "acl": "public-read",
                "endpoint": "https://s3.fr-par.scw.cloud",
                "region": "fr-par",
            },
        ),
        (
            {"url": "s3://site", "endpoint": "https://s3.gra.io.cloud.ovh.net", "profile": "asso"},
            {
                "kind": HostKind.S3,
                "host": "site",
                "endpoint": "https://s3.gra.io.cloud.ovh.net",
                "region": "gra",
                "profile": "asso",
            },
        ),
        (
            {"url": "s3://site", "endpoint": "https://abc.r2.cloudflarestorage.com"},
            {
                "kind": HostKind.S3,
                "host": "site",
                "endpoint": "https://abc.r2.cloudflarestorage.com",
                "region": "auto",
            },
        ),
        (
            {
                "url": "s3://site",
                "endpoint": "http://localhost:3900",
                "region": "garage",
                "unencrypted": True,
            },
            {
                "kind": HostKind.S3,
                "host": "site",
                "endpoint": "http://localhost:3900",
                "region": "garage",
                "unencrypted": True,
            },
        ),
        ("s3://site", {"kind": HostKind.S3, "host": "site"}),
        (
            "webdav://awa@nuage.example/remote.php/dav/files/awa/site/",
            {
                "kind": HostKind.WEBDAV,
                "host": "nuage.example",
                "user": "awa",
                "path": "remote.php/dav/files/awa/site",
            },
        ),
        (
            "git+ssh://git@forge.example/asso/site.git#public",
            {
                "kind": HostKind.GIT,
                "host": "forge.example",
                "user": "git",
                "branch": "public",
                "repository": "ssh://git@forge.example/asso/site.git",
            },
        ),
        (
            {"url": "sftp://h.example/www", "compressed": True},
            {"kind": HostKind.SFTP, "host": "h.example", "path": "www", "compressed": True},
        ),
        (
            {"url": "rsync://h.example/www", "compressed": False},
            {"kind": HostKind.RSYNC, "host": "h.example", "path": "www"},
        ),
    ],
)
def test_targets_are_addresses(written: object, target: dict[str, object]) -> None:
    """The first slash separates host and folder; a second slash begins a path from the top of the host."""
    assert {"site": Target(name="site", **target)} == read_targets({"site": written})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("sftp://host/www", "DEPLOY is “sftp://host/www”: name the places to publish to"),
        ({"Le site": "/www"}, "“Le site” can't name a target"),
        ({"site": ""}, "its address is missing"),
        ({"site": {"key": "id"}}, "its address is missing"),
        ({"site": "sftp://asso:secret@host/www"}, "take the password out of the address"),
        ({"site": "ftp://host/www"}, 'say so with "unencrypted": True'),
        ({"site": {"url": "ftp://host/www", "unencrypted": "yes"}}, 'say so with "unencrypted": True'),
        (
            {"site": "scp://host/www"},
            "“scp://” is unknown: use one of ftp://, ftps://, rsync://, s3://, sftp://, webdav://, git+ssh://",
        ),
        ({"site": "git@forge.example:asso/site.git"}, "write git+ssh://…"),
        ({"site": "sftp:///www"}, "the name of the host is missing"),
        ({"site": "sftp://host:port/www"}, "is no address"),
        ({"site": "https://host/dav"}, "“https://” is unknown: for WebDAV write webdav://"),
        ({"site": "s3://"}, "write s3://bucket/folder, and the address of the service beside it"),
        (
            {"site": "s3://localhost:9000/site"},
            "write s3://bucket/folder, and the address of the service beside it",
        ),
        ({"site": "s3://AKID:secret@site"}, "take the password out of the address"),
        (
            {"site": {"url": "s3://site", "endpoint": "s3.example"}},
            "“endpoint” must be the address of the service",
        ),
        ({"site": {"url": "s3://site", "endpoint": "https://s3.example/site"}}, "without the bucket"),
        ({"site": {"url": "s3://site", "endpoint": "http://s3.example"}}, "sends all files in the clear"),
        ({"site": {"url": "s3://site", "acl": "public"}}, "“acl” must be one of public-read, private"),
        (
            {"site": {"url": "webdav://host", "unencrypted": "yes"}},
            "the option “unencrypted” can only be True",
        ),
        (
            {"site": {"url": "webdav://host", "endpoint": "https://x"}},
            "these are: url, certificate, unencrypted",
        ),
        (
            {"site": {"url": "sftp://host", "password": "x"}},
            "“password” is no option of sftp; these are: url, key, host_key, compressed",
        ),
        ({"site": {"url": "sftp://host", "compressed": "no"}}, "“compressed” must be True or False"),
        ({"site": {"url": "sftp://host", "key": 3}}, "the option “key” must be a text"),
        ({"site": {"url": "sftp://host", "host_key": "SHA256:abc"}}, "must be the host's public key"),
    ],
)
def test_a_target_that_cannot_be_used_says_what_to_write(written: object, message: str) -> None:
    """Each mistake has a message with its mend."""
    with pytest.raises(SettingsError) as error:
        read_targets(written)
    assert message in str(error.value)


def test_an_at_sign_in_a_path_is_no_password() -> None:
    """Nor is the port in front of it."""
    written = {"site": "sftp://asso@host:2222/www/@site", "forge": "git+ssh://git@forge:22/a/b@c.git"}
    assert ["host", "forge"] == [target.host for target in read_targets(written).values()]


@pytest.mark.parametrize(
    "password", ["secret", "se/cret", "se?cret", "se#cret", "se@cret", "se:cret", "[secret"]
)
@pytest.mark.parametrize("kind", ["sftp", "ftps", "rsync", "s3", "webdav", "git+https", "scp"])
@pytest.mark.parametrize("in_a_dict", [True, False])
def test_no_message_shows_a_password(password: str, kind: str, in_a_dict: bool) -> None:
    """Whatever signs it holds, and wherever the address stands."""
    address = f"{kind}://asso:{password}@host/www"
    with pytest.raises(SettingsError) as error:
        read_targets({"site": {"url": address}} if in_a_dict else {"site": address})
    assert "take the password out of the address" in str(error.value)
    with pytest.raises(SettingsError) as other:
        read_targets([address])
    assert (False, False) == ("cret" in str(error.value), "cret" in str(other.value))


@pytest.mark.parametrize(
    ("address", "compressed"),
    [
        ("/var/www", True),
        ("rsync://h.example/www", True),
        ("sftp://h.example/www", False),
        ("ftps://h.example/www", False),
        ("git+ssh://git@forge.example/asso/site.git", False),
    ],
)
def test_compressed_copies_go_where_they_are_read(address: str, compressed: bool) -> None:
    """By default servers of one's own get them; shared hosts and pages of forges compress by themselves."""
    assert compressed == read_targets({"site": address})["site"].compressed


def test_a_host_that_compresses_gets_no_copies() -> None:
    """A file without its original is no copy, and is sent."""
    file = File(size=1, time=1, digest="")
    names = ("index.html", "index.html.br", "index.html.gz", "fichiers/plan.svg.gz", "fichiers/archive.gz")
    kept = without_copies(dict.fromkeys(names, file))
    assert ["index.html", "fichiers/plan.svg.gz", "fichiers/archive.gz"] == list(kept)


def test_what_a_killed_build_left_is_not_deployed(tmp_path: Path) -> None:
    """Drafts of files and folders stay where they are."""
    drafts = ("a.html.kiosque-draft", "recherche/pagefind/shard.kiosque-draft/below/half")
    write_tree(tmp_path / "output", dict.fromkeys(("index.html", *drafts), ""))
    assert {"index.html"} == scan(tmp_path / "output", tmp_path / "cache").keys()


def test_assets_go_before_pages_and_lists_after_them() -> None:
    """The order is assets, single pages, lists, home, feeds; a compressed file goes with its original."""
    phases = {
        "theme/abc/style.css": Phase.ASSETS,
        "images/a.webp": Phase.ASSETS,
        "fichiers/table.json": Phase.ASSETS,
        "recherche/pagefind/0123/fragment/x.pf_fragment": Phase.ASSETS,
        "flux.css": Phase.ASSETS,
        "medias/radio/2026/un/index.html": Phase.PAGES,
        "medias/radio/2026/un/index.html.br": Phase.PAGES,
        "articles/carte/index.html": Phase.PAGES,
        "articles/index.html": Phase.LISTS,
        "medias/radio/index.html": Phase.LISTS,
        "fil/2026/03/index.html": Phase.LISTS,
        "index.html": Phase.HOME,
        "index.html.gz": Phase.HOME,
        "fil/feed.atom": Phase.FEEDS,
        "fil/feed.json.gz": Phase.FEEDS,
        "sitemap.xml": Phase.FEEDS,
        "recherche/pagefind/index.json": Phase.FEEDS,
        ".htaccess": Phase.FEEDS,
    }
    assert phases == {path: phase_of(path) for path in phases}


PATHS = st.sampled_from(
    ["index.html", "theme/a/s.css", "theme/b/s.css", "images/a.webp", "a", "a/index.html", "feed.atom"]
)
FILES = st.dictionaries(PATHS, st.builds(File, st.just(1), st.just(1), st.sampled_from(["x", "y"])))


@given(FILES, FILES, FILES, FILES, st.frozensets(PATHS))
def test_a_plan_leads_from_any_state_to_the_wanted_files(
    wanted: dict[str, File],
    files: dict[str, File],
    previous: dict[str, File],
    pending: dict[str, File],
    differing: frozenset[str],
) -> None:
    """Wanted files are sent or known to be there.

    Unwanted files of the hub are removed, except the previous look.
    """
    host_state = HostState(Manifest(files=files, previous=previous), pending, had_manifest=True)
    plan = make_plan(wanted, host_state, differing)
    trusted = {path: file for path, file in host_state.trusted().items() if path not in differing}
    after = {path: file.digest for path, file in trusted.items()} | {
        path: file.digest for path, file in plan.sent.items()
    }
    gone = {*plan.removed, *plan.obstacles}
    assert {path: file.digest for path, file in wanted.items()} == {path: after[path] for path in wanted}
    assert gone.isdisjoint(wanted) and host_state.owned() == {
        *gone,
        *(host_state.owned() & wanted.keys()),
        *plan.manifest.previous,
    }
    assert all(path.startswith("theme/") for path in plan.manifest.previous)
    phases = [phase_of(path) for path in plan.sent]
    assert sorted(phases) == phases


def test_only_changed_files_travel_and_the_previous_look_stays(host: Rig) -> None:
    """The first deployment sends all files, the second none, the third changed ones.

    The old look stays until the next.
    """
    host.hub.holds(FIRST)
    first = json.loads(host.deploy("--json").stdout)
    assert (list(FIRST), [], False) == (
        sorted(first["sent"], key=list(FIRST).index),
        first["removed"],
        first["had_manifest"],
    )
    assert [] == json.loads(host.deploy("--json").stdout)["sent"]
    wanted = host.hub.holds(SECOND)
    second = json.loads(host.deploy("--json").stdout)
    assert {path for path in SECOND if FIRST.get(path) != SECOND[path]} == set(second["sent"])
    assert {path for path in FIRST if path not in SECOND and not path.startswith("theme/")} == set(
        second["removed"]
    )
    assert wanted | {
        path: data.encode() for path, data in FIRST.items() if path.startswith("theme/")
    } == served(host.files())
    assert [] == json.loads(host.deploy("--json").stdout)["removed"]
    wanted = host.hub.holds(THIRD)
    assert 0 == host.deploy().exit_code
    assert wanted | {
        path: data.encode() for path, data in SECOND.items() if path.startswith("theme/")
    } == served(host.files())


def test_a_dry_run_lists_the_files_and_changes_nothing(host: Rig) -> None:
    """The files are in the order in which they would travel."""
    host.hub.holds({"index.html": "Home", "theme/a/style.css": "a"})
    result = host.deploy("--dry-run")
    assert (
        "would send theme/a/style.css\nwould send index.html\n"
        "2 files sent (5 bytes), 0 removed, 0 left as they were (dry run: nothing was touched)\n"
    ) == result.stdout
    assert {} == tree(host.www)


def test_a_file_may_become_a_folder_and_a_folder_a_file(host: Rig) -> None:
    """An obstacle is removed first."""
    for files in ({"a": "file", "b/c": "file"}, {"a/d": "file", "b": "file"}):
        wanted = host.hub.holds({})
        for path in ("a", "b"):
            if (host.hub.output / path).is_dir():
                (host.hub.output / path).rmdir()
        wanted = host.hub.holds(files)
        result = host.deploy()
        assert (0, wanted) == (result.exit_code, served(host.files())), result.output


@pytest.mark.parametrize("status", [BuildStatus.PRIVATE, BuildStatus.UNFINISHED])
def test_only_a_site_built_to_be_published_is_deployed(status: BuildStatus, host: Rig) -> None:
    """Without an output, or with one for localhost or unfinished, the message names the command to run."""
    result = host.deploy()
    assert (1, True) == (
        result.exit_code,
        "build the site first, with: kiosque build --publish" in result.output,
    )
    host.hub.holds(FIRST)
    build_stamp.write_stamp(host.hub.root / ".cache", host.hub.output, status)
    result = host.deploy()
    assert (1, True) == (result.exit_code, "run first: kiosque build --publish" in result.output)
    assert {} == tree(host.www)


def test_an_unknown_target_is_refused_with_the_known_ones(host: Rig) -> None:
    """An unknown name exits 2; a missing folder, and a folder that is the output itself, exit 1."""
    host.hub.holds(FIRST)
    settings = host.hub.root / "publishconf.py"
    settings.write_text('SITENAME = "Essai"\nDEPLOY = {"autre": "/nowhere", "site": "output/www"}\n')
    result = host.deploy()
    assert (1, True) == (result.exit_code, "is the output folder itself" in result.output), result.output
    settings.write_text('SITENAME = "Essai"\nDEPLOY = {"site": "/nowhere"}\n')
    assert "the folder /nowhere isn't there" in host.deploy().output
    settings.write_text('SITENAME = "Essai"\nDEPLOY = {"autre": "/nowhere"}\n')
    result = host.deploy()
    assert (2, True) == (
        result.exit_code,
        "there is no target “site”; the targets are: autre" in result.output,
    )
    settings.write_text('SITENAME = "Essai"\n')
    assert "no target is named" in host.deploy().output


@pytest.mark.parametrize("kind", ["folder", "sftp", "ftps", "wsgidav"])
def test_a_second_deployment_at_the_same_time_is_refused(kind: str, tmp_path: Path, rig: Rigs) -> None:
    """A recent lock keeps others away; a lock without a sign of life for half an hour is taken over."""
    with rig(kind, tmp_path) as host:
        wanted = host.hub.holds(FIRST)
        lock = host.www / LOCK
        (lock.with_name("lock.taken") if kind in {"ftps", "wsgidav"} else lock.parent).mkdir(parents=True)
        seen = datetime.now(UTC)
        lock.write_bytes(
            msgspec.json.encode(Lock(token="other", owner="ana@radio", target="site", seen=seen))
        )
        result = host.deploy()
        message = "another deployment to “site” is under way, by ana@radio: wait until it is done."
        assert (1, True) == (result.exit_code, message in result.output), result.output
        assert [lock] == [path for path in host.www.rglob("*") if path.is_file()]
        seen -= timedelta(minutes=31)
        lock.write_bytes(
            msgspec.json.encode(Lock(token="other", owner="ana@radio", target="site", seen=seen))
        )
        result = host.deploy()
        assert 0 == result.exit_code, result.output
        host.stands(wanted)


@pytest.mark.parametrize(
    "path", ["../precious", "a/../../precious", "/precious", "a\n../precious", "a//precious", ""]
)
@pytest.mark.parametrize("note", [MANIFEST, PENDING])
def test_paths_outside_of_the_folder_are_never_removed(note: str, path: str, host: Rig) -> None:
    """A manifest that names a path outside of the folder counts as none: others may have written it."""
    wanted = host.hub.holds(FIRST)
    host.finishes()
    precious = host.www.with_name("precious")
    precious.touch()
    listed = {path: [0, 0, ""]}
    content = {"format": 1, "files": listed, "previous": {}} if note == MANIFEST else listed
    (host.www / note).write_bytes(gzip.compress(json.dumps(content).encode()))
    host.finishes()
    assert precious.exists()
    host.stands(wanted)


def test_readers_of_the_demonstration_never_miss_an_asset(
    tmp_path: Path, rig: Rigs, demonstration_copy: Callable[[Path], Path]
) -> None:
    """Two real builds with different looks are deployed over SFTP while a crawler reads the pages."""
    root = demonstration_copy(tmp_path / "demo")
    with rig("sftp", tmp_path) as host:
        settings = (host.hub.root / "publishconf.py").read_text()
        (root / "publishconf.py").write_text(f"from pelicanconf import *\n{settings.splitlines()[1]}\n")
        host.hub.root, host.hub.output = root, root / "output"
        for look in ("1px", "2px"):
            (root / "theme/static/css/base").mkdir(parents=True, exist_ok=True)
            (root / "theme/static/css/base/own.css").write_text(f"body {{ letter-spacing: {look} }}")
            next((root / "content/articles").glob("*.md")).unlink()
            build(root, now=NOW, search=False)
            build_stamp.write_stamp(root / ".cache", root / "output", BuildStatus.PUBLISHED)
            with Crawler(host.www) as crawler:
                result = host.deploy()
            assert (0, []) == (result.exit_code, crawler.missing), result.output
            host.stands(tree(root / "output"))
