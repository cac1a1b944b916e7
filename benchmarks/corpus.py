"""A made-up hub of any size: media that publish for fifteen years, communes, tags with a long tail, articles.

The same size gives the same hub, byte for byte: everything is drawn from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from kiosque.archive.entries import read_source, write_source
from kiosque.model import Enclosure, Entry, Format, StoredEntry
from kiosque.text import excerpt, slug

NOW = datetime(2026, 3, 15, 8, tzinfo=UTC)
SOURCES, TAGS, AUTHORS, COMMUNES, YEARS, THEMES = 100, 300, 200, 20, 15, 8
FULL_TEXT_EVERY = 5
ENTRIES_PER_ARTICLE = 20
WORDS = 400
_SEED = 26113
_TYPES = ("radio", "blog", "webtv", "podcast", "paper")
_FORMATS = (Format.TEXT, Format.TEXT, Format.SOUND, Format.SOUND, Format.VIDEO)


def _words(written: str) -> tuple[str, ...]:
    return tuple(written.split())


_NOUNS = _words(
    "rivière montagne école marché bibliothèque vallée jardin forêt chemin village habitant fête concert "
    "atelier "
    "association radio micro récit mémoire quartier gare vélo cantine assemblée conseil digue source verger "
    "moulin "
    "berger troupeau fromage pain four semence abeille châtaigne lavande vigne récolte saison hiver été "
    "orage neige "
    "sécheresse énergie toiture panneau chantier maison place pont fontaine église théâtre cinéma exposition "
    "livre "
    "chanson danse veillée conte portrait enquête reportage entretien débat budget élu maire citoyenne "
    "jeunesse "
    "collège maîtresse médecin soin hôpital train bus route sentier randonnée refuge loup vautour castor "
    "truite"
)
_ADJECTIVES = _words(
    "locale partagée ancienne nouvelle commune voisine ouverte sonore gratuite fragile vivante lointaine "
    "silencieuse "
    "rurale solidaire joyeuse inattendue quotidienne régionale précieuse"
)
_VERBS = _words(
    "raconte traverse répare invite prépare écoute cultive observe défend rassemble construit imagine relie "
    "protège "
    "transforme accueille interroge enregistre plante célèbre"
)
_SMALL = _words(
    "la une cette leur notre chaque avec dans pour contre depuis vers sans entre où quand aussi encore"
)
_CHOICES = (
    "feature: true",
    "feature: true",
    "hide: true",
    "hide: true",
    "tags: [rivière locale]",
    "add: [rivière locale, montagne locale]",
    'commune: "26001"',
    'commune: "26002"',
)
_VOCABULARY = (*_NOUNS, *_ADJECTIVES, *_VERBS, *_SMALL, *_SMALL)


class Corpus:
    """A hub of ``size`` entries and a twentieth as many articles, in the folder ``root``."""

    def __init__(self, root: Path, size: int) -> None:
        """Seed the draw; ``write`` makes the files."""
        self.root = root
        self.size = size
        self._random = random.Random(_SEED)
        self._added = 0

    def write(self) -> None:
        """Write settings, territory, themes, sources, articles, archive and what editors chose."""
        content = self.root / "content"
        for folder in ("sources", "articles"):
            (content / folder).mkdir(parents=True)
        (self.root / "pelicanconf.py").write_text(
            'SITENAME = "Le kiosque d’essai"\nSITEURL = "https://kiosque.example"\n'
            'PLUGINS = ["kiosque.site"]\n',
            encoding="utf-8",
        )
        (content / "territory.yml").write_text(self._territory(), encoding="utf-8")
        for number in range(SOURCES):
            path = content / "sources" / f"{_source(number)}.md"
            path.write_text(self._source_file(number), encoding="utf-8")
        for number in range(self.size // ENTRIES_PER_ARTICLE):
            title = self._title()
            path = content / "articles" / f"{slug(title, 'article')}-{number}.md"
            path.write_text(self._article(title), encoding="utf-8")
        self._write_archive()
        (content / "themes.yml").write_text(self._themes(), encoding="utf-8")

    def add_entry(self) -> None:
        """Let the first source publish one thing more, the newest of the hub."""
        archive, source = self.root / "archive", _source(0)
        self._added += 1
        moment = NOW - timedelta(hours=12) + timedelta(minutes=self._added)
        entry = self._entry(self.size + self._added, 0, moment)
        write_source(archive, source, [*read_source(archive, source).entries, entry])

    def _write_archive(self) -> None:
        entries: list[list[StoredEntry]] = [[] for _ in range(SOURCES)]
        span = YEARS * 365 * 24 * 3600
        for number in range(self.size):
            source = self._random.randrange(SOURCES)
            moment = NOW - timedelta(days=1, seconds=self._random.randrange(span))
            entries[source].append(self._entry(number, source, moment))
        for source, stored in enumerate(entries):
            write_source(self.root / "archive", _source(source), stored)
        chosen = [stored[0] for stored in entries if stored][: len(_CHOICES)]
        (self.root / "content" / "curation.yml").write_text(_curation(chosen), encoding="utf-8")

    def _entry(self, number: int, source: int, moment: datetime) -> StoredEntry:
        # Sources with an even number gave their agreement to full texts: two fifths of theirs make a fifth of
        # all.
        full = _is_full(source) and self._random.random() < 2 / FULL_TEXT_EVERY
        title = self._title()
        kind = _FORMATS[source % len(_FORMATS)]
        address = f"https://{_source(source)}.example/{number}"
        entry = Entry(
            id=address,
            source=_source(source),
            slug=f"{slug(title, 'parution')}-{number}",
            url=address,
            title=title,
            authors=(self._author(),),
            published=moment,
            first_seen=moment + timedelta(hours=1),
            language="fr",
            format=kind,
            tags=self._some_tags(),
            summary=excerpt(self._sentences(60), 300),
            content=self._html() if full else "",
            enclosures=self._enclosures(kind, address),
            digest=f"{number:032x}",
        )
        return StoredEntry(year=moment.year, entry=entry)

    def _enclosures(self, kind: Format, address: str) -> tuple[Enclosure, ...]:
        if kind is Format.TEXT:
            return ()
        type_ = "audio/mpeg" if kind is Format.SOUND else "video/mp4"
        length = self._random.randrange(10**6, 10**8)
        duration = float(self._random.randrange(60, 7200))
        return (Enclosure(url=f"{address}.{type_[-3:]}", type=type_, length=length, duration=duration),)

    def _territory(self) -> str:
        lines = ["name: Vallée d’essai", "departments:", '  "26": Drôme', "communes:"]
        for number in range(COMMUNES):
            name = f"{_NOUNS[number].title()}-sur-Drôme"
            lines.append(f'  - {{code: "{_commune(number)}", name: {name}, department: "26"}}')
        return "\n".join(lines) + "\n"

    def _themes(self) -> str:
        """Return themes to which most tags map, some to two of them."""
        lines = ["themes:"]
        for number in range(THEMES):
            tags = ", ".join(self._tag_names[number :: THEMES - 1])
            lines += [
                f"  - name: Thème {_NOUNS[number]}",
                f"    introduction: {self._sentences(12)}",
                f"    tags: [{tags}]",
            ]
        return "\n".join([*lines, "ignore: [vidéo]"]) + "\n"

    def _source_file(self, number: int) -> str:
        noun = _NOUNS[number % len(_NOUNS)]
        lines = [
            "---",
            f"name: Média {noun} {number}",
            f"type: {_TYPES[number % len(_TYPES)]}",
            f"homepage: https://{_source(number)}.example/",
            f'commune: "{_commune(number % COMMUNES)}"',
            "language: fr",
            f"feeds: [https://{_source(number)}.example/feed.xml]",
            f"agreement: {{scope: {'full' if _is_full(number) else 'excerpt'}, since: 2025-01-10}}",
            "---",
        ]
        return "\n".join(lines) + f"\n{self._sentences(80)}\n"

    def _article(self, title: str) -> str:
        day = (NOW - timedelta(days=1 + self._random.randrange(YEARS * 365))).date()
        tags = ", ".join(self._some_tags())
        commune = _commune(self._random.randrange(COMMUNES))
        head = (
            f'---\ntitle: "{title}"\ndate: {day}\nauthors: [{self._author()}]\ntags: [{tags}]\n'
            f'commune: "{commune}"\nsummary: "{self._sentences(25)}"\n---\n'
        )
        parts = [self._sentences(WORDS // 5) for _ in range(5)]
        parts[1] = f"## {self._title()}\n\n{parts[1]}"
        parts[2] += " **Tout est là**, voir [la suite](https://suite.example/)."
        parts[3] = "\n".join(f"- {parts[3][start : start + 90]}" for start in range(0, len(parts[3]), 90))
        return head + "\n\n".join(parts) + "\n"

    def _html(self) -> str:
        return "".join(f"<p>{self._sentences(WORDS // 5)}</p>" for _ in range(5))

    def _title(self) -> str:
        words = (self._pick(_NOUNS), self._pick(_ADJECTIVES), self._pick(_VERBS), "la", self._pick(_NOUNS))
        return " ".join(words).capitalize()

    def _sentences(self, count: int) -> str:
        """Return about ``count`` words, in sentences of twelve."""
        words = self._random.choices(_VOCABULARY, k=count)
        return " ".join(" ".join(words[i : i + 12]).capitalize() + "." for i in range(0, count, 12))

    def _pick(self, words: tuple[str, ...]) -> str:
        return self._random.choice(words)

    def _author(self) -> str:
        number = self._random.randrange(AUTHORS)
        return (
            f"{_NOUNS[number % len(_NOUNS)].title()} {_ADJECTIVES[number % len(_ADJECTIVES)].title()} "
            f"{number}"
        )

    @cached_property
    def _tag_names(self) -> list[str]:
        return [f"{noun} {adjective}" for adjective in _ADJECTIVES for noun in _NOUNS][:TAGS]

    @cached_property
    def _tag_weights(self) -> list[float]:
        return list(accumulate(1 / rank for rank in range(1, TAGS + 1)))

    def _some_tags(self) -> tuple[str, ...]:
        """Return one to four tags; the use of a tag falls with its rank (Zipf), most are rare."""
        count = self._random.randint(1, 4)
        drawn = self._random.choices(self._tag_names, cum_weights=self._tag_weights, k=count)
        return tuple(dict.fromkeys(drawn))


def _curation(chosen: Sequence[StoredEntry]) -> str:
    """Return one choice of each kind, by the page of an entry or, every second one, by its original's
    address.
    """
    lines = []
    for number, (stored, choice) in enumerate(zip(chosen, _CHOICES, strict=False)):
        page = f"/medias/{stored.entry.source}/{stored.year}/{stored.entry.slug}/"
        lines += [f"- publication: {stored.entry.url if number % 2 else page}", f"  {choice}"]
        lines += [f"  date: {NOW.date() - timedelta(days=number)}", "  reason: pour l’essai"]
    return "\n".join(lines) + "\n"


def _source(number: int) -> str:
    return f"media-{number:03}"


def _is_full(source: int) -> bool:
    return source % 2 == 0


def _commune(number: int) -> str:
    return f"{26001 + number}"
