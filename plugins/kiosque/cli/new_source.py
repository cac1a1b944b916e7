"""``kiosque new source``: a source's file, from the feeds of a website or from the answers to questions."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from kiosque.cli import feed_tables
from kiosque.cli.console import questions
from kiosque.cli.console.common import (
    before_writing,
    common_behaviour,
    json_option,
    load_settings,
    print_json,
    prompt,
    user_agent,
)
from kiosque.cli.console.printing import echo
from kiosque.cli.console.questions import answers_options, write_content_file
from kiosque.content.kinds import KINDS
from kiosque.i18n import _

if TYPE_CHECKING:
    from kiosque.harvest.discover.feeds import Discovery, FoundFeed
    from kiosque.model import Format, Source


def _checked_slug(slug: str) -> str:
    """Return the slug of the command line; raises click.BadParameter where it isn't valid."""
    from kiosque.contribute.new_file import checked_slug
    from kiosque.model import KiosqueError

    try:
        return checked_slug(slug) if slug else ""
    except KiosqueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(
    help=_("Find the feeds of a web page, and write a source file; without an address, ask for its fields.")
)
@click.argument("url", default="")
@click.option(
    "--feed",
    "chosen",
    multiple=True,
    metavar="URL",
    help=_("Take this feed, and don't ask; may be repeated."),
)
@click.option(
    "--slug",
    default="",
    callback=lambda _context, _option, slug: _checked_slug(slug),
    help=_("The file's name, and the end of the source's address."),
)
@click.option("--yes", is_flag=True, help=_("Take the feeds that are proposed, and don't ask."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@answers_options
@json_option
@click.pass_obj
@common_behaviour
def source(
    root: Path,
    url: str,
    chosen: Sequence[str],
    slug: str,
    yes: bool,
    allow_private: bool,
    given: Sequence[str],
    text: Path | None,
    as_json: bool,
) -> None:
    """Find the feeds of a web page, and write a source file; without an address, ask for its fields."""
    if not url and not given:
        url = _ask_address()
    if url:
        _from_address(root, url, chosen, slug, yes=yes, allow_private=allow_private, as_json=as_json)
    else:
        write_content_file(root, KINDS["source"], given, text, slug=slug, as_json=as_json)


def _ask_address() -> str:
    """Ask for the address of the website; return empty text where the person gives none."""
    if not questions.can_ask():
        raise click.UsageError(_("name the address of its website, or give its fields with --set"))
    answer: str = prompt(
        _("Address of its website, or nothing to answer questions"), default="", show_default=False
    )
    return answer.strip()


def _from_address(
    root: Path, url: str, chosen: Sequence[str], slug: str, *, yes: bool, allow_private: bool, as_json: bool
) -> None:
    """Discover the feeds of a web page, choose some, and write the file."""
    from kiosque.content.load import load_sources
    from kiosque.harvest.discover.feeds import discover

    settings = load_settings(root)
    sources, _problems = load_sources(root, settings.zone)
    with before_writing():
        page = discover(root, _whole_address(url), user_agent(settings.site), allow_private)
    if page.failure:
        _fail(page, as_json=as_json)
    if not as_json:
        echo("\n".join(feed_tables.discovered(page)))
    if chosen or yes or not as_json:
        feeds = _named(page, chosen) if chosen else _proposed(page) if yes else _ask_feeds(page)
        path = _write(root, page, feeds, slug, sources, settings.zone)
    else:
        path = ""
    if as_json:
        print_json({"found": page, "path": path})
    elif path:
        echo(_("{path} is written: read it over, add who they are and what they agree to.").format(path=path))
        echo(_("Next: kiosque harvest --only {slug}").format(slug=Path(path).stem))


def _whole_address(url: str) -> str:
    """Return an address with its scheme, which people often leave out.

    Raises click.BadParameter for other text.
    """
    from kiosque.urls import not_taken, safe_url

    if whole := safe_url(url if "://" in url else f"https://{url}"):
        return whole
    raise click.BadParameter(not_taken(url), param_hint=_("ADDRESS"))


def _fail(page: Discovery, *, as_json: bool) -> None:
    from kiosque.model import KiosqueError

    if as_json:
        print_json({"found": page, "path": ""})
        sys.exit(1)
    raise KiosqueError(f"{page.url}: {page.failure}")


def _named(page: Discovery, chosen: Sequence[str]) -> list[FoundFeed]:
    """Return the feeds that ``--feed`` names; raises click.BadParameter where the page has no such feed."""
    from kiosque.contribute.source_imports import feed_key

    feeds_by_key = {feed_key(feed.url): feed for feed in page.feeds}
    for url in chosen:
        if feed_key(url) not in feeds_by_key:
            message = _("the page has no feed “{url}”; it has: {known}")
            urls = ", ".join(feed.url for feed in page.feeds)
            raise click.BadParameter(message.format(url=url, known=urls), param_hint="--feed")
    return [feeds_by_key[key] for key in dict.fromkeys(map(feed_key, chosen))]


def _proposed(page: Discovery) -> list[FoundFeed]:
    from kiosque.model import KiosqueError

    if not page.proposed:
        raise KiosqueError(_("there are only feeds of comments: name the one that you want with --feed"))
    return list(page.proposed)


def _ask_feeds(page: Discovery) -> list[FoundFeed]:
    """Ask which feeds to take, by their numbers."""
    if not questions.can_ask():
        raise click.UsageError(_("name the feeds to take with --feed, or take those proposed with --yes"))

    def feeds_of(numbers: str) -> list[FoundFeed]:
        try:
            indexes = [int(number) - 1 for number in numbers.replace(",", " ").split()]
        except ValueError:
            indexes = []
        if not indexes or not all(0 <= index < len(page.feeds) for index in indexes):
            message = _("numbers from 1 to {last} are expected, parted by spaces")
            raise click.BadParameter(message.format(last=len(page.feeds)))
        return [page.feeds[index] for index in dict.fromkeys(indexes)]

    proposal = [str(number) for number, feed in enumerate(page.feeds, 1) if feed in page.proposed]
    chosen: list[FoundFeed] = prompt(
        _("Which to take? Their numbers"), default=" ".join(proposal) or "1", value_proc=feeds_of
    )
    return chosen


def _write(
    root: Path,
    page: Discovery,
    feeds: Sequence[FoundFeed],
    slug: str,
    sources: Sequence[Source],
    zone: tzinfo,
) -> str:
    """Write the source's file, or complete the one that a person has begun without feeds; return its path.

    Raises KiosqueError where another source has one of the feeds.
    """
    from kiosque import text
    from kiosque.contribute import new_file, source_imports
    from kiosque.model import Feed, KiosqueError
    from kiosque.urls import address_key

    paths_of_feeds = source_imports.known_feeds(sources)
    for feed in feeds:
        if path := paths_of_feeds.get(source_imports.feed_key(feed.url)):
            message = _("{path} has the feed {url} already: edit that file, or take another feed")
            raise KiosqueError(message.format(path=path, url=feed.url))
    host = urlsplit(page.url).hostname or page.url
    titles = [feeds[0].title, page.title] if len(feeds) == 1 else [page.title, feeds[0].title]
    name = new_file.guessed_name(titles, host)
    has_own_slug = bool(slug)
    slug = slug or text.slug(name, fallback=text.slug(host, fallback="source"))
    formats: Counter[Format] = sum((Counter(feed.formats) for feed in feeds), Counter())
    type_ = new_file.guessed_type(name, formats)
    write = partial(
        new_file.source_file,
        name=name,
        type_=type_,
        homepage=page.homepage,
        language=next((feed.language for feed in feeds if feed.language), page.language),
        feeds=[Feed(url=feed.url) for feed in feeds],
    )

    own_pages = {address_key(page.homepage), address_key(page.url)} - {""}

    def is_meant(file_slug: str, values: Mapping[str, Any]) -> bool:
        if homepage := values.get("homepage"):
            return address_key(homepage) in own_pages
        same_name = text.folded(str(values.get("name", ""))) == text.folded(name)
        return file_slug == slug or (same_name and not has_own_slug)

    if begun := new_file.incomplete_source(root, zone, is_meant):
        return new_file.complete_source(root, begun, zone, write(), type_)
    if path := next((source.path for source in sources if source.slug == slug), ""):
        raise new_file.already_there(path)
    return new_file.write_new(root, slug, write(has_hints=True))
