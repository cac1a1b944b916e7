"""Changes lines of a hub's settings file. Comments and all other lines stay as people wrote them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kiosque.files import replace_file
from kiosque.i18n import _
from kiosque.model import SettingsError


def set_texts(file: Path, values: dict[str, str]) -> bool:
    """Write settings that are texts into a settings file; return whether the file changed.

    A setting that the file lacks is added at its end. Raises SettingsError where the file gives one in
    another way than as a text on one line.
    """
    before = file.read_text(encoding="utf-8")
    text = before
    for name, value in values.items():
        text = _with_setting(text, name, json.dumps(value, ensure_ascii=False), file.name)
    if text != before:
        replace_file(file, text.encode())
    return text != before


def _with_setting(text: str, name: str, literal: str, file: str) -> str:
    line = re.compile(
        rf"^{name}\s*=\s*(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')(?=\s*(?:#.*)?$)", re.MULTILINE
    )
    if line.search(text):
        return line.sub(lambda _match: f"{name} = {literal}", text, count=1)
    if re.search(rf"^{name}\s*=", text, re.MULTILINE):
        message = _("{file}: {name} isn't a text on one line: write yourself {name} = {value}")
        raise SettingsError(message.format(file=file, name=name, value=literal))
    return f"{text.rstrip()}\n\n{name} = {literal}\n"
