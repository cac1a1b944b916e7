"""The forms in another browser: Firefox makes the same file, and its pictures say nothing either."""

from __future__ import annotations

import base64
import json
import zipfile
from io import BytesIO
from pathlib import Path

from follow.firefox import answers
from PIL import Image
from tests.contribute.test_form_pictures import PERSON, photograph

from contribute.forms import PICTURE_LIMIT, hub_with_forms

_FILL = """
(async picture => {
  const find = selector => document.querySelector(selector);
  // The policy lets no page fetch what it made itself; a reader's press on the link may.
  const made = new Map(), address = URL.createObjectURL;
  URL.createObjectURL = blob => (found => (made.set(found, blob), found))(address(blob));
  const until = async (wanted) => {
    for (let found; ; await new Promise(requestAnimationFrame)) if ((found = wanted())) return found;
  };
  await until(() => find("[data-contribute][data-ready]"));
  const tell = (field, name) => field.dispatchEvent(new Event(name, {bubbles: true}));
  const fill = (name, value) => {
    const field = find(`form [name="${name}"]`);
    field.value = value;
    tell(field, "input");
    tell(field, "change");
  };
  const give = (field, name) => {
    const bytes = Uint8Array.from(atob(picture), one => one.charCodeAt(0));
    const given = new DataTransfer();
    given.items.add(new File([bytes], name, {type: "image/jpeg"}));
    field.files = given.files;
    tell(field, "change");
  };
  fill("title", "La crue : « hier » # 2");
  fill("date", "2026-03-10");
  fill("commune", "molieres glandaz");
  fill("text", "Avant.");
  give(find("#f-pictures"), "IMG.jpg");
  const item = await until(() => find(".form-picture"));
  item.querySelector("input").value = "Un pont";
  item.querySelector("[data-do=insert]").click();
  find("form.contribute__form").requestSubmit();
  await until(() => !find("[data-part=made]").hidden || !find("[data-part=wrong]").hidden);
  const bytes = new Uint8Array(await made.get(find("[data-part=zip]").href).arrayBuffer());
  return {
    file: find("[data-part=file]").textContent,
    zip: btoa(Array.from(bytes, one => String.fromCharCode(one)).join("")),
    focus: document.activeElement.id,
  };
})(PICTURE)
"""
_MADE = """---
title: "La crue : « hier » # 2"
date: 2026-03-10
commune: "26001"
---
Avant.

![Un pont]({attach}la-crue-hier-2-1.jpg)
"""


def test_firefox_makes_the_same_file(firefox: str, tmp_path: Path) -> None:
    """Text and zip are what Chromium makes of the same answers; the picture is small, upright and silent."""
    (tmp_path / "profile").mkdir()
    asked = _FILL.replace("PICTURE", json.dumps(base64.b64encode(photograph()).decode()))
    with hub_with_forms(tmp_path / "hub") as url:
        (made,) = answers(firefox, [f"{url}/contribuer/article/"], asked, tmp_path / "profile")
    with zipfile.ZipFile(BytesIO(base64.b64decode(made["zip"]))) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    picture = files["la-crue-hier-2-1.jpg"]
    assert (_MADE, _MADE, "made") == (made["file"], files["la-crue-hier-2.md"].decode(), made["focus"])
    assert (1200, PICTURE_LIMIT) == Image.open(BytesIO(picture)).size
    assert (False, False) == (PERSON.encode() in picture, b"GPS" in picture)
