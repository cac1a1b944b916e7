"""The bytes of a feed decide how its letters are read; what declarations say wrongly is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.harvest.read.origin import Origin
from kiosque.harvest.read.parse import parse
from kiosque.harvest.read.repairs.charset import to_utf8

SHARED = Path(__file__).parents[2] / "../shared/feeds"
URL = "https://feed.example/feed"
FRENCH = ("Été à la forêt", "Le cœur du marché", "L’eau déborde")
TEXTS = {
    "cp1252": FRENCH,
    "shift_jis": ("今日は雨が降っている", "市民ラジオの新しい番組", "カタカナ"),
    "euc_jp": ("今日は雨が降っている", "市民ラジオの新しい番組", "カタカナ"),
    "euc_kr": ("오늘은 비가 와서", "시민 라디오의 새로운 소식", "음악과 요리"),
    "gb18030": ("今天下雨，所以我在家看书", "社区广播的新节目", "欢迎"),
    "big5": ("今天下雨所以我在家看書", "社區廣播的新節目", "歡迎"),
    "koi8_r": ("Сегодня идёт дождь", "Новая программа радио", "Музыка"),
    "cp1251": ("Сегодня идёт дождь", "Новая программа радио", "Музыка"),
    "cp1253": ("Σήμερα βρέχει πολύ", "Το νέο πρόγραμμα", "Μουσική"),
}


def feed(titles: tuple[str, ...], declared: str = "") -> str:
    """Return a feed, with the encoding that it declares, if any."""
    encoding = f' encoding="{declared}"' if declared else ""
    items = "".join(
        f"<item><guid>{n}</guid><title>{title}</title></item>\n" for n, title in enumerate(titles)
    )
    start = f'<?xml version="1.0"{encoding}?>\n<rss version="2.0"><channel><title>R</title>\n'
    return f"{start}{items}</channel></rss>"


def read(data: bytes, content_type: str = "") -> tuple[list[str], list[tuple[int | None, str]]]:
    """Return the titles of a feed's entries, and its problems with their lines."""
    parsed = parse(data, Origin(URL, Path(), content_type))
    return [entry.title for entry in parsed.entries], [(one.line, one.message) for one in parsed.problems]


@pytest.mark.parametrize("charset", TEXTS)
@pytest.mark.parametrize("declared", ["", "utf-8", "us-ascii"])
def test_letters_are_read_whatever_is_declared(charset: str, declared: str) -> None:
    """A feed that declares nothing, or what its bytes contradict, keeps its letters, and is told."""
    titles, told = read(feed(TEXTS[charset], declared).encode(charset))
    assert (list(TEXTS[charset]), 1) == (titles, len(told))


@pytest.mark.parametrize("charset", TEXTS)
@pytest.mark.parametrize("served", ["", "text/xml", "application/rss+xml; charset=ISO-8859-1"])
def test_a_right_declaration_holds_against_the_server(charset: str, served: str) -> None:
    """A right declaration counts more than the server; a server that contradicts it is told."""
    titles, told = read(feed(TEXTS[charset], charset).encode(charset), served)
    is_contradicted = "8859-1" in served and charset != "cp1252"
    assert (list(TEXTS[charset]), int(is_contradicted)) == (titles, len(told))


@pytest.mark.parametrize("charset", [name for name in TEXTS if name != "cp1252"])
def test_a_server_that_only_guesses_is_not_believed(charset: str) -> None:
    """Servers say ISO-8859-1 of any file: letters of another script stay what they are."""
    titles, told = read(feed(TEXTS[charset]).encode(charset), "text/xml; charset=iso-8859-1")
    assert list(TEXTS[charset]) == titles
    assert ["the server says iso-8859-1"] == [message[:26] for _line, message in told]


