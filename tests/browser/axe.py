"""The accessibility engine axe, run in a page of a browser."""

from __future__ import annotations

from typing import Any

from browser.tools import file

# What the law asks for (RGAA 4, WCAG 2.2 AA), and what axe holds to be good practice.
TAGS = ["RGAAv4", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """
async tags => {
  const {violations} = await axe.run({runOnly: tags, resultTypes: ["violations"]});
  return violations.flatMap(({id, nodes}) => nodes.map(node => `${id}: ${node.target.flat().join(" ")}`));
}
"""


def loaded(page: Any, address: str) -> None:
    """Open an address and load axe into it; a search has found what it looks for."""
    page.goto(address, wait_until="load")
    if "?q=" in address:
        page.wait_for_selector("[data-part=results] li")
    page.evaluate(file("axe-core/axe.min.js").read_text(encoding="utf-8"))


def findings(page: Any) -> list[str]:
    """Return what axe finds in the page as it is now, ``rule: element``."""
    found: list[str] = page.evaluate(_RUN, TAGS)
    return found
