"""What commands print shows hostile text as text."""

from __future__ import annotations

import click
import pytest

from kiosque.cli.console.printing import echo


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        (
            "locked by \x1b[2K\x1b[1A\x1b]0;title\x07Awa",
            "locked by \\u001b[2K\\u001b[1A\\u001b]0;title\\u0007Awa",
        ),
        ("503 \x9b2JGone", "503 \\u009b2JGone"),
        ("100 %\rdone", "100 %\\u000ddone"),
        ("invoice\u202egpj.exe", "invoice\\u202egpj.exe"),
        ("\u2066a\u2069\u061c\u200f", "\\u2066a\\u2069\\u061c\\u200f"),
        ("\x1b[8mhidden\x1b[0m", "\\u001b[8mhidden"),
    ],
)
def test_invisible_characters_are_spelt_out(
    hostile: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words of servers, feeds and files move no cursor, hide no line and turn no direction."""
    echo(hostile)
    assert f"{shown}\n" == capsys.readouterr().out


def test_what_commands_print_themselves_stays(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines, columns, styles and the line of a progress are as they are; the error output too."""
    text = f"\r3/7\n\tA{click.style('bold', bold=True)} {click.style('✗', fg='red', bold=True)}"
    echo(text, err=True, nl=False)
    assert click.unstyle(text) == capsys.readouterr().err
