"""Applies the choices of the hub's editors in ``content/curation.yml``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from kiosque import curation
from kiosque.curation import Choice, Chosen, Files, Key, key_of
from kiosque.i18n import _
from kiosque.model import Problem, StoredEntry
from kiosque.settings.pelicanconf import HubSettings
from kiosque.takedowns import Takedowns
from kiosque.works import Work

Archive = Mapping[str, Sequence[StoredEntry]]
UNCHOSEN = Chosen()


def choices_by_publication(
    choices: Sequence[Choice],
    archive: Archive,
    files: Files,
    communes: Collection[str],
    settings: HubSettings,
    takedowns: Takedowns,
) -> tuple[Mapping[Key, Chosen], list[Problem]]:
    """Return the choices of today for each publication, and the problems of choices.

    A choice has a problem if no publication has its address and no takedown has settled it, or if its
    commune isn't in ``communes``, the codes of the territory.
    """
    today = settings.now.astimezone(settings.zone).date()
    valid = [choice for choice in choices if choice.holds_on(today)]
    matches = curation.match_addresses(
        {choice.publication for choice in valid}, archive, files, settings.site.url
    )
    by_key: defaultdict[Key, list[Choice]] = defaultdict(list)
    problems = []
    for choice in valid:
        trouble = matches[choice.publication].trouble
        if trouble and not takedowns.settles(choice.publication):
            problems.append(_problem(choice, trouble, "ledger-unmatched"))
        if choice.commune and communes and choice.commune not in communes:
            message = _(
                "the commune {code} is not in content/territory.yml: mend the code, or add the commune there"
            )
            problems.append(_problem(choice, message.format(code=choice.commune), "commune-unknown"))
        for key in matches[choice.publication].keys:
            by_key[key].append(choice)
    return {key: curation.merged(choices) for key, choices in by_key.items()}, problems


def _problem(choice: Choice, message: str, rule: str) -> Problem:
    return Problem(path=curation.PATH, line=choice.line, message=message, rule=rule)


def visible(archive: Archive, chosen: Mapping[Key, Chosen]) -> Archive:
    """Return the archive without hidden entries."""
    hidden = _hidden(chosen)
    sources = {source for source, _id in hidden}
    return {
        source: [stored for stored in entries if key_of(stored) not in hidden]
        if source in sources
        else entries
        for source, entries in archive.items()
    }


def visible_works(works: Sequence[Work], chosen: Mapping[Key, Chosen]) -> Sequence[Work]:
    """Return works without their hidden entries: lists then show the entry of another publisher."""
    hidden = _hidden(chosen)
    if not hidden:
        return works
    return [tuple(stored for stored in work if key_of(stored) not in hidden) for work in works]


def _hidden(chosen: Mapping[Key, Chosen]) -> set[Key]:
    return {key for key, choice in chosen.items() if choice.hidden}
