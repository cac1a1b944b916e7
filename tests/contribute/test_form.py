"""The forms for people without git: what is written into them becomes a file that the hub reads as it was
meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import patience
import pytest
from browser.axe import findings
from browser.tools import file
from click.testing import CliRunner
from conftest import EVENT, NOW, write_tree

from contribute.forms import ANSWERS, COMMUNES, CONTACT, FORGES, MADE, Writer, hub_with_forms
from kiosque.cli import main
from kiosque.content.kinds import KINDS
from kiosque.settings.forge import LONGEST_ADDRESS


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Small hubs on each forge, and one on none, by the forge's name; each has a made-up kind besides."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, "event", EVENT)
        opened = {
            name: hub_with_forms(tmp_path_factory.mktemp(name) / "hub", REPOSITORY=FORGES.get(name, ""))
            for name in (*FORGES, "none")
        }
        yield {name: one.__enter__() for name, one in opened.items()}
        for one in opened.values():
            one.__exit__(None, None, None)


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A hub that names no communes."""
    with hub_with_forms(tmp_path_factory.mktemp("nowhere") / "hub", communes="") as url:
        yield url


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """A window as small phones have it, with touch, for one test."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True, locale="fr-FR"
    )
    context.set_default_timeout(patience.MILLISECONDS)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", ANSWERS)
def test_what_is_written_becomes_a_file_that_says_it(phone: Any, hubs: dict[str, str], kind: str) -> None:
    """Names of communes become codes, addresses whole, and what YAML would misread stands between quotes."""
    writer = Writer(phone, hubs["github"], kind).fill(**ANSWERS[kind]).finish()
    assert MADE[kind] == writer.file
    assert writer.file.encode() == writer.downloaded("download").read_bytes()


def test_what_forms_make_passes_the_check(tmp_path: Path) -> None:
    """The hub reads it, and `kiosque check` has nothing to mend, to look at or to say."""
    files = {
        f"content/{KINDS[kind].folder}/{kind}.md": MADE[kind]
        for kind in KINDS
        if kind in MADE and kind != "event"
    }
    write_tree(tmp_path, {"content/territory.yml": COMMUNES, **files})
    checked = CliRunner().invoke(main, ["--hub", str(tmp_path), "check", "--now", NOW, "--json"])
    assert (0, {"files": 5}) == (checked.exit_code, json.loads(checked.stdout))


def test_each_forge_gets_the_file_byte_by_byte(phone: Any, hubs: dict[str, str]) -> None:
    """Where an address can carry it, its name and text are those of the file; GitLab's can't, and gets an
    upload.
    """
    found = {}
    for forge, repository in FORGES.items():
        writer = Writer(phone, hubs[forge]).fill(**ANSWERS["article"]).finish()
        address = writer.link("open")
        if address:
            parts = urlsplit(address)
            query = parse_qs(parts.query, strict_parsing=True)
            assert [writer.file] == query["value"]
            found[forge] = (address.partition("?")[0].removeprefix(repository), query["filename"])
        else:
            upload = phone.locator("[data-way=upload] a[target]").get_attribute("href")
            found[forge] = (upload.removeprefix(repository), [])
    name = "la-fontaine-retrouvee-2-seche.md"
    assert {
        "github": ("/new/main", [f"content/articles/{name}"]),
        "forgejo": ("/_new/main/content/articles", [name]),
        "gitlab": ("/-/tree/main/content/articles", []),
    } == found


def test_a_letter_holds_the_file_with_the_ends_of_lines_that_mail_wants(
    phone: Any, hubs: dict[str, str]
) -> None:
    """Its address, subject and body come out of the link as they went in."""
    writer = (
        Writer(phone, hubs["none"]).fill(title="Bal", date="2026-04-01", text="Un\n\n+ deux & 50 %").finish()
    )
    parts = urlsplit(writer.link("letter"))
    fields = dict(one.split("=", 1) for one in parts.query.split("&"))
    body = unquote(fields["body"], errors="strict")
    assert (CONTACT, "Article\u00a0: bal") == (unquote(parts.path), unquote(fields["subject"]))
    assert "\n" not in body.replace("\r\n", "")
    assert body.replace("\r\n", "\n").endswith(f"\n\n{writer.file}")
    assert "+" not in parts.query


def test_a_long_text_goes_as_a_file(phone: Any, hubs: dict[str, str]) -> None:
    """Past what servers and mail programs take, the page says how to upload and to attach it instead."""
    writer = Writer(phone, hubs["forgejo"]).fill(title="Long", date="2026-04-01", text="Été. " * 800).finish()
    assert ("", "") == (writer.link("open"), writer.link("letter"))
    assert phone.locator("[data-way=long]").is_visible()
    assert f"{FORGES['forgejo']}/_upload/main/content/articles" == phone.locator(
        "[data-way=upload] a[target]"
    ).get_attribute("href")
    assert len(unquote(writer.link("attach"))) < 300
    writer.fill(text="Court.").finish()
    assert 0 < len(writer.link("open")) <= LONGEST_ADDRESS


def test_the_file_is_copied(phone: Any, hubs: dict[str, str]) -> None:
    """The button says that it has done so; where there is no clipboard, the file is shown and marked."""
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    writer = Writer(phone, hubs["none"]).fill(title="Bal", date="2026-04-01", text="On danse.").finish()
    phone.click("[data-do=copy]")
    phone.wait_for_selector("[data-do=copy]:has-text('Copied')")
    assert writer.file == phone.evaluate("() => navigator.clipboard.readText()")
    phone.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    phone.click("[data-do=copy]")
    assert (writer.file.rstrip(), "file") == (
        phone.evaluate("() => getSelection().toString()"),
        phone.evaluate("() => document.activeElement.dataset.part"),
    )


def test_nothing_is_wrong_before_one_has_typed(phone: Any, hubs: dict[str, str]) -> None:
    """A form that was only opened and walked through accuses nobody."""
    Writer(phone, hubs["none"])
    for _step in range(15):
        phone.keyboard.press("Tab")
    assert 0 == phone.locator("[data-part=error]:visible").count()


def test_the_end_says_all_that_is_wrong_and_leads_to_it(phone: Any, hubs: dict[str, str]) -> None:
    """The focus moves to a summary, whose links lead to the fields; each field says what is wrong, tied to
    it.
    """
    writer = Writer(phone, hubs["none"]).fill(commune="Dye", title="").fill(date="")
    writer.press()
    assert [
        "4 things are still to be mended",
        "“Title” is missing.",
        "“Date” is missing.",
        "Commune\u00a0: No commune of this hub has that name. Is it Die?",
        "Text\u00a0: The text is missing.",
    ] == writer.wrong.split("\n")
    assert "wrong" == phone.evaluate("() => document.activeElement.dataset.part")
    phone.locator("[data-part=wrong] a").nth(2).click()
    field = phone.locator(":focus")
    described = [
        phone.locator(f"#{id_}").inner_text() for id_ in field.get_attribute("aria-describedby").split()
    ]
    assert ("commune", "true", "No commune of this hub has that name. Is it Die?") == (
        field.get_attribute("name"),
        field.get_attribute("aria-invalid"),
        described[-1],
    )


def test_it_checks_as_one_types(phone: Any, hubs: dict[str, str]) -> None:
    """What is wrong is said after a pause, without leaving the field; what is right again, at once."""
    Writer(phone, hubs["none"], "source")
    field = phone.locator("[name=contact]")
    field.press_sequentially("moi@")
    phone.wait_for_selector("#f-contact-error:not([hidden])")
    assert phone.evaluate("() => document.activeElement.name") == "contact"
    field.press_sequentially("radio.example")
    phone.wait_for_selector("#f-contact-error", state="hidden")


def test_a_shouted_title_gets_advice_and_stays(phone: Any, hubs: dict[str, str]) -> None:
    """Advice doesn't keep a file from being made."""
    writer = Writer(phone, hubs["none"]).fill(title="GRANDE FÊTE DE L’EAU", date="2026-04-01", text="A")
    writer.finish()
    assert "write it as a sentence" in phone.locator("#f-title-error").inner_text()


