"""Real web servers on loopback, started with the configuration that a build wrote, as a person would include
it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
_APACHE_MODULES = (
    "mpm_event", "authz_core", "alias", "deflate", "dir", "filter", "headers", "mime", "negotiation",
    "rewrite", "setenvif",
)  # fmt: skip
_APACHE = Path("/usr/lib/apache2/modules")


class Missing(Exception):
    """A server that isn't installed."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"):
            return found
    raise Missing(names[0])


def _run(work: Path, *command: str, **environment: str) -> None:
    """Start a server, which goes into the background once it listens; its words show where it doesn't."""
    with (work / "said").open("w") as said:
        # A pipe would stay open for as long as the server runs.
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
            env={**os.environ, **environment},
        )
    assert done.returncode == 0, (work / "said").read_text()[:4000]


def _stop(pid_file: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pid_file.read_text()), signal.SIGTERM)


def _open_to_all(folder: Path) -> None:
    """Let a server that gives up its rights read below a temporary folder."""
    for one in (folder, *folder.parents):
        if one.stat().st_uid == os.getuid() and len(one.parts) > 2:
            one.chmod(one.stat().st_mode | 0o055)


@contextmanager
def nginx(root: Path, hosting: Path, work: Path, *, without_brotli: bool = False) -> Iterator[str]:
    """Nginx, with Debian's module for brotli where it is there."""
    program, port = _program("nginx"), free_port()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {work}/{kind};" for kind in kinds)
    included = (hosting / "nginx.conf").read_text()
    module = ""
    if _BROTLI.is_file() and not without_brotli:
        module = f"load_module {_BROTLI};"
        included = included.replace("# brotli_static on;", "brotli_static on;")
    (work / "included.conf").write_text(included)
    user = "user root;" if os.getuid() == 0 else ""
    (work / "nginx.conf").write_text(
        f"{module}{user}pid {work}/nginx.pid; error_log {work}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; root {root}; "
        f"include {work}/included.conf; }} }}\n"
    )
    _run(work, program, "-e", f"{work}/error.log", "-c", f"{work}/nginx.conf")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(work / "nginx.pid")


@contextmanager
def apache2(root: Path, hosting: Path, work: Path) -> Iterator[str]:
    """Apache with Debian's own table of types, which has ideas about .gz and .br."""
    del hosting
    program, port = _program("apache2"), free_port()
    _open_to_all(root)
    modules = "\n".join(f"LoadModule {name}_module {_APACHE}/mod_{name}.so" for name in _APACHE_MODULES)
    user = "User www-data\nGroup www-data" if os.getuid() == 0 else ""
    (work / "apache.conf").write_text(
        f"""{modules}
{user}
ServerRoot {work}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {work}/apache.pid
DefaultRuntimeDir {work}
ErrorLog {work}/error.log
Include /etc/apache2/mods-available/mime.conf
Include /etc/apache2/mods-available/negotiation.conf
DocumentRoot {root}
<Directory {root}>
    AllowOverride FileInfo Indexes
    Require all granted
</Directory>
<FilesMatch "^\\.ht">
    Require all denied
</FilesMatch>
"""
    )
    _run(work, program, "-f", f"{work}/apache.conf", "-k", "start")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(work / "apache.pid")


@contextmanager
def caddy(root: Path, hosting: Path, work: Path) -> Iterator[str]:
    """Caddy, without its own administration on a port."""
    program, port = _program("caddy"), free_port()
    (work / "Caddyfile").write_text(
        f"{{\n\tadmin unix/{work}/admin.sock\n\tauto_https off\n}}\n"
        f"http://127.0.0.1:{port} {{\n\troot * {root}\n\timport {hosting}/Caddyfile\n}}\n"
    )
    pid = work / "caddy.pid"
    options = ("--config", f"{work}/Caddyfile", "--adapter", "caddyfile", "--pidfile", str(pid))
    _run(work, program, "start", *options, XDG_DATA_HOME=str(work), XDG_CONFIG_HOME=str(work))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        _stop(pid)


SERVERS: dict[str, Callable[..., contextlib.AbstractContextManager[str]]] = {
    "apache2": apache2,
    "caddy": caddy,
    "nginx": nginx,
}
