"""Take pictures of each page type of the demonstration hub, narrow and wide, light and dark, into
``screenshots/``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from tests.chromium import launched
from tests.conftest import REPOSITORY, copy_of_demonstration
from tests.pagetypes import page_types

from kiosque.site.serve import server

FOLDER = REPOSITORY / "screenshots"
LOOKS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]
# Chromium can't draw a longer picture in one piece.
_LONGEST = 16_000
# Pictures further down wait until they are nearly seen; search answers when its index has come.
_LOADED = """async () => {
  const pictures = [...document.images];
  for (const one of pictures) one.loading = "eager";
  await Promise.allSettled(pictures.map(one => one.decode()));
}"""
_STYLE = """
  body { font: 1rem/1.5 system-ui; margin: 1rem; color-scheme: light dark; }
  ul { columns: 14rem; } section { border-top: 1px solid; }
  div { display: flex; gap: 1rem; }
  a:has(img) { flex: 1; max-height: 90vh; overflow-y: auto; border: 1px solid #888; }
  a:has([src*="-1280-"]) { flex: 3; }
  img { display: block; width: 100%; }
"""


def main() -> None:
    """Build the demonstration in a temporary folder, take all pictures, and an index that shows them side by
    side.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed: the pictures need it (on Debian: apt install chromium)")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with tempfile.TemporaryDirectory() as temporary:
        root = copy_of_demonstration(Path(temporary) / "hub")
        # The command makes the index of search too.
        subprocess.run(
            [sys.executable, "-m", "kiosque", "--hub", root, "build"], check=True, stderr=subprocess.DEVNULL
        )
        pages = page_types(root / "output")
        with served(root / "output") as url:
            take(chromium, url, pages)
    (FOLDER / "index.html").write_text(index(pages), encoding="utf-8")
    print(f"{len(pages) * len(LOOKS)} pictures: {FOLDER / 'index.html'}")


@contextmanager
def served(output: Path) -> Iterator[str]:
    """Serve a folder on loopback; give its URL."""
    with server(output, 0, "") as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_address[1]}"
        finally:
            httpd.shutdown()
            thread.join()


def take(chromium: str, url: str, pages: dict[str, str]) -> None:
    """Take the pictures of all pages."""
    with launched(chromium) as browser:
        for width, scheme in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            for name, address in pages.items():
                show(page, url + address)
                file = FOLDER / picture(pages, name, width, scheme)
                height = min(page.evaluate("document.documentElement.scrollHeight"), _LONGEST)
                clip = {"x": 0, "y": 0, "width": width, "height": height}
                page.screenshot(path=file, full_page=True, clip=clip)
            context.close()


def show(page: Any, url: str) -> None:
    """Open a page and wait until all of it is there."""
    page.goto(url, wait_until="networkidle")
    page.evaluate(_LOADED)


def picture(pages: dict[str, str], name: str, width: int, scheme: str) -> str:
    """Return the file of a picture, such as ``07-article-0360-light.png``."""
    return f"{[*pages].index(name) + 1:02}-{name}-{width:04}-{scheme}.png"


def index(pages: dict[str, str]) -> str:
    """Return a page that shows the pictures of each page type beside each other."""
    links = "".join(f'<li><a href="#{name}">{name}</a></li>' for name in pages)
    sections = "".join(
        f'<section id="{name}"><h2>{name} '
        f"<small>{escape(address)}</small></h2><div>{pictures(pages, name)}</div></section>"
        for name, address in pages.items()
    )
    return (
        f"<!doctype html><meta "
        f'charset="utf-8"><title>Kiosque</title><style>{_STYLE}</style><ul>{links}</ul>{sections}'
    )


def pictures(pages: dict[str, str], name: str) -> str:
    """Return the pictures of one page type, each leading to its file."""
    files = [picture(pages, name, width, scheme) for width, scheme in LOOKS]
    return "".join(f'<a href="{file}"><img src="{file}" alt="{file}" loading="lazy"></a>' for file in files)


if __name__ == "__main__":
    main()
