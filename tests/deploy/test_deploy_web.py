"""Buckets of object storage and WebDAV servers: metadata, credentials, and what each tells of its files."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosque import i18n
from kiosque.deploy.state import LOCK, Lock
from kiosque.settings.serving import lifetime, media_type

from .conftest import Rigs
from .deploying import FIRST, SECOND, SITE_FOLDER, Hub, Rig, Storage
from .relay import FAR, Cutter
from .servers import running
from .web_servers import ACCESS_KEY, SECRET, apache_dav


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    i18n.use("en")


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory, rig: Rigs) -> Iterator[Storage]:
    """Yield one bucket for all tests of this module: each leaves it as it likes."""
    with rig("s3", tmp_path_factory.mktemp("s3")) as host:
        assert isinstance(host, Storage)
        yield host


@pytest.fixture
def bucket(storage: Storage, tmp_path: Path) -> Storage:
    """Return the bucket with a hub of its own, whose site is another folder of the bucket."""
    assert storage.server and storage.bucket
    storage.bucket.opened()
    for path in storage.bucket.paths():
        storage.bucket.client().delete_object(Bucket=storage.bucket.name, Key=path)
    target = {"url": f"s3://{ACCESS_KEY}@{storage.bucket.name}/{SITE_FOLDER}", **storage.server.options}
    return Storage(Hub(tmp_path / "hub", target), storage.www, storage.server, storage.bucket)


def with_target(host: Rig, **options: object) -> None:
    """Change the target in the settings of a hub; ``None`` removes an option."""
    settings = host.hub.root / "publishconf.py"
    values: dict = {}
    exec(settings.read_text(), values)
    target = {**values["DEPLOY"]["site"], **options}
    target = {name: value for name, value in target.items() if value is not None}
    settings.write_text(f'SITENAME = "Essai"\nDEPLOY = {{"site": {target!r}}}\n')


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("index.html", ("text/html; charset=utf-8", "public, max-age=300, must-revalidate")),
        ("theme/a/style.css", ("text/css; charset=utf-8", "public, max-age=31536000, immutable")),
        ("images/a.webp", ("image/webp", "public, max-age=2592000")),
        ("fichiers/été & co.pdf", ("application/pdf", "public, max-age=604800")),
        ("medias/radio/feed.atom", ("application/xml; charset=utf-8", "public, max-age=900")),
        ("feed.json", ("application/feed+json; charset=utf-8", "public, max-age=300, must-revalidate")),
        ("recherche/pagefind/index.json", ("application/json; charset=utf-8", "no-cache")),
        ("sw.js", ("text/javascript; charset=utf-8", "no-cache")),
        ("CNAME", ("application/octet-stream", "public, max-age=300, must-revalidate")),
    ],
)
def test_each_file_has_a_type_and_a_lifetime(path: str, served: tuple[str, str]) -> None:
    """They are those of the configurations that a build writes for other hosts."""
    assert served == (media_type(path), lifetime(path))


def test_objects_have_type_lifetime_and_encoding(bucket: Storage) -> None:
    """Pages are stored compressed where there is a copy; feeds stay plain, and no copy is sent."""
    page, feed = "<!doctype html>" + "a" * 4000, "<feed>" + "b" * 4000
    files = {"index.html": page, "feed.atom": feed, "theme/a/style.css": "c", "images/a.webp": "d"}
    bucket.hub.holds(files)
    for path in ("index.html", "feed.atom"):
        (bucket.hub.output / f"{path}.gz").write_bytes(gzip.compress(files[path].encode()))
    bucket.finishes()
    assert bucket.bucket
    found = {}
    for path in files:
        headers, data = bucket.bucket.object(f"{SITE_FOLDER}/{path}")
        names = ("Content-Type", "Cache-Control", "Content-Encoding")
        plain = gzip.decompress(data) if headers["Content-Encoding"] else data
        found[path] = (*(headers[name] for name in names), plain.decode())
    pages, feeds = "public, max-age=300, must-revalidate", "public, max-age=900"
    html, xml = "text/html; charset=utf-8", "application/xml; charset=utf-8"
    assert {
        "index.html": (html, pages, "gzip", page),
        "feed.atom": (xml, feeds, None, feed),
        "theme/a/style.css": ("text/css; charset=utf-8", "public, max-age=31536000, immutable", None, "c"),
        "images/a.webp": ("image/webp", "public, max-age=2592000", None, "d"),
    } == found
    assert "0 files sent" in bucket.finishes("--verify")


def test_objects_that_someone_changed_are_put_back(bucket: Storage) -> None:
    """Another content of the same size and a missing object are noticed by one list; foreign objects stay."""
    assert bucket.bucket
    client, name = bucket.bucket.client(), bucket.bucket.name
    wanted = bucket.hub.holds(FIRST)
    bucket.finishes()
    client.put_object(Bucket=name, Key=f"{SITE_FOLDER}/index.html", Body=b"x" * len(FIRST["index.html"]))
    client.delete_object(Bucket=name, Key=f"{SITE_FOLDER}/fil/index.html")
    client.put_object(Bucket=name, Key=f"{SITE_FOLDER}/their.html", Body=b"theirs")
    output = bucket.finishes()
    assert "index.html had been changed on the host" in output and "2 files sent" in output
    assert b"theirs" == bucket.bucket.object(f"{SITE_FOLDER}/their.html")[1]
    client.delete_object(Bucket=name, Key=f"{SITE_FOLDER}/their.html")
    bucket.stands(wanted)


def test_content_is_compared_where_the_etags_are_lost(bucket: Storage) -> None:
    """Without the note of ETags a file counts as it is, until ``--verify`` reads it."""
    assert bucket.bucket
    client, name = bucket.bucket.client(), bucket.bucket.name
    wanted = bucket.hub.holds(FIRST)
    bucket.finishes()
    client.put_object(Bucket=name, Key=f"{SITE_FOLDER}/.kiosque/etags.json.gz", Body=b"not gzip")
    client.put_object(Bucket=name, Key=f"{SITE_FOLDER}/index.html", Body=b"x" * len(FIRST["index.html"]))
    assert "0 files sent" in bucket.finishes()
    assert "1 file sent" in bucket.finishes("--verify")
    bucket.stands(wanted)


def test_a_second_deployment_to_a_bucket_is_refused(bucket: Storage) -> None:
    """A recent lock keeps others away; a lock without a sign of life for half an hour is taken over."""
    assert bucket.bucket
    wanted = bucket.hub.holds(FIRST)
    for age, code in ((0, 1), (31, 0)):
        seen = datetime.now(UTC) - timedelta(minutes=age)
        lock = msgspec.json.encode(Lock(token="other", owner="ana@radio", target="site", seen=seen))
        key = f"{SITE_FOLDER}/{LOCK}"
        bucket.bucket.client().put_object(Bucket=bucket.bucket.name, Key=key, Body=lock)
        result = bucket.deploy()
        assert code == result.exit_code, result.output
        assert bool(code) is ("is under way, by ana@radio" in result.output)
    bucket.stands(wanted)


def test_a_whole_bucket_may_be_the_site(bucket: Storage) -> None:
    """Without a folder in the address the site begins at the top of the bucket."""
    assert bucket.bucket
    with_target(bucket, url=f"s3://{ACCESS_KEY}@{bucket.bucket.name}")
    bucket.hub.holds({"index.html": "a", "fil/index.html": "b"})
    bucket.finishes()
    own = {f".kiosque/{name}" for name in (".htaccess", "etags.json.gz", "manifest.json.gz")}
    assert {"index.html", "fil/index.html", *own} == set(bucket.bucket.paths())


def test_access_lists_open_the_site_and_not_the_notes(bucket: Storage) -> None:
    """With ``acl`` readers may read the files of a closed bucket; Kiosque's own notes stay closed."""
    assert bucket.bucket
    bucket.bucket.client().delete_bucket_policy(Bucket=bucket.bucket.name)
    with_target(bucket, acl="public-read")
    bucket.hub.holds({"index.html": "a"})
    bucket.finishes()
    paths = ("index.html", ".kiosque/manifest.json.gz", ".kiosque/etags.json.gz")
    assert [200, 403, 403] == [bucket.bucket.status(f"{SITE_FOLDER}/{path}") for path in paths]


