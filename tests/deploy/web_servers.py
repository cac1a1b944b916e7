"""Real servers of WebDAV and of S3 on loopback, each behind a relay that can cut its connections.

WebDAV has two: Apache's, which shared hosts run, and WsgiDAV, which keeps the times that Nextcloud's header
asks for. S3 has Ceph's gateway over a cluster in memory. It checks signatures, regions aside, and knows
conditional requests, policies, access control lists and quotas.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from xml.etree import ElementTree as ET

import patience
import pytest

from .relay import FAR, NEAR, Cutter
from .servers import Server, certificate, running

_APACHE_MODULES = Path("/usr/lib/apache2/modules")
_S3 = "{http://s3.amazonaws.com/doc/2006-03-01/}"
ACCESS_KEY, SECRET = "AKIDASSO", "secret-of-asso"


@contextmanager
def apache_dav(folder: Path, served: Path, *, scheme: str = "Basic") -> Iterator[Server]:
    """Run Apache with its WebDAV modules and TLS; ``scheme`` is how one logs in, Basic or Digest."""
    program = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("apache2 is not installed")
    folder.mkdir(parents=True)
    certificate(folder)
    cutter = Cutter()
    port = cutter.ports[0]
    names = "mpm_event authn_core authn_file authz_core authz_user auth_basic auth_digest dav dav_fs mime ssl"
    # The digest of RFC 7616 for the user asso in the realm “site”, and crypt's for Basic.
    (folder / "digest").write_text("asso:site:" + _md5("asso:site:secret") + "\n")
    hashed = subprocess.run(
        ["openssl", "passwd", "-apr1", "secret"], check=True, capture_output=True, text=True
    )
    (folder / "basic").write_text(f"asso:{hashed.stdout}")
    (folder / "apache.conf").write_text(
        "\n".join(f"LoadModule {name}_module {_APACHE_MODULES}/mod_{name}.so" for name in names.split())
        + f"""
ServerRoot {folder}
ServerName {NEAR}
Listen {FAR}:{port}
PidFile {folder}/apache.pid
DefaultRuntimeDir {folder}
ErrorLog {folder}/log
TypesConfig /dev/null
DavLockDB {folder}/locks
SSLEngine on
SSLCertificateFile {folder}/server.pem
KeepAliveTimeout 60
MaxKeepAliveRequests 0
DocumentRoot {served}
<Directory {served}>
    Dav On
    AllowOverride None
    AuthType {scheme}
    AuthName site
    AuthUserFile {folder}/{scheme.lower()}
    Require valid-user
