"""The player at the foot of the window: it plays, goes on from page to page, and obeys."""

from __future__ import annotations

from typing import Any

import pytest

from player.conftest import Listener, sound

LONG = "/medias/essai/2026/long/"
SECOND = "/medias/essai/2026/second/"
THIRD = "/medias/essai/2026/third/"
RADIO = "/medias/essai/"
LIVE = "https://direct.essai.example/live"


def begin(listener: Listener, path: str = LONG) -> None:
    """Play the sound of a page."""
    listener.go(path)
    listener.find("main button[data-play]").click()
    listener.plays()


def test_a_sound_goes_on_from_page_to_page(listener: Listener) -> None:
    """The same element plays on while one walks forward and back; focus, title, address and place in the page
    follow.
    """
    begin(listener)
    listener.ask("window.kept = sounds[0]")
    listener.ask("scrollTo({top: 100, behavior: 'instant'})")
    listener.until("scrollY === 100")
    before = listener.time
    listener.ask("document.querySelector('main .up a').click()")
    listener.until(
        "document.activeElement.localName === 'h1' && document.activeElement.textContent === 'Radio Essai'"
    )
    assert [RADIO, True, True, 0] == listener.ask(
        "[location.pathname, document.title.startsWith('Radio Essai'), kept === sounds[0] && !kept.paused, "
        "scrollY]"
    )
    assert "/medias/" == listener.find("header a[aria-current]").get_attribute("href")
    assert f"{RADIO}feed.atom" == listener.find("link[rel=alternate]").first.get_attribute("href")
    listener.page.go_back()
    listener.until(
        f"location.pathname === '{LONG}' && document.querySelector('h1').textContent === 'Title of long'"
    )
    listener.until("scrollY === 100")
    listener.page.go_forward()
    listener.until("document.querySelector('h1').textContent === 'Radio Essai'")
    listener.until(f"sounds.length === 1 && sounds[0].currentTime > {before} && !sounds[0].paused")


def test_what_is_not_a_page_is_left_to_the_browser(listener: Listener) -> None:
    """Fragments, downloads, other windows and a paused player change nothing of how links work."""
    begin(listener)
    listener.ask("window.same = true")
    listener.find(".player__facts a").first.evaluate(
        "one => one.addEventListener('click', e => { window.left = e.defaultPrevented; e.preventDefault(); })"
    )
    listener.find(".player__facts a").first.click()
    assert listener.ask("window.left") is False
    listener.find(".bar__toggle").click()
    listener.find("main .up a").click()
    listener.until("document.querySelector('h1').textContent === 'Radio Essai'")
    assert listener.ask("window.same") is None


def test_another_version_of_the_site_is_loaded_anew(listener: Listener) -> None:
    """A page with other scripts than this one's isn't put into it."""
    begin(listener)
    listener.ask("window.same = true")
    listener.page.route(f"**{RADIO}", _older)
    listener.find("main .up a").click()
    listener.until("document.querySelector('h1')?.textContent === 'Radio Essai'")
    assert listener.ask("window.same") is None


def _older(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("/theme/", "/theme/0"))


def test_a_list_plays_without_leaving_it(listener: Listener) -> None:
    """A card's link plays what its page holds, from the list."""
    listener.go(RADIO)
    listener.find(".card a[data-play]").first.click()
    listener.plays()
    assert [RADIO, "Title of long"] == [
        listener.ask("location.pathname"),
        listener.find(".bar__title").inner_text(),
    ]


def test_a_second_press_pauses(listener: Listener) -> None:
    """What a list's link has begun, it pauses; by keyboard, a link at the top of the page leads to the
    player.
    """
    listener.go(RADIO)
    link = listener.find(".card a[data-play]").first
    link.click()
    listener.plays()
    link.click()
    listener.until("sounds[0].paused")
    link.click()
    listener.plays()
    listener.find(".skip", has_text="player").or_(listener.find(".skip", has_text="lecteur")).focus()
    listener.press("Enter", "Tab")
    assert "seek" == listener.ask("document.activeElement.dataset.part")


