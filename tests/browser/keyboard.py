"""Someone who walks through the site by keyboard alone, and must always see where they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST_STEPS = 400
# What is wrong with the place of the focus, in words; empty where all is well. A frame of 3:1 to what lies
# around it is what WCAG 2.2 asks of a mark of focus (1.4.11, 2.4.13); nothing may lie over what has it
# (2.4.11).
_LOOK = """
() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  const paint = canvas.getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = ([red, green, blue]) => [red, green, blue]
    .map(one => one / 255).map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return "focus is lost";
  const words = one.getAttribute("aria-label") || one.innerText || one.value || "";
  const name = `${one.localName}.${one.className} “${words.trim().slice(0, 40)}”`;
  // Content that was skipped to needs no frame; a browser's own player frames its buttons itself.
  if (["main", "h1"].includes(one.localName) || one.controls) return "";
  const style = ["", "::after", "::before"].map(part => getComputedStyle(one, part || null))
    .find(({outlineStyle, outlineWidth}) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2);
  if (!style) return `no frame: ${name}`;
  const around = ground(parseFloat(style.outlineOffset) < 0 ? one : one.parentElement);
  const [low, high] = [rgba(style.outlineColor), around].map(light).sort((a, b) => a - b);
  if ((high + 0.05) / (low + 0.05) < 3) return `faint frame: ${name}`;
  const seen = [...one.getClientRects()].some(({left, right, top, bottom}) => {
    const found = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return found && (one.contains(found) || found.contains(one) && !["BODY", "HTML"].includes(found.tagName));
  });
  return seen ? "" : `hidden: ${name}`;
}
"""
_NAME = """
() => {
  const one = document.activeElement;
  const labels = (one.getAttribute("aria-labelledby") || "").split(" ")
    .map(id => document.getElementById(id)?.innerText);
  const label = one.labels?.length ? one.labels[0].innerText : "";
  return [one.getAttribute("aria-label"), ...labels, label, one.textContent, one.title]
    .filter(Boolean).join(" ").replace(/\\s+/g, " ").trim();
}
"""


class Walker:
    """Goes through a page by keyboard; ``wrong`` is what they could not see on the way."""

    def __init__(self, page: Any) -> None:
        # Where pages scroll smoothly, what gets the focus comes into view a moment later.
        page.emulate_media(reduced_motion="reduce")
        self.page = page
        self.wrong: list[str] = []

    def look(self) -> None:
        """Take note of what is wrong with the place of the focus."""
        if found := self.page.evaluate(_LOOK):
            self.wrong.append(f"{self.page.url}: {found}")

    @property
    def name(self) -> str:
        """What a screen reader says of the element with the focus."""
        name: str = self.page.evaluate(_NAME)
        return name

    @property
    def is_inside(self) -> bool:
        """Whether something in the page has the focus."""
        inside: bool = self.page.evaluate("() => document.activeElement !== document.body")
        return inside

    def press(self, *keys: str) -> None:
        """Press keys; the focus must be somewhere afterwards."""
        for key in keys:
            self.page.keyboard.press(key)
            self.look()

    def steps(self) -> Iterator[str]:
        """Press Tab through the rest of the page; yields the name of each place."""
        for _step in range(_MOST_STEPS):
            self.page.keyboard.press("Tab")
            if not self.is_inside:
                return
            self.look()
            yield self.name

    def reach(self, name: str) -> None:
        """Press Tab until something with this name has the focus."""
        passed = []
        for found in self.steps():
            if " ".join(name.split()) in found:
                return
            passed.append(found)
        raise AssertionError(f"“{name}” can't be reached on {self.page.url} among {passed}")

    def follow(self, name: str) -> None:
        """Go to a link by Tab and press Enter; waits for the page that it leads to."""
        self.reach(name)
        before = self.page.url
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(
            "before => location.href !== before && document.readyState === 'complete'", arg=before
        )
