"""Messages in English."""

import gettext

import pytest

from kiosque import i18n


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read messages as they stand in the code, whatever other tests have chosen."""
    monkeypatch.setattr(i18n, "_current", gettext.NullTranslations())