def test_what_is_still_looked_for_can_be_paused(listener: Listener) -> None:
    """On a slow network too, a press stops what has not begun yet, and another begins it."""
    listener.go(RADIO)
    held: list[Any] = []
    listener.page.route(f"**{LONG}", lambda route: held.append(route))  # noqa: PLW0108 - Playwright asks how many it takes
    listener.find(".card a[data-play]").first.click()
    listener.until("document.querySelector('.bar[aria-busy=true]')")
    listener.find(".bar__toggle").click()
    for route in held:
        route.continue_()
    listener.page.unroute(f"**{LONG}")
    assert listener.ask("sounds[0].paused")
    listener.find(".bar__toggle").click()
    listener.plays()


def test_what_a_list_can_not_play_leads_to_its_page(listener: Listener) -> None:
    """Where nothing can be heard here, one is led to the page that says so."""
    listener.go("/medias/ancienne/")
    listener.find("a[data-play][href*=nothing]").click()
    listener.until("location.pathname === '/medias/ancienne/2026/nothing/'")


def test_a_radio_s_latest_make_a_queue(listener: Listener) -> None:
    """One after the other is played; the queue can be seen, put in order, and ends calmly."""
    listener.go(RADIO)
    listener.find("[data-play-all]").click()
    listener.plays()
    listener.find("[data-do=expand]").click()
    titles = "[...document.querySelectorAll('.bar__queued')].map(one => one.textContent)"
    assert ["Title of long", "Title of second", "Title of third"] == listener.ask(titles)
    listener.find("li:nth-child(3) [data-move=up]").click()
    assert ["Title of long", "Title of third", "Title of second"] == listener.ask(titles)
    assert "up" == listener.ask("document.activeElement.dataset.move")
    listener.find("li:nth-child(2) [data-move=out]").click()
    assert ["Title of long", "Title of second"] == listener.ask(titles)
    listener.find(".bar__group [data-do=next]").click()
    listener.until("document.querySelector('.bar__title').textContent === 'Title of second'")
    listener.until("document.querySelector('[data-when=ended]').checkVisibility()")
    assert listener.ask("document.querySelector('[data-part=now]').textContent").endswith("Title of second")
    listener.find("[data-do=previous]").click()
    listener.plays()


def test_the_next_of_a_queue_begins_by_itself(listener: Listener) -> None:
    """What ends makes way for what follows."""
    listener.go(RADIO)
    listener.find("[data-play-all]").click()
    listener.plays()
    listener.find(".bar__group [data-do=next]").click()
    listener.until("document.querySelector('.bar__title').textContent === 'Title of third'")
    listener.plays()


def test_back_on_and_speed(listener: Listener) -> None:
    """Fifteen seconds back, thirty on; the speed is remembered."""
    begin(listener)
    listener.find("[data-do=forward]").click()
    assert listener.time >= 30
    listener.find("[data-do=back]").click()
    assert 15 <= listener.time < 30
    listener.find(".bar [data-part=speed]").select_option("1.5")
    assert 1.5 == listener.ask("sounds[0].playbackRate")
    listener.find("[data-do=close]").click()
    assert [True, "main"] == listener.ask(
        "[document.querySelector('.bar').hidden, document.activeElement.localName]"
    )
    begin(listener, THIRD)
    assert 1.5 == listener.ask("sounds[0].playbackRate")


def test_by_keyboard_alone(listener: Listener) -> None:
    """Keys of the player work where the focus is in it, and nowhere else; the position is said in words."""
    listener.go(LONG)
    listener.find("main button[data-play]").focus()
    listener.press("Enter")
    listener.plays()
    listener.press("l")
    assert listener.time < 15
    listener.find(".bar [data-part=seek]").focus()
    listener.press("l", "ArrowRight")
    assert listener.time >= 35
    said = listener.find("[data-part=seek]").get_attribute("aria-valuetext")
    assert said is not None
    assert said.replace("\xa0", " ").startswith(("35 secondes", "36 secondes"))
    assert said.replace("\xa0", " ").endswith("1 minute")
    listener.press("j", "m", "k")
    listener.until("sounds[0].paused && sounds[0].muted")
    listener.press("Tab")
    assert "toggle" == listener.ask("document.activeElement.dataset.do")
    listener.press("Enter")
    listener.plays()


