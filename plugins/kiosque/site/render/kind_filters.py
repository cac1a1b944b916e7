"""The filters of templates that give the words of a kind, in the hub's language."""

from __future__ import annotations

from collections.abc import Callable
from gettext import NullTranslations

from kiosque.content.kinds import KINDS


def filters(catalogue: NullTranslations) -> dict[str, Callable[[str], str]]:
    """Return the filters of a kind's name: ``kind_mark`` for cards, ``kind_plural`` for lists."""

    def mark(name: str) -> str:
        kind = KINDS.get(name)
        return catalogue.gettext(kind.mark) if kind and kind.mark else ""

    def plural(name: str) -> str:
        return catalogue.gettext(KINDS[name].plural)

    return {"kind_mark": mark, "kind_plural": plural}