def test_a_form_is_filled_in_and_sent_by_keyboard_alone(phone: Any, hubs: dict[str, str]) -> None:
    """Suggestions too: arrows choose among them, Enter takes one, Escape puts them away."""
    Writer(phone, hubs["github"])

    def go_to(name: str) -> None:
        for _step in range(60):
            phone.keyboard.press("Tab")
            if (
                phone.evaluate("() => document.activeElement.name || document.activeElement.dataset.part")
                == name
            ):
                return
        raise AssertionError(name)

    go_to("title")
    phone.keyboard.type("Le bal")
    go_to("tags")
    phone.keyboard.type("ec")
    phone.wait_for_selector("#f-tags-list li")
    assert ["école", "écologie"] == phone.locator("#f-tags-list li").all_inner_texts()
    phone.keyboard.press("ArrowDown")
    chosen = phone.locator("[aria-selected=true]").inner_text()
    assert phone.locator("[aria-selected=true]").get_attribute("id") == phone.locator(
        "#f-tags"
    ).get_attribute("aria-activedescendant")
    phone.keyboard.press("Enter")
    assert chosen == phone.input_value("#f-tags")
    phone.keyboard.type(", ea")
    phone.wait_for_selector("#f-tags-list li:has-text('eau')")
    phone.keyboard.press("Escape")
    assert phone.locator("#f-tags-list").is_hidden()
    go_to("commune")
    phone.keyboard.type("glandaz")
    phone.wait_for_selector("#f-commune-list li")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    assert "Solaure en Diois (26001)" == phone.input_value("#f-commune")
    go_to("text")
    phone.keyboard.type("On danse.")
    for _step in range(10):
        phone.keyboard.press("Tab")
        if "button--main" in phone.evaluate("() => document.activeElement.className"):
            break
    phone.keyboard.press("Enter")
    phone.wait_for_selector("[data-part=made]:not([hidden])")
    assert "made" == phone.evaluate("() => document.activeElement.id")
    go_to("open")


