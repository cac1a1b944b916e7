"""The search page in a real browser, served below a path with the policy that forbids all else."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from .conftest import titles_of

EMISSION, COEUR, EAU = "L’émission du matin", "Au cœur du village", "L’eau qui manque"
Search = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("l’émission", EMISSION),  # typographic apostrophe
        ("l'émission", EMISSION),  # straight apostrophe
        ("EMISSION", EMISSION),  # capitals, without accent
        ("émissions", EMISSION),  # stem
        ("cheval national", EMISSION),  # irregular plurals
        ("coeur", COEUR),
        ("cœur", COEUR),
        ("chœur des sœurs", COEUR),
        ("aujourd’hui", COEUR),
        ("chante d’Aouste", COEUR),
        ("l’eau de la rivière", EAU),
        ("“l’eau de la rivière”", EAU),  # a phrase
        ("« budget de la commune »", EAU),
        ("mentions legales", "Mentions légales"),
        ("associative", "Radio du Fleuve"),
        ("running horses", "The running horses"),
    ],
)
def test_found_first(search: Search, query: str, expected: str) -> None:
    """French as people write it finds what is meant."""
    assert [expected] == search(query)[:1]


@pytest.mark.parametrize("query", ["“rivière de l’eau”", "“commune budget”", "zygomatique"])
def test_not_found(search: Search, page: Page, query: str) -> None:
    """Another order of words is no phrase; the page says that there is nothing, and where else to look."""
    assert [] == search(query)
    expect(page.get_by_text("Aucun résultat")).to_be_visible()
    assert page.locator("[data-part=browse] a[href$='/fil/']").is_visible()


def test_a_result_says_whence_when_and_what(search: Search, page: Page) -> None:
    """Source, title, marked words as they were written, sound, date; links lead below the hub's path."""
    search("sœurs")
    card = page.locator("main ol article")
    expect(card.locator(".card__from")).to_have_text("Radio du Fleuve")
    expect(card.locator(".card__summary")).to_have_text(
        "Le chœur des sœurs chante, aujourd’hui, d’Aouste à Crest."
    )
    assert ["sœurs"] == card.locator("mark").all_inner_texts()
    expect(card.locator("time")).to_have_text("10 février 2026")
    expect(card.locator(".play")).to_contain_text("52\u202fmin")
    assert (
        "/kiosque/medias/radio/2026/coeur/#ecouter"
        == urlsplit(card.locator(".play").evaluate("a => a.href")).path + "#ecouter"
    )
    card.locator("h2 a").click()
    expect(page.locator("h1")).to_have_text(COEUR)


def test_hostile_texts_stay_text(search: Search, page: Page) -> None:
    """A title and a text that would run a script are shown as they are written."""
    (title,) = search("piège")
    assert "<script>" in title
    assert 0 == page.locator("main ol :is(img, script)").count()
    assert "tripped" not in page.title()
    search("carnet 12")
    expect(page.locator("main ol article").first.locator(".card__summary")).to_contain_text(
        "Fin & suite <b>."
    )


def test_filters_combine(search: Search, page: Page) -> None:
    """Format, medium, commune and year narrow together; each choice says how much it would find."""
    search("rivière")
    page.locator("summary", has_text=re.compile("Narrow|Affiner|Préciser|Restreindre")).click()
    source = page.locator("select[name=source]")
    expect(source.locator("option")).to_have_text([re.compile("."), "Carnets (24)", "Radio du Fleuve (1)"])
    source.select_option("Carnets")
    expect(page.locator("select[name=year] option")).to_have_text([re.compile("."), "2025 (12)", "2024 (12)"])
    page.locator("select[name=year]").select_option("2024")
    expect(page.locator("[role=status]")).to_contain_text("12")
    assert all("2024" in title for title in titles_of(page))
    # A choice leaves the others of its kind to be chosen.
    expect(source.locator("option")).to_have_text([re.compile("."), "Carnets (12)"])
    expect(page.locator("select[name=year] option")).to_have_text([re.compile("."), "2025 (12)", "2024 (12)"])
    assert {"q": ["rivière"], "source": ["Carnets"], "year": ["2024"]} == parse_qs(urlsplit(page.url).query)


def test_filters_alone_and_dates(search: Search) -> None:
    """Without words, the filters tell what is looked for, and all comes newest first; words can too."""
    assert [EAU, COEUR, EMISSION] == search(format="sound")
    assert ["Carnet 12 de 2025", "Carnet 11 de 2025"] == search("saisons", sort="date")[:2]
    assert ["Carnet 12 de 2024"] == search("saisons", sort="date", year="2024")[:1]


