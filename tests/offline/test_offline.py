"""What was read is there without a network, and nothing that is older than it must be once there is one
again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from offline.conftest import ARTICLE, Host, Reader, article

Readers = Callable[..., Reader]
_OTHER_THEME = """
async before => {
  const themes = (await caches.keys()).filter(name => name.includes(" theme "));
  return themes.length === 1 && !before.includes(themes[0]);
}
"""


def test_the_first_page_read_is_there_without_a_network(host: Host, reader: Readers) -> None:
    """Even the page that one begins with, which was there before the worker, and it says of when it is."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    host.cut()
    page = one.page
    page.reload()
    assert "Le pont est fermé." in page.inner_text("main")
    assert page.inner_text(".kept").startswith("No network: this is the page as it was on ")
    assert "rgb(0, 0, 0)" != page.evaluate("getComputedStyle(document.body).color"), "it has its style"


def test_another_page_leads_to_what_is_kept(host: Host, reader: Readers) -> None:
    """What wasn't read leads to the offline page, which lists what was."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    host.cut()
    one.page.goto(host.url + "/fil/")
    assert host.url + "/fil/" == one.page.url
    one.page.wait_for_selector(".offline__list a")
    assert one.page.is_visible("[data-do=retry]")
    assert [("Le pont", ARTICLE)] == listed(one.page)
    one.page.click(".offline__list a")
    assert "Le pont est fermé." in one.page.inner_text("main")


def listed(page: Any) -> list[tuple[str, str]]:
    """Return the titles and addresses of what the offline page lists."""
    links = page.locator(".offline__list a").all()
    return [(link.inner_text(), link.get_attribute("href")) for link in links]


def test_a_page_is_fresh_once_the_network_is_back(host: Host, reader: Readers) -> None:
    """The first load after the cut is the page of today, with no word of having been kept."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    host.cut()
    one.page.reload()
    host.rebuild({"content/articles/pont.md": article("Le pont est rouvert.")})
    host.start()
    one.page.goto(host.url + ARTICLE)
    assert "Le pont est rouvert." in one.page.inner_text("main")
    assert not one.page.is_visible(".kept")
    host.cut()
    one.page.reload()
    assert "Le pont est rouvert." in one.page.inner_text("main")


def test_try_again_opens_the_page_that_was_asked_for(host: Host, reader: Readers) -> None:
    """The address stays, so that the page can be asked for again where one is."""
    one = reader(host)
    one.read("/")
    host.cut()
    one.page.goto(host.url + ARTICLE)
    host.start()
    one.page.click("[data-do=retry]")
    one.page.wait_for_selector("text=Le pont est fermé.")


