"""``kiosque ping``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kiosque.cli.common import as_json, plainly, print_json
from kiosque.i18n import _, ngettext
from kiosque.model import OutputError, SettingsError


@click.command(help=_("Tell WebSub hubs which feeds changed since they were last told."))
@click.option(
    "--output", type=click.Path(path_type=Path), help=_("The site's folder; by default that of the settings.")
)
@click.option("--dry-run", is_flag=True, help=_("Say what would be told, and tell nobody."))
@as_json
@click.pass_obj
@plainly
def ping(root: Path, output: Path | None, dry_run: bool, as_json: bool) -> None:
    """Tell WebSub hubs which feeds changed: run it when the new site is online."""
    from kiosque.deploy.ping import ping as tell
    from kiosque.settings import pelicanconf

    found = pelicanconf.load(root, publish=True)
    folder = output.absolute() if output else found.output
    if not found.site.websub:
        raise SettingsError(
            _("no WebSub hub is named: put their addresses into WEBSUB_HUBS, in pelicanconf.py")
        )
    if not found.site.url:
        raise SettingsError(_("SITEURL is missing: hubs must know the whole addresses of the feeds"))
    if not folder.is_dir():
        raise OutputError(_("{folder} isn't there: build the site first").format(folder=folder))
    results = tell(found.site.websub, folder, found.site.url, found.cache, dry_run=dry_run)
    if as_json:
        print_json({"hubs": results})
    for one in [] if as_json else results:
        if one.error:
            click.echo(
                _("{hub}: {reason}; it will be told next time").format(hub=one.hub, reason=one.error),
                err=True,
            )
            continue
        count = len(one.feeds)
        message = ngettext("{hub}: {number} changed feed", "{hub}: {number} changed feeds", count)
        click.echo(message.format(hub=one.hub, number=count))
    sys.exit(1 if any(one.error for one in results) else 0)
