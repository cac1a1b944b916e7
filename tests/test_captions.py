"""Transcripts and chapters as they come: each kind is read into one form, whatever is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.html.captions import MOST_CUES, Cue, paragraphs, read_chapters, read_transcript
from kiosque.model import Chapter

VTT = """WEBVTT - Une émission
Kind: captions

STYLE
::cue { color: red }

NOTE
Written by volunteers.

intro
00:01.500 --> 00:00:04.000 position:10% line:0
<v.loud Élise>Bonsoir &amp; <i>bienvenue</i>,
<00:00:02.000><c.yellow>chers auditeurs</c>.</v>

01:00:04,000 --> 01:00:06.000
<v Karim>Bonsoir.</v> <v Élise:>On commence ?
"""
SRT = """1
00:00:00,000 --> 00:00:02,760
Sarah: In today's episode,
you'll learn {\\an8}<font color="#fff">whether</font>

2
00:00:02,760 --> 00:00:06,090
À retenir : 3 < 4, dit-on.

3
00:00:06,090 --> 00:00:07,000
Jean de La Tour: Oui.
"""
HTML = """<!doctype html><title>Gone?</title><script>alert(1)</script>
<cite>Kevin :</cite>
<time>0:09</time>
<p>We have an&nbsp;update<br>planned</p>
<p>And more.
<cite>Alban:</cite><time>1:02:03</time><p>You&#39;re right.</p>"""
JSON = json.dumps({
    "version": "1.0.0",
    "segments": [
        {"speaker": "Darth Vader", "startTime": 0.5, "endTime": 0.75, "body": "I"},
        {"startTime": "1", "body": "am\n"},
        {"startTime": -3, "endTime": True, "body": "your", "speaker": 7},
        {"body": 12},
        "father",
    ],
})  # fmt: skip
READ = {
    "vtt": (
        VTT,
        "text/vtt",
        [
            Cue("Bonsoir & bienvenue, chers auditeurs.", 1.5, 4.0, "Élise"),
            Cue("Bonsoir.", 3604.0, 3606.0, "Karim"),
            Cue("On commence ?", 3604.0, 3606.0, "Élise"),
        ],
    ),
    "srt": (
        SRT,
        "application/srt",
        [
            Cue("In today's episode, you'll learn whether", 0.0, 2.76, "Sarah"),
            Cue("À retenir : 3 < 4, dit-on.", 2.76, 6.09),
            Cue("Oui.", 6.09, 7.0, "Jean de La Tour"),
        ],
    ),
    "html": (
        HTML,
        "text/html; charset=utf-8",
        [Cue("We have an\xa0update", 9.0, None, "Kevin"), Cue("planned"), Cue("And more."),
         Cue("You're right.", 3723.0, None, "Alban")],
    ),
    "json": (JSON, "application/json",
             [Cue("I", 0.5, 0.75, "Darth Vader"), Cue("am", 1.0), Cue("your", None, 1.0)]),
    "plain": ("Un.\nDeux.\n\n\nTrois.\n", "text/plain", [Cue("Un. Deux."), Cue("Trois.")]),
    "plain without empty lines": ("Un.\nDeux.\n", "text/plain", [Cue("Un."), Cue("Deux.")]),
    "a type that is wrong": (SRT, "text/plain", 3),
    "old Windows": ("1\n00:01,0 --> 00:02,0\nÉté\n".encode("cp1252"), "", [Cue("Été", 1.0, 2.0)]),
    "UTF-16": (VTT.encode("utf-16"), "", 3),
    "a mark of UTF-8, and Windows lines": (("\ufeff" + VTT.replace("\n", "\r\n")).encode(), "", 3),
    "a page for a lost file": ("<p>Not found", "text/vtt", []),
    "words for a lost file": ("Not found", "application/json", []),
    "chapters": ('{"chapters": [{"startTime": 1, "title": "A"}]}', "application/json", []),
    "broken JSON": ('{"segments": [', "application/json", []),
    "deep JSON": ('{"segments":' + "[" * 100_000, "", []),
    "an empty file": ("", "text/plain", []),
    "only a head": ("WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "", []),
    "what turns the direction": ("WEBVTT\n\n00:01.000 --> 00:02.000\na\u202eb\x00c", "",
                                 [Cue("abc", 1.0, 2.0)]),
    "too many cues": ("WEBVTT\n\n" + "00:01.000 --> 00:02.000\na\n\n" * (MOST_CUES + 1), "", MOST_CUES),
    "too many words": ("WEBVTT\n\n" + f"00:01.000 --> 00:02.000\n{'a' * 100_000}\n\n" * 9, "", 4),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_each_kind_is_read(name: str) -> None:
    """Speakers, times and words are kept; tags, styles and what else is there go."""
    written, stated_type, expected = READ[name]
    data = written if isinstance(written, bytes) else written.encode()
    cues = read_transcript(data, stated_type)
    assert expected == (list(cues) if isinstance(expected, list) else len(cues))


CHAPTERS = {
    "the standard's": (
        (
            '{"version": "1.2.0", "chapters": [{"startTime": 168, "title": "Météo", "img": '
            '"https://a.example/a.png"},'
            '{"startTime": 0.5, "title": "Générique", "url": "https://a.example/g"},'
            '{"startTime": 170, "title": "Muet", "toc": false}, {"startTime": 9, "img": "x"}]}'
        ),
        [Chapter(start=0.5, title="Générique", url="https://a.example/g"),
         Chapter(start=168.0, title="Météo")],
    ),
    "a bare list": ('[{"startTime": "7", "title": "A", "toc": true}]', [Chapter(start=7.0, title="A")]),
    "a program for an address": (
        '[{"startTime": 1, "title": "A\\u202e", "url": "javascript:alert(1)"}]',
        [Chapter(start=1.0, title="A")],
    ),
    "what is no time": (('[{"startTime": [], "title": "A"}, {"startTime": 1e300, "title": "B"}, '
                         '{"startTime": '
                         '"NaN", "title": "C"}, 1, null]'), []),
    "something else": ('{"chapters": {"a": 1}}', []),
    "no JSON": ("<p>", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_are_read(name: str) -> None:
    """Chapters that are meant to be seen come in order of their start, with clean titles and addresses."""
    written, expected = CHAPTERS[name]
    assert expected == list(read_chapters(written.encode()))


def spoken(*cues: tuple[float | None, str, str]) -> list[Cue]:
    return [Cue(text, start, None if start is None else start + 5, speaker) for start, text, speaker in cues]


PARAGRAPHS = {
    "cues of one voice are joined": (
        spoken((0, "Bonsoir", "A"), (5, "à tous.", ""), (10, "Ça va ?", "A")),
        [Cue("Bonsoir à tous. Ça va ?", 0, 15, "A")],
    ),
    "another voice begins anew": (
        spoken((0, "Bonsoir.", "A"), (5, "Bonsoir.", "B")),
        [Cue("Bonsoir.", 0, 5, "A"), Cue("Bonsoir.", 5, 10, "B")],
    ),
    "who goes on is named once": (
        spoken((0, "Bonsoir.", "A"), (50, "Enfin.", "A"), (55, "Bonsoir.", "B"), (60, "Ah.", "A")),
        [Cue("Bonsoir.", 0, 5, "A"), Cue("Enfin.", 50, 55), Cue("Bonsoir.", 55, 60, "B"),
         Cue("Ah.", 60, 65, "A")],
    ),
    "so does a silence": (
        spoken((0, "Un,", ""), (30, "deux.", "")),
        [Cue("Un,", 0, 5), Cue("deux.", 30, 35)],
    ),
    "a sentence ends what is long": (
        spoken(*((5 * place, f"{place}.", "") for place in range(9))),
        [Cue("0. 1. 2. 3. 4. 5. 6.", 0, 35), Cue("7. 8.", 35, 45)],
    ),
    "what has no sentences is cut too": (
        spoken(*((5 * place, f"{place}", "") for place in range(15))),
        [Cue("0 1 2 3 4 5 6 7 8 9 10 11 12", 0, 65), Cue("13 14", 65, 75)],
    ),
    "without times each stands alone": (spoken((None, "Un.", ""), (None, "Deux.", "")),
                                        [Cue("Un."), Cue("Deux.")]),
    "nothing is nothing": ([], []),
}  # fmt: skip


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_cues_are_joined_for_reading(name: str) -> None:
    """Captions of two lines become paragraphs that begin where they are heard."""
    cues, expected = PARAGRAPHS[name]
    assert expected == paragraphs(cues)


def test_the_demonstrations_transcripts_are_read() -> None:
    """What the demonstration hub shows is what its radio says."""
    folder = Path(__file__).parents[1] / "demo/feeds/radio-des-trois-becs"
    for file in (folder / "transcriptions").iterdir():
        cues = read_transcript(file.read_bytes(), "text/vtt")
        assert {"Voix"} == {cue.speaker for cue in cues}
    for file in (folder / "chapitres").iterdir():
        assert read_chapters(file.read_bytes())


PIECES = st.lists(
    st.sampled_from([
        "WEBVTT", "\n", "\n\n", "00:01.000 --> 00:02.000", "99:99:99,9 --> 0:0", "-->", "<v A>", "<v ",
        "</v>", "<", ">", "&amp;", "&#x110000;", "{", "}", "[", '"segments"', ":", '"body"', "<cite>",
        "</cite>", "<time>", "0:0", "</time>", "<p>", "A: b", "\x00", "\ud800", "é", " ", "1e999",
    ]) | st.text(max_size=5),
    max_size=40,
).map("".join)  # fmt: skip


@given(
    st.binary() | PIECES.map(lambda written: written.encode(errors="surrogatepass")),
    st.sampled_from(["", "text/html", "text/plain"]),
)
def test_reading_never_raises(data: bytes, stated_type: str) -> None:
    """Whatever a host answers, there are cues with clean words and sound times, or nothing."""
    for cue in paragraphs(read_transcript(data, stated_type)):
        assert cue.text.strip() == cue.text != ""
        assert cue.start is None or cue.start >= 0
    for chapter in read_chapters(data):
        assert chapter.title
        assert chapter.start >= 0
