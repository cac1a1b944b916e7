"""``kiosque new source``: a source's file from the address of its website, whose feeds are looked for, or from questions."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from kiosque.cli import feed_tables
from kiosque.cli.common import as_json, checked, plainly, print_json, user_agent
from kiosque.cli.new import answers_options, is_asked, make
from kiosque.content.kinds import KINDS
from kiosque.i18n import _

if TYPE_CHECKING:
    from kiosque.harvest.discover.feeds import Discovery, FoundFeed
    from kiosque.model import Format, Source


def _checked(slug: str) -> str:
    """Return a slug that was given, where it can be one."""
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
    callback=lambda _context, _option, slug: _checked(slug),
    help=_("The file's name, and the end of the source's address."),
)
@click.option("--yes", is_flag=True, help=_("Take the feeds that are proposed, and don't ask."))
@click.option("--allow-private", is_flag=True, help=_("Let private addresses through."))
@answers_options
@as_json
@click.pass_obj
@plainly
def source(
    root: Path, url: str, chosen: Sequence[str], slug: str, yes: bool, allow_private: bool, given: Sequence[str],
    text: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Find the feeds of a web page, and write a source file; without an address, ask for its fields."""
    if not url and not given:
        url = _address()
    if url:
        _from_address(root, url, chosen, slug, yes=yes, allow_private=allow_private, as_json=as_json)
    else:
        make(root, KINDS["source"], given, text, slug=slug, as_json=as_json)


def _address() -> str:
    """Ask for the address of its website; empty where it has none."""
    if not is_asked():
        raise click.UsageError(_("name the address of its website, or give its fields with --set"))
    written: str = click.prompt(
        _("Address of its website, or nothing to answer questions"), default="", show_default=False
    )
    return written.strip()


def _from_address(
    root: Path, url: str, chosen: Sequence[str], slug: str, *, yes: bool, allow_private: bool, as_json: bool
) -> None:
    """Find the feeds of a web page, choose among them, and write the file."""
    from kiosque.content import records
    from kiosque.harvest.discover.feeds import discover

    settings = checked(root)
    sources, _problems = records.load_sources(root, settings.zone)
    found = discover(root, _whole(url), user_agent(settings.site), allow_private)
    if found.failure:
        _fail(found, as_json=as_json)
    if not as_json:
        click.echo("\n".join(feed_tables.discovered(found)))
    if chosen or yes or not as_json:
        feeds = _named(found, chosen) if chosen else _proposed(found) if yes else _asked(found)
        path = _write(root, found, feeds, slug, sources)
    else:
        path = ""
    if as_json:
        print_json({"found": found, "path": path})
    elif path:
        click.echo(
            _("{path} is written: read it over, add who they are and what they agree to.").format(path=path)
        )
        click.echo(_("Next: kiosque harvest --only {slug}").format(slug=Path(path).stem))


def _whole(url: str) -> str:
    """Return an address with its scheme, which people leave out."""
    from kiosque.urls import safe_url

    if whole := safe_url(url if "://" in url else f"https://{url}"):
        return whole
    message = _("“{value}” is not a web address: write it in full, as https://radio.example/")
    raise click.BadParameter(message.format(value=url), param_hint="URL")


def _fail(found: Discovery, *, as_json: bool) -> None:
    from kiosque.model import KiosqueError

    if as_json:
        print_json({"found": found, "path": ""})
        sys.exit(1)
    raise KiosqueError(f"{found.url}: {found.failure}")


def _named(found: Discovery, chosen: Sequence[str]) -> list[FoundFeed]:
    """Return the feeds named on the command line."""
    from kiosque.contribute.source_imports import feed_key

    known = {feed_key(feed.url): feed for feed in found.feeds}
    for url in chosen:
        if feed_key(url) not in known:
            message = _("the page has no feed “{url}”; it has: {known}")
            urls = ", ".join(feed.url for feed in found.feeds)
            raise click.BadParameter(message.format(url=url, known=urls), param_hint="--feed")
    return [known[key] for key in dict.fromkeys(map(feed_key, chosen))]


def _proposed(found: Discovery) -> list[FoundFeed]:
    from kiosque.model import KiosqueError

    if not found.proposed:
        raise KiosqueError(_("there are only feeds of comments: name the one that you want with --feed"))
    return list(found.proposed)


def _asked(found: Discovery) -> list[FoundFeed]:
    """Ask which feeds to take, by their numbers."""
    if not is_asked():
        raise click.UsageError(_("name the feeds to take with --feed, or take those proposed with --yes"))

    def numbers(written: str) -> list[FoundFeed]:
        try:
            places = [int(one) - 1 for one in written.replace(",", " ").split()]
        except ValueError:
            places = []
        if not places or not all(0 <= place < len(found.feeds) for place in places):
            message = _("numbers from 1 to {last} are expected, parted by spaces")
            raise click.BadParameter(message.format(last=len(found.feeds)))
        return [found.feeds[place] for place in dict.fromkeys(places)]

    proposal = [str(place) for place, feed in enumerate(found.feeds, 1) if feed in found.proposed]
    chosen: list[FoundFeed] = click.prompt(
        _("Which to take? Their numbers"), default=" ".join(proposal) or "1", value_proc=numbers
    )
    return chosen


def _write(
    root: Path, found: Discovery, feeds: Sequence[FoundFeed], slug: str, sources: Sequence[Source]
) -> str:
    """Write the source's file and return its path."""
    from kiosque import text
    from kiosque.contribute import new_file as making
    from kiosque.contribute import source_imports
    from kiosque.model import Feed, KiosqueError

    known = source_imports.known_feeds(sources)
    for feed in feeds:
        if path := known.get(source_imports.feed_key(feed.url)):
            message = _("{path} has the feed {url} already: edit that file, or take another feed")
            raise KiosqueError(message.format(path=path, url=feed.url))
    host = urlsplit(found.url).hostname or found.url
    titles = [feeds[0].title, found.title] if len(feeds) == 1 else [found.title, feeds[0].title]
    name = making.guessed_name(titles, host)
    slug = slug or text.slug(name, fallback=text.slug(host, fallback="source"))
    if path := next((one.path for one in sources if one.slug == slug), ""):
        raise making.already_there(path)
    formats: Counter[Format] = sum((Counter(feed.formats) for feed in feeds), Counter())
    written = making.source_file(
        name=name,
        type_=making.guessed_type(name, formats),
        homepage=found.homepage,
        language=next((feed.language for feed in feeds if feed.language), found.language),
        feeds=[Feed(url=feed.url) for feed in feeds],
    )
    return making.write_new(root, slug, written)