def test_a_suggestion_is_taken_by_touch(phone: Any, hubs: dict[str, str]) -> None:
    """A tap on it fills the field in, and what was wrong with a beginning isn't said."""
    Writer(phone, hubs["none"])
    phone.locator("#f-commune").press_sequentially("aix")
    phone.tap("#f-commune-list li")
    assert "Solaure en Diois (26001)" == phone.input_value("#f-commune")
    assert (True, True) == tuple(
        phone.locator(one).is_hidden() for one in ("#f-commune-list", "#f-commune-error")
    )


def test_axe_finds_nothing_while_a_form_is_used(phone: Any, hubs: dict[str, str]) -> None:
    """Empty, with mistakes, with suggestions, with a preview, and with all ways to send what was made."""
    found = {}
    for forge in FORGES:
        writer = Writer(phone, hubs[forge])
        phone.evaluate(file("axe-core/axe.min.js").read_text(encoding="utf-8"))
        found[forge, "empty"] = findings(phone)
        writer.press()
        found[forge, "wrong"] = findings(phone)
        phone.locator("#f-tags").press_sequentially("ec")
        phone.wait_for_selector("#f-tags-list li")
        phone.keyboard.press("ArrowDown")
        found[forge, "suggested"] = findings(phone)
        phone.keyboard.press("Escape")
        writer.fill(**ANSWERS["article"]).finish()
        phone.click("[data-do=preview]")
        phone.wait_for_selector("[data-part=preview]:not([hidden])")
        found[forge, "made"] = findings(phone)
    assert {} == {where: wrong for where, wrong in found.items() if wrong}


def test_it_fits_a_small_phone(phone: Any, hubs: dict[str, str]) -> None:
    """One column without scrolling sideways, and what is pressed is at least 44 pixels high."""
    writer = Writer(phone, hubs["github"]).fill(**ANSWERS["article"]).finish()
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 360
    small = phone.evaluate(
        "() => [...document.querySelectorAll('.contribute :is(input:not([type=checkbox]), select, textarea, "
        ".button)')]"
        ".filter(one => one.offsetHeight && one.offsetHeight < 44).map(one => one.outerHTML)"
    )
    assert ([], True) == (small, bool(writer.link("open")))


