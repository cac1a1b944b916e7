"""Identify the entries of a feed, decide what becomes of them, and write the archive. No network here."""