@pytest.mark.parametrize(
    "declared", ["windows-1252", "ISO-8859-1", "utf-16", "koi8-r", "shift_jis", "iso-8859-15"]
)
def test_valid_utf_8_is_utf_8(declared: str) -> None:
    """Bytes that are valid as UTF-8 are read so, and the first line that says otherwise is named."""
    expected = (
        f"the first line says {declared}, and the text is UTF-8, as which it was read: write the feed in "
        'UTF-8, and encoding="utf-8" into its first line'
    )
    assert (list(FRENCH), [(1, expected)]) == read(feed(FRENCH, declared).encode())


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["", "utf-16", "utf-8"])
def test_wide_letters_are_known_by_their_bytes(charset: str, declared: str) -> None:
    """UTF-16 and UTF-32 are read with and without their mark, in XML and in JSON."""
    titles, _told = read(feed(FRENCH, declared).encode(charset))
    json_titles, _told = read('{"items": [{"id": "1", "title": "Été à la forêt"}]}'.encode(charset))
    assert (list(FRENCH), ["Été à la forêt"]) == (titles, json_titles)


def test_letters_in_seven_bits_are_read() -> None:
    """ISO-2022-JP looks like ASCII, and is known by its escape sequences."""
    titles = TEXTS["euc_jp"]
    assert (list(titles), []) == read(feed(titles, "iso-2022-jp").encode("iso2022_jp"))
    assert list(titles) == read(feed(titles, "utf-8").encode("iso2022_jp"))[0]


@pytest.mark.parametrize(
    ("cut", "titles"),
    [
        ((b"\xc3\xaa", b"\xc3"), ["Été à la for�t", *FRENCH[1:]]),
        ((b"\xe2\x80\x99", b"\xe2\x80"), [*FRENCH[:2], "L�eau déborde"]),
        ((b"c\xc5\x93ur", b"c\xffur"), [FRENCH[0], "Le c�ur du marché", FRENCH[2]]),
    ],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1252", "gb18030"])
def test_a_bad_byte_costs_one_letter(cut: tuple[bytes, bytes], titles: list[str], declared: str) -> None:
    """Nearly valid UTF-8 is UTF-8: one letter is broken, with its line, and all others are right."""
    read_titles, told = read(feed(FRENCH, declared).encode().replace(*cut))
    line = 3 + next(number for number, title in enumerate(titles) if "�" in title)
    assert titles == read_titles
    assert [(line, "a letter is broken here, 1 in all")] == [(at, text[:33]) for at, text in told[-1:]]


def test_a_feed_of_two_encodings_keeps_both() -> None:
    """A planet joins feeds: letters in UTF-8 stay them among many in Windows-1252."""
    data = feed(FRENCH).encode("cp1252").replace("L’eau déborde".encode("cp1252"), "L’été".encode())
    assert [*FRENCH[:2], "L’été"] == read(data)[0]


def test_an_emoji_of_two_halves_is_one() -> None:
    """Java and MySQL write an emoji as two halves of three bytes each (CESU-8)."""
    halves = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    assert ["Été 😀"] == read(feed(("Été X",), "utf-8").encode().replace(b"X", halves))[0]


@pytest.mark.parametrize("declared", ["idna", "punycode", "unicode_escape", "rot13", "hex", "bogus", "../x"])
def test_what_is_no_character_set_is_none(declared: str) -> None:
    """Codecs of Python that aren't for documents are never asked: some of them are slow, or not of text."""
    assert list(FRENCH) == read(feed(FRENCH, declared).encode("cp1252"))[0]


@given(st.binary(max_size=200), st.sampled_from(["", "text/xml; charset=utf-7", "a/b; charset='utf-16'"]))
def test_any_bytes_become_utf_8(data: bytes, content_type: str) -> None:
    """Whatever bytes come, they are UTF-8 afterwards."""
    converted, _problems = to_utf8(data, content_type, URL)
    converted.decode()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared feeds aren't beside this clone")
def test_a_real_feed_with_one_bad_byte_keeps_its_accents() -> None:
    """Of a real feed, one letter is lost instead of 579."""
    data = (SHARED / "fr-grotte-du-barbu-wordpress.rss.xml").read_bytes()
    parsed = parse(data, Origin(URL, Path()))
    text = "".join(entry.title + entry.html + entry.summary_html for entry in parsed.entries)
    assert (0, 10) == (text.count("Ã"), len(parsed.entries))
    assert [(352, "a letter is broken here, 1 in all")] == [(p.line, p.message[:33]) for p in parsed.problems]
