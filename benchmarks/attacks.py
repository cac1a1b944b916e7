"""Measure what hostile inputs cost: each is given to a whole command, in a hub of its own.

python benchmarks/attacks.py [KIOSQUE]

KIOSQUE is the command of another version, to compare with. A command that works for a minute is ended.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from PIL import Image

_CPU_SECONDS = 60
_NOW = "2026-01-10T12:00:00Z"
_FEED = "flux/hostile.xml"
_RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Radio</title><link>https://radio.example/</link>'
    "<item><guid>1</guid><link>https://radio.example/1</link>"
    "<pubDate>Sat, 03 Jan 2026 10:00:00 +0000</pubDate>{item}</item></channel></rss>"
)


class Attack(NamedTuple):
    """A hostile input: the command that meets it, and the files of the hub that hold it, by their paths."""

    name: str
    command: str
    files: Mapping[str, bytes]


class Cost(NamedTuple):
    """What a command took: ``cpu`` in seconds of all its processes, ``peak`` of the largest one in MB."""

    outcome: str
    cpu: float
    peak: float


def main(kiosque: str) -> None:
    """Print a line for each attack."""
    print("| attack | command | outcome | CPU seconds | MB |\n|---|---|---|---:|---:|")
    for attack in _attacks():
        cost = _cost(attack, kiosque)
        line = (attack.name, attack.command, cost.outcome, f"{cost.cpu:.1f}", f"{cost.peak:.0f}")
        print(f"| {' | '.join(line)} |", flush=True)


def _cost(attack: Attack, kiosque: str) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, data in {**_HUB, **attack.files}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        if attack.command == "build" and _FEED in attack.files:
            _run(kiosque, "harvest", root)
        return _run(kiosque, attack.command, root)


def _run(kiosque: str, command: str, root: Path) -> Cost:
    options = ["content/articles/hostile.md"] if command == "check" else ["--now", _NOW]
    with (root / "printed").open("wb") as printed:
        process = subprocess.Popen(
            [kiosque, command, *options],
            cwd=root,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env=os.environ | {"LANG": "en"},  # the outcome is read from the words
        )
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        _pid, status, used = os.wait4(process.pid, 0)
    return Cost(
        _outcome(status, (root / "printed").read_bytes()),
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
    )


def _outcome(status: int, printed: bytes) -> str:
    if os.WIFSIGNALED(status):
        return "ended after a minute" if os.WTERMSIG(status) == 9 else f"signal {os.WTERMSIG(status)}"
    if b"Traceback" in printed or b"error of Kiosque itself" in printed:
        return "a traceback"
    return {0: "done", 1: "done, with problems"}.get(os.waitstatus_to_exitcode(status), "refused")


_HUB = {
    "pelicanconf.py": b'SITENAME = "Hub"\nSITEURL = "https://hub.example"\n',
    "content/sources/radio.md": b"---\nname: Radio\nfeeds: [%b]\nagreement: {scope: full}\n---\nWho we are.\n"
    % _FEED.encode(),
    _FEED: _RSS.format(item="<title>Good</title>").encode(),
}


def _attacks() -> Iterator[Attack]:
    yield Attack("nothing hostile", "harvest", {})
    yield Attack("nothing hostile", "build", {})
    for name, item in _ITEMS.items():
        for command in ("harvest", "build"):
            yield Attack(name, command, {_FEED: _RSS.format(item=item()).encode()})
    for name, text in _TEXTS.items():
        for command in ("build", "check"):
            yield Attack(name, command, {"content/articles/hostile.md": text().encode()})
    head = b"---\ntitle: A picture\ndate: 2026-01-03\n---\n\n"
    for name, picture in (("a JPEG of 119,000 scans", _scans()), ("a PNG of 59 million pixels", _pixels())):
        files = {"content/articles/p/index.md": head + b"![A]({attach}a.img)\n".replace(b"img", picture[0])}
        yield Attack(name, "build", files | {f"content/articles/p/a.{picture[0].decode()}": picture[1]})


def _content(html: str) -> Callable[[], str]:
    return lambda: f"<title>A</title><description><![CDATA[{html}]]></description>"


_ITEMS: Mapping[str, Callable[[], str]] = {
    "an author of 50 kB": lambda: f"<title>A</title><author>{50_000 * 'a'}</author>",
    "`<!DOCTYPE ` in a CDATA, 3 MB": _content(300_000 * "<!DOCTYPE "),
    "300,000 `<category>`": lambda: (
        "<title>A</title>" + "".join(f"<category>t{n}</category>" for n in range(300_000))
    ),
    "20,000 tags": lambda: "<title>A</title>" + "".join(f"<category>t{n}</category>" for n in range(20_000)),
    "a title of 100,000 no-break spaces": lambda: f"<title>a{100_000 * chr(0xA0)}b</title>",
    "a title of `www. `": lambda: f"<title>{20_000 * 'www. '}</title>",
    "a text of `a@b `": _content(50_000 * "a@b "),
    "a text of `http://`": _content(30_000 * "http://"),
    "`<img style= style= …`, 13 kB": _content(f"<img {2_000 * 'style= '}>"),
    "50,000 `<details>`": _content(50_000 * "<details>"),
    "50,000 `<ul>x`": _content(50_000 * "<ul>x"),
    "50,000 `<dl><dt>`": _content(50_000 * "<dl><dt>"),
}


def _article(text: str) -> Callable[[], str]:
    return lambda: f"---\ntitle: A text\ndate: 2026-01-03\n---\n\n{text}\n"


_TEXTS: Mapping[str, Callable[[], str]] = {
    "`[x]({filename}//[x)`": _article("[x]({filename}//[x)"),
    "50,000 `[` in YAML": lambda: f"---\ntitle: {50_000 * '['}\n---\nA\n",
    "a character beyond Unicode in YAML": lambda: '---\ntitle: "\\U00110000"\n---\nA\n',
    "quotes nested 1,000 deep": _article(1_000 * "> " + "x"),
    "a heading of 2,000 spaces": _article(f"# a{2_000 * ' '}b"),
    "3,000 `{#a`": _article(f"# x {3_000 * '{#a'}"),
    "5,000 equal headings": _article(5_000 * "# Same\n\n"),
    "20,000 `[`": _article(20_000 * "["),
    "telephone numbers in a row": _article(10_000 * "04 75 00 00 00 "),
    "20,000 `<audio>`": _article(20_000 * "<audio>"),
    "20,000 `<h1 `": _article(20_000 * "<h1 "),
    "500 terms of a glossary": _article("".join(f"term{n}\n:   word\n\n" for n in range(500))),
}


def _scans() -> tuple[bytes, bytes]:
    written = io.BytesIO()
    Image.new("RGB", (2500, 2500)).save(written, "JPEG", progressive=True)
    data = written.getvalue()
    last = data.rindex(b"\xff\xda")
    return b"jpg", data[:last] + 119_000 * data[last:-2] + data[-2:]


def _pixels() -> tuple[bytes, bytes]:
    written = io.BytesIO()
    Image.new("RGBA", (9000, 6600)).save(written, "PNG")
    return b"png", written.getvalue()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path(sys.executable).with_name("kiosque")))
