"""What becomes of entries: known or new, kept or changed, written to ``archive/``; and the state of their feeds."""