@pytest.mark.parametrize("where", ["environment", "file", "profile"])
def test_credentials_are_found_where_tools_of_aws_keep_them(where: str, bucket: Storage) -> None:
    """The environment, ``~/.aws/credentials``, and a profile in that file."""
    assert bucket.bucket
    name = {"file": "default", "profile": "asso"}.get(where, "")
    with_target(
        bucket, url=f"s3://{bucket.bucket.name}/{SITE_FOLDER}", profile="asso" if where == "profile" else None
    )
    environment = {"HOME": str(bucket.hub.root)}
    if name:
        (bucket.hub.root / ".aws").mkdir()
        (bucket.hub.root / ".aws/credentials").write_text(
            f"[{name}]\naws_access_key_id={ACCESS_KEY}\naws_secret_access_key={SECRET}\n"
        )
    else:
        environment |= {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    wanted = bucket.hub.holds({"index.html": "a"})
    result = bucket.hub.deploy(**environment)
    assert 0 == result.exit_code, result.output
    bucket.stands(wanted)


@pytest.mark.parametrize(
    ("options", "environment", "message"),
    [
        (
            {},
            {"KIOSQUE_DEPLOY_PASSWORD": "wrong"},
            "doesn't accept this access key: check the key in publishconf.py",
        ),
        ({"url": "s3://UNKNOWN@kiosque/site"}, {}, "doesn't accept this access key"),
        ({}, {"KIOSQUE_DEPLOY_PASSWORD": ""}, f"the password of {ACCESS_KEY} on kiosque is missing"),
        ({"url": "s3://kiosque/site"}, {}, "the access key for “kiosque” is missing"),
        (
            {"url": "s3://kiosque/site", "profile": "nobody"},
            {},
            "“nobody”, named with “profile”, leads to no access key",
        ),
        ({"url": f"s3://{ACCESS_KEY}@elsewhere/site"}, {}, "there is no bucket “elsewhere”"),
        ({"endpoint": "http://127.0.0.3:9"}, {}, "127.0.0.3 doesn't answer on port 9"),
        (
            {"certificate": "missing.pem"},
            {},
            "the file “missing.pem”, named with “certificate”, can't be used",
        ),
    ],
)
def test_what_a_bucket_lacks_is_said_in_plain_words(
    options: dict, environment: dict, message: str, bucket: Storage
) -> None:
    """Wrong and missing keys, another bucket and another address have a message each; nothing is sent."""
    assert bucket.bucket
    with_target(bucket, **options)
    bucket.hub.holds({"index.html": "a"})
    # Without this, boto3 asks an address of Amazon's machines for credentials.
    closed = {"AWS_EC2_METADATA_DISABLED": "true"}
    result = bucket.hub.deploy(**{**bucket.environment, **closed, **environment})
    assert (1, True, []) == (result.exit_code, message in result.output, bucket.bucket.paths()), result.output


def test_digest_authentication_keeps_the_password_at_home(tmp_path: Path) -> None:
    """A server that asks for Digest (RFC 7616) is answered so."""
    (tmp_path / "www").mkdir()
    with apache_dav(tmp_path / "server", tmp_path / "www", scheme="Digest") as server:
        host = Rig(Hub(tmp_path / "hub", server.target("webdav", "")), tmp_path / "www", server)
        for version in (FIRST, SECOND):
            wanted = host.hub.holds(version)
            host.finishes()
            host.stands(wanted)


def test_a_changed_file_of_the_same_size_is_found_by_verifying(tmp_path: Path, rig: Rigs) -> None:
    """Apache keeps no time that a client sends: sizes are compared, and contents with ``--verify``."""
    with rig("webdav", tmp_path) as host:
        wanted = host.hub.holds(FIRST)
        host.finishes()
        (host.www / "index.html").write_bytes(b"x" * len(FIRST["index.html"]))
        (host.www / "fil/index.html").write_text("hacked")
        assert "fil/index.html had been changed on the host" in host.finishes()
        assert "1 file sent" in host.finishes("--verify")
        host.stands(wanted)


def test_files_of_others_stay_when_their_folder_loses_ours(tmp_path: Path, rig: Rigs) -> None:
    """WebDAV removes folders with all that is in them: only empty ones are removed."""
    with rig("webdav", tmp_path) as host:
        host.hub.holds(FIRST)
        host.finishes()
        theirs = host.www / "medias/radio/2026/new1/theirs.txt"
        theirs.write_text("theirs")
        wanted = host.hub.holds(SECOND)
        host.finishes()
        assert "theirs" == theirs.read_text()
        theirs.unlink()
        host.stands(wanted)


def test_a_server_without_webdav_says_so(tmp_path: Path) -> None:
    """A plain web server has no folder to write to."""
    cutter = Cutter()
    words = [sys.executable, "-m", "http.server", "--bind", FAR, str(cutter.ports[0])]
    with running(words, tmp_path / "log", cutter):
        url = f"webdav://127.0.0.1:{cutter.ports[0]}/site"
        hub = Hub(tmp_path / "hub", {"url": url, "unencrypted": True})
        hub.holds(FIRST)
        result = hub.deploy()
    assert (1, True) == (
        result.exit_code,
        "/site/ doesn't speak WebDAV (in its own words: “501”)" in result.output,
    ), result.output
