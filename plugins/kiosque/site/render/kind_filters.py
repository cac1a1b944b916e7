"""The filters of templates that give the words of a kind, in the hub's language."""

from __future__ import annotations

from collections.abc import Callable
from gettext import NullTranslations

from kiosque.content.kinds import KINDS


def filters(catalogue: NullTranslations) -> dict[str, Callable[[str], str]]:
    """Return the filters, each from the name of a kind to words.

    ``kind_label`` names one of it, ``kind_mark`` is what cards say of it, ``kind_plural`` names its list.
    """

    def label(name: str) -> str:
        return catalogue.gettext(KINDS[name].label)

    def mark(name: str) -> str:
        kind = KINDS.get(name)
        return catalogue.gettext(kind.mark) if kind and kind.mark else ""

    def plural(name: str) -> str:
        return catalogue.gettext(KINDS[name].plural)

    return {"kind_label": label, "kind_mark": mark, "kind_plural": plural}
