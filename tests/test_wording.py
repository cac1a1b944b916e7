"""Days, hours, sizes and reasons in the words of a language."""

from __future__ import annotations

import errno
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import msgspec
import pytest

from kiosque import i18n
from kiosque.health.words import Words, age, span
from kiosque.wording.localized import (
    format_day,
    format_decimal,
    format_moment,
    format_percent,
    format_size,
)
from kiosque.wording.reasons import in_own_words, meaning_of, reason_of

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """Speak French, and leave the language as it was."""
    before = i18n.current_language()
    i18n.use("fr")
    yield
    i18n.use(before)


def words(language: str) -> Words:
    catalogue: NullTranslations = i18n.translations(language)
    return Words(catalogue.gettext, catalogue.ngettext, lambda day: format_day(day, language))


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 12, 1), "1er décembre 2026", "1 December 2026"),
        (date(2026, 12, 11), "11 décembre 2026", "11 December 2026"),
        (date(2026, 8, 21), "21 août 2026", "21 August 2026"),
    ],
)
def test_the_first_of_a_month_has_an_ordinal_number_in_french(day: date, french: str, english: str) -> None:
    """The first day is “1er”, all others are cardinal numbers."""
    assert (french, english) == (format_day(day, "fr"), format_day(day, "en"))


def test_a_moment_is_in_the_time_of_the_hub() -> None:
    """An instant in UTC is told by the clock of the hub's zone, in the form of the language."""
    moment = datetime(2026, 11, 30, 23, 5, tzinfo=UTC)
    assert ("1er décembre 2026, 0\u202fh\u202f05", "1 December 2026, 00:05") == (
        format_moment(moment, PARIS, "fr"),
        format_moment(moment, PARIS, "en"),
    )


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [
        (0, "0\u00a0octet", "0 bytes"),
        (1, "1\u00a0octet", "1 byte"),
        (999, "999\u00a0octets", "999 bytes"),
        (640_000, "640\u202fko", "640 kB"),
        (6_290_000, "6,3\u202fMo", "6.3 MB"),
        (63_000_000, "63\u202fMo", "63 MB"),
        (1_240_000_000, "1,2\u202fGo", "1.2 GB"),
        (78_000_000_000, "78\u202fGo", "78 GB"),
    ],
)
def test_sizes_have_the_units_and_marks_of_the_language(size: int, french: str, english: str) -> None:
    """Small sizes are in bytes, larger ones in the unit that leaves few digits; French has a comma."""
    assert (french, english) == (
        format_size(size, "fr"),
        format_size(size, "en").replace("\u00a0", " ").replace("\u202f", " "),
    )


def test_numbers_have_the_marks_of_the_language() -> None:
    """Thousands are set apart by a space that doesn't break, decimals by a comma; a share is a percentage."""
    assert ("1\u202f234,5", "94\u00a0%") == (format_decimal(1234.5, "fr"), format_percent(0.94, "fr"))


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        (0, "aujourd’hui", "today"),
        (1, "hier", "yesterday"),
        (2, "il y a deux jours", "two days ago"),
        (13, "il y a treize jours", "thirteen days ago"),
        (14, "il y a deux semaines", "two weeks ago"),
        (31, "il y a quatre semaines", "four weeks ago"),
        (90, "il y a trois mois", "three months ago"),
        (365, "il y a un an", "a year ago"),
        (550, "il y a dix-huit mois", "eighteen months ago"),
        (7294, "il y a vingt ans", "twenty years ago"),
        (9131, "il y a 25 ans", "25 years ago"),
    ],
)
def test_an_age_is_in_the_unit_that_people_count_in(days: int, french: str, english: str) -> None:
    """Days become weeks, months and years; numbers up to twenty are in letters."""
    assert (french, english) == (age(days, words("fr")), age(days, words("en")))


def test_a_single_day_or_year_has_no_number() -> None:
    """One is said with an article."""
    assert ["un jour", "un an"] == [span(1, words("fr")), span(366, words("fr"))]


def caused_by_system() -> Exception:
    """Return an error of a library that an error of the system led to."""
    error = Exception("Cannot connect to host x:443 ssl:default")
    error.__cause__ = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed")
    return error


def of_msgspec(data: bytes, type_: type[object]) -> Exception:
    with pytest.raises(msgspec.MsgspecError) as caught:
        msgspec.json.decode(data, type=type_)
    return caught.value


class Place(msgspec.Struct):
    """A record with a required field."""

    code: str


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "introuvable"),
        (PermissionError(errno.EACCES, "Permission denied"), "accès refusé"),
        (OSError(errno.ENOSPC, "No space left on device"), "il n’y a plus de place"),
        (OSError(errno.EADDRINUSE, "Address already in use"), "un autre programme l’utilise déjà"),
        (TimeoutError(), "pas de réponse à temps"),
        (socket.gaierror(-2, "Name or service not known"), "aucun serveur ne porte ce nom"),
        (ssl.SSLError(1, "wrong version number"), "la connexion ne peut pas être chiffrée"),
        (ssl.SSLCertVerificationError(1, "certificate has expired"), "son certificat a expiré"),
        (caused_by_system(), "connexion refusée"),
        (json.JSONDecodeError("Expecting value", "{x", 1), "à partir du signe 2, ce n’est plus du JSON"),
        (of_msgspec(b"{x", dict), "à partir du signe 2, ce n’est plus du JSON"),
        (of_msgspec(b"{", dict), "le texte s’arrête avant sa fin"),
        (of_msgspec(b"{}", Place), "«\u202fcode\u202f» manque"),
        (of_msgspec(b'{"code": 1}', Place), "«\u202fcode\u202f» a une valeur d’une autre sorte"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "ce n’est pas du texte en UTF-8"),
        (SyntaxError("'(' was never closed"), "une parenthèse, un crochet ou un guillemet n’est pas fermé"),
        (SyntaxError("invalid syntax"), "ce n’est pas du Python correct"),
        (RuntimeError("what\na library\tsays"), "message d’origine\u00a0: «\u202fwhat a library says\u202f»"),
        (RuntimeError(), "message d’origine\u00a0: «\u202fRuntimeError\u202f»"),
    ],
)
def test_reasons_are_in_words_of_the_reader(error: Exception, expected: str) -> None:
    """Errors of the system and of libraries have plain words; others are quoted, and marked as foreign."""
    assert expected == reason_of(error)


def test_the_words_of_programs_are_understood_or_quoted() -> None:
    """What a program prints is told by its meaning where that is known, on one line of bounded length."""
    long = "x" * 500
    assert ("accès refusé", f"message d’origine\u00a0: «\u202f{'x' * 200}\u202f»") == (
        meaning_of("nom@serveur: Permission denied (publickey)."),
        in_own_words(long),
    )