</Directory>
"""
    )
    options = {"certificate": str(folder / "authority.pem")}
    words = [*_as_another_user(), program, "-f", f"{folder}/apache.conf", "-DFOREGROUND"]
    with running(words, folder / "log", cutter) as process:
        yield Server(cutter, process, folder / "log", options, {"KIOSQUE_DEPLOY_PASSWORD": "secret"}, "asso")


@contextmanager
def wsgidav(folder: Path, served: Path) -> Iterator[Server]:
    """Run WsgiDAV with TLS in a process of its own; it keeps the times that clients send."""
    folder.mkdir(parents=True)
    certificate(folder)
    cutter = Cutter()
    code = _WSGIDAV.format(address=(FAR, cutter.ports[0]), served=str(served), folder=str(folder))
    options = {"certificate": str(folder / "authority.pem")}
    with running([sys.executable, "-c", code], folder / "log", cutter) as process:
        yield Server(cutter, process, folder / "log", options, {"KIOSQUE_DEPLOY_PASSWORD": "secret"}, "asso")


_WSGIDAV = """
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from wsgidav.wsgidav_app import WsgiDAVApp
app = WsgiDAVApp({{
    "provider_mapping": {{"/": {{"root": {served!r}}}}},
    "simple_dc": {{"user_mapping": {{"*": {{"asso": {{"password": "secret"}}}}}}}},
    "http_authenticator": {{"accept_digest": False, "default_to_digest": False}},
    "honor_mtime_header": True,
    "dir_browser": {{"enable": False}},
    "logging": {{"enable": True}},
}})
server = wsgi.Server({address}, app, numthreads=16, timeout=60)
server.ssl_adapter = BuiltinSSLAdapter({folder!r} + "/server.pem", {folder!r} + "/server.pem")
server.start()
"""


@dataclass(frozen=True)
class Bucket:
    """A bucket of Ceph's gateway as its owner sees it, beside the relay."""

    name: str
    port: int
    conf: Path

    def object(self, path: str) -> tuple[Mapping[str, str], bytes]:
        """Return headers and bytes of an object as an anonymous reader receives them."""
        with urllib.request.urlopen(f"http://{FAR}:{self.port}/{self.name}/{quote(path)}") as answer:
            return answer.headers, answer.read()

    def status(self, path: str) -> int:
        """Return the status of the answer to an anonymous reader."""
        try:
            with urllib.request.urlopen(f"http://{FAR}:{self.port}/{self.name}/{quote(path)}") as answer:
                return answer.status
        except HTTPError as error:
            return error.code

    def paths(self) -> list[str]:
        """Return the paths of all objects."""
        found: list[str] = []
        query = "list-type=2"
        while query:
            with urllib.request.urlopen(f"http://{FAR}:{self.port}/{self.name}?{query}") as answer:
                listed = ET.fromstring(answer.read())
            found += [key.text or "" for key in listed.iter(f"{_S3}Key")]
            token = listed.findtext(f"{_S3}NextContinuationToken")
            query = f"list-type=2&continuation-token={quote(token)}" if token else ""
        return found

    def client(self) -> object:
        """Return boto3's client of the bucket's owner."""
        return _client(f"http://{FAR}:{self.port}")

    def opened(self) -> None:
        """Let everybody read and list."""
        self.client().put_bucket_policy(Bucket=self.name, Policy=json.dumps(self._policy()))

    def read_only(self) -> None:
        """Let everybody read and list, and nobody write."""
        denied = {"Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject"],
                  "Resource": [f"arn:aws:s3:::{self.name}/*"]}  # fmt: skip
        policy = self._policy()
        policy["Statement"].append(denied)
        self.client().put_bucket_policy(Bucket=self.name, Policy=json.dumps(policy))

    def quota(self, size: int) -> None:
        """Limit the bytes of all objects; -1 for no limit."""
        words = ["quota", "set", "--quota-scope=bucket", "--uid=asso", f"--max-size={size}"]
        admin(self.conf, *words)
        admin(self.conf, "quota", "enable", "--quota-scope=bucket", "--uid=asso")

    def _policy(self) -> dict:
        resources = [f"arn:aws:s3:::{self.name}", f"arn:aws:s3:::{self.name}/*"]
        actions = ["s3:GetObject", "s3:ListBucket"]
        allowed = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resources}
        return {"Version": "2012-10-17", "Statement": [allowed]}


