"""The one way in which commands print text."""

from __future__ import annotations

import re

import click

from kiosque.model import spelt_out
from kiosque.urls import without_passwords

# What commands themselves print besides words: line ends, columns, the line of a progress that is printed
# anew, and the styles of ``click.style`` that they use.
_OWN = re.compile(r"(\n|\t|^\r|\x1b\[(?:0|1|2|3[1-6])m)")


def echo(message: object = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a message on the standard output, or on the error output with ``err``.

    Each invisible character in it is spelt out: the words of a server, a feed or a file could otherwise move
    the terminal's cursor, hide lines or turn their direction. No password in an address is shown.
    """
    pieces = _OWN.split(without_passwords(str(message)))
    pieces[::2] = map(spelt_out, pieces[::2])
    click.echo("".join(pieces), err=err, nl=nl)
