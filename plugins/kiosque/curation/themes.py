"""Read ``content/themes.yml``: the subjects that the hub's editors chose, and the tags that map to them.

::

    themes:
      - name: Eau et rivière
        introduction: La Drôme, ses crues, ses sources, et qui en prend soin.
        tags: [eau, rivière, crue, sécheresse]
    ignore: [vidéo]
    keep: [Divers]
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

from kiosque.content import ledger
from kiosque.content.content_files import CONTENT
from kiosque.content.ledger import Item, Ledger
from kiosque.content.schema import Key
from kiosque.content.schema import values as v
from kiosque.i18n import _
from kiosque.model import Problem, Record
from kiosque.text import slug

PATH = f"{CONTENT}/themes.yml"
logger = logging.getLogger(__name__)


class ThemeItem(Record, frozen=True):
    """A theme in the file. ``tags`` map to it, as its name does; ``line`` is its line in the file."""

    name: str
    slug: str
    introduction: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    line: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """All tags that map to the theme."""
        return (self.name, *self.tags)


class Themes(Record, frozen=True):
    """The themes of a hub, in the order of the menu.

    ``ignore`` are tags that are left out everywhere, ``keep`` tags that are shown although they are junk.
    """

    items: tuple[ThemeItem, ...] = ()
    ignore: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


def load_themes(root: Path, zone: tzinfo) -> tuple[Themes, tuple[Problem, ...]]:
    """Return the themes of the hub in ``root``, and the problems of their file.

    Without a file there are none.
    """
    loaded = ledger.load(root, PATH)
    if loaded.located is None:
        return Themes(), loaded.problems
    # A file with themes alone may be a list. A mapping can have the lists “ignore” and “keep” too.
    is_list = isinstance(loaded.located.value, list)
    mapping = None if is_list else Item(loaded.located, _FILE, zone)
    list_of_themes = loaded.located if mapping is None else mapping.located.get("themes")
    items, list_problems = ledger.read_items(list_of_themes, _LEDGER, zone) if list_of_themes else ([], [])
    themes = tuple(_distinct(_themes(items)))
    problems = [
        *loaded.problems,
        *(mapping.problems if mapping else ()),
        *list_problems,
        *(problem for item in items for problem in item.problems),
    ]
    values = mapping.values if mapping else {}
    logger.debug("%s: %d themes, %d problems", PATH, len(themes), len(problems))
    return Themes(items=themes, ignore=values.get("ignore", ()), keep=values.get("keep", ())), tuple(problems)


def _themes(items: Iterable[Item]) -> Iterator[tuple[Item, ThemeItem]]:
    """Yield the items that have a name and a slug, each with its theme."""
    for item in items:
        if not item.values.get("name"):
            continue
        values = {"slug": slug(item.values["name"])} | item.values
        if values["slug"]:
            yield item, ThemeItem(**values, line=item.line)
        else:
            item.reject(
                item.line,
                _(
                    "nothing of “{name}” can stand in an address: add a line “{key}: …”, in small letters"
                ).format(name=values["name"], key=item.keys.key("slug")),
            )


def _distinct(themes: Iterable[tuple[Item, ThemeItem]]) -> Iterator[ThemeItem]:
    """Yield themes; of several with the same address only the first."""
    taken: dict[str, ThemeItem] = {}
    for item, theme in themes:
        if other := taken.get(theme.slug):
            message = _(
                "the theme “{name}” has the address of “{other}”: "
                "give one of them another name, or a “{key}:”"
            )
            item.reject(
                item.line, message.format(name=theme.name, other=other.name, key=item.keys.key("slug"))
            )
        else:
            taken[theme.slug] = theme
            yield theme


def _as_it_is(value: v.Value, _zone: tzinfo) -> v.Value:
    """Return the list of themes unchanged: ``read_items`` reads its items."""
    return value


_FIELDS = (
    Key("name", v.text, ("nom",), required=True, example="Eau et rivière"),
    Key("slug", v.slug, ("adresse",)),
    Key("introduction", v.text, ("présentation", "intro")),
    Key("tags", v.texts, ("mots-clés",)),
    Key("aliases", v.aliases, ("anciennes adresses", "alias")),
)
_EXAMPLE = "- {name: Eau et rivière, tags: [eau, rivière, crue]}"
_LEDGER = Ledger(PATH, _FIELDS, _EXAMPLE)
_FILE = Ledger(
    PATH,
    (
        Key("themes", _as_it_is, ("thèmes",)),
        Key("ignore", v.texts, ("ignorer",)),
        Key("keep", v.texts, ("garder",)),
    ),
    f"themes: [{_EXAMPLE.removeprefix('- ')}]",
)
