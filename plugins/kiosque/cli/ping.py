"""``kiosque ping``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kiosque.cli.console.common import common_behaviour, json_option, print_json
from kiosque.cli.console.printing import echo
from kiosque.i18n import _, ngettext
from kiosque.model import OutputError, SettingsError


@click.command(help=_("Tell WebSub hubs which feeds changed since they were last told."))
@click.option(
    "--output", type=click.Path(path_type=Path), help=_("The site's folder; by default that of the settings.")
)
@click.option("--dry-run", is_flag=True, help=_("Say what would be told, and tell nobody."))
@json_option
@click.pass_obj
@common_behaviour
def ping(root: Path, output: Path | None, dry_run: bool, as_json: bool) -> None:
    """Tell WebSub hubs which feeds changed. The new site must be online already."""
    from kiosque.deploy.ping import ping as ping_hubs
    from kiosque.settings import pelicanconf

    settings = pelicanconf.load(root, publish=True)
    folder = output.absolute() if output else settings.output
    if not settings.site.websub:
        # Schedules and guides call this command for every hub.
        if as_json:
            print_json({"hubs": []})
        else:
            echo(_("Nobody to tell: no WebSub hub is named in WEBSUB_HUBS, in pelicanconf.py."))
        return
    if not settings.site.url:
        raise SettingsError(_("SITEURL is missing: hubs must know the whole addresses of the feeds"))
    if not folder.is_dir():
        raise OutputError(_("{folder} isn't there: build the site first").format(folder=folder))
    results = ping_hubs(settings.site.websub, folder, settings.site.url, settings.cache, dry_run=dry_run)
    if as_json:
        print_json({"hubs": results})
    for result in [] if as_json else results:
        if result.error:
            echo(
                _("{hub}: {reason}; it will be told next time").format(hub=result.hub, reason=result.error),
                err=True,
            )
            continue
        count = len(result.feeds)
        message = ngettext("{hub}: {number} changed feed", "{hub}: {number} changed feeds", count)
        echo(message.format(hub=result.hub, number=count))
    sys.exit(1 if any(result.error for result in results) else 0)