def test_what_has_the_focus_is_never_under_the_player(listener: Listener) -> None:
    """The end of the page and each link of it can be brought above the player."""
    begin(listener, RADIO.replace("essai", "ancienne") + "2026/two-files/")
    listener.page.emulate_media(reduced_motion="reduce")
    hidden = listener.ask("""() => [
          ...document.querySelectorAll("body > :not(.bar) a, body > :not(.bar) button")]
        .filter(one => one.checkVisibility())
        .filter(one => {
          one.focus();
          const bar = document.querySelector(".bar").getBoundingClientRect();
          return one.getBoundingClientRect().bottom > bar.top + 1; })
        .map(one => one.outerHTML)""")
    assert [] == hidden


def test_one_comes_back_to_where_one_stopped(listener: Listener) -> None:
    """A reload brings the player back, paused, without asking anyone; another visit begins where one
    stopped.
    """
    begin(listener)
    listener.find("[data-do=forward]").click()
    listener.until("sounds[0].currentTime > 30.5")
    listener.page.reload()
    listener.until("document.querySelector('.bar:not([hidden]) .bar__toggle')?.ariaLabel.includes('0:30')")
    assert [True, 0] == listener.ask("[sounds[0].paused, sounds[0].readyState]")
    listener.find(".bar__toggle").click()
    listener.until("sounds[0].currentTime >= 30")
    listener.find("[data-do=close]").click()
    listener.go(LONG)
    listener.until("document.querySelector('main button[data-play]').textContent.includes('0:3')")
    listener.find("main button[data-play]").click()
    listener.until("sounds[0].currentTime >= 30")


def test_a_press_goes_before_what_comes_back(without_worker: Listener) -> None:
    """What was pressed while the player was still being loaded plays, even where what played before comes
    back later.
    """
    begin(without_worker, THIRD)
    without_worker.page.route("**/js/main.js", _coming_back_later)
    begin(without_worker, LONG)
    without_worker.ask("comeBack()")
    assert ["Title of long", False] == without_worker.ask(
        "[document.querySelector('.bar__title').textContent, sounds[0].paused]"
    )


def _coming_back_later(route: Any) -> None:
    # A browser may end the later of two imports of the same modules first.
    answer = route.fetch()
    route.fulfill(
        response=answer,
        body=answer.text().replace("player.comeBack()", "(window.comeBack = player.comeBack)"),
    )


def test_what_was_heard_to_its_end_is_forgotten(listener: Listener) -> None:
    """And all else is, where one asks for it on the page about the player."""
    listener.go(SECOND)
    listener.find("main button[data-play]").click()
    listener.until("document.querySelector('[data-when=ended]').checkVisibility()")
    positions = "Object.keys(JSON.parse(localStorage['kiosque-player']).positions)"
    assert [] == listener.ask(positions)
    begin(listener)
    listener.find("[data-do=forward]").click()
    listener.find(".bar__toggle").click()
    listener.until(f"{positions}.join() === '{LONG}#son-1'")
    listener.go("/lecteur/")
    listener.find("[data-forget]").click()
    assert listener.ask("localStorage.length") == 0


