"""``python -m kiosque`` is the ``kiosque`` command."""

from kiosque.cli import main

main(prog_name="kiosque")
