"""Run commands in French and print what they say as JSON.

The language of help texts is chosen when they are loaded: tests in English run in another process.

Standard input has a list of calls, each with a folder and the words of the command.
"""

import json
import os
import sys
import traceback

from click.testing import CliRunner

from kiosque.cli import main


def answer(folder: str, words: list[str]) -> dict[str, object]:
    """Return the output and the exit code of a command."""
    os.chdir(folder)
    result = CliRunner().invoke(main, words, prog_name="kiosque")
    output = result.output
    if result.exception and not isinstance(result.exception, SystemExit):
        output += "".join(traceback.format_exception(result.exception))
    return {"words": words, "output": output, "code": result.exit_code}


def commands() -> list[str]:
    """Return the names of all commands, those inside groups with their group."""
    context = main.make_context("kiosque", ["--hub", ".", "doctor"], resilient_parsing=True)
    names = []
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        inner = getattr(command, "list_commands", None)
        names += [name, *(f"{name} {one}" for one in (inner(context) if inner else ()))]
    return names


if __name__ == "__main__":
    calls = json.load(sys.stdin)
    json.dump({"commands": commands(), "answers": [answer(*call) for call in calls]}, sys.stdout)