@contextmanager
def ceph(folder: Path) -> Iterator[tuple[Server, Bucket]]:
    """Run Ceph's gateway with a cluster of one monitor and one store in memory, and make a bucket.

    Pools have one copy. No part of it checks the others' identity: that is the cluster's matter, not S3's.
    """
    if shutil.which("radosgw") is None or shutil.which("ceph-osd") is None:
        pytest.skip("radosgw, ceph-mon and ceph-osd are not installed")
    folder.mkdir(parents=True)
    cutter, address = Cutter(), _own_address()
    conf, fsid, osd = folder / "ceph.conf", str(uuid.uuid4()), str(uuid.uuid4())
    conf.write_text(
        _CEPH.format(fsid=fsid, address=address, gateway=FAR, folder=folder, port=cutter.ports[0])
    )
    environment = {**os.environ, "CEPH_CONF": str(conf)}

    def run(*words: str) -> None:
        try:
            subprocess.run(
                words, check=True, capture_output=True, env=environment, cwd=folder, timeout=patience.SECONDS
            )
        except subprocess.SubprocessError as error:
            logs = [log.read_text(errors="replace")[-2000:] for log in folder.glob("*.log")]
            raise AssertionError("\n".join([str(error), *logs])) from error

    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *words: str) -> None:
        with (folder / f"{name}.log").open("wb") as log:
            started.append(subprocess.Popen([name, "-f", *words], stdout=log, stderr=log, env=environment))

    try:
        monitor_map = str(folder / "monmap")
        run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v1:{address}:6789]", monitor_map)
        run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monitor_map)
        start("ceph-mon", "-i", "a")
        (folder / "osd").mkdir()
        _tell(environment, "osd", "new", osd, "0")
        run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd)
        _tell(environment, "osd", "crush", "add", "osd.0", "1", "root=default", "host=a")
        start("ceph-osd", "-i", "0")
        words = ["radosgw", "-f", "-n", "client.rgw"]
        with running(words, folder / "log", cutter, environment) as process:
            admin(conf, "user", "create", "--uid=asso", "--display-name=asso", f"--access-key={ACCESS_KEY}",
                  f"--secret-key={SECRET}")  # fmt: skip
            bucket = Bucket("kiosque", cutter.ports[0], conf)
            _made(bucket)
            bucket.opened()
            options = {"endpoint": f"http://{NEAR}:{cutter.ports[0]}", "unencrypted": True}
            # Without this, boto3 tries three times, and waits in between.
            secrets = {"KIOSQUE_DEPLOY_PASSWORD": SECRET, "AWS_MAX_ATTEMPTS": "1"}
            yield Server(cutter, process, folder / "log", options, secrets, ACCESS_KEY), bucket
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def _tell(environment: Mapping[str, str], *words: str) -> None:
    """Give the monitor an order that may be given again; wait until it takes it.

    While it makes its first maps it refuses orders or forgets them. A client that hasn't read the maps yet
    names no cluster, which the monitor refuses.
    """
    end = time.monotonic() + patience.SECONDS
    command = ["timeout", "10", "ceph", "--connect-timeout=5", *words]
    while (done := subprocess.run(command, check=False, capture_output=True, env=environment)).returncode:
        assert time.monotonic() < end, done.stderr.decode(errors="replace")
        time.sleep(0.05)


def _own_address() -> str:
    """Return an address of loopback that no other process uses: none can take a port of the cluster."""
    return f"127.{100 + (os.getpid() >> 16)}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"


def admin(conf: Path, *words: str) -> None:
    """Run the command of the gateway's administration."""
    environment = {**os.environ, "CEPH_CONF": str(conf)}
    subprocess.run(["radosgw-admin", *words], check=True, capture_output=True, env=environment)


def _made(bucket: Bucket) -> None:
    """Make the bucket; the gateway may listen a moment before it can."""
    end = time.monotonic() + 30
    while True:
        try:
            bucket.client().create_bucket(Bucket=bucket.name)
            return
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _client(address: str) -> object:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3", endpoint_url=address, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET,
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )  # fmt: skip


_CEPH = """[global]
fsid = {fsid}
mon_host = [v1:{address}:6789]
mon_initial_members = a
public_addr = {address}
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_class_update_on_start = false
osd_crush_update_on_start = false
osd_objectstore = memstore
memstore_device_bytes = 1073741824
mon_allow_pool_size_one = true
mon_data_avail_crit = 1
# A change of the cluster is proposed at once, rather than after a second: it has one monitor.
paxos_propose_interval = 0.01
paxos_min_wait = 0.005
mon_data = {folder}/mon
osd_data = {folder}/osd
rgw_data = {folder}/rgw
run_dir = {folder}
admin_socket =
pid_file =
log_file =
log_to_stderr = true
mon_cluster_log_file =
rgw_frontends = beast endpoint={gateway}:{port}
# Quotas hold at once.
rgw_bucket_quota_ttl = 0
rgw_user_quota_bucket_sync_interval = 0
# A client knows the cluster's id before it asks for the first time.
[client]
monmap = {folder}/monmap
"""


def _md5(text: str) -> str:
    import hashlib

    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _as_another_user() -> list[str]:
    """Return the command before a server that refuses to run as root.

    The other user may still read and write everywhere: folders of tests are closed to others.
    """
    if os.getuid():
        return []
    rights = "+dac_override,+dac_read_search,+fowner"
    user = ["--reuid=www-data", "--regid=www-data", "--clear-groups"]
    return ["setpriv", *user, f"--inh-caps={rights}", f"--ambient-caps={rights}"]
