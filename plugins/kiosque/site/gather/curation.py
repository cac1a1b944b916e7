"""What the hub's editors chose, held to by every build."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from kiosque import curation
from kiosque.curation import Choice, Chosen, Files, Key, key_of
from kiosque.i18n import _
from kiosque.model import Problem, StoredEntry
from kiosque.settings.pelicanconf import HubSettings
from kiosque.works import Work

Archive = Mapping[str, Sequence[StoredEntry]]
UNCHOSEN = Chosen()


def chosen_of(
    choices: Sequence[Choice],
    archive: Archive,
    files: Files,
    communes: Collection[str],
    settings: HubSettings,
) -> tuple[Mapping[Key, Chosen], list[Problem]]:
    """Return what holds today of each publication that someone chose something for, and the choices that name none.

    ``communes`` are the codes of the territory.
    """
    today = settings.now.astimezone(settings.zone).date()
    standing = [choice for choice in choices if choice.holds_on(today)]
    matches = curation.match_addresses(
        {choice.publication for choice in standing}, archive, files, settings.site.url
    )
    found: defaultdict[Key, list[Choice]] = defaultdict(list)
    problems = []
    for choice in standing:
        if trouble := matches[choice.publication].trouble:
            problems.append(_problem(choice, trouble))
        if choice.commune and communes and choice.commune not in communes:
            message = _(
                "the commune {code} is not in content/territory.yml: mend the code, or add the commune there"
            )
            problems.append(_problem(choice, message.format(code=choice.commune)))
        for key in matches[choice.publication].keys:
            found[key].append(choice)
    return {key: curation.merged(some) for key, some in found.items()}, problems


def _problem(choice: Choice, message: str) -> Problem:
    return Problem(path=curation.PATH, line=choice.line, message=message)


def visible(archive: Archive, chosen: Mapping[Key, Chosen]) -> Archive:
    """Return the archive without what is hidden."""
    hidden = _hidden(chosen)
    sources = {source for source, _id in hidden}
    return {
        source: [one for one in entries if key_of(one) not in hidden] if source in sources else entries
        for source, entries in archive.items()
    }


def visible_works(works: Sequence[Work], chosen: Mapping[Key, Chosen]) -> Sequence[Work]:
    """Return works without what is hidden of them: another publisher's takes its place."""
    hidden = _hidden(chosen)
    return [tuple(one for one in work if key_of(one) not in hidden) for work in works] if hidden else works


def _hidden(chosen: Mapping[Key, Chosen]) -> set[Key]:
    return {key for key, one in chosen.items() if one.hidden}