def test_a_new_look_replaces_the_one_before(host: Host, reader: Readers) -> None:
    """Another theme has another folder: its worker keeps that one, and the cache of the other goes."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    before = one.page.evaluate("caches.keys()")
    host.rebuild({"theme/static/css/tokens/ours.css": ":root { --paper: #abcdef; }"})
    one.page.reload()
    one.until(_OTHER_THEME, before)
    host.cut()
    one.page.reload()
    assert "rgb(171, 205, 239)" == one.page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_page_of_an_older_look_takes_the_look_of_today(host: Host, reader: Readers) -> None:
    """What was kept before the look changed has a style all the same."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    before = one.page.evaluate("caches.keys()")
    host.rebuild({"theme/static/css/tokens/ours.css": ":root { --paper: #abcdef; }"})
    one.page.goto(host.url + "/suivre/")
    one.until(_OTHER_THEME, before)
    host.cut()
    one.page.goto(host.url + ARTICLE)
    assert "Le pont est fermé." in one.page.inner_text("main")
    assert "rgb(171, 205, 239)" == one.page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_what_is_gone_is_not_kept(host: Host, reader: Readers) -> None:
    """A page that was taken down leaves the device when it is asked for; its error isn't kept."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    shutil.rmtree(host.output / "articles/pont")
    one.page.goto(host.url + ARTICLE)
    one.until(f"async () => !(await caches.match('{ARTICLE}'))")
    one.read("/nulle-part/")
    assert [] == one.kept("pages")


def test_sounds_data_and_pages_of_others_are_not_kept(host: Host, reader: Readers) -> None:
    """Neither a sound, nor feeds and lists for programs, nor a page beside the hub, nor one that its host
    wants kept by nobody.
    """
    one = reader(host)
    (host.output / "son.wav").write_bytes(_silence())
    for name, text in {"wiki": "<title>Wiki</title>", "prive": '<link href="/theme/x/style.css">'}.items():
        (host.output / name).mkdir()
        (host.output / name / "index.html").write_text(f"<!doctype html>{text}", encoding="utf-8")
    one.read("/")
    one.waits("pages", "/")
    heard = (
        "() => new Promise(done => { const one = new Audio('/son.wav'); one.onloadeddata = () => "
        "done(one.duration); one.load(); })"
    )
    assert 1.0 == one.page.evaluate(heard)
    for address in ("/son.wav", "/feed.json", "/hors-ligne/semaine.json"):
        assert 200 == one.page.evaluate("async address => (await fetch(address)).status", address)
    for address in ("/wiki/", "/prive/"):
        one.page.goto(host.url + address)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    assert ["/", ARTICLE] == one.kept("pages")
    others = [one for one in one.kept("") if not one.startswith("/theme/")]
    assert ["/", ARTICLE, "/hors-ligne/"] == sorted(others)


def _silence() -> bytes:
    """Return a second of silence as WAV."""
    samples = bytes(8000)
    return b"".join((
        b"RIFF", (36 + len(samples)).to_bytes(4, "little"), b"WAVEfmt ", (16).to_bytes(4, "little"),
        (1).to_bytes(2, "little"), (1).to_bytes(2, "little"), (8000).to_bytes(4, "little"),
        (8000).to_bytes(4, "little"), (1).to_bytes(2, "little"), (8).to_bytes(2, "little"), b"data",
        len(samples).to_bytes(4, "little"), samples,
    ))  # fmt: skip


def test_pictures_are_there_too(host: Host, reader: Readers) -> None:
    """A picture that was seen is shown without a network."""
    (host.output / "dessin.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>')
    one = reader(host)
    one.read("/")
    seen = (
        "() => new Promise(done => { const one = new Image(); one.onload = () => done(one.width); "
        "one.onerror = () => done(0); one.src = '/dessin.svg'; })"
    )
    assert 7 == one.page.evaluate(seen)
    one.waits("images", "/dessin.svg")
    host.cut()
    one.page.reload()
    assert 7 == one.page.evaluate(seen)


def test_pages_walked_to_while_something_plays_are_kept_too(host: Host, reader: Readers) -> None:
    """They are fetched by a script, which gets a page that was read and an error for another."""
    one = reader(host)
    one.read("/")
    fetched = "address => fetch(address).then(answer => answer.text(), () => 'nothing')"
    one.page.evaluate(fetched, ARTICLE)
    one.waits("pages", ARTICLE)
    host.cut()
    assert "Le pont est fermé." in one.page.evaluate(fetched, ARTICLE)
    assert "nothing" == one.page.evaluate(fetched, "/fil/")


def test_a_hub_in_a_folder_keeps_to_it(below: Host, reader: Readers) -> None:
    """The worker of a hub in a folder has its say there only; all works as at the top."""
    one = reader(below)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    scopes = (
        "async () => (await navigator.serviceWorker.getRegistrations()).map(one => new "
        "URL(one.scope).pathname)"
    )
    assert ["/valley/"] == one.page.evaluate(scopes)
    below.cut()
    one.page.goto(below.url + "/fil/")
    one.page.wait_for_selector(".offline__list a")
    assert [("Le pont", "/valley" + ARTICLE)] == listed(one.page)
    one.page.click(".offline__list a")
    assert "Le pont est fermé." in one.page.inner_text("main")


def test_no_more_pages_are_kept_than_stated(host: Host, reader: Readers) -> None:
    """Of two hundred and one pages read the first goes."""
    one = reader(host)
    one.read("/")
    one.waits("pages", "/")
    fill = """async () => {
      const name = (await caches.keys()).find(one => one.endsWith(" pages"));
      const cache = await caches.open(name);
      for (let number = 0; number < 199; number++) await cache.put(`/x/${number}/`, new Response(""));
    }"""
    one.page.evaluate(fill)
    one.page.goto(host.url + ARTICLE)
    one.waits("pages", ARTICLE)
    one.until("async () => !(await caches.match('/'))")
    assert 200 == len(one.kept("pages"))


def test_browsers_without_workers_read_as_ever(host: Host, reader: Readers) -> None:
    """Where a browser has no service worker, or lets none in, pages work, and the offline page says so."""
    without = reader(host)
    without.page.add_init_script("delete Navigator.prototype.serviceWorker")
    blocked = reader(host, service_workers="block")
    for one in (without, blocked):
        one.page.goto(host.url + ARTICLE, wait_until="networkidle")
        assert "Le pont est fermé." in one.page.inner_text("main")
        one.page.goto(host.url + "/hors-ligne/", wait_until="networkidle")
        assert one.page.is_visible("[data-part=unable]")
        assert not one.page.is_visible("[data-do=take]")