def test_chapters_and_words_follow_and_lead(listener: Listener) -> None:
    """The chapter and the words that are heard are marked, in the page and in the player; each leads to its
    moment.
    """
    begin(listener)
    listener.find(".player summary").first.click()
    listener.find(".player [data-chapters] a").nth(1).click()
    listener.until("sounds[0].currentTime >= 25 && sounds[0].currentTime < 30")
    listener.until(
        "document.querySelector('[data-chapters] [aria-current=true]')?.textContent.includes('La suite')"
    )
    listener.until(
        "document.querySelector('[data-words] [aria-current=true]')?.parentElement.textContent.includes('La "
        "suite, et la fin.')"
    )
    listener.find("[data-do=expand]").click()
    assert "La suite" in listener.find(".bar [data-part=chapters] [aria-current=true]").inner_text()
    listener.find(".bar [data-time='0']").click()
    listener.until("sounds[0].currentTime < 20")
    listener.press("Escape")
    assert "false" == listener.find("[data-do=expand]").get_attribute("aria-expanded")
    listener.find(".player summary").nth(1).click()
    listener.find(".player [data-words] a").nth(1).click()
    listener.until("sounds[0].currentTime >= 25")


def test_a_lighter_file_can_be_chosen(listener: Listener) -> None:
    """The choice says how large each is; it is kept, and the sound goes on from where it was."""
    path = "/medias/ancienne/2026/two-files/"
    begin(listener, path)
    assert listener.ask("sounds[0].currentSrc").endswith("long.wav")
    listener.find("[data-do=forward]").click()
    listener.find("[data-do=back]").click()
    listener.find("[data-do=expand]").click()
    assert ["WAV, 240\u202fko", "WAV, 120\u202fko"] == listener.find(
        "[data-part=file] option"
    ).all_inner_texts()
    listener.find("[data-part=file]").select_option("1")
    listener.until(
        "sounds[0].currentSrc.endsWith('light.wav') && sounds[0].currentTime > 14 && !sounds[0].paused"
    )
    listener.find("[data-do=close]").click()
    begin(listener, path)
    assert listener.ask("sounds[0].currentSrc").endswith("light.wav")


def test_who_saves_data_gets_the_lighter_file(listener: Listener) -> None:
    """The browser's wish to save data is followed without asking."""
    listener.page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    begin(listener, "/medias/ancienne/2026/two-files/")
    assert listener.ask("sounds[0].currentSrc").endswith("light.wav")


def test_media_keys(listener: Listener) -> None:
    """What plays is told to the system, with its keys."""
    listener.page.add_init_script(
        "window.keys = {}; MediaSession.prototype.setActionHandler = (name, act) => { keys[name] = act; };"
    )
    begin(listener)
    assert ["Title of long", "Radio Essai", "playing"] == listener.ask(
        "[navigator.mediaSession.metadata.title, navigator.mediaSession.metadata.artist, "
        "navigator.mediaSession.playbackState]"
    )
    listener.ask("keys.seekto({seekTime: 40})")
    listener.until("sounds[0].currentTime >= 40")
    listener.ask("keys.seekbackward({})")
    assert 25 <= listener.time < 30
    listener.ask("keys.pause()")
    listener.until("sounds[0].paused && navigator.mediaSession.playbackState === 'paused'")
    listener.ask("keys.play()")
    listener.until("!sounds[0].paused")
    assert listener.ask("keys.nexttrack") is None


def test_a_dead_sound_is_said_plainly(listener: Listener) -> None:
    """With the link to the source."""
    listener.go("/medias/ancienne/2026/dead/")
    assert [] == listener.asked
    listener.find("main button[data-play]").click()
    listener.until("document.querySelector('[data-when=dead]').checkVisibility()")
    assert "https://ancienne.example/dead" == listener.find("[data-when=dead] a").first.get_attribute("href")
    assert ["https://dead.example/a.mp3"] == list(dict.fromkeys(listener.asked))


def test_after_a_dead_sound_the_next_is_offered(listener: Listener) -> None:
    """A queue doesn't end where one of its sounds has gone."""
    listener.go("/medias/ancienne/")
    listener.find("[data-play-all]").click()
    listener.until("document.querySelector('[data-when=dead]').checkVisibility()")
    listener.find("[data-part=after]").click()
    listener.until("document.querySelector('.bar__title').textContent !== 'Title of dead'")