def test_a_draft_is_kept_only_if_asked_and_can_be_forgotten(phone: Any, hubs: dict[str, str]) -> None:
    """Nothing is stored without the tick; with it what was written comes back; forgetting leaves nothing."""
    stored = "() => Object.keys(localStorage).filter(key => key.startsWith('kiosque-draft'))"
    writer = Writer(phone, hubs["none"]).fill(title="Sans brouillon")
    assert [] == phone.evaluate(stored)
    phone.check("[data-part=keep]")
    writer.fill(title="Avec brouillon", text="À suivre")
    assert ["kiosque-draft-/contribuer/article/"] == phone.evaluate(stored)
    Writer(phone, hubs["none"])
    phone.wait_for_selector("[data-part=returned]:not([hidden])")
    assert ("Avec brouillon", "À suivre") == (phone.input_value("#f-title"), phone.input_value("#f-text"))
    phone.click("[data-do=forget]")
    assert [] == phone.evaluate(stored)
    writer.fill(title="Après")
    assert [] == phone.evaluate(stored)


def test_what_is_typed_before_the_script_is_there_stays(phone: Any, hubs: dict[str, str]) -> None:
    """On a slow connection people begin before the form is ready: neither today's date nor a draft takes it
    away, and the draft fills in the rest.
    """
    draft = json.dumps({"title": "Avec brouillon", "date": "2026-01-02", "text": "À suivre"})
    phone.add_init_script(f"localStorage.setItem('kiosque-draft-/contribuer/article/', {json.dumps(draft)})")
    held: list[Any] = []
    phone.route("**/form.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright asks how many it takes
    with phone.expect_request("**/form.js"):
        phone.goto(f"{hubs['none']}/contribuer/article/")
    phone.fill("#f-title", "Tapé tôt")
    phone.fill("#f-date", "2026-04-01")
    held[0].continue_()
    phone.wait_for_selector("[data-part=returned]:not([hidden])")
    shown = [phone.input_value(f"#f-{name}") for name in ("title", "date", "text")]
    assert ["Tapé tôt", "2026-04-01", "À suivre"] == shown


def test_what_is_written_isnt_left_by_accident(phone: Any, hubs: dict[str, str]) -> None:
    """Leaving asks first, while something is written that no file holds yet."""
    asked: list[str] = []
    phone.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    writer = Writer(phone, hubs["none"]).fill(title="Bal", date="2026-04-01", text="A")
    phone.goto(hubs["none"])
    assert ["beforeunload"] == asked
    writer = Writer(phone, hubs["none"]).fill(title="Bal", date="2026-04-01", text="A").finish()
    writer.page.goto(hubs["none"])
    assert ["beforeunload"] == asked


def test_an_address_that_is_taken_gets_a_number(phone: Any, hubs: dict[str, str]) -> None:
    """The name of a file that is there already isn't given to another."""
    writer = Writer(phone, hubs["none"]).fill(title="Le lavoir", date="2026-04-01", text="A").finish()
    assert "le-lavoir-2.md" == writer.name


def test_a_hub_without_communes_takes_their_codes(phone: Any, nowhere: str) -> None:
    """A name can't be looked up there, so it is asked for the code."""
    writer = Writer(phone, nowhere).fill(title="Bal", date="2026-04-01", text="A", commune="Die")
    writer.press()
    assert "Write its official code" in writer.wrong
    writer.fill(commune="2A004").finish()
    assert 'commune: "2A004"' in writer.file


def test_a_medium_needs_a_feed_or_a_homepage(phone: Any, hubs: dict[str, str]) -> None:
    """One of the two will do."""
    writer = Writer(phone, hubs["none"], "source").fill(name="Radio")
    writer.press()
    assert "One of these is needed: Feeds, Homepage." in writer.wrong
    writer.fill(feeds="https://radio.example/a.xml").finish()


def test_scripts_off_there_is_a_file_to_fill_in(browser: Any, hubs: dict[str, str]) -> None:
    """The form isn't shown, and what can't work isn't either; a file and an address are."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{hubs['github']}/contribuer/article/")
    shown = page.locator("noscript").inner_text()
    links = [one.get_attribute("href") for one in page.locator("main a").all()]
    is_hidden = page.locator("form.contribute__form").is_hidden()
    context.close()
    assert (True, True) == (is_hidden, "JavaScript" in shown)
    assert {
        "/contribuer/article/modele.md",
        f"mailto:{CONTACT}",
        f"{FORGES['github']}/upload/main/content/articles",
    } <= set(links)
