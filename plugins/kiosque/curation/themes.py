"""Reading ``content/themes.yml``: the subjects that the hub's editors chose, and the tags that map to them.

::

    themes:
      - name: Eau et rivière
        introduction: La Drôme, ses crues, ses sources, et qui en prend soin.
        tags: [eau, rivière, crue, sécheresse]
    ignore: [vidéo]
    keep: [Divers]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from pathlib import Path

from kiosque.content import ledger
from kiosque.content.ledger import Item, Ledger
from kiosque.content.records import CONTENT
from kiosque.content.schema import Key
from kiosque.content.schema import values as v
from kiosque.i18n import _
from kiosque.model import Problem, Record
from kiosque.text import slug

PATH = f"{CONTENT}/themes.yml"


class ThemeItem(Record, frozen=True):
    """One theme as it is written: ``tags`` are the names that map to it beside its own, ``line`` where it stands."""

    name: str
    slug: str
    introduction: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    line: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """All the tags that map to it."""
        return (self.name, *self.tags)


class Themes(Record, frozen=True):
    """The themes in the order in which the menu shows them; tags to ``ignore`` everywhere, and junk to ``keep``."""

    items: tuple[ThemeItem, ...] = ()
    ignore: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


def load_themes(root: Path, zone: tzinfo) -> tuple[Themes, tuple[Problem, ...]]:
    """Read the themes of the hub in ``root``; without a file there are none."""
    loaded = ledger.load(root, PATH)
    if loaded.located is None:
        return Themes(), loaded.problems
    # A hub that needs neither of the other two lists may write its themes alone.
    is_list = isinstance(loaded.located.value, list)
    whole = None if is_list else Item(loaded.located, _FILE, zone)
    given = loaded.located if whole is None else whole.located.get("themes")
    items, wrong = ledger.read_items(given, _LEDGER, zone) if given else ([], [])
    themes = tuple(_distinct(_themes(items)))
    problems = [
        *loaded.problems,
        *(whole.problems if whole else ()),
        *wrong,
        *(p for i in items for p in i.problems),
    ]
    values = whole.values if whole else {}
    return Themes(items=themes, ignore=values.get("ignore", ()), keep=values.get("keep", ())), tuple(problems)


def _themes(items: Iterable[Item]) -> Iterator[tuple[Item, ThemeItem]]:
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


def _distinct(found: Iterable[tuple[Item, ThemeItem]]) -> Iterator[ThemeItem]:
    """Yield themes, of two that share an address the first."""
    taken: dict[str, ThemeItem] = {}
    for item, theme in found:
        if other := taken.get(theme.slug):
            message = _(
                "the theme “{name}” has the address of “{other}”: give one of them another name, or a “{key}:”"
            )
            item.reject(
                item.line, message.format(name=theme.name, other=other.name, key=item.keys.key("slug"))
            )
        else:
            taken[theme.slug] = theme
            yield theme


def _as_it_is(value: v.Value, _zone: tzinfo) -> v.Value:
    """The list of themes, whose items are read by themselves."""
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