def test_a_sound_without_encryption_is_said_plainly(listener: Listener) -> None:
    """Its page says why it can't be heard here, and where it can."""
    listener.go("/medias/ancienne/2026/plain-http/")
    assert "http://old.example/a.mp3" == listener.find(".player__said a").get_attribute("href")
    assert 0 == listener.find("audio, [data-play]").count()
    listener.go("/medias/ancienne/")
    assert "http://direct.ancienne.example/live" == listener.find("#direct .player__said a").get_attribute(
        "href"
    )


def test_a_radio_plays_live(listener: Listener) -> None:
    """Without a position; paused, it stops the stream, and comes back to what is said then."""
    listener.answers[LIVE] = sound(5)
    listener.go(RADIO)
    assert [] == listener.asked
    listener.find("#direct button[data-play]").click()
    listener.plays()
    assert [False, True] == listener.ask(
        "[document.querySelector('[data-part=seek]').checkVisibility(), "
        "document.querySelector('.bar__live').checkVisibility()]"
    )
    listener.find(".bar__toggle").click()
    listener.until("!sounds[0].hasAttribute('src')")
    listener.find(".bar__toggle").click()
    listener.plays()


def test_a_radio_that_is_cut_off_is_tried_again(listener: Listener) -> None:
    """The player says so, tries again by itself, says when it gives up, and goes on once asked."""
    listener.page.add_init_script("""{
      window.waited = [];
      const later = setTimeout;
      window.setTimeout = (act, wait) => wait < 1000 ? later(act, wait) : waited.push([act, wait]);
    }""")
    listener.go(RADIO)
    listener.find("#direct button[data-play]").click()
    for seconds in (1, 4, 15):
        listener.until(f"waited.at(-1)?.[1] === {seconds * 1000}")
        assert listener.find("[data-when=again]").is_visible()
        listener.ask("waited.at(-1)[0]()")
    listener.until("document.querySelector('[data-when=silent]').checkVisibility()")
    assert "https://essai.example/" == listener.find("[data-when=silent] a").get_attribute("href")
    listener.answers[LIVE] = sound(5)
    listener.find("[data-when=silent] button").click()
    listener.plays()


def test_on_a_phone_it_is_a_line_that_opens(on_a_phone: Listener) -> None:
    """The line holds the title, what plays and pauses, and where one is; the sheet holds all the rest."""
    on_a_phone.page.set_viewport_size({"width": 360, "height": 640})
    begin(on_a_phone)
    assert on_a_phone.ask("document.querySelector('.bar').offsetHeight") < 120
    assert not on_a_phone.find("[data-do=back]").is_visible()
    on_a_phone.find("[data-do=expand]").click()
    small = on_a_phone.ask("""[...document.querySelectorAll(".bar :is(button, select, input)")]
        .filter(one => one.checkVisibility())
        .filter(one => {
          const {width, height} = one.getBoundingClientRect();
          return width < 24 || height < 24; })
        .map(one => one.outerHTML)""")
    assert [] == small
    assert on_a_phone.find("[data-do=back]").is_visible()
    assert 360 == on_a_phone.ask("document.documentElement.scrollWidth")


def test_without_javascript_the_browser_s_own_player_is_there(without_scripts: Listener) -> None:
    """With its file, its chapters as links into it, its words and the download."""
    without_scripts.page.goto(without_scripts.address + LONG)
    assert [True, False] == [
        without_scripts.find("audio[controls][preload=none]").is_visible(),
        without_scripts.find("button[data-play]").is_visible(),
    ]
    source = without_scripts.find("audio source").get_attribute("src")
    assert f"{source}#t=25.0" == without_scripts.find("[data-chapters] a").nth(1).get_attribute("href")
    assert "La suite, et la fin." in without_scripts.find("[data-words]").text_content()


@pytest.mark.parametrize("path", [LONG, RADIO])
def test_the_page_does_not_jump(listener: Listener, path: str) -> None:
    """The site's own button takes the room that the browser's player had."""
    listener.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { shift += "
        "one.value; }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    listener.go(path)
    listener.until("document.querySelector('button[data-play]').checkVisibility()")
    listener.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert listener.ask("shift") < 0.01
