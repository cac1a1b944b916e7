"""The questions of ``kiosque init`` about the communes of a territory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kiosque.cli.console.click_words import Number
from kiosque.cli.console.common import before_writing, prompt
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext

if TYPE_CHECKING:
    from kiosque.model import Commune
    from kiosque.setup.new_hub import Geography, PlaceMatch


def asked_communes(address: str, option: str, *, can_ask: bool) -> tuple[Commune, ...]:
    """Return the communes that the option names.

    Without the option, ask for communes until the answer is empty. ``address`` is that of the geography API,
    empty for the usual one.
    """
    from kiosque.setup.new_hub import API, Geography

    search = _Search(Geography(address or API), can_ask=can_ask)
    by_code: dict[str, Commune] = {}
    for text in filter(None, map(str.strip, option.split(","))):
        by_code |= search.communes(text)
    if option or not can_ask:
        return tuple(by_code.values())
    echo(
        _("Its communes, one after the other, by name or code; or its intercommunality. Enter ends the list.")
    )
    while text := prompt(_("Commune"), default="", show_default=False).strip():
        by_code |= search.communes(text)
    return tuple(by_code.values())


class _Search:
    """Finds communes and tells the person what was found."""

    def __init__(self, geography: Geography, *, can_ask: bool) -> None:
        self._geography, self._can_ask = geography, can_ask
        self._has_told = False

    def communes(self, text: str) -> dict[str, Commune]:
        """Return the communes that a text means, by code: a code, a name, both, or an intercommunality.

        Without any, say why; raises UsageError where nobody can be asked.
        """
        from kiosque.setup.new_hub import NotAPlaceError

        try:
            with before_writing():
                choices = self._geography.find(text)
        except NotAPlaceError as error:
            return self._not_found(str(error))
        if self._geography.is_offline and not self._has_told:
            self._has_told = True
            echo(self._offline_words(), err=True)
        if not choices:
            return self._not_found(_no_place(text, is_offline=self._geography.is_offline))
        found = choices[0].communes if _is_clear(choices) else self._choose(text, choices)
        if found:
            echo("  " + ", ".join(map(_commune_line, found)))
        return {commune.code: commune for commune in found}

    def _offline_words(self) -> str:
        message = _(
            "The geography service of the State can't be reached ({reason}): communes come from "
            "the list of Insee that Kiosque carries. Their positions are left out; later, in the hub: "
            "kiosque setup territory"
        )
        return message.format(reason=self._geography.why_offline)

    def _not_found(self, message: str) -> dict[str, Commune]:
        if not self._can_ask:
            raise click.UsageError(message)
        echo(message, err=True)
        return {}

    def _choose(self, text: str, choices: tuple[PlaceMatch, ...]) -> tuple[Commune, ...]:
        """Ask which of several places is meant; raises UsageError where nobody can be asked."""
        if not self._can_ask:
            listed = ", ".join(map(_description, choices))
            message = _("“{name}” may be {places}: write the code of the one that you mean")
            raise click.UsageError(message.format(name=text, places=listed))
        for number, choice in enumerate(choices, start=1):
            echo(f"  {number}  {_description(choice)}")
        echo("  0  " + _("none of them"))
        number = prompt(_("Its number"), type=Number(0, len(choices)), default=1)
        return choices[number - 1].communes if number else ()


def _is_clear(choices: tuple[PlaceMatch, ...]) -> bool:
    return len(choices) == 1 and choices[0].is_exact


def _no_place(text: str, *, is_offline: bool) -> str:
    if is_offline:
        message = _(
            "no commune is called “{name}”; intercommunalities can't be looked up now: name the "
            "communes one by one"
        )
    else:
        message = _("no commune and no intercommunality is called “{name}”: check the spelling")
    return message.format(name=text)


def _description(choice: PlaceMatch) -> str:
    if choice.group:
        number = len(choice.communes)
        count = ngettext("{number} commune", "{number} communes", number).format(number=number)
        return f"{choice.group} ({count})"
    return _commune_line(choice.communes[0])


def _commune_line(commune: Commune) -> str:
    from kiosque.territory.departments import department_name

    return f"{commune.name} ({commune.code}, {department_name(commune.code)})"
