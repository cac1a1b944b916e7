"""The week's texts: counted before, taken, read without a network, forgotten; and the same for all that is
kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from browser.axe import findings, loaded

from offline.conftest import ARTICLE, WEEK, Host, Reader, article
from offline.test_offline import listed

Readers = Callable[..., Reader]
_OFFLINE = "/hors-ligne/"


def take(one: Reader) -> Any:
    """Take the week's texts, and wait until they are there."""
    page = one.read(_OFFLINE)
    page.click("[data-do=take]")
    page.wait_for_selector("[data-do=leave]")
    return page


def test_the_list_holds_the_whole_texts_of_the_week_with_the_size_of_their_pages(below: Host) -> None:
    """Articles, and entries that may be shown in full, of the seven days up to the newest; nothing else."""
    week = json.loads((below.output / "hors-ligne/semaine.json").read_bytes())
    expected = {
        "texts": [
            {"address": f"/valley{address}", "title": title, "size": size(below, address)}
            for address, title in zip(WEEK, ("Le pont", "Title of long", "Title of older"), strict=True)
        ],
        "since": "2026-03-07",
        "until": "2026-03-14",
    }
    assert expected == week


def size(host: Host, address: str) -> int:
    return (host.output / address[1:] / "index.html").stat().st_size


def test_a_new_entry_changes_the_list_and_not_the_worker(host: Host) -> None:
    """Else each new entry would be another version of the site for every browser."""
    host.rebuild({})
    worker = (host.output / "sw.js").stat()
    host.rebuild({"content/articles/neuf.md": article("Neuf.").replace("Le pont", "Du neuf")})
    after = (host.output / "sw.js").stat()
    assert (worker.st_mtime_ns, worker.st_ino) == (after.st_mtime_ns, after.st_ino)
    week = json.loads((host.output / "hors-ligne/semaine.json").read_bytes())
    assert 4 == len(week["texts"])
    before = (host.output / "hors-ligne/semaine.json").stat().st_mtime_ns
    host.rebuild({})
    assert before == (host.output / "hors-ligne/semaine.json").stat().st_mtime_ns


def test_the_week_is_counted_taken_and_read(host: Host, reader: Readers) -> None:
    """Its size is said before; without a network its texts are there, though none of them was opened."""
    one = reader(host)
    page = one.read(_OFFLINE)
    page.wait_for_selector("[data-do=take]")
    kilobytes = -(-sum(size(host, address) for address in WEEK) // 1000)
    words = page.inner_text("[data-part=offer]").replace("\u2009", " ").replace("\xa0", " ")
    assert words.startswith(f"3 texts (March 7 – 14, 2026): {kilobytes} kB at most")
    assert [] == one.kept("semaine")
    take(one)
    assert [*WEEK] == one.kept("semaine")
    host.cut()
    page.goto(host.url + WEEK[1])
    assert "Un paragraphe entier." in page.inner_text("main")


def test_the_week_can_be_left(host: Host, reader: Readers) -> None:
    """One press forgets the texts; the focus goes to the button that takes them again."""
    one = reader(host)
    page = take(one)
    page.click("[data-do=leave]")
    page.wait_for_selector("[data-do=take]:focus")
    assert [] == one.kept("semaine")


def test_taking_again_takes_what_is_new_and_leaves_what_is_old(host: Host, reader: Readers) -> None:
    """A week later only that week's texts are there."""
    one = reader(host)
    take(one)
    new = article("Du neuf.").replace("2026-03-14", "2026-03-15").replace("Le pont", "Neuf")
    host.rebuild({"content/articles/neuf.md": new})
    take(one)
    one.page.wait_for_function("() => document.querySelector('[data-do=take]').hidden")
    assert sorted(["/articles/neuf/", *WEEK[:2]]) == one.kept("semaine")


def test_a_text_read_again_is_kept_as_it_is_today(host: Host, reader: Readers) -> None:
    """Whatever was taken is replaced by what is read afterwards, in the one place where it lies."""
    one = reader(host)
    page = take(one)
    host.rebuild({"content/articles/pont.md": article("Le pont est rouvert.")})
    page.goto(host.url + ARTICLE)
    one.until(f"async () => (await (await caches.match('{ARTICLE}')).text()).includes('rouvert')")
    assert ARTICLE not in one.kept("pages")


def test_taking_that_is_cut_off_says_so(host: Host, reader: Readers) -> None:
    """Where the network goes meanwhile, what came stays, and the rest can be taken later."""
    one = reader(host)
    page = one.read(_OFFLINE)
    page.wait_for_selector("[data-do=take]")
    host.cut()
    page.click("[data-do=take]")
    page.wait_for_selector("[data-do=take]:focus")
    assert "Stopped before the end." in page.inner_text("[data-part=status]")
    host.start()
    page.click("[data-do=take]")
    page.wait_for_selector("[data-do=leave]")
    assert [*WEEK] == one.kept("semaine")


def test_all_can_be_forgotten_and_nothing_kept_any_more(host: Host, reader: Readers) -> None:
    """What was kept goes at one press; without the tick nothing comes again, with it it does."""
    one = reader(host)
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)
    page = one.read(_OFFLINE)
    page.wait_for_selector(".offline__list a")
    page.click("[data-do=forget]")
    page.wait_for_function("() => !document.querySelector('.offline__list a')")
    assert [] == one.kept("pages")
    page.uncheck("[data-do=keep]")
    one.read(ARTICLE)
    page = one.read(_OFFLINE)
    page.wait_for_selector("[data-do=keep]:not(:checked)")
    assert [] == one.kept("pages")
    page.check("[data-do=keep]")
    one.read(ARTICLE)
    one.waits("pages", ARTICLE)


def test_the_offline_page_works_with_the_keyboard_and_for_axe(host: Host, reader: Readers) -> None:
    """From the offer to the tick, without a mouse; axe finds nothing, neither with a list nor without a
    network.
    """
    one = reader(host, reduced_motion="reduce")
    loaded(one.page, host.url + _OFFLINE)
    page = one.page
    page.wait_for_selector("[data-do=take]")
    assert [] == findings(page)
    page.focus("[data-do=take]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-do=leave]:focus")
    assert len(WEEK) == len(listed(page))
    page.keyboard.press("Tab")
    assert listed(page)[0][1] == page.evaluate("document.activeElement.pathname")
    assert [] == findings(page)
    host.cut()
    page.goto(host.url + "/fil/")
    page.wait_for_selector(".offline__list a")
    assert "No network" == page.inner_text("h1")