def test_the_address_keeps_the_search(search: Search, page: Page, base: str) -> None:
    """What is typed is in the address, what is submitted is in the history, and back finds it again."""
    page.goto(f"{base}/recherche/")
    field = page.get_by_role("searchbox")
    field.press_sequentially("rivière")
    expect(page).to_have_url(re.compile("q=rivi%C3%A8re$"))
    expect(page.locator("main ol h2").first).to_be_visible()
    field.fill("budget")
    field.press("Enter")
    expect(page.locator("main ol h2")).to_have_text([EAU])
    page.go_back()
    expect(page.locator("main ol h2")).to_have_count(10)
    assert "rivière" == page.get_by_role("searchbox").input_value()
    page.go_forward()
    expect(page.locator("main ol h2")).to_have_text([EAU])
    assert "budget" == page.get_by_role("searchbox").input_value()


def test_what_is_typed_before_the_script_is_there_is_searched(page: Page, base: str) -> None:
    """On a slow connection people type while the script is under way: no letter of it is lost."""
    held: list[Route] = []
    page.route("**/search.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright asks how many it takes
    with page.expect_request("**/search.js"):
        page.goto(f"{base}/recherche/?q=budget&sort=date")
    page.get_by_role("searchbox").fill("rivière")
    held[0].continue_()
    expect(page).to_have_url(re.compile(r"\?q=rivi%C3%A8re&sort=date$"))
    expect(page.locator("main ol h2")).to_have_count(10)
    assert "rivière" == page.get_by_role("searchbox").input_value()


def test_the_masthead_of_another_page_leads_here(page: Page, base: str) -> None:
    """Its form is answered without any script of the page that it stood on."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{base}/")
    page.locator("header").get_by_role("searchbox").fill("budget")
    page.keyboard.press("Enter")
    expect(page.locator("main ol h2")).to_have_text([EAU])


def test_by_keyboard(page: Page, base: str) -> None:
    """Tab goes from the field through the form to the results; more results keep the focus; Escape clears."""
    page.goto(f"{base}/recherche/")
    page.locator("[data-search][data-ready]").wait_for()
    page.get_by_role("searchbox").focus()
    page.keyboard.type("rivière")
    page.keyboard.press("Enter")
    expect(page.locator("main ol h2")).to_have_count(10)
    names = []
    for _ in range(6):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                "document.activeElement.closest('article') ? 'result' : document.activeElement.localName"
            )
        )
    assert ["button", "summary", "select", "result"] == names[:4]
    more = page.locator("[data-part=more]")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("main ol h2")).to_have_count(20)
    expect(more).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main ol h2")).to_have_count(25)
    expect(page.locator("main ol h2 a").nth(20)).to_be_focused()
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Escape")
    expect(page.locator("main ol h2")).to_have_count(0)
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_screen_readers_hear_names_and_the_count(search: Search, page: Page) -> None:
    """Each field has a name, the number of results is a status, sounds say which."""
    search("rivière")
    expect(page.get_by_role("status")).to_contain_text("25")
    assert 1 == page.get_by_role("search").count()
    page.locator("[data-part=filters]").evaluate("one => { one.open = true; }")
    fields = page.locator("main form :is(input, select)")
    assert [] == [
        n
        for n in range(fields.count())
        if not fields.nth(n).evaluate("f => f.ariaLabel || f.labels[0]?.textContent.trim()")
    ]
    assert page.get_by_role("group").first.is_visible()
    search("budget")
    expect(page.locator(".play:visible")).to_have_accessible_name(re.compile(f".+52.min · {EAU}"))


def test_too_short(search: Search, page: Page) -> None:
    """One letter is not searched for: the page says so."""
    assert [] == search("e")
    expect(page.get_by_role("status")).not_to_be_empty()


def test_nothing_is_loaded_before_it_is_wanted(page: Page, base: str) -> None:
    """The page alone asks for nothing of Pagefind; the focus does."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}/recherche/")
    page.wait_for_load_state("networkidle")
    assert [] == [url for url in asked if "/pagefind/" in url]
    with page.expect_request(re.compile("wasm")):
        page.get_by_role("searchbox").focus()


def test_a_search_that_fails_can_be_tried_again(page: Page, base: str) -> None:
    """Without its index the page says so and shows the lists; once it is there, the same button searches."""
    page.route("**/index.json", lambda route: route.fulfill(json={"shards": []}))
    page.goto(f"{base}/recherche/?q=budget")
    again = page.locator("[data-part=again]")
    expect(again).to_be_visible()
    expect(page.locator("[data-part=browse]")).to_be_visible()
    page.unroute("**/index.json")
    again.click()
    expect(page.locator("main ol h2")).to_have_text([EAU])


def test_without_javascript(browser: Browser, base: str) -> None:
    """The page says that words need JavaScript, shows no control that does nothing, and leads to all
    lists.
    """
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{base}/recherche/?q=budget")
        expect(page.locator("noscript p")).to_be_visible()
        assert 1 == page.locator("main :is(select, details, button):visible").count()
        addresses = page.locator("main a").evaluate_all("links => links.map(a => a.pathname)")
        assert {"/kiosque/fil/", "/kiosque/medias/radio/", "/kiosque/communes/drome/crest/"} <= set(addresses)
