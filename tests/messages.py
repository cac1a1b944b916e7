"""Bring the catalogues up to date: add what code and theme say now, remove what they no longer say."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from tests.test_messages import ROOT, catalogue, forms, key


def main() -> None:
    for language in ("fr", "en"):
        known: Catalog = catalogue(language)
        wanted = forms()
        for message in list(known):
            if message.id and wanted.get(key(message.id)) != message.id:
                known.delete(message.id)
        for message_id in wanted.values():
            if message_id not in known:
                blank = ("", "") if isinstance(message_id, tuple) else ""
                known.add(message_id, message_id if language == "en" else blank)
        path: Path = ROOT / "theme" / "translations" / language / "LC_MESSAGES" / "kiosque.po"
        with path.open("wb") as file:
            write_po(file, known, width=0, sort_output=True, ignore_obsolete=True)


main()
